"""The menus, the registrar's desk, invoices and what follows a commit: the use cases around the payment."""

import pytest

from chalicelib.domain import errors
from chalicelib.domain.causes import WindowReopens
from chalicelib.domain.menu import MenuKey, MenuState
from chalicelib.domain.outbox import Topic
from chalicelib.domain.registration import Decision, Registration, RegistrationStatus
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.delivery.send_outbox import send_outbox
from chalicelib.usecases.invoices.issue_certificate import issue_certificate
from chalicelib.usecases.invoices.render_invoice import link_invoice, render_invoice
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.registrations.block_registration import block_registration
from chalicelib.usecases.registrations.decide_registration import (
    decide_registration,
    tick_steps,
)
from chalicelib.usecases.registrations.show_account import show_account, show_menu
from tests.fakes.ports import FakePorts
from tests.usecases.conftest import ACCOUNTANT, CHRIS, REGISTRAR, Student, accepted, waiting_files


def states(student: Student) -> dict[MenuKey, MenuState]:
    items, _ = show_menu(student.ports, student.ports.accounts.account(student.person.id))
    return {item.key: item.state for item in items}


def pay(student: Student) -> None:
    attempt = student.opens_the_page()
    record_notification(student.ports, student.ports.gateway.says(b"paid", accepted(attempt)))


class TestMenu:
    def test_first_day_shows_the_dossier_open_and_payment_waiting_for_it(self, chris: Student) -> None:
        assert states(chris)[MenuKey.DOSSIER] is MenuState.OPEN
        assert states(chris)[MenuKey.PAY_ONCE] is MenuState.CLOSED
        chris.declares("05")
        assert states(chris)[MenuKey.PAY_ONCE] is MenuState.OPEN

    def test_on_25_july_menus_1_and_2a_are_closed_and_4_and_5_open(self, chris: Student) -> None:
        chris.declares("05")
        chris.ports.move(days=31)
        items, _ = show_menu(chris.ports, chris.ports.accounts.account(CHRIS.id))
        assert states(chris)[MenuKey.DOSSIER] is states(chris)[MenuKey.PAY_ONCE] is MenuState.CLOSED
        assert states(chris)[MenuKey.INVOICES] is states(chris)[MenuKey.ACCOUNT] is MenuState.OPEN
        closed = next(item for item in items if item.key is MenuKey.PAY_ONCE)
        assert closed.until is not None
        assert closed.reason == WindowReopens(closed.until)

    def test_grant_holder_has_nothing_to_pay_and_is_complete_once_validated(self, chris: Student) -> None:
        chris.declares("02")
        assert states(chris)[MenuKey.PAY_ONCE] is MenuState.DONE
        decide_registration(chris.ports, chris.registration_id, Decision.VALIDATE, "", REGISTRAR)
        assert states(chris)[MenuKey.DOSSIER] is MenuState.DONE

    def test_once_paid_dossier_and_payment_are_done(self, chris: Student) -> None:
        chris.declares("05")
        pay(chris)
        assert states(chris)[MenuKey.DOSSIER] is states(chris)[MenuKey.PAY_ONCE] is MenuState.DONE

    def test_person_without_a_registration_sees_what_is_always_open(self, chris: Student) -> None:
        chris.ports.memory.registrations_by_id.clear()
        assert states(chris)[MenuKey.DOSSIER] is MenuState.CLOSED
        assert states(chris)[MenuKey.PAY_ONCE] is MenuState.HIDDEN


class TestRegistrar:
    def test_decision_and_its_mail_are_written_together(self, chris: Student) -> None:
        chris.declares("05")
        decide_registration(chris.ports, chris.registration_id, Decision.VALIDATE, "", REGISTRAR)
        assert chris.registration.status is RegistrationStatus.VALIDATED
        (entry,) = chris.ports.outbox.pending(chris.ports.at)
        deliver_outbox(chris.ports, entry.id)
        assert chris.ports.mailer.sent == [("student@demo.test", Topic.REGISTRATION_VALIDATED)]

    def test_same_decision_twice_writes_one_mail(self, chris: Student) -> None:
        chris.declares("05")
        for _ in range(2):
            decide_registration(chris.ports, chris.registration_id, Decision.VALIDATE, "", REGISTRAR)
        assert len(chris.ports.outbox.pending(chris.ports.at)) == 1

    def test_refused_file_can_be_corrected_and_comes_back(self, chris: Student) -> None:
        chris.declares("02")
        decide_registration(
            chris.ports, chris.registration_id, Decision.REFUSE, "pas d'attestation", REGISTRAR
        )
        assert chris.declares("01").status is RegistrationStatus.PRE_REGISTERED

    def test_queue_shows_who_waits(self, chris: Student) -> None:
        waiting = waiting_files(chris.ports)
        assert [each.holder for each in waiting] == ["TESTCD Chris"]

    def test_seen_steps_are_noted_once(self, chris: Student) -> None:
        step = chris.ports.campaigns.current().previous_steps[0].key
        first = tick_steps(chris.ports, chris.registration_id, frozenset({step}), REGISTRAR)
        again = tick_steps(chris.ports, chris.registration_id, frozenset({step}), REGISTRAR)
        assert first == again == chris.registration

    def test_unknown_step_is_refused(self, chris: Student) -> None:
        with pytest.raises(errors.NotFound, match="step"):
            tick_steps(chris.ports, chris.registration_id, frozenset({"nothing"}), REGISTRAR)


def blocks(student: Student, *, blocked: bool, reason: str) -> Registration:
    return block_registration(student.ports, student.registration_id, blocked, reason, ACCOUNTANT)


class TestBlock:
    def test_is_set_with_a_reason_and_lifted_by_accounting(self, chris: Student) -> None:
        marked = block_registration(
            chris.ports, chris.registration_id, blocked=True, reason="impayé ancien", by=ACCOUNTANT
        )
        assert (marked.blocked, marked.block_reason) == (True, "impayé ancien")
        again = block_registration(
            chris.ports, chris.registration_id, blocked=True, reason="impayé ancien", by=ACCOUNTANT
        )
        assert again.version == marked.version
        lifted = block_registration(
            chris.ports, chris.registration_id, blocked=False, reason="réglé", by=ACCOUNTANT
        )
        assert (lifted.blocked, lifted.block_reason) == (False, "")

    def test_without_a_reason_is_not_possible(self, chris: Student) -> None:
        with pytest.raises(errors.DecisionNotPossible):
            blocks(chris, blocked=True, reason=" ")


class TestInvoice:
    def test_is_rendered_once_and_linked(self, chris: Student) -> None:
        chris.declares("05")
        pay(chris)
        with pytest.raises(errors.InvoiceNotRendered):
            link_invoice(chris.ports, CHRIS.id, 9196)
        first = render_invoice(chris.ports, CHRIS.id, 9196)
        assert render_invoice(chris.ports, CHRIS.id, 9196) == first
        assert link_invoice(chris.ports, CHRIS.id, 9196).endswith("dies_in=120")

    def test_of_nobody_does_not_exist(self, chris: Student) -> None:
        with pytest.raises(errors.NotFound):
            render_invoice(chris.ports, CHRIS.id, 9196)


class TestCertificate:
    def test_says_what_was_paid_so_far(self, chris: Student) -> None:
        chris.declares("05")
        document, _ = issue_certificate(chris.ports, CHRIS.id, chris.registration_id)
        assert chris.ports.documents.stored[document.key] == b"0 of 0"
        pay(chris)
        document, link = issue_certificate(chris.ports, CHRIS.id, chris.registration_id)
        assert chris.ports.documents.stored[document.key] == b"377000 of 377000"
        assert document.key in link

    def test_of_another_does_not_exist(self, chris: Student) -> None:
        with pytest.raises(errors.NotFound):
            issue_certificate(chris.ports, CHRIS.id, "00000000000000ff-1")


class TestOutbox:
    def test_payment_brings_its_invoice_and_its_mail(self, chris: Student) -> None:
        chris.declares("05")
        pay(chris)
        assert send_outbox(chris.ports) == 1
        (entry,) = chris.ports.outbox_queue.entries
        deliver_outbox(chris.ports, entry.id)
        deliver_outbox(chris.ports, entry.id)
        assert chris.ports.mailer.sent == [("student@demo.test", Topic.PAYMENT_BOOKED)]
        assert 9196 in show_account(chris.ports, CHRIS.id).documents
        assert send_outbox(chris.ports) == 0


def test_unknown_person_does_not_exist(ports: FakePorts) -> None:
    with pytest.raises(errors.NotFound):
        show_account(ports, "00000000000000ff")
