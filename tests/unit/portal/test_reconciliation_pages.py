"""Accounting's pages of reconciliations: what nobody has explained, each difference, each remittance."""

import html
import re
from datetime import timedelta

import httpx
import pytest

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.reconciliation.policies import Policy
from chalicelib.domain.treasury.remittances import GatewayWord
from chalicelib.usecases.journal.number_journal import number_journal
from chalicelib.usecases.journal.sum_journal import sum_journal
from chalicelib.usecases.reconciliation.reconcile_nights import reconcile_nights
from tests.unit.portal.conftest import Browser, Page
from tests.usecases.conftest import Student
from tests.usecases.refund_steps import pays_once
from tests.usecases.test_bank_reconciliation import Bank
from tests.usecases.test_compared_exports import REMITTED, TITLES, line

DESK = "/staff/reconciliations"


@pytest.fixture
def night(student: Browser) -> Student:
    (registration,) = student.ports.memory.registrations_by_id.values()
    story = Student(student.ports, student.ports.people.person(registration.person_id), registration.id)
    pays_once(story)
    return story


def read(page: httpx.Response) -> str:
    """The words of a page, without its marks."""
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", page.text)).replace("’", "'").split())


def sends(browser: Browser, raw: bytes) -> httpx.Response:
    form = Page(browser.get(DESK)).form("/staff/gateway-exports")
    fields = form.fields | {"file": "", "month": ""}
    file = {"file": ("Export.csv", raw)}
    return browser.http.post(form.action, data=fields, files=file, follow_redirects=True)


def passes(story: Student) -> None:
    story.ports.move(days=1)
    number_journal(story.ports)
    sum_journal(story.ports)
    reconcile_nights(story.ports)


def test_closed_day_says_so_and_any_day_can_be_run_again(student: Browser, night: Student) -> None:
    passes(night)
    student.log_in("accountant@demo.test")
    desk = student.get(DESK)
    assert "Aucun écart inexpliqué" in read(desk)
    assert read(desk).count("rapprochée, sans écart inexpliqué") == len(Policy) - 1
    assert read(desk).count("sans écart, rien de nouveau à comparer") == 1  # no statement yet
    run = student.send(desk, DESK, policy="gateway", day="2022-06-24")
    assert "Il n'y avait rien de nouveau à comparer" in read(run)
    assert "0 contrôle, 0 écart trouvé" in read(run)  # asked about once a day
    for day, status in (("2022-06-25", 409), ("25/06/2022", 404)):
        assert student.send(desk, DESK, policy="gateway", day=day).status_code == status
    assert student.send(desk, DESK, policy="other", day="2022-06-24").status_code == 404
    assert student.get(f"{DESK}/unknown").status_code == 404


def test_difference_is_on_the_desk_until_a_person_explains_it(student: Browser, night: Student) -> None:
    night.ports.gateway.remitting.says["7001"] = GatewayWord.NOT_FOUND
    passes(night)
    student.log_in("accountant@demo.test")
    assert "Écarts inexpliqués, depuis le plus ancien du 24/06/2022 1 – +\N{WORD JOINER}601,00 €" in read(
        student.get("/staff/desk")
    )
    desk = student.get(DESK)
    assert "1 écart inexpliqué : +\N{WORD JOINER}601,00 € , le plus ancien du 24/06/2022 (1 j)" in read(desk)
    (known,) = night.ports.reconciliations.open_differences("INP")
    path = f"/staff/differences/{known.id}"
    page = student.get(path)
    taken = student.send(page, f"{path}/owner")
    assert "Je m'en occupe" not in taken.text
    assert student.send(page, f"{path}/explanation", text=" ").status_code == 422
    assert student.send(page, f"{path}/explanation", text="Erreur", seen_cents="1").status_code == 409
    assert student.send(page, f"{path}/explanation", text="Erreur", seen_cents="x").status_code == 404
    done = student.send(page, f"{path}/explanation", text="Erreur de la passerelle")
    assert "Aucun écart inexpliqué" in read(done)
    told = read(student.get(f"{DESK}?state=explained"))
    assert "Erreur de la passerelle" in told
    night.ports.gateway.remitting.says.clear()
    passes(night)
    student.log_in("accountant@demo.test")
    assert "soldé le" in read(student.get(f"{DESK}?state=settled"))
    token = Page(student.get(DESK)).form(DESK).fields["form_token"]
    gone = student.http.post(f"{path}/owner", data={"form_token": token})
    assert (gone.status_code, "n'existe plus" in read(gone)) == (409, True)
    assert student.get("/staff/differences/unknown").status_code == 404
    (run,) = [
        each for each in night.ports.reconciliations.runs("INP", Policy.GATEWAY)[0] if each.day.day == 24
    ]
    assert "Enregistré ici, inconnu ou refusé à la passerelle" in read(student.get(f"{DESK}/{run.id}"))


def test_file_of_the_back_office_is_compared_and_its_bad_lines_named(
    student: Browser, night: Student
) -> None:
    passes(night)
    student.log_in("accountant@demo.test")
    raw = "\r\n".join([TITLES, line(night, remittance=""), "2;court", ""]).encode("iso-8859-1")
    told = read(sends(student, raw))
    assert "Ligne 3 (2) : des colonnes manquent" in told
    assert "Acceptées, sans remise 1 ligne, 601,00 €" in told
    other = sends(student, b"a;b")
    assert (other.status_code, "Ce fichier n'est ni l'export" in read(other)) == (422, True)
    empty = sends(student, REMITTED.encode("iso-8859-1"))
    assert "0 contrôle" in read(empty)


def test_remittance_finds_its_line(student: Browser, night: Student) -> None:
    student.log_in("accountant@demo.test")
    assert "Aucune remise n'est en route" in read(student.get("/staff/remittances"))
    bank = Bank(night)
    bank.states()
    passes(night)
    student.log_in("accountant@demo.test")
    assert "pas encore" in read(student.get("/staff/remittances"))
    (credit,) = bank.states(60000)
    page = student.get("/staff/remittances")
    assert "1 remise, 601,00 €" in read(page)
    assert "600,00 € (commission 1,00 €)" in read(page)
    done = student.send(page, "/staff/remittances", number="220624001", line=credit.id)
    assert "Aucune remise n'est en route" in read(done)
    assert student.send(page, "/staff/remittances", number="220624001", line=credit.id).status_code == 409
    student.acts_as("auditor")
    assert credit.booked_on == paris_day(night.ports.now()) > credit.booked_on - timedelta(days=1)
    assert "C'est elle" not in student.get("/staff/remittances").text
