"""The desk of campaigns: a file is checked and proposed by one person, applied by another."""

from dataclasses import fields

import httpx
import pytest

from chalicelib.campaigns.reader import shipped_text
from chalicelib.campaigns.stored import StoredCampaigns
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.campaigns.refusals import CampaignFileRefused
from chalicelib.domain.people import Role
from chalicelib.pages.desks import DESKS
from chalicelib.portal.campaign_words import PARTS
from tests.unit.portal.conftest import Browser, Page, without_spaces

YEAR = "clermont-auvergne-inp-2022"
DEARER = shipped_text(YEAR).replace('"601.00"', '"650.00"')
DESK = "/staff/campaigns"


def checks(browser: Browser, text: str | bytes, holds_on: str = "") -> httpx.Response:
    """Choose a file on the desk and send it."""
    fields = Page(browser.get(DESK)).form(f"{DESK}/preview").fields | {"holds_on": holds_on}
    fields.pop("file")
    data = text.encode() if isinstance(text, str) else text
    files = {"file": ("campagne.yaml", data, "application/octet-stream")}
    return browser.http.post(f"{DESK}/preview", data=fields, files=files)


def confirms(browser: Browser, preview: httpx.Response, **changes: str) -> httpx.Response:
    """Press the button of the preview, which sends the file as a browser does: with CR LF."""
    fields = Page(preview).form(f"{DESK}/proposals").fields | changes
    parts = {name: (None, value.replace("\n", "\r\n")) for name, value in fields.items()}
    return browser.http.post(f"{DESK}/proposals", files=parts, follow_redirects=True)


@pytest.fixture
def desk(browser: Browser) -> Browser:
    ports = browser.ports
    stored = StoredCampaigns(ports.campaign_versions, ports.now, lambda: 0.0)
    ports.campaigns = stored  # type: ignore[assignment]  # the real reader over the fakes
    browser.log_in("administrator@demo.test")
    return browser


def applies(browser: Browser, number: int, decision: str = "apply") -> httpx.Response:
    page = browser.get(f"{DESK}/{YEAR}/versions/{number}")
    return browser.send(page, f"{DESK}/{YEAR}/versions/{number}/decision", decision=decision)


@pytest.fixture
def loaded(desk: Browser) -> Browser:
    confirms(desk, checks(desk, shipped_text(YEAR)))
    desk.acts_as("auditor")
    applies(desk, 1)
    desk.acts_as("administrator")
    return desk


def test_system_without_a_campaign_says_so_and_loads_its_first(desk: Browser) -> None:
    empty = without_spaces(desk.get(DESK).text)
    assert "Aucune campagne n'est encore chargée" in empty
    assert "Aucune campagne n'est chargée : les étudiants ne voient encore rien." in empty
    proposed = confirms(desk, checks(desk, shipped_text(YEAR)))
    assert "elle attend l'accord d'une seconde personne" in without_spaces(proposed.text)
    assert "Attend la décision d’une autre personne." in proposed.text
    desk.acts_as("auditor")
    applied = without_spaces(applies(desk, 1).text)
    assert "La version est appliquée." in applied
    assert "Aucune campagne n'est encore chargée" not in applied
    assert "Inscriptions 2022-2023" in desk.get("/").text


@pytest.mark.parametrize("role", Role)
def test_every_desk_opens_before_any_campaign(desk: Browser, role: Role) -> None:
    desk.acts_as(role)
    for path in ("/", "/security", *(each.path for each in DESKS), "/staff/exemptions", "/dossier"):
        assert desk.get(path).status_code < 500, path
    bearer = {"Authorization": f"Bearer {desk.http.cookies['quittance']}"}
    for path in ("/menu", "/registrations", "/account", "/staff/registrations", "/staff/campaigns"):
        answer = desk.http.get(f"/api/v1{path}", headers=bearer)
        assert answer.status_code in {200, 403, 404}, path


def test_log_in_page_works_before_any_campaign(desk: Browser) -> None:
    desk.send(desk.get("/"), "/logout")
    answer = desk.get("/login")
    assert answer.status_code == 200
    assert "Quittance" in answer.text


def test_preview_shows_prices_people_and_day_and_stores_nothing(loaded: Browser) -> None:
    loaded.acts_as("student")
    loaded.declares("01")
    loaded.acts_as("administrator")
    shown = without_spaces(checks(loaded, DEARER, "2022-07-01").text)
    assert "<strong>1</strong> dossiers déclarés, pas encore facturés, devront un autre montant" in shown
    assert "601,00 €" in shown
    assert "650,00 €" in shown
    assert "à partir du 01/07/2022" in shown
    assert len(loaded.ports.campaign_versions.register().versions) == 1


def test_version_is_told_in_words_and_so_is_every_part_that_may_change(loaded: Browser) -> None:
    page = without_spaces(loaded.get(f"{DESK}/{YEAR}/versions/1").text)
    for told in (
        "La campagne en clair",
        "01 Etudiant non boursier : 601,00 €",
        "3 échéances, prélevées le 10 du mois",
        "du 02/05/2022 à",
    ):
        assert told in page, told
    told_apart = {"id", "windows", "programmes", "plans", "books_open_from", "version"}
    assert {each.name for each in fields(Campaign)} - told_apart == set(PARTS)


def test_version_whose_file_is_no_longer_read_shows_the_file_alone(
    loaded: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(_text: str, _name: str) -> Campaign:
        raise CampaignFileRefused([("campagne.yaml", "x")])

    monkeypatch.setattr(loaded.ports.campaign_reader, "read", refuses)
    page = loaded.get(f"{DESK}/{YEAR}/versions/1")
    assert page.status_code == 200
    assert "La campagne en clair" not in page.text
    assert "guide_url" in page.text


def test_price_holds_for_students_from_the_application_on(loaded: Browser) -> None:
    confirms(loaded, checks(loaded, DEARER))
    loaded.acts_as("student")
    loaded.declares("01")
    assert "601,00" in loaded.get("/pay-once").text
    loaded.acts_as("auditor")
    assert "version 2" in applies(loaded, 2).text
    loaded.acts_as("student")
    recap = without_spaces(loaded.get("/pay-once").text)
    assert "650,00 €" in recap
    assert "Tarif chargé par Démo Bureau" in recap
    assert "(version 2, valable à partir du" in recap


def test_digest_is_that_of_the_file_however_the_browser_breaks_lines(loaded: Browser) -> None:
    confirms(loaded, checks(loaded, DEARER.replace("\n", "\r\n")))
    assert loaded.ports.campaign_versions.text(YEAR, 2).text == DEARER


def test_every_error_of_a_file_is_listed_with_its_line(loaded: Browser) -> None:
    answer = checks(loaded, DEARER.replace('"650.00"', "650.00").replace("guide_url", "guide_link"))
    assert answer.status_code == 422
    page = without_spaces(answer.text)
    assert "Rien n'est chargé" in page
    assert "programmes.P2223_Y3_3A.tariffs.01.0.unit_price" in page
    assert "cette clé est inconnue : corrigez-la ou supprimez-la" in page


def test_file_that_is_no_text_and_a_form_without_a_file_say_what_to_do(loaded: Browser) -> None:
    assert "n'est pas un texte en UTF-8" in without_spaces(checks(loaded, b"PK\x03\x04\xff").text)
    missing = checks(loaded, b"")
    assert missing.status_code == 422
    assert "Aucun fichier n'a été envoyé." in without_spaces(missing.text)


def test_file_changed_on_its_way_to_the_confirmation_is_read_again(loaded: Browser) -> None:
    answer = confirms(loaded, checks(loaded, DEARER), text="id: other")
    assert answer.status_code == 422
    assert len(loaded.ports.campaign_versions.register().versions) == 1


def test_day_that_is_none_is_refused(loaded: Browser) -> None:
    assert checks(loaded, DEARER, "demain").status_code == 422


def test_what_came_into_use_is_told_where_the_version_is_decided(loaded: Browser) -> None:
    reduced = '      "14": [{product: "Droits de scolarité", unit_price: "401.00"}]\n'
    confirms(loaded, checks(loaded, shipped_text(YEAR).replace(reduced, "")))
    loaded.acts_as("student")
    loaded.declares("14")
    loaded.acts_as("auditor")
    page = loaded.get(f"{DESK}/{YEAR}/versions/2")
    assert "encore employé : I2223_Y1_1A 14" in without_spaces(page.text)
    assert "Appliquer cette version" not in page.text
    answer = applies(loaded, 2)
    assert "encore employé : I2223_Y1_1A 14" in without_spaces(answer.text)
    assert "La version est refusée" in without_spaces(applies(loaded, 2, "refuse").text)


def test_preview_names_the_other_parts(loaded: Browser) -> None:
    text = DEARER.replace("notice_days: 7", "notice_days: 9").replace("Prépa INP 1ère", "Prépa INP, 1ère")
    text = text.replace('closes_at: "2022-10-01', 'closes_at: "2022-10-02').replace(
        "1 rue de la D", "2 rue de la D"
    )
    shown = without_spaces(checks(loaded, text).text)
    assert "Les périodes d'ouverture changent" in shown
    assert "Échéanciers ajoutés, changés ou supprimés : paybox-3, paybox-6" in shown
    assert "Formations ajoutées, renommées ou supprimées : C2223_Y1_1A" in shown
    assert "Changent aussi : l'établissement" in shown


def test_registrar_reads_the_counter_of_exemptions(loaded: Browser) -> None:
    loaded.acts_as("student")
    loaded.declares("07")
    loaded.acts_as("registrar")
    assert "/staff/exemptions" in loaded.get("/staff/registrations").text
    page = without_spaces(loaded.get("/staff/exemptions").text)
    assert "<strong>1</strong>, soit 100" in page
    assert "Le plafond est dépassé" in page
    assert loaded.get("/staff/exemptions?campaign=unknown").status_code == 404


def test_auditor_reads_the_desk_and_loads_nothing(loaded: Browser) -> None:
    loaded.acts_as("auditor")
    page = loaded.get(DESK)
    assert page.status_code == 200
    assert not any(form.action == f"{DESK}/preview" for form in Page(page).forms)


def test_pages_of_the_desk_are_sober_accessible_html(loaded: Browser) -> None:
    preview = checks(loaded, DEARER)
    pages = [loaded.get(DESK), preview, checks(loaded, "id: x"), confirms(loaded, preview)]
    loaded.acts_as("auditor")
    pages += [loaded.get(f"{DESK}/{YEAR}/versions/2"), loaded.get("/staff/exemptions")]
    for answer in pages:
        page = Page(answer)
        assert "script" not in page.tags
        assert page.tags.count("h1") == page.tags.count("main") == 1
        assert len(page.ids) == len(set(page.ids)), answer.url
        assert not set(page.unlabelled) - page.labelled, answer.url
