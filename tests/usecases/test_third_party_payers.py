"""A company, an OPCO or a public body pays a part: its own invoice, and the student owes the rest."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain import decisions, errors
from chalicelib.domain.books.chart import Book
from chalicelib.domain.causes import SumOwed
from chalicelib.domain.collection.bounces import BankReturn
from chalicelib.domain.corrections.refusals import CreditNoteUnreasoned
from chalicelib.domain.credits import to_give_back
from chalicelib.domain.errors import Forbidden, NotFound, NothingToPay, PaymentOpen
from chalicelib.domain.fees import is_complete, quote, total_cents
from chalicelib.domain.languages import Language
from chalicelib.domain.menu import MenuKey, MenuState, menu
from chalicelib.domain.outbox import Topic
from chalicelib.domain.owed import Withheld, owed_cents, withheld
from chalicelib.domain.payers import naming as rules
from chalicelib.domain.payers import refusals
from chalicelib.domain.payers.covers import covers_of
from chalicelib.domain.payers.naming import WHOLE
from chalicelib.domain.payers.payer import PayerState
from chalicelib.domain.payers.reminding import payer_reminder
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.plan.plan_requests import PlanRequestState
from chalicelib.domain.privacy.erasure import redactions_of_erasure, require_settled
from chalicelib.domain.registration import Decision
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.collection.receive_payment import check_receipt
from chalicelib.usecases.collection.take_back_payment import take_back_payment
from chalicelib.usecases.corrections.issue_credit_note import (
    CreditOrder,
    issue_credit_note,
    preview_credit_note,
)
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.invoices.render_invoice import render_invoice
from chalicelib.usecases.payers.invoice_payer import invoice_payer, preview_payer_invoice
from chalicelib.usecases.payers.list_payers import list_payers
from chalicelib.usecases.payers.name_payer import name_payer, payer_with, preview_payer, take_back_payer
from chalicelib.usecases.payers.remind_payers import remind_payers
from chalicelib.usecases.registrations.decide_registration import decide_registration
from tests.fakes.ports import FakePorts, enrol_student
from tests.proof.books import check_books
from tests.usecases.conftest import ACCOUNTANT, CHRIS, REGISTRAR, Student
from tests.usecases.correction_steps import changes, prepared
from tests.usecases.payer_steps import (
    COMPANY,
    PUBLIC,
    REASON,
    gives_up,
    invoices,
    is_paid_by,
    names,
    owed_in_all,
)
from tests.usecases.test_received_at_the_desk import CHEQUE, receives


@pytest.fixture
def declared(chris: Student) -> Student:
    chris.declares("01")
    return chris


@pytest.fixture
def invoiced(declared: Student) -> Student:
    names(declared)
    invoices(declared)
    return declared


@pytest.fixture
def ordered(declared: Student) -> Student:
    """A student who has paid 200,00 € by cheque of the 601,00 €."""
    receives(declared, replace(CHEQUE, amount_cents=20000))
    return declared


class TestNamed:
    def test_student_is_asked_for_the_rest_alone_and_sees_why(self, declared: Student) -> None:
        names(declared)
        lines = quote(declared.file)
        assert [line.total_cents for line in lines] == [60100, -40000]
        assert lines[1].product == "Pris en charge par Société de démonstration"
        page = declared.opens_the_page()
        assert page.amount_cents == 20100
        declared.pays(page)
        assert (declared.balance_cents, declared.registration.is_paid) == (0, True)
        (invoice,) = declared.account.invoices
        assert invoice.totals.total_cents == 20100
        check_books(declared.ports.memory)

    def test_plan_is_cut_over_the_rest(self, declared: Student) -> None:
        names(declared, share_cents=30100)
        request = declared.asks_for("paybox-3")
        assert request.total_cents == 30000
        declared.is_approved()
        declared.pays(declared.opens_the_page_of(1))
        assert sum(each.amount_cents for each in declared.file.instalments) == 30000
        check_books(declared.ports.memory)

    def test_school_without_a_bank_account_names_none_on_the_invoice(self, declared: Student) -> None:
        campaign = declared.ports.campaigns.current()
        declared.ports.campaigns.change(replace(campaign, bank_account=None))
        names(declared)
        buyer = invoices(declared).buyer
        assert buyer
        assert (buyer.iban, buyer.bic) == ("", "")

    def test_whole_is_paid_by_the_payer(self, declared: Student) -> None:
        payer = names(declared, share_cents=WHOLE)
        assert payer.facts.share_cents == 60100
        with pytest.raises(NothingToPay):
            declared.opens_the_page()
        decide_registration(declared.ports, declared.registration_id, Decision.VALIDATE, "", REGISTRAR)
        assert is_complete(declared.file)

    def test_public_body_that_needs_its_engagement_gives_it(self, declared: Student) -> None:
        with pytest.raises(refusals.EngagementMissing):
            names(declared, PUBLIC, engagement="")
        assert names(declared, PUBLIC, engagement="", needs_engagement=False).is_named

    @pytest.mark.parametrize("cents", [60101, -1])
    def test_share_is_what_is_owed_at_most(self, declared: Student, cents: int) -> None:
        with pytest.raises(refusals.PayerAboveOwed) as refused:
            names(declared, share_cents=cents)
        assert refused.value.owed_cents == 60100

    def test_same_again_writes_nothing_and_other_facts_replace_it(self, declared: Student) -> None:
        first = names(declared)
        assert names(declared) == first
        second = names(declared, share_cents=10000)
        assert (second.id, second.version) == (first.id, 2)
        assert total_cents(declared.file) == 50100

    def test_of_two_registrars_the_second_reads_again(self, declared: Student) -> None:
        names(declared)
        with pytest.raises(refusals.PayerChanged):
            name_payer(
                declared.ports, declared.registration_id, replace(COMPANY, share_cents=1000), REGISTRAR
            )

    def test_nothing_is_on_its_way_meanwhile(self, declared: Student) -> None:
        page = declared.opens_the_page()
        with pytest.raises(PaymentOpen):
            names(declared)
        declared.pays(page)

    def test_plan_over_the_whole_comes_first(self, declared: Student) -> None:
        declared.asks_for("paybox-3")
        with pytest.raises(refusals.PayerPlanAsked):
            names(declared)

    def test_refused_file_takes_none(self, declared: Student) -> None:
        decide_registration(declared.ports, declared.registration_id, Decision.REFUSE, "pièce", REGISTRAR)
        with pytest.raises(refusals.PayerOfClosedFile):
            names(declared)

    def test_taxed_fees_have_no_share(self, declared: Student) -> None:
        file = declared.file
        code = file.programme.code
        taxed = tuple(replace(line, vat_rate=Decimal(20)) for line in file.programme.tariffs["01"])
        programme = replace(file.campaign.programmes[code], tariffs={"01": taxed})
        campaign = replace(file.campaign, programmes={code: programme})
        with pytest.raises(refusals.PayerOfTaxedFees):
            rules.name_payer(
                replace(file, campaign=campaign), rules.Naming(COMPANY, REGISTRAR.id), declared.ports.at
            )

    def test_situation_cannot_change_beside_a_payer(self, declared: Student) -> None:
        names(declared)
        with pytest.raises(refusals.PaidByThirdParty):
            declared.declares("02")
        (dossier,) = [each for each in menu(declared.file, declared.ports.at) if each.key is MenuKey.DOSSIER]
        assert (dossier.state, dossier.reason) == (MenuState.CLOSED, refusals.PaidByThirdParty())

    def test_accounting_and_registrar_name_it_and_nobody_else(self, declared: Student) -> None:
        for person in (CHRIS, replace(REGISTRAR, id=CHRIS.id)):
            with pytest.raises(Forbidden):
                name_payer(declared.ports, declared.registration_id, COMPANY, person)
        with pytest.raises(Forbidden):
            invoice_payer(declared.ports, declared.registration_id, REGISTRAR)

    def test_preview_writes_nothing(self, declared: Student) -> None:
        _, shown = preview_payer(declared.ports, declared.registration_id, COMPANY, REGISTRAR)
        assert total_cents(shown) == 20100
        assert declared.file.payer is None


class TestWithdrawn:
    def test_price_is_whole_again_before_an_order(self, declared: Student) -> None:
        names(declared, share_cents=30100)
        declared.asks_for("paybox-3")
        payer = take_back_payer(declared.ports, declared.registration_id, REASON, REGISTRAR)
        assert (payer.state, total_cents(declared.file)) == (PayerState.WITHDRAWN, 60100)
        request = declared.file.plan_request
        assert request
        assert request.state is PlanRequestState.WITHDRAWN
        assert declared.mails()[-1] == (Topic.PAYER_GONE, 0)
        assert names(declared).id.endswith("-p2")

    def test_share_is_ordered_after_the_rest_was(self, declared: Student) -> None:
        names(declared)
        declared.pays(declared.opens_the_page())
        take_back_payer(declared.ports, declared.registration_id, REASON, REGISTRAR)
        assert [each.totals.total_cents for each in declared.account.invoices] == [20100, 40000]
        assert (owed_cents(declared.file), declared.registration.part_paid) == (40000, True)
        assert declared.opens_the_page().amount_cents == 40000
        check_books(declared.ports.memory)

    def test_other_share_is_another_payer_after_the_rest_was_ordered(self, declared: Student) -> None:
        names(declared)
        declared.pays(declared.opens_the_page())
        with pytest.raises(refusals.PayerShareDeducted):
            names(declared, share_cents=10000)
        assert names(declared, email="other@demo.test").version == 2

    def test_it_needs_a_reason_and_a_payer(self, declared: Student) -> None:
        with pytest.raises(refusals.PayerNotNamed):
            take_back_payer(declared.ports, declared.registration_id, REASON, REGISTRAR)
        names(declared)
        with pytest.raises(decisions.ReasonMissing):
            take_back_payer(declared.ports, declared.registration_id, " ", REGISTRAR)

    def test_nothing_is_asked_again_of_a_payer_named_after_the_order(self, ordered: Student) -> None:
        names(ordered)
        take_back_payer(ordered.ports, ordered.registration_id, REASON, REGISTRAR)
        assert owed_cents(ordered.file) == 40100
        assert len(ordered.account.invoices) == 1


class TestInvoiced:
    def test_payer_has_an_order_and_an_invoice_of_its_own(self, declared: Student) -> None:
        payer = names(declared, PUBLIC)
        invoice = invoices(declared)
        assert invoice.number == 9196
        assert invoice.client.last_name == "Société de démonstration"
        assert invoice.totals.total_cents == 40000
        assert invoice.buyer
        assert (invoice.buyer.student, invoice.buyer.siret) == ("TESTCD Chris", "73282932000074")
        assert (invoice.buyer.service_code, invoice.buyer.engagement) == ("DRH", "EJ-2022-1")
        assert invoice.buyer.due_on == date(2022, 7, 24)
        assert "TESTCD" not in invoice.lines[0].product, "orders are kept for ever"
        assert declared.account.invoices == ()
        assert declared.account.of_payers.invoices == (invoice,)
        after = payer_with(declared.file, payer.id)
        assert (after.state, after.invoice_number, after.due_on) == (
            PayerState.INVOICED,
            9196,
            date(2022, 7, 24),
        )
        assert after.order_number == invoice.order_number
        assert declared.balance_cents == 0, "nothing of it is the student's"
        assert owed_in_all(declared) == 60100
        check_books(declared.ports.memory)

    def test_student_comes_after_it_in_the_same_sequence(self, invoiced: Student) -> None:
        invoiced.pays(invoiced.opens_the_page())
        assert [each.number for each in invoiced.account.invoices] == [9197]
        assert invoiced.balance_cents == 0
        check_books(invoiced.ports.memory)

    def test_journal_has_the_account_of_payers(self, declared: Student) -> None:
        declared.ports = with_payers_account(declared.ports)
        names(declared)
        invoices(declared)
        is_paid_by(declared, 40000)
        (first, second) = declared.account.of_payers.journal
        assert {each.account: each.cents for each in first.postings} == {"4117": 40000, "706": -40000}
        assert {each.account: each.cents for each in second.postings} == {"512": 40000, "4117": -40000}
        assert {each.book for each in first.postings} == {Book.RECEIVABLE, Book.FEES}
        assert declared.account.journal == ()

    def test_payer_is_told_with_its_invoice(self, invoiced: Student) -> None:
        deliver(invoiced)
        assert invoiced.ports.mailer.sent == [("payer@demo.test", Topic.PAYER_INVOICED)]
        assert "400,00" in invoiced.ports.mailer.texts[0]

    def test_it_is_invoiced_once(self, invoiced: Student) -> None:
        with pytest.raises(refusals.PayerNotNamed):
            invoices(invoiced)
        assert len(invoiced.ports.memory.invoices) == 1

    def test_file_that_was_refused_meanwhile_has_no_invoice_to_a_payer(self, declared: Student) -> None:
        names(declared)
        decide_registration(declared.ports, declared.registration_id, Decision.REFUSE, "pièce", REGISTRAR)
        with pytest.raises(refusals.PayerOfClosedFile):
            invoices(declared)
        assert declared.account.of_payers.invoices == ()

    def test_invoice_is_of_the_payer_that_was_seen(self, declared: Student) -> None:
        names(declared)
        names(declared, share_cents=100)
        with pytest.raises(refusals.PayerChanged):
            invoice_payer(declared.ports, declared.registration_id, ACCOUNTANT, 1)

    def test_another_payer_waits_until_it_is_paid(self, invoiced: Student) -> None:
        with pytest.raises(refusals.PayerRunning) as running:
            names(invoiced)
        assert running.value.name == "Société de démonstration"
        is_paid_by(invoiced, 40000)
        with pytest.raises(refusals.PayerAboveOwed) as refused:
            names(invoiced, share_cents=20101)
        assert refused.value.owed_cents == 20100
        assert names(invoiced, share_cents=20100).id.endswith("-p2")
        invoices(invoiced)
        assert total_cents(invoiced.file) == 0
        assert owed_in_all(invoiced) == 60100
        check_books(invoiced.ports.memory)

    def test_its_invoice_is_none_of_the_students(self, invoiced: Student) -> None:
        with pytest.raises(NotFound):
            render_invoice(invoiced.ports, CHRIS.id, 9196)

    def test_act_is_in_the_audit_trail(self, invoiced: Student) -> None:
        acts = [each.act for each in invoiced.ports.memory.audit_waiting.values()]
        assert acts[-2:] == [Act.PAYER_NAMED, Act.PAYER_INVOICED]

    def test_lists_show_who_is_to_be_invoiced_and_who_owes(self, declared: Student) -> None:
        names(declared)
        assert [each.cents for each in list_payers(declared.ports, PayerState.NAMED)] == [40000]
        invoices(declared)
        assert list_payers(declared.ports, PayerState.NAMED) == []
        is_paid_by(declared, 10000)
        assert [each.cents for each in list_payers(declared.ports, PayerState.INVOICED)] == [30000]


class TestAfterTheOrder:
    def test_nothing_is_asked_until_the_invoice_lowers_the_order(self, ordered: Student) -> None:
        names(ordered, share_cents=WHOLE)
        with pytest.raises(refusals.PayerAwaited):
            ordered.opens_the_page()
        draft = preview_payer_invoice(ordered.ports, ordered.registration_id, ACCOUNTANT)
        assert draft.note
        assert draft.note.totals.total_cents == 60100
        invoices(ordered)
        (note,) = ordered.account.credit_notes
        assert note.reason == "Pris en charge par Société de démonstration, facture n° 9197"
        assert owed_in_all(ordered) == 60100
        surplus = to_give_back(ordered.file)
        assert surplus
        assert surplus.amount_cents == 20000
        check_books(ordered.ports.memory)

    def test_plan_shrinks_and_no_debit_leaves_before_that(self, declared: Student) -> None:
        declared.starts_the_plan()
        names(declared, share_cents=30000)
        waiting = declared.instalment(3)
        assert withheld(declared.file, waiting, date(2022, 8, 10)) is Withheld.PAYER_AWAITED
        declared.debits_run("2022-07-10 08:00")
        assert declared.taken(2) == []
        invoices(declared)
        left = sum(each.remaining_cents for each in declared.file.instalments)
        assert left == 60100 - 20031 - 30000
        assert declared.instalment(3).state is InstalmentState.CANCELLED
        declared.debits_run("2022-07-10 09:00")
        assert declared.taken(2) == [left]
        assert owed_in_all(declared) == 60100
        check_books(declared.ports.memory)

    def test_share_is_within_one_invoice(self, ordered: Student) -> None:
        with pytest.raises(refusals.PayerAboveOwed):
            names(ordered, share_cents=60101)

    def test_page_of_an_instalment_waits_too(self, declared: Student) -> None:
        declared.starts_the_plan()
        names(declared, share_cents=30000)
        with pytest.raises(refusals.PayerAwaited):
            declared.opens_the_page_of(2)


class TestMoney:
    def test_part_then_rest_settle_its_invoice(self, invoiced: Student) -> None:
        is_paid_by(invoiced, 15000)
        payment = is_paid_by(invoiced, 25000, reference="VIR 2")
        assert (payment.allocated_cents, payment.invoice_number) == (25000, 9196)
        assert invoiced.file.payer
        assert invoiced.file.payer.state is PayerState.PAID
        assert invoiced.account.payments == ()
        assert invoiced.file.of_payers.owed_cents == 0
        check_books(invoiced.ports.memory)

    def test_never_more_than_its_invoice_asks(self, invoiced: Student) -> None:
        with pytest.raises(refusals.PayerReceiptTooLarge) as refused:
            is_paid_by(invoiced, 40001)
        assert refused.value.owed_cents == 40000
        received = replace(CHEQUE, invoice_number=9196)
        with pytest.raises(refusals.PayerReceiptTooLarge):
            check_receipt(invoiced.ports, invoiced.registration_id, received)
        with pytest.raises(NotFound):
            is_paid_by(invoiced, 100, number=7)
        check_receipt(invoiced.ports, invoiced.registration_id, replace(received, amount_cents=1))

    def test_same_reference_of_the_payer_is_asked_about(self, invoiced: Student) -> None:
        is_paid_by(invoiced, 100)
        with pytest.raises(errors.DecisionNotPossible):
            is_paid_by(invoiced, 100)

    def test_it_is_received_for_a_file_that_was_refused(self, invoiced: Student) -> None:
        decide_registration(invoiced.ports, invoiced.registration_id, Decision.REFUSE, "pièce", REGISTRAR)
        is_paid_by(invoiced, 40000)
        assert to_give_back(invoiced.file) is None

    def test_bounce_opens_its_invoice_and_not_the_students(self, invoiced: Student) -> None:
        invoiced.pays(invoiced.opens_the_page())
        payment = is_paid_by(invoiced, 40000)
        take_back_payment(invoiced.ports, payment.id, BankReturn(40000, "sans provision"), ACCOUNTANT)
        assert invoiced.file.payer
        assert invoiced.file.payer.state is PayerState.INVOICED
        assert invoiced.file.of_payers.owed_cents == 40000
        assert (invoiced.balance_cents, invoiced.registration.part_paid) == (0, False)
        is_paid_by(invoiced, 40000, reference="VIR 2")
        check_books(invoiced.ports.memory)

    def test_students_money_pays_nothing_of_it(self, invoiced: Student) -> None:
        receives(invoiced, replace(CHEQUE, amount_cents=30000))
        assert invoiced.file.of_payers.owed_cents == 40000
        surplus = to_give_back(invoiced.file)
        assert surplus
        assert surplus.amount_cents == 9900
        check_books(invoiced.ports.memory)


class TestReminded:
    def test_ladder_goes_by_the_day_it_is_due(self, invoiced: Student) -> None:
        deliver(invoiced)
        for day in ("2022-07-24", "2022-08-01", "2022-08-02", "2022-08-14", "2022-09-07", "2022-12-01"):
            invoiced.is_at(f"{day} 06:00")
            remind_payers(invoiced.ports)
        told = [each for each in invoiced.ports.memory.entries.values() if each.topic is Topic.PAYER_REMINDER]
        assert [each.reason for each in told] == ["first", "second", "last"]
        assert {each.email for each in told} == {"payer@demo.test"}
        deliver(invoiced)
        assert invoiced.ports.mailer.sent[-1] == ("payer@demo.test", Topic.PAYER_REMINDER)

    def test_paid_in_part_it_is_reminded_of_the_rest_and_paid_of_nothing(self, invoiced: Student) -> None:
        is_paid_by(invoiced, 10000)
        invoiced.is_at("2022-08-01 06:00")
        remind_payers(invoiced.ports)
        (told,) = [e for e in invoiced.ports.memory.entries.values() if e.topic is Topic.PAYER_REMINDER]
        assert told.amount_cents == 30000
        is_paid_by(invoiced, 30000, reference="VIR 2")
        deliver(invoiced)
        assert Topic.PAYER_REMINDER not in {topic for _, topic in invoiced.ports.mailer.sent}
        invoiced.is_at("2022-12-01 06:00")
        assert remind_payers(invoiced.ports).failed == 0
        (paid,) = invoiced.file.payers  # listed as one that owes, and paid before it was read
        assert payer_reminder(invoiced.file, paid, date(2022, 12, 1), invoiced.ports.now()) is None


class TestLanguage:
    def test_its_mails_are_in_its_language_and_the_students_in_theirs(self, declared: Student) -> None:
        names(declared, language=Language.EN)
        invoices(declared)
        gives_up(declared, 40000)
        deliver(declared)
        theirs = [each for each in declared.ports.mailer.texts if "invoice no." in each.lower()]
        assert all(each.count("Hello") for each in theirs)
        assert any("Bonjour" in each for each in declared.ports.mailer.texts)
        assert len(theirs) == 2


class TestGivenUp:
    def test_student_owes_it_again_before_an_order(self, invoiced: Student) -> None:
        note = gives_up(invoiced, 40000)
        assert note.client.last_name == "Société de démonstration"
        assert invoiced.file.payer
        assert (invoiced.file.payer.state, invoiced.file.payer.reason) == (PayerState.GIVEN_UP, REASON)
        assert total_cents(invoiced.file) == 60100
        assert invoiced.opens_the_page().amount_cents == 60100
        deliver(invoiced)
        assert {topic for _, topic in invoiced.ports.mailer.sent} >= {Topic.PAYER_CREDITED, Topic.PAYER_GONE}
        check_books(invoiced.ports.memory)

    def test_student_owes_it_again_after_an_order(self, invoiced: Student) -> None:
        invoiced.pays(invoiced.opens_the_page())
        is_paid_by(invoiced, 10000)
        gives_up(invoiced, 30000)
        assert invoiced.file.payer
        assert invoiced.file.payer.state is PayerState.PAID
        assert [each.totals.total_cents for each in invoiced.account.invoices] == [20100, 30000]
        assert (owed_cents(invoiced.file), invoiced.registration.part_paid) == (30000, True)
        assert owed_in_all(invoiced) == 60100
        invoiced.pays(invoiced.opens_the_page(), "7002")
        assert invoiced.balance_cents == 0
        check_books(invoiced.ports.memory)

    def test_student_owes_a_single_cent_again_too(self, invoiced: Student) -> None:
        invoiced.pays(invoiced.opens_the_page())
        gives_up(invoiced, 1)
        assert (owed_cents(invoiced.file), invoiced.registration.part_paid) == (1, True)

    def test_credit_of_the_student_pays_it_first(self, ordered: Student) -> None:
        names(ordered, share_cents=WHOLE)
        invoices(ordered)
        gives_up(ordered, 60100)
        assert owed_cents(ordered.file) == 40100
        assert to_give_back(ordered.file) is None
        assert ordered.registration.part_paid
        check_books(ordered.ports.memory)

    def test_what_the_payer_paid_is_not_given_up(self, invoiced: Student) -> None:
        is_paid_by(invoiced, 30000)
        with pytest.raises(refusals.PayerCreditTooLarge) as refused:
            gives_up(invoiced, 10001)
        assert refused.value.owed_cents == 10000

    def test_situation_stays_while_an_earlier_payer_has_paid(self, invoiced: Student) -> None:
        is_paid_by(invoiced, 40000)
        names(invoiced, name="Autre payeur", share_cents=10000)
        invoices(invoiced)
        gives_up(invoiced, 10000)
        with pytest.raises(refusals.PaidByThirdParty):
            invoiced.declares("02")
        with pytest.raises(refusals.PayerAboveTariff) as refused:
            changes(invoiced, "02")
        assert (refused.value.share_cents, refused.value.tariff_cents) == (40000, 0)
        assert owed_in_all(invoiced) == 60100

    def test_it_needs_a_reason_and_no_open_page(self, invoiced: Student) -> None:
        order = CreditOrder(9196, 40000, " ")
        with pytest.raises(CreditNoteUnreasoned):
            issue_credit_note(invoiced.ports, order, ACCOUNTANT)
        draft = preview_credit_note(invoiced.ports, replace(order, reason=REASON), ACCOUNTANT)
        assert total_cents(draft.after) == 60100
        page = invoiced.opens_the_page()
        with pytest.raises(PaymentOpen):
            gives_up(invoiced, 40000)
        invoiced.pays(page)

    def test_same_key_is_one_credit_note(self, invoiced: Student) -> None:
        order = CreditOrder(9196, 100, REASON, key="k1")
        first = issue_credit_note(invoiced.ports, order, ACCOUNTANT)
        assert issue_credit_note(invoiced.ports, order, ACCOUNTANT) == first


class TestPrivacy:
    def test_person_is_not_erased_while_a_payer_owes(self, declared: Student) -> None:
        names(declared)
        with pytest.raises(SumOwed):
            require_settled(declared.account)
        invoices(declared)
        with pytest.raises(SumOwed):
            require_settled(declared.account)
        is_paid_by(declared, 40000)
        require_settled(declared.account)

    def test_contact_is_redacted(self, invoiced: Student) -> None:
        is_paid_by(invoiced, 40000)
        file = invoiced.ports.personal.file(CHRIS.id)
        (payer,) = redactions_of_erasure(file).payers
        assert (payer.facts.email, payer.facts.name) == ("", "Société de démonstration")


SHARES = st.integers(min_value=1, max_value=60100)
STEPS = st.lists(
    st.sampled_from(["name", "invoice", "pay", "give_up", "bounce", "page", "withdraw"]), max_size=9
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(SHARES, STEPS)
def test_student_and_payers_owe_the_whole_together_whatever_happens(share: int, steps: list[str]) -> None:
    ports = FakePorts(load_shipped("clermont-auvergne-inp-2022"))
    registration = enrol_student(ports, CHRIS, "I2223_Y1_1A", ports.campaigns.current().id)
    student = Student(ports, CHRIS, registration.id)
    student.declares("01")
    for number, step in enumerate(steps):
        with suppress(errors.QuittanceError):
            ACTS[step](student, share, number)
        file = student.file
        awaited = file.payer.facts.share_cents if file.payer and file.payer.is_named else 0
        deducted = awaited if not file.awaited_payer else 0
        assert owed_in_all(student) + deducted == 60100
        assert file.of_payers.owed_cents >= 0
    check_books(ports.memory)


def _bounces(student: Student, number: int) -> None:
    payment = next((each for each in student.file.of_payers.payments if each.kept_cents), None)
    if payment:
        returned = BankReturn(payment.kept_cents, f"rejet {number}")
        take_back_payment(student.ports, payment.id, returned, ACCOUNTANT)


def _pays_the_rest(student: Student, number: int) -> None:
    page = student.opens_the_page()
    assert page.amount_cents <= (total_cents(student.file) or 0), "nobody is asked for the payer's part"
    student.pays(page, str(8000 + number))


ACTS: dict[str, Callable[[Student, int, int], object]] = {
    "name": lambda student, share, _: names(student, share_cents=share),
    "invoice": lambda student, share, number: invoices(student),
    "pay": lambda student, share, number: is_paid_by(
        student, max(1, student.file.of_payers.owed_cents // 2), reference=f"VIR {number}"
    ),
    "give_up": lambda student, share, number: gives_up(student, max(1, student.file.of_payers.owed_cents)),
    "bounce": lambda student, share, number: _bounces(student, number),
    "page": lambda student, share, number: _pays_the_rest(student, number),
    "withdraw": lambda student, share, _: take_back_payer(
        student.ports, student.registration_id, REASON, REGISTRAR
    ),
}


def deliver(student: Student) -> None:
    for entry_id in list(student.ports.memory.entries):
        deliver_outbox(student.ports, entry_id)


def with_payers_account(ports: FakePorts) -> FakePorts:
    campaign = ports.campaigns.current()
    chart = {**campaign.chart, Book.PAYERS: "4117"}
    ports.campaigns = type(ports.campaigns)(replace(campaign, chart=chart))
    return ports


class TestCovers:
    def test_student_is_told_who_pays_what_and_by_which_invoice(self, declared: Student) -> None:
        assert list(covers_of(declared.file)) == []
        names(declared)
        (cover,) = covers_of(declared.file)
        assert (cover.payer, cover.cents, cover.invoice_number) == ("Société de démonstration", 40000, None)
        invoices(declared)
        (cover,) = covers_of(declared.file)
        assert (cover.invoice_number, cover.invoiced_on) == (9196, date(2022, 6, 24))
        gives_up(declared, 40000)
        assert list(covers_of(declared.file)) == []

    def test_student_with_an_order_waits_for_it(self, ordered: Student) -> None:
        names(ordered)
        (cover,) = covers_of(ordered.file)
        assert (cover.cents, cover.is_awaited) == (40000, True)


class TestAtTheEdges:
    def test_order_that_was_credited_meanwhile_holds_no_share_any_more(self, ordered: Student) -> None:
        names(ordered, share_cents=WHOLE)
        (own,) = ordered.account.invoices
        issue_credit_note(ordered.ports, CreditOrder(own.number, 100, REASON), ACCOUNTANT)
        with pytest.raises(refusals.PayerAboveOwed) as refused:
            invoices(ordered)
        assert refused.value.owed_cents == 60000

    def test_payer_that_is_not_invoiced_is_not_reminded(self, declared: Student) -> None:
        payer = names(declared)
        assert payer_reminder(declared.file, payer, date(2023, 1, 1), declared.ports.at) is None
        take_back_payer(declared.ports, declared.registration_id, REASON, REGISTRAR)
        names(declared)
        assert payer_with(declared.file, f"{declared.registration_id}-p2").is_named
        with pytest.raises(NotFound):
            payer_with(declared.file, "nobody")


class TestOfARefusedFile:
    """A payer that goes meanwhile asks nothing of the student until the file is open again."""

    def refuses(self, student: Student) -> None:
        decide_registration(student.ports, student.registration_id, Decision.REFUSE, "incomplet", REGISTRAR)

    def reopens(self, student: Student) -> None:
        decide_registration(student.ports, student.registration_id, Decision.REOPEN, "reçu", REGISTRAR)

    def test_nothing_is_drawn_on_the_student_when_the_payer_gives_up(self, invoiced: Student) -> None:
        invoiced.pays(invoiced.opens_the_page())
        self.refuses(invoiced)
        gives_up(invoiced, 30000)
        gives_up(invoiced, 10000)
        assert [each.totals.total_cents for each in invoiced.account.invoices] == [20100]
        assert (invoiced.balance_cents, invoiced.registration.part_paid) == (0, False)
        deliver(invoiced)
        assert Topic.PAYER_GONE not in {topic for _, topic in invoiced.ports.mailer.sent}
        check_books(invoiced.ports.memory)

    def test_it_is_owed_once_the_file_is_open_again(self, invoiced: Student) -> None:
        invoiced.pays(invoiced.opens_the_page())
        self.refuses(invoiced)
        gives_up(invoiced, 40000)
        for _ in range(2):
            self.reopens(invoiced)
            assert [each.totals.total_cents for each in invoiced.account.invoices] == [20100, 40000]
            assert (owed_cents(invoiced.file), invoiced.registration.part_paid) == (40000, True)
            assert prepared(invoiced) == []
            self.refuses(invoiced)
        self.reopens(invoiced)
        deliver(invoiced)
        assert Topic.PAYER_GONE in {topic for _, topic in invoiced.ports.mailer.sent}
        invoiced.pays(invoiced.opens_the_page(), "7002")
        assert (invoiced.balance_cents, owed_in_all(invoiced)) == (0, 60100)
        check_books(invoiced.ports.memory)

    def test_price_is_whole_again_without_an_order(self, invoiced: Student) -> None:
        self.refuses(invoiced)
        gives_up(invoiced, 40000)
        assert invoiced.account.orders == ()
        self.reopens(invoiced)
        assert invoiced.opens_the_page().amount_cents == 60100

    def test_payer_that_is_taken_back_asks_nothing_either(self, declared: Student) -> None:
        names(declared)
        declared.pays(declared.opens_the_page())
        self.refuses(declared)
        take_back_payer(declared.ports, declared.registration_id, REASON, ACCOUNTANT)
        assert len(declared.account.invoices) == 1
        self.reopens(declared)
        assert [each.totals.total_cents for each in declared.account.invoices] == [20100, 40000]
        check_books(declared.ports.memory)
