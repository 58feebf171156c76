"""P30 on the pages: a student with several registrations chooses the file, and the address names it."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from chalicelib.domain.campaign import Campaign, Text
from chalicelib.domain.changes import Changes
from chalicelib.domain.identities import Identity
from chalicelib.domain.people import Role
from chalicelib.domain.registration import RegistrationStatus
from tests.fakes.ports import add_registration
from tests.unit.portal.conftest import CARD, PASSWORD, Browser, Page, PortalPorts, enrol, without_spaces
from tests.unit.portal.sign_in_steps import code_of, secret_on

FIRST, SECOND = "0000000000000001-1", "0000000000000001-2"


@pytest.fixture
def both(student: Browser, ports: PortalPorts) -> Iterator[Browser]:
    add_registration(ports, ports.people.person(FIRST[:16]), "P2223_Y3_3A", ports.campaigns.current().id, 2)
    return student


def named(path: str, registration_id: str = SECOND) -> str:
    return f"{path}?registration={registration_id}"


def test_home_offers_each_file_by_its_programme(both: Browser) -> None:
    page = both.get("/")
    assert f'href="/?registration={FIRST}"' in page.text
    assert f'href="/?registration={SECOND}"' in page.text
    assert "Génie Civil" in page.text


@pytest.mark.parametrize("path", ["/dossier", "/pay-once", "/choose-plan", "/pay-plan", "/certificate"])
def test_page_of_one_file_is_never_about_an_arbitrary_one(both: Browser, path: str) -> None:
    answer = both.http.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_every_link_and_form_of_a_file_names_it(both: Browser) -> None:
    for path in ("/", "/dossier", "/pay-once", "/choose-plan"):
        page = Page(both.get(named(path)))
        for form in page.forms:
            if form.action != "/logout":
                assert form.action.endswith(f"registration={SECOND}"), (path, form.action)


def test_second_file_is_declared_and_paid_from_its_own_pages(both: Browser, ports: PortalPorts) -> None:
    both.send(both.get(named("/dossier")), named("/dossier"), code="01")
    assert ports.registrations.get(SECOND).fee_situation_code == "01"
    assert ports.registrations.get(FIRST).fee_situation_code is None

    shown = both.send(both.get(named("/pay-once")), named("/pay-once"), mode="none")
    assert "601,00" in shown.text
    assert f'href="/?registration={SECOND}"' in shown.text
    reference = both.is_charged(shown, **CARD)

    back = both.get(f"/payments/return/effectue?Ref={reference}")
    assert "Votre paiement est enregistré" in without_spaces(back.text)
    assert ports.registrations.get(SECOND).is_paid
    assert not ports.registrations.get(FIRST).is_paid


def test_plan_of_the_second_file_is_asked_for_and_withdrawn_there(both: Browser, ports: PortalPorts) -> None:
    both.send(both.get(named("/dossier")), named("/dossier"), code="01")
    both.send(both.get(named("/choose-plan")), named("/choose-plan"), plan="paybox-3")
    assert ports.memory.plan_requests[SECOND].is_binding
    both.send(both.get(named("/choose-plan")), named("/choose-plan/withdraw"))
    assert not ports.memory.plan_requests[SECOND].is_binding


def test_somebody_elses_file_is_not_found(both: Browser) -> None:
    assert both.get(named("/dossier", "0000000000000002-1")).status_code == 404


@pytest.mark.parametrize("path", ["/", "/dossier", "/pay-once", "/choose-plan"])
def test_log_in_leads_back_to_the_same_file(both: Browser, path: str) -> None:
    both.http.cookies.clear()
    page = both.get(named(path))
    assert (page.url.path, page.url.params["next"]) == ("/login", named(path))
    back = both.send(page, "/login", email="student@demo.test", password="password")
    assert (back.url.path, back.url.params["registration"]) == (path, SECOND)


def test_form_sent_after_the_session_is_over_leads_back_to_its_file(both: Browser) -> None:
    both.http.cookies.clear()
    answer = both.http.post(named("/choose-plan/withdraw"))
    assert answer.headers["location"] == f"/login?next=/choose-plan%3Fregistration%3D{SECOND}"


def test_central_server_leads_back_to_the_same_file(both: Browser) -> None:
    onward = named("/dossier").replace("?", "%3F").replace("=", "%3D")
    both.http.cookies.clear()
    assert f'href="/api/v1/auth/cas?next={onward}"' in both.get(named("/dossier")).text
    both.http.get(f"/api/v1/auth/cas?next={onward}")
    both.ports.store.commit(Changes((Identity("cas", "chris", FIRST[:16], both.ports.now()),)))
    assert both.ports.identity_provider
    both.ports.identity_provider.tickets["ST-1"] = ("chris", True)
    (word,) = both.ports.identity_provider.journeys
    back = both.get(f"/api/v1/auth/cas/callback?journey={word}&ticket=ST-1")
    assert (back.url.path, back.url.params["registration"]) == ("/dossier", SECOND)


def test_second_factor_leads_back_to_the_same_file(both: Browser) -> None:
    page = both.get("/second-factor/enrolment")
    both.send(page, "/second-factor/enrolment", code=code_of(both, secret_on(page)))
    both.send(both.get("/"), "/logout")
    page = both.send(both.get(named("/dossier")), "/login", email="student@demo.test", password="password")
    assert (page.url.path, page.url.params["next"]) == ("/second-factor", named("/dossier"))
    assert Page(page).form("/second-factor").fields["next"] == named("/dossier")


def test_malformed_file_is_not_carried_over_a_log_in(both: Browser) -> None:
    both.http.cookies.clear()
    assert both.http.get("/dossier?registration=1%26x").headers["location"] == "/login?next=/dossier"


def test_refusal_leads_on_within_the_same_file(both: Browser) -> None:
    page = both.get(named("/dossier"))
    refused = both.send(page, named("/dossier"), code="99")
    assert refused.status_code == 422
    assert f'href="/dossier?edit=1&amp;registration={SECOND}"' in refused.text
    refused = both.get(named("/pay-once"))
    assert f'href="{named("/dossier")}"' in refused.text


ISIMA = "Ingénieur Isima 1ère année"
CIVIL = "Ingénieur Polytech - spécialité Génie Civil 3ème année"


def title_of(answer: httpx.Response) -> str:
    return without_spaces(re.findall("<title>(.*)</title>", answer.text)[0])


def headings_of(answer: httpx.Response) -> str:
    return without_spaces(" ".join(re.findall("<h[12].*?</h[12]>", answer.text)))


@pytest.mark.parametrize(("registration_id", "programme"), [(FIRST, ISIMA), (SECOND, CIVIL)])
def test_title_and_heading_of_each_page_name_the_file(
    both: Browser, registration_id: str, programme: str
) -> None:
    page = both.get(named("/dossier", registration_id))
    both.send(page, named("/dossier", registration_id), code="01")
    recap = both.get(named("/pay-once", registration_id))
    payment = both.send(recap, named("/pay-once", registration_id), mode="none")
    shown = [
        both.get(named(path, registration_id)) for path in ("/", "/dossier", "/pay-once", "/choose-plan")
    ]
    refused = both.get(named("/pay-plan/1", registration_id))
    assert refused.status_code == 409
    for answer in (*shown, recap, payment, refused):
        assert title_of(answer).startswith(f"{programme} – "), answer.url
        assert f"– {programme}<" in headings_of(answer), answer.url


def test_title_names_the_campaign_too_where_there_are_several(both: Browser, ports: PortalPorts) -> None:
    campaign = ports.campaigns.current()
    ports.campaigns.begin(
        replace(campaign, id="next-year", label=Text("Inscriptions 2023-2024", "2023-2024"))
    )
    add_registration(ports, ports.people.person(FIRST[:16]), "P2223_Y3_3A", "next-year", 3)
    third = f"{FIRST[:16]}-3"
    assert title_of(both.get(named("/dossier"))).startswith(f"{CIVIL}, Inscriptions 2022-2023 – ")
    assert title_of(both.get(named("/dossier", third))).startswith(f"{CIVIL}, Inscriptions 2023-2024 – ")


def test_pages_about_all_files_name_none(both: Browser) -> None:
    for path in ("/account", "/invoices"):
        answer = both.get(named(path))
        assert CIVIL not in title_of(answer) + headings_of(answer)


def test_only_file_is_in_no_title(student: Browser) -> None:
    for path in ("/", "/dossier", "/pay-once", "/choose-plan"):
        answer = student.get(path)
        assert ISIMA not in title_of(answer) + headings_of(answer)
        assert path == "/" or f'<p class="programme">{ISIMA}</p>' in answer.text


def test_account_and_invoices_are_about_all_files(both: Browser) -> None:
    assert both.get("/account").status_code == 200
    assert both.get("/invoices").status_code == 200


@pytest.mark.parametrize("decided", [False, True], ids=["requested", "approved"])
@pytest.mark.parametrize("left", ["plans", "programmes"])
def test_plan_that_left_the_campaign_can_be_taken_back(
    student: Browser,
    ports: PortalPorts,
    left: str,
    decided: bool,  # noqa: FBT001 - the case
) -> None:
    student.declares("01")
    student.asks_for("paybox-3")
    if decided:
        student.acts_as("accountant")
        student.decides("approve")
        student.acts_as("student")
    campaign = ports.campaigns.current()
    ports.campaigns.change(
        replace(campaign, plans={}) if left == "plans" else replace(campaign, programmes={})
    )

    page = student.get("/choose-plan")
    assert page.status_code == 200
    student.send(page, "/choose-plan/withdraw")

    assert not ports.memory.plan_requests[FIRST].is_binding


def test_accounting_reads_its_queue_and_the_instalments_of_a_plan_that_left_the_campaign(
    student: Browser, ports: PortalPorts
) -> None:
    student.starts_the_plan()
    ports.campaigns.change(replace(ports.campaigns.current(), plans={}, programmes={}))
    for path in ("/pay-plan", "/account", "/"):
        assert student.get(path).status_code == 200, path
    student.acts_as("accountant")
    for path in (
        "/staff/plan-requests?state=approved",
        f"/staff/instalments/{FIRST}",
        "/staff/credits",
    ):
        assert student.get(path).status_code == 200, path


def test_registrar_who_is_a_student_of_last_year_reads_the_queue_of_this_one(
    registrar: Browser, ports: PortalPorts
) -> None:
    campaign = ports.campaigns.current()
    clerk = next(person for person in ports.memory.people.values() if person.holds(Role.REGISTRAR))
    add_registration(ports, clerk, "I2223_Y1_1A", campaign.id)
    programme = replace(campaign.programme("P2223_Y3_3A"), code="P2324_Y3_3A")
    following = replace(campaign, id="next-year", programmes={programme.code: programme})
    ports.campaigns.begin(following)
    add_registration(ports, ports.people.person(FIRST[:16]), programme.code, following.id, 2)

    assert "Génie Civil" in without_spaces(registrar.get("/staff/registrations").text)


class TestQueuesOfEarlierCampaigns:
    @pytest.fixture
    def earlier(self, student: Browser, ports: PortalPorts) -> Campaign:
        """One asked for a plan in the campaign before this one, in which another has registered."""
        student.declares("01")
        student.asks_for("paybox-3")
        campaign = ports.campaigns.current()
        label = Text("Inscriptions 2023-2024", "Registrations 2023-2024")
        ports.campaigns.begin(replace(campaign, id="next-year", label=label))
        enrol(ports, 2, "other@demo.test", "P2223_Y3_3A", last_name="TESTGC")
        return campaign

    def test_registrar_chooses_the_campaign_and_stays_in_it(
        self, browser: Browser, earlier: Campaign, ports: PortalPorts
    ) -> None:
        browser.acts_as("registrar")
        queue = browser.get("/staff/registrations")
        assert "TESTGC Chris" in queue.text
        assert "TESTCD Chris" not in queue.text
        address = f"/staff/registrations?campaign={earlier.id}"
        assert f'href="{html.escape(address)}"' in queue.text

        queue = browser.get(address)
        assert "TESTCD Chris" in queue.text
        assert "TESTGC Chris" not in queue.text
        assert f"campaign={earlier.id}&amp;status=validated" in queue.text
        file = browser.get(f"/staff/registrations/{FIRST}?back=campaign%3D{earlier.id}")
        asked = browser.send(file, f"/staff/registrations/{FIRST}/decision", decision="validate")
        after = browser.send(asked, f"/staff/registrations/{FIRST}/decision")
        assert after.url.params["campaign"] == earlier.id
        assert ports.registrations.get(FIRST).status is RegistrationStatus.VALIDATED

    def test_accounting_chooses_the_campaign_and_stays_in_it(
        self, browser: Browser, earlier: Campaign, ports: PortalPorts
    ) -> None:
        browser.acts_as("accountant")
        queue = browser.get("/staff/plan-requests")
        assert "Aucune demande." in queue.text
        address = f"/staff/plan-requests?state=requested&campaign={earlier.id}"
        assert f'href="{html.escape(address)}"' in queue.text

        queue = browser.get(address)
        after = browser.confirms(queue, f"/staff/plan-requests/{FIRST}/decision", decision="approve")
        assert after.url.params["campaign"] == earlier.id
        assert ports.memory.plan_requests[FIRST].is_payable

        browser.acts_as("student")
        browser.is_charged(browser.opens(1), **CARD)
        browser.acts_as("accountant")
        back = f"/staff/plan-requests?state=approved&campaign={earlier.id}"
        assert f'href="{html.escape(back)}"' in browser.get(f"/staff/instalments/{FIRST}").text

    @pytest.mark.parametrize(
        ("role", "path", "holder"),
        [
            ("registrar", "/staff/registrations", "id"),
            ("accountant", "/staff/plan-requests", "registration_id"),
        ],
    )
    def test_api_takes_the_campaign(
        self, browser: Browser, earlier: Campaign, role: str, path: str, holder: str
    ) -> None:
        credentials = {"email": f"{role}@demo.test", "password": PASSWORD}
        token = browser.http.post("/api/v1/auth/sessions", json=credentials).json()["token"]

        def asks(query: str) -> httpx.Response:
            headers = {"Authorization": f"Bearer {token}"}
            return browser.http.get(f"/api/v1{path}{query}", headers=headers)

        assert [each[holder] for each in asks(f"?campaign={earlier.id}").json()["items"]] == [FIRST]
        assert FIRST not in asks("").text
        assert asks("").json() == asks("?campaign=next-year").json()
        unknown = asks("?campaign=nowhere")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
        assert asks("?campaign=").status_code == 422

    @pytest.mark.parametrize("path", ["/staff/registrations", "/staff/plan-requests"])
    def test_unknown_campaign_is_not_found(self, browser: Browser, earlier: Campaign, path: str) -> None:
        browser.acts_as("accountant")
        assert browser.get(f"{path}?campaign=not-{earlier.id}").status_code == 404
        assert browser.get(f"{path}?campaign={'x' * 300}").status_code == 422


@pytest.mark.parametrize("path", ["/staff/registrations", "/staff/plan-requests"])
def test_only_campaign_is_no_choice(accountant: Browser, path: str) -> None:
    assert "campaign=" not in accountant.get(path).text


def test_addresses_stay_as_they_are_for_a_student_with_one_file(student: Browser) -> None:
    for path in ("/", "/dossier", "/pay-once", "/choose-plan"):
        assert "registration=" not in student.get(path).text
