"""Acts of the books, of people and of service, each with what two people do at once: see `acts_by_two`."""

from dataclasses import replace

from chalicelib.domain.changes import Changes
from chalicelib.domain.exports.batches import BatchKind
from chalicelib.domain.outbox import Topic
from chalicelib.domain.people import Role
from chalicelib.domain.programs.service_key import Scope
from chalicelib.domain.role_changes import RoleChange
from chalicelib.domain.second_factor import SecondFactor
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import notice
from chalicelib.usecases.closing.begin_closing import begin_closing
from chalicelib.usecases.debits.release_instalment import release_instalment
from chalicelib.usecases.delivery.retry_entry import retry_entry
from chalicelib.usecases.exports.make_batch import BatchAsked, make_batch, show_ready
from chalicelib.usecases.exports.take_return import take_return
from chalicelib.usecases.journal.number_journal import number_journal
from chalicelib.usecases.people.change_roles import change_roles, propose_roles
from chalicelib.usecases.programs.make_key import KeyAsked, make_key, revoke_key
from chalicelib.usecases.rapprochement.prepare_rapprochement import check_rapprochement
from chalicelib.usecases.reconciliation.explain_difference import explain_difference
from chalicelib.usecases.second_factors.enrol_second_factor import remove_second_factor
from chalicelib.usecases.statements.hand_on_line import hand_on_line
from chalicelib.usecases.statements.import_statement import import_statement
from chalicelib.usecases.statements.suspend_line import suspend_line
from chalicelib.usecases.webhooks.add_endpoint import (
    add_endpoint,
    change_endpoint,
    remove_endpoint,
    rotate_secret,
)
from chalicelib.usecases.webhooks.switch_on import switch_off, switch_on
from tests.fakes.bank_files import Period, camt
from tests.fakes.gateway import Behaviour
from tests.usecases.acts_by_two import ADMIN, ADMINS, SECOND_ADMIN, WHY, Doing, played
from tests.usecases.conftest import ACCOUNTANT, Student
from tests.usecases.refund_steps import SECOND
from tests.usecases.statement_steps import DAY, moved, one_line
from tests.usecases.test_bank_reconciliation import Bank
from tests.usecases.test_rapprochement import prepares
from tests.usecases.test_reconciliations import TestDifferences
from tests.usecases.test_service_keys import AUDITOR
from tests.usecases.test_webhooks import ASKED as ENDPOINT

THIRD = replace(SECOND, id="00000000000000a3", email="accountant3@demo.test")


@played(Act.DEBIT_RELEASED)
def releases(student: Student) -> Doing:
    student.starts_the_plan()
    student.ports.gateway.script.append(Behaviour.DROP)
    student.debits_run("2022-07-10T09:00")
    for _ in range(3):
        student.reconciles(hours=9)
    return lambda by: release_instalment(student.ports, student.registration_id, 2, by)


@played(Act.STATEMENT_IMPORTED)
def imports_statement(student: Student) -> Doing:
    file = camt(Period(DAY, 0, (moved(5000),)))
    return lambda by: import_statement(student.ports, file, by)


@played(Act.LINE_HANDED_ON)
def hands_on(student: Student) -> Doing:
    student.ports.memory.people[SECOND.id] = SECOND
    line = one_line(student.ports, moved(5000))
    suspend_line(student.ports, line.id, ACCOUNTANT, reason=WHY, seen=line.version)
    return lambda by: hand_on_line(student.ports, line.id, SECOND.id, by)


@played(Act.RAPPROCHEMENT_CHECKED, (SECOND, THIRD))
def checks(student: Student) -> Doing:
    Bank(student).states(-1250)
    found = prepares(student)
    return lambda by: check_rapprochement(student.ports, found.id, found.digest, by)


@played(Act.PERIOD_LEFT)
def leaves_month(student: Student) -> Doing:
    student.is_at("2022-07-04 10:00")
    return lambda by: begin_closing(student.ports, "INP", "2022-06", by)


def _numbered(student: Student) -> Student:
    student.declares("01")
    student.pays(student.opens_the_page())
    student.is_at("2022-06-25 09:00")
    number_journal(student.ports)
    return student


@played(Act.BATCH_MADE)
def makes_batch(student: Student) -> Doing:
    ready = show_ready(_numbered(student).ports, student.ports.campaigns.current(), BatchKind.JOURNAL)
    asked = BatchAsked(BatchKind.JOURNAL, ready.seen if ready else "", None)
    return lambda by: make_batch(student.ports, asked, by)


@played(Act.BATCH_RETURNED)
def notes_return(student: Student) -> Doing:
    made = makes_batch(student)(ACCOUNTANT)
    data = "Écriture;Résultat;Motif\n2;Rejeté;compte clos\n".encode()
    return lambda by: take_return(student.ports, made.id, data, by)  # type: ignore[attr-defined]


def _differing(student: Student) -> str:
    series = student.ports.campaigns.current().numbering.series
    return TestDifferences().difference(student, series)


@played(Act.DIFFERENCE_EXPLAINED, may_follow=True)  # an explanation is said anew
def explains_difference(student: Student) -> Doing:
    known = _differing(student)
    return lambda by: explain_difference(student.ports, known, "Erreur de la passerelle", 60100, by)


@played(Act.ROLES_REFUSED, (SECOND_ADMIN, AUDITOR))
def refuses_roles(student: Student) -> Doing:
    change = _proposed(student)
    return lambda by: change_roles(student.ports, change.id, is_approved=False, by=by)


@played(Act.ROLES_CHANGED, (SECOND_ADMIN, AUDITOR))
def changes_roles(student: Student) -> Doing:
    change = _proposed(student)
    return lambda by: change_roles(student.ports, change.id, is_approved=True, by=by)


def _proposed(student: Student) -> RoleChange:
    return propose_roles(student.ports, student.person.id, frozenset({Role.REGISTRAR}), WHY, ADMIN)


@played(Act.SECOND_FACTOR_REMOVED, ADMINS)
def removes_factor(student: Student) -> Doing:
    student.ports.store.commit(Changes((SecondFactor(student.person.id, "sealed"),)))
    return lambda by: remove_second_factor(student.ports, student.person, by, WHY)


@played(Act.DELIVERY_RETRIED, ADMINS)
def retries(student: Student) -> Doing:
    entry = replace(notice(student.ports, Topic.PASSWORD_SET, student.person), given_up_at=student.ports.at)
    student.ports.outbox.add(entry)
    return lambda by: retry_entry(student.ports, entry.id, by)


@played(Act.SERVICE_KEY_REVOKED, ADMINS)
def revokes_key(student: Student) -> Doing:
    student.ports.store.commit(Changes((ADMIN, AUDITOR)))
    key, _ = make_key(student.ports, KeyAsked("SI", (Scope.READ_EVENTS,), ("192.0.2.0/24",), 30), AUDITOR)
    return lambda by: revoke_key(student.ports, key.id, by)


def _endpoint(student: Student) -> str:
    endpoint, _, _ = add_endpoint(student.ports, ENDPOINT, ADMIN)
    return endpoint.id


@played(Act.ENDPOINT_CHANGED, ADMINS, may_follow=True)
def changes_endpoint(student: Student) -> Doing:
    known = _endpoint(student)
    return lambda by: change_endpoint(student.ports, known, replace(ENDPOINT, name=by.id), by)


@played(Act.ENDPOINT_SECRET_ROTATED, ADMINS, may_follow=True)
def rotates_secret(student: Student) -> Doing:
    known = _endpoint(student)
    return lambda by: rotate_secret(student.ports, known, by)


@played(Act.ENDPOINT_SWITCHED_OFF, ADMINS)
def switches_off(student: Student) -> Doing:
    known = _endpoint(student)
    return lambda by: switch_off(student.ports, known, by)


@played(Act.ENDPOINT_SWITCHED_ON, ADMINS)
def switches_on(student: Student) -> Doing:
    known = _endpoint(student)
    switch_off(student.ports, known, ADMIN)
    return lambda by: switch_on(student.ports, known, by)


@played(Act.ENDPOINT_REMOVED, ADMINS)
def removes_endpoint(student: Student) -> Doing:
    known = _endpoint(student)
    return lambda by: remove_endpoint(student.ports, known, by)
