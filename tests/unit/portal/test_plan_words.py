"""What the pages say of a plan that is stopped, recut or over, and of the way to pay that was not taken."""

from dataclasses import replace
from datetime import date

from chalicelib.domain.people import Role
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.registration import Decision
from chalicelib.usecases.registrations.decide_registration import decide_registration
from tests.unit.portal.conftest import Browser, Page, colleague
from tests.unit.portal.test_card_pages import DESK, has
from tests.unit.portal.test_plan_pages import ISIMA, read, rows

TOTAL = "Total des paiements qui seront réalisés automatiquement"
OTHER_MEANS = "D'autres moyens de paiement"


def pill(student: Browser, menu: str) -> str:
    text = read(student.get("/"))
    return text[text.index(menu) :].partition('<span class="pill')[2].partition(">")[2].partition("<")[0]


def stops(student: Browser) -> Browser:
    student.acts_as("accountant")
    return student.send(student.get(DESK), f"{DESK}/stop", reason="Litige avec la banque.")


def test_stopped_plan_says_so_in_each_row_and_the_student_reads_why(student: Browser) -> None:
    student.starts_the_plan()
    stops(student)
    desk = rows(student.get(DESK))[:3]
    assert [(line[4], line[-1]) for line in desk] == [("Réglée", "–"), *[("Suspendue", "–")] * 2]
    student.acts_as("student")
    page = student.get("/pay-plan")
    assert [line[-1] for line in rows(page)] == ["Réglée", "Suspendue", "Suspendue"]
    assert "Motif : Litige avec la banque." in read(page)
    (paid,) = student.ports.memory.attempts
    assert "Prochains prélèvements" not in read(student.get(f"/payments/{paid}"))


def test_stopped_plan_asks_accounting_for_no_card(student: Browser) -> None:
    student.starts_the_plan()
    has(student, token="")
    stops(student)
    assert "n'a pas de carte" not in read(student.get(DESK))
    student.send(student.get(DESK), f"{DESK}/resume", reason="Réglé.")
    assert "n'a pas de carte" in read(student.get(DESK))


def test_refused_recut_keeps_what_was_typed_and_says_why_on_the_form(student: Browser) -> None:
    student.starts_the_plan()
    has(student, card_expires="2208")
    student.acts_as("accountant")
    path = f"{DESK}/recut"
    refused = student.send(student.get(DESK), path, parts="4", reason="Difficultés.")
    assert refused.status_code == 409
    assert "jusqu'au 10/08/2022 au plus tard" in read(refused)
    fields = Page(refused).form(path).fields
    assert (fields["parts"], "beyond_card" in fields) == ("4", False)
    assert ">Difficultés.</textarea>" in refused.text
    unread = student.send(refused, path, parts="99", reason="Difficultés.", beyond_card="1")
    assert unread.status_code == 422
    assert "Donnez un nombre d'échéances de 1 à 24" in read(unread)
    assert Page(unread).form(path).fields["beyond_card"] == "1"


def leaves_cents(student: Browser, **changes: object) -> None:
    """Leave 38 cents of the third part, of which the second is paid: the rest of it is not owed any more."""
    memory = student.ports.memory
    last = next(each for each in memory.instalments.values() if each.rank == 3)
    less, registration = last.amount_cents - 38, memory.registrations_by_id[last.registration_id]
    memory.instalments[last.id] = replace(last, credited_cents=less, **changes)  # type: ignore[arg-type]
    memory.registrations_by_id[registration.id] = replace(registration, written_off_cents=less)


def test_less_than_a_card_pays_is_accountings_on_every_page(student: Browser) -> None:
    student.starts_the_plan()
    student.is_debited(date(2022, 7, 10))
    leaves_cents(student)
    student.log_in("student@demo.test")
    assert "moins de 1 € reste dû, la comptabilité s'en charge" in read(student.get("/"))
    assert "sera prélevée" not in read(student.get("/"))
    page = student.get("/pay-plan")
    assert rows(page)[2][-1] == "Moins de 1 € : la comptabilité s'en charge"
    assert TOTAL not in read(page)
    assert "est rappelée par mail" not in read(page)
    assert "Rien de ce qui reste (0,38 €) ne sera prélevé" in read(page)
    leaves_cents(student, state=InstalmentState.ARREARS)
    assert "Régler cette échéance" not in read(student.get("/pay-plan"))
    student.log_in("accountant@demo.test")
    assert "Moins de 1 € : la comptabilité s'en charge" in rows(student.get(DESK))[2][4]


def test_cancelled_instalments_are_folded_out_of_the_students_table(student: Browser) -> None:
    student.starts_the_plan()
    student.acts_as("accountant")
    student.recuts(DESK, parts="4", reason="Difficultés.")
    student.acts_as("student")
    page = student.get("/pay-plan")
    assert [line[-1] for line in rows(page)] == ["Réglée", *["Prélèvement à venir"] * 4]
    assert "<summary>Échéances annulées (2)</summary>" in page.text


def test_plan_that_is_over_promises_nothing_more(student: Browser) -> None:
    student.starts_the_plan()
    assert TOTAL in read(student.get("/pay-plan"))
    student.is_debited(date(2022, 7, 10))
    student.is_debited(date(2022, 8, 12))
    student.log_in("student@demo.test")
    text = read(student.get("/pay-plan"))
    assert TOTAL not in text
    assert OTHER_MEANS not in text


def test_way_to_pay_that_was_not_taken_is_never_called_done(student: Browser) -> None:
    student.declares("01")
    student.pays()
    assert pill(student, "2.a ") == "Fait"
    assert pill(student, "2.b ") == "Sans objet"


def test_paying_at_once_is_never_called_done_under_a_plan(student: Browser) -> None:
    student.starts_the_plan()
    assert pill(student, "2.a ") == "Sans objet"
    assert pill(student, "2.b ") == "Fait"


def test_both_ways_are_beside_the_point_where_nothing_is_to_pay(student: Browser) -> None:
    student.declares("02")
    assert pill(student, "2.a ") == pill(student, "2.b ") == "Sans objet"


def test_validated_file_has_no_step_not_yet_checked(student: Browser) -> None:
    assert "Pas encore vérifié" in read(student.get("/"))
    student.declares("01")
    decide_registration(student.ports, ISIMA, Decision.VALIDATE, "", colleague(student.ports, Role.REGISTRAR))
    assert "Pas encore vérifié" not in read(student.get("/"))


def test_file_paid_at_once_says_why_it_has_no_instalment(student: Browser) -> None:
    student.acts_as("accountant")
    assert "Ce dossier n'a pas d'échéancier." in read(student.get(DESK))
    student.acts_as("student")
    student.declares("01")
    student.asks_for("paybox-3")
    student.acts_as("accountant")
    assert "Aucune échéance : l'échéancier est demandé, et attend votre décision." in read(student.get(DESK))
    student.acts_as("student")
    student.send(student.get("/choose-plan"), "/choose-plan/withdraw")
    student.pays()
    student.acts_as("accountant")
    assert "Ce dossier est réglé en une fois : il n'a pas d'échéance." in read(student.get(DESK))


def test_request_names_programme_situation_and_to_accounting_the_mail_address(student: Browser) -> None:
    student.declares("01")
    student.asks_for("paybox-3")
    student.acts_as("accountant")
    queue = read(student.get("/staff/plan-requests"))
    for words in ("Ingénieur Isima 1ère année (I2223_Y1_1A)", "01 Etudiant non boursier"):
        assert words in queue, words
    assert 'href="mailto:student@demo.test"' in queue
    student.acts_as("auditor")
    seen = read(student.get("/staff/plan-requests"))
    assert "Ingénieur Isima" in seen
    assert "student@demo.test" not in seen


def test_request_of_an_account_that_cannot_be_read_is_still_listed(student: Browser) -> None:
    student.declares("01")
    student.asks_for("paybox-3")
    student.acts_as("accountant")
    del student.ports.memory.registrations_by_id[ISIMA]
    student.ports.alarms.expects_failures = True
    queue = read(student.get("/staff/plan-requests"))
    assert "TESTCD Chris" in queue
    assert "Situation déclarée" not in queue
