"""Acts of the staff, each with the file on which two people do it: both saw the same page before."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from chalicelib.domain.collection.bounces import BankReturn
from chalicelib.domain.collection.disputes import DisputeReason, DisputeStage
from chalicelib.domain.corrections.withdrawals import AskedWithdrawal
from chalicelib.domain.lists.comments import Written
from chalicelib.domain.people import Person, Role
from chalicelib.domain.plan.plan_requests import PlanDecision
from chalicelib.domain.refunds.refund import Refund, RefundMethod
from chalicelib.domain.registration import Decision
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.treasury.lines import ExplanationKind
from chalicelib.usecases.cheques.credit_slip import BankCredit, credit_slip
from chalicelib.usecases.cheques.deposit_slip import deposit_slip
from chalicelib.usecases.cheques.make_slip import change_slip, make_slip
from chalicelib.usecases.collection.receive_payment import receive_payment
from chalicelib.usecases.collection.take_back_payment import stage_dispute, take_back_payment
from chalicelib.usecases.corrections.change_situation import change_situation, situation_request
from chalicelib.usecases.corrections.decide_waiver import decide_waiver
from chalicelib.usecases.corrections.issue_credit_note import CreditOrder, issue_credit_note
from chalicelib.usecases.corrections.propose_waiver import propose_waiver
from chalicelib.usecases.corrections.withdraw_registration import withdraw_registration, withdrawal_request
from chalicelib.usecases.corrections.write_off_rest import write_off_rest
from chalicelib.usecases.lettering.letter_entries import letter_entries, undo_lettering
from chalicelib.usecases.lists.comment_registration import comment_registration
from chalicelib.usecases.payers.invoice_payer import invoice_payer
from chalicelib.usecases.payers.name_payer import name_payer, take_back_payer
from chalicelib.usecases.payment_links.make_link import revoke_link
from chalicelib.usecases.people.close_account import close_account
from chalicelib.usecases.plans.decide_plan_request import decide_plan_request
from chalicelib.usecases.plans.recut_plan import preview_recut, recut_plan
from chalicelib.usecases.plans.resume_plan import resume_plan
from chalicelib.usecases.plans.stop_plan import stop_plan
from chalicelib.usecases.privacy.erase_person import erase_person
from chalicelib.usecases.refunds.ask_for_iban import ask_for_iban
from chalicelib.usecases.refunds.cancel_refund import cancel_refund
from chalicelib.usecases.refunds.decide_refund import decide_refund
from chalicelib.usecases.refunds.finish_transfer import finish_transfer
from chalicelib.usecases.refunds.make_transfer_files import make_transfer_files
from chalicelib.usecases.refunds.mark_transferred import mark_transferred
from chalicelib.usecases.refunds.prepare_refund import prepare_refund
from chalicelib.usecases.refunds.select_transfers import select_transfers
from chalicelib.usecases.registrations.block_registration import block_registration
from chalicelib.usecases.registrations.decide_registration import decide_registration, tick_steps
from chalicelib.usecases.registrations.mark_provisional import mark_provisional
from chalicelib.usecases.registrations.undo_act import undo_act
from chalicelib.usecases.statements.explain_line import explain_line
from chalicelib.usecases.statements.suspend_line import suspend_line
from chalicelib.usecases.statements.undo_line import undo_line
from tests.usecases.conftest import ACCOUNTANT, REGISTRAR, Student
from tests.usecases.link_steps import makes
from tests.usecases.payer_steps import COMPANY, names
from tests.usecases.plan_acts import stop
from tests.usecases.refund_steps import SECOND, approves, asked, pays_once, pays_twice, prepares
from tests.usecases.statement_steps import moved, one_line
from tests.usecases.test_lettering import stray
from tests.usecases.test_received_at_the_desk import CHEQUE, receives
from tests.usecases.test_transfer_files import approved
from tests.usecases.test_waivers import ASKED as WAIVER
from tests.usecases.test_write_offs import pays_but

Doing = Callable[[Person], object]
SECOND_REGISTRAR = replace(REGISTRAR, id="00000000000000d2", email="registrar2@demo.test")
ADMIN = Person("00000000000000f1", "admin@demo.test", "Alix", "TESTAD", frozenset({Role.ADMINISTRATOR}))
SECOND_ADMIN = replace(ADMIN, id="00000000000000f2", email="admin2@demo.test")
DAY, MONDAY = date(2022, 6, 24), date(2022, 6, 27)
WHY = "décidé au guichet"


@dataclass(frozen=True)
class ByTwo:
    """`begin` brings a file to the act; two of `people` do what it returns.

    `may_follow` is set where a second one after the first is an act of its own.
    """

    begin: Callable[[Student], Doing]
    people: tuple[Person, Person]
    may_follow: bool = False


PLAYED: dict[Act, ByTwo] = {}
REGISTRARS, ACCOUNTANTS, ADMINS = (REGISTRAR, SECOND_REGISTRAR), (ACCOUNTANT, SECOND), (ADMIN, SECOND_ADMIN)


def played(
    act: Act, people: tuple[Person, Person] = ACCOUNTANTS, *, may_follow: bool = False
) -> Callable[..., Callable[[Student], Doing]]:
    def note(begin: Callable[[Student], Doing]) -> Callable[[Student], Doing]:
        PLAYED[act] = ByTwo(begin, people, may_follow)
        return begin

    return note


# The registrar


def _decides(student: Student, decision: Decision) -> Doing:
    return lambda by: decide_registration(student.ports, student.registration_id, decision, WHY, by)


@played(Act.REGISTRATION_VALIDATED, REGISTRARS)
def validates(student: Student) -> Doing:
    student.declares("01")
    return _decides(student, Decision.VALIDATE)


@played(Act.REGISTRATION_REFUSED, REGISTRARS)
def refuses(student: Student) -> Doing:
    pays_once(student)
    return _decides(student, Decision.REFUSE)


@played(Act.REGISTRATION_REOPENED, REGISTRARS)
def reopens(student: Student) -> Doing:
    refuses(student)(REGISTRAR)
    return _decides(student, Decision.REOPEN)


@played(Act.FEE_SITUATION_CHANGED, REGISTRARS)
def changes(student: Student) -> Doing:
    pays_once(student)
    request = situation_request(student.registration_id, "02", WHY)
    return lambda by: change_situation(student.ports, request, by)


@played(Act.REGISTRATION_WITHDRAWN, REGISTRARS)
def withdraws(student: Student) -> Doing:
    pays_once(student)
    request = withdrawal_request(student.registration_id, AskedWithdrawal(DAY, None), WHY)
    return lambda by: withdraw_registration(student.ports, request, by)


@played(Act.PROVISIONAL_MARKED, REGISTRARS)
def marks(student: Student) -> Doing:
    student.declares("02")
    return lambda by: mark_provisional(student.ports, student.registration_id, date(2022, 10, 1), by)


@played(Act.STEPS_TICKED, REGISTRARS)
def ticks(student: Student) -> Doing:
    return lambda by: tick_steps(student.ports, student.registration_id, frozenset({"cvec"}), by)


@played(Act.REGISTRATION_COMMENTED)
def comments(student: Student) -> Doing:
    return lambda by: comment_registration(
        student.ports, student.registration_id, Written(f"vu par {by.id}", None, 0), by
    )


@played(Act.ACT_UNDONE)
def undoes(student: Student) -> Doing:
    blocks(student)(ACCOUNTANT)
    seen = student.account.last_act(student.registration_id).version
    return lambda by: undo_act(student.ports, student.registration_id, seen, by)


# Accounting: files and plans


@played(Act.REGISTRATION_BLOCKED)
def blocks(student: Student) -> Doing:
    return lambda by: block_registration(student.ports, student.registration_id, True, WHY, by)  # noqa: FBT003


@played(Act.REGISTRATION_UNBLOCKED)
def unblocks(student: Student) -> Doing:
    blocks(student)(ACCOUNTANT)
    return lambda by: block_registration(student.ports, student.registration_id, False, WHY, by)  # noqa: FBT003


def _decides_plan(student: Student, decision: PlanDecision) -> Doing:
    student.declares("01")
    student.asks_for()
    return lambda by: decide_plan_request(student.ports, student.registration_id, decision, WHY, by)


@played(Act.PLAN_APPROVED)
def approves_plan(student: Student) -> Doing:
    return _decides_plan(student, PlanDecision.APPROVE)


@played(Act.PLAN_REFUSED)
def refuses_plan(student: Student) -> Doing:
    return _decides_plan(student, PlanDecision.REFUSE)


@played(Act.PLAN_STOPPED)
def stops(student: Student) -> Doing:
    student.starts_the_plan()
    return lambda by: stop_plan(student.ports, student.registration_id, WHY, by)


@played(Act.PLAN_RESUMED)
def resumes(student: Student) -> Doing:
    student.starts_the_plan()
    stop(student)
    return lambda by: resume_plan(student.ports, student.registration_id, WHY, by)


@played(Act.PLAN_RECUT)
def recuts(student: Student) -> Doing:
    student.starts_the_plan()
    stop(student)
    seen = preview_recut(student.ports, student.registration_id, 3, WHY, ACCOUNTANT).after
    return lambda by: recut_plan(student.ports, student.registration_id, 3, WHY, by, seen=seen)


# Accounting: money in


@played(Act.PAYMENT_ENTERED)
def receives_cheque(student: Student) -> Doing:
    student.declares("01")
    return lambda by: receive_payment(student.ports, student.registration_id, CHEQUE, by, None)


@played(Act.PAYMENT_BOUNCED)
def bounces(student: Student) -> Doing:
    student.declares("01")
    paid = receives(student)
    returned = BankReturn(paid.amount_cents, WHY)
    return lambda by: take_back_payment(student.ports, paid.id, returned, by)


@played(Act.PAYMENT_DISPUTED)
def disputes(student: Student) -> Doing:
    paid = pays_once(student)
    returned = BankReturn(paid.amount_cents, "10.4", DisputeReason.FRAUDULENT, date(2022, 7, 20))
    return lambda by: take_back_payment(student.ports, paid.id, returned, by)


@played(Act.DISPUTE_STAGED)
def wins(student: Student) -> Doing:
    disputes(student)(ACCOUNTANT)
    (paid,) = student.account.payments
    return lambda by: stage_dispute(student.ports, paid.id, DisputeStage.WON, WHY, by)


@played(Act.CREDIT_NOTE_ISSUED)
def credits_note(student: Student) -> Doing:
    pays_once(student)
    (invoice,) = student.account.invoices
    order = CreditOrder(invoice.number, 10000, WHY, left_seen_cents=invoice.totals.total_cents)
    return lambda by: issue_credit_note(student.ports, order, by)


@played(Act.REST_WRITTEN_OFF)
def writes_off(student: Student) -> Doing:
    pays_but(student, 99)
    return lambda by: write_off_rest(student.ports, student.registration_id, 99, WHY, by)


@played(Act.WAIVER_PROPOSED)
def proposes_waiver(student: Student) -> Doing:
    pays_but(student, 20000)
    return lambda by: propose_waiver(student.ports, student.registration_id, WAIVER, by)


def _decides_waiver(student: Student, *, is_approved: bool) -> Doing:
    pays_but(student, 20000)
    known = propose_waiver(student.ports, student.registration_id, WAIVER, ACCOUNTANT)
    return lambda by: decide_waiver(student.ports, known.id, WHY, by, is_approved=is_approved)


@played(Act.WAIVER_APPROVED, (SECOND, REGISTRAR))
def approves_waiver(student: Student) -> Doing:
    return _decides_waiver(student, is_approved=True)


@played(Act.WAIVER_REFUSED, (SECOND, REGISTRAR))
def refuses_waiver(student: Student) -> Doing:
    return _decides_waiver(student, is_approved=False)


# Payers and links


@played(Act.PAYER_NAMED, (REGISTRAR, ACCOUNTANT))
def names_payer(student: Student) -> Doing:
    student.declares("01")
    return lambda by: name_payer(student.ports, student.registration_id, COMPANY, by)


@played(Act.PAYER_WITHDRAWN, (REGISTRAR, ACCOUNTANT))
def takes_payer_back(student: Student) -> Doing:
    student.declares("01")
    names(student)
    return lambda by: take_back_payer(student.ports, student.registration_id, WHY, by)


@played(Act.PAYER_INVOICED)
def invoices_payer(student: Student) -> Doing:
    student.declares("01")
    names(student)
    return lambda by: invoice_payer(student.ports, student.registration_id, by)


@played(Act.PAYMENT_LINK_REVOKED)
def revokes_link(student: Student) -> Doing:
    student.declares("01")
    made = makes(student)
    return lambda by: revoke_link(student.ports, made.link.id, by)


# Money out


@played(Act.REFUND_PREPARED)
def prepares_refund(student: Student) -> Doing:
    paid = pays_twice(student)
    return lambda by: prepare_refund(student.ports, paid.id, asked(), None, by)


def _prepared(student: Student, method: RefundMethod = RefundMethod.CARD) -> Refund:
    return prepares(
        student, pays_twice(student), asked(method=method), by=replace(ACCOUNTANT, id="0" * 15 + "9")
    )


@played(Act.REFUND_APPROVED)
def approves_refund(student: Student) -> Doing:
    known = _prepared(student)
    return lambda by: decide_refund(student.ports, known.id, by, "", known.sheet.hash, is_approved=True)


def approves_own_refund(student: Student) -> Doing:
    """Prepared by the first accountant."""
    known = prepares(student, pays_twice(student))
    return lambda by: decide_refund(student.ports, known.id, by, "", known.sheet.hash, is_approved=True)


@played(Act.REFUND_DECLINED)
def declines_refund(student: Student) -> Doing:
    known = _prepared(student)
    return lambda by: decide_refund(student.ports, known.id, by, WHY, None, is_approved=False)


@played(Act.REFUND_CANCELLED)
def cancels_refund(student: Student) -> Doing:
    known = approved(student)
    return lambda by: cancel_refund(student.ports, known.id, WHY, by)


@played(Act.REFUND_TRANSFERRED)
def hands_over(student: Student) -> Doing:
    known = approved(student)
    return lambda by: mark_transferred(student.ports, known.id, by)


def _finishes(student: Student, *, is_done: bool) -> Doing:
    known = approved(student)
    mark_transferred(student.ports, known.id, ACCOUNTANT)
    return lambda by: finish_transfer(student.ports, known.id, by, is_done=is_done)


@played(Act.REFUND_DONE)
def sees_it_arrive(student: Student) -> Doing:
    return _finishes(student, is_done=True)


@played(Act.REFUND_REFUSED)
def sees_it_return(student: Student) -> Doing:
    return _finishes(student, is_done=False)


@played(Act.IBAN_ASKED)
def asks_iban(student: Student) -> Doing:
    known = approves(student, _prepared(student, RefundMethod.TRANSFER))
    student.ports.memory.entries.clear()  # the first link was delivered
    return lambda by: ask_for_iban(student.ports, known.id, by)


@played(Act.TRANSFER_FILE_MADE)
def makes_file(student: Student) -> Doing:
    approved(student)
    seen = select_transfers(student.ports, ACCOUNTANT).digest
    return lambda by: make_transfer_files(student.ports, seen, by)


# The books


@played(Act.SLIP_MADE)
def makes_slip(student: Student) -> Doing:
    student.declares("01")
    paid = receives(student)
    return lambda by: make_slip(student.ports, [paid.id], by)


@played(Act.SLIP_CHANGED)
def changes_slip(student: Student) -> Doing:
    student.declares("01")
    slip = make_slip(student.ports, [receives(student, replace(CHEQUE, amount_cents=100)).id], ACCOUNTANT)
    other = receives(student, replace(CHEQUE, amount_cents=200, reference="0099"))
    return lambda by: change_slip(student.ports, slip.id, [other.id], by, slip.version)


@played(Act.SLIP_DEPOSITED)
def deposits(student: Student) -> Doing:
    student.declares("01")
    slip = make_slip(student.ports, [receives(student).id], ACCOUNTANT)
    return lambda by: deposit_slip(student.ports, slip.id, DAY, by, slip.version)


@played(Act.SLIP_CREDITED)
def credits_slip(student: Student) -> Doing:
    student.declares("01")
    slip = make_slip(student.ports, [receives(student).id], ACCOUNTANT)
    deposit_slip(student.ports, slip.id, DAY, ACCOUNTANT)
    student.ports.at = student.ports.at.replace(day=28)
    return lambda by: credit_slip(student.ports, slip.id, BankCredit(CHEQUE.amount_cents, MONDAY), by)


@played(Act.LINE_SUSPENDED)
def suspends(student: Student) -> Doing:
    line = one_line(student.ports, moved(5000))
    return lambda by: suspend_line(student.ports, line.id, by, reason=WHY, seen=line.version)


@played(Act.LINE_EXPLAINED)
def explains(student: Student) -> Doing:
    line = one_line(student.ports, moved(-1250))
    return lambda by: explain_line(student.ports, line.id, ExplanationKind.FEE, by, WHY, line.version)


@played(Act.LINE_UNDONE)
def undoes_line(student: Student) -> Doing:
    line = one_line(student.ports, moved(-1250))
    done = explain_line(student.ports, line.id, ExplanationKind.FEE, ACCOUNTANT, WHY, line.version)
    return lambda by: undo_line(student.ports, line.id, WHY, by, done.version)


@played(Act.ENTRIES_LETTERED)
def letters(student: Student) -> Doing:
    pair = [stray(student, "one", 5000), stray(student, "other", -5000)]
    return lambda by: letter_entries(student.ports, student.person.id, pair, by, is_partial=False)


@played(Act.LETTERING_UNDONE)
def undoes_letter(student: Student) -> Doing:
    made = letters(student)(ACCOUNTANT)
    return lambda by: undo_lettering(student.ports, student.person.id, made.id, WHY, by)  # type: ignore[attr-defined]


# People


def _closes(student: Student, *, is_active: bool) -> Doing:
    return lambda by: close_account(student.ports, student.person.id, is_active, WHY, by)


@played(Act.ACCOUNT_DISABLED, ADMINS)
def closes(student: Student) -> Doing:
    return _closes(student, is_active=False)


@played(Act.ACCOUNT_ENABLED, ADMINS)
def opens(student: Student) -> Doing:
    closes(student)(ADMIN)
    return _closes(student, is_active=True)


@played(Act.PERSON_ERASED, ADMINS)
def erases(student: Student) -> Doing:
    return lambda by: erase_person(student.ports, student.person.id, WHY, by)
