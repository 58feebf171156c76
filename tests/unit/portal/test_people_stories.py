"""The administrator's desk and the auditor's: roles by two people, accounts, the trail of it all."""

import httpx
import pyotp
import pytest

from chalicelib.domain.people import Role
from chalicelib.domain.trail.audit import Head, RecordUnreadable
from chalicelib.usecases.audit.seal_audit import seal_audit
from chalicelib.usecases.second_factors.enrol_second_factor import confirm_second_factor, enrol_second_factor
from tests.fakes.ports import MANUAL_DAY
from tests.unit.portal.conftest import (
    PASSWORD,
    Browser,
    Page,
    PortalPorts,
    colleague,
    hire,
    serve,
    without_spaces,
)

STUDENT = "0000000000000001"
REASON = "Remplacement pendant un congé."


def read(answer: httpx.Response) -> str:
    return without_spaces(answer.text)


def page_of(browser: Browser, role: Role) -> str:
    return f"/staff/people/{colleague(browser.ports, role).id}"


def proposes(browser: Browser, role: Role, *roles: str, reason: str = REASON) -> httpx.Response:
    """Tick exactly these roles on the page of the demo's person of that role."""
    path = page_of(browser, role)
    fields = Page(browser.get(path)).form(f"{path}/roles").fields
    data = fields | {"role": list(roles), "reason": reason}
    return browser.http.post(f"{path}/roles", data=data, follow_redirects=True)


def decides(browser: Browser, decision: str) -> httpx.Response:
    queue = browser.get("/staff/people")
    action = next(form.action for form in Page(queue).forms if "/role-changes/" in form.action)
    return browser.send(queue, action, decision=decision)


def act(browser: Browser, path: str, **given: str) -> httpx.Response:
    """Send a form that the page may not show to this person."""
    token = Page(browser.get("/security")).form("/logout").fields["form_token"]
    return browser.http.post(path, data={"form_token": token, **given}, follow_redirects=True)


@pytest.fixture
def administrator(browser: Browser) -> Browser:
    browser.log_in("administrator@demo.test")
    return browser


@pytest.fixture
def auditor(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Browser:
    other = serve(browser.ports, monkeypatch)
    other.log_in("auditor@demo.test")
    return other


class TestRoles:
    def test_change_of_roles_takes_two_people(self, administrator: Browser, auditor: Browser) -> None:
        told = proposes(administrator, Role.REGISTRAR, "registrar", "auditor")
        assert "il attend l'accord d'une seconde personne" in read(told)
        assert colleague(administrator.ports, Role.REGISTRAR).roles == {Role.REGISTRAR}
        waiting = read(auditor.get("/staff/people"))
        for words in ("Audit, Scolarité", REASON, "Démo Bureau", "Accepter"):
            assert words in waiting
        assert "il vaut dès maintenant" in read(decides(auditor, "approve"))
        assert colleague(administrator.ports, Role.REGISTRAR).roles == {Role.REGISTRAR, Role.AUDITOR}

    def test_who_proposed_it_only_takes_it_back(self, administrator: Browser) -> None:
        proposes(administrator, Role.REGISTRAR, "auditor")
        queue = read(administrator.get("/staff/people"))
        assert "Attend la décision d'une autre personne." in queue
        assert "Accepter" not in queue
        (change_id,) = administrator.ports.memory.role_changes
        path = f"/staff/people/role-changes/{change_id}/decision"
        assert act(administrator, path, decision="approve").status_code == 403
        assert "rien n'a changé" in read(decides(administrator, "refuse"))
        assert "Retirer la proposition" not in administrator.get("/staff/people").text

    def test_whom_it_is_about_has_no_word_in_it(self, administrator: Browser, auditor: Browser) -> None:
        proposes(administrator, Role.AUDITOR, "auditor", "administrator")
        assert "Accepter" not in auditor.get("/staff/people").text
        (change_id,) = administrator.ports.memory.role_changes
        path = f"/staff/people/role-changes/{change_id}/decision"
        assert act(auditor, path, decision="approve").status_code == 403

    def test_refused_change_changes_nothing(self, administrator: Browser, auditor: Browser) -> None:
        proposes(administrator, Role.REGISTRAR, "auditor")
        assert "rien n'a changé" in read(decides(auditor, "refuse"))
        assert colleague(administrator.ports, Role.REGISTRAR).roles == {Role.REGISTRAR}
        assert "Accepter" not in auditor.get("/staff/people").text

    @pytest.mark.parametrize(
        ("roles", "reason", "said"),
        [
            (("registrar", "accountant"), REASON, "à la fois à la scolarité et à la comptabilité"),
            ((), REASON, "garde au moins un rôle"),
            (("king",), REASON, "garde au moins un rôle"),
            (("registrar",), REASON, "a déjà exactement ces rôles"),
            (("auditor",), " ", "demande un motif"),
        ],
    )
    def test_roles_that_cannot_be_are_refused_on_the_persons_page(
        self, administrator: Browser, roles: tuple[str, ...], reason: str, said: str
    ) -> None:
        answer = proposes(administrator, Role.REGISTRAR, *roles, reason=reason)
        assert answer.is_client_error
        assert said in read(answer)
        assert "Proposer d'autres rôles" in read(answer)
        assert not administrator.ports.memory.role_changes

    def test_nobody_is_offered_to_change_their_own_file(self, administrator: Browser) -> None:
        path = page_of(administrator, Role.ADMINISTRATOR)
        assert "Proposer d'autres rôles" not in read(administrator.get(path))
        assert act(administrator, f"{path}/roles", role="auditor", reason="x").status_code == 403
        assert act(administrator, f"{path}/access", access="close", reason="x").status_code == 403

    def test_old_proof_of_identity_leads_to_the_log_in_and_back(
        self, administrator: Browser, auditor: Browser
    ) -> None:
        proposes(administrator, Role.REGISTRAR, "auditor")
        auditor.ports.move(minutes=16)
        asked = decides(auditor, "approve")
        assert str(asked.url).endswith("/login?again=1&next=/staff/people")
        assert "Confirmez votre identité" in read(asked)
        assert 'value="auditor@demo.test"' in asked.text
        back = auditor.send(asked, "/login", password=PASSWORD)
        assert back.url.path == "/staff/people"
        assert "il vaut dès maintenant" in read(decides(auditor, "approve"))

    def test_wrong_password_keeps_the_question(self, administrator: Browser) -> None:
        asked = administrator.get("/login?again=1&next=/staff/people")
        answer = administrator.send(asked, "/login", password="wrong")
        assert answer.status_code == 401
        assert "Confirmez votre identité" in read(answer)
        assert administrator.get("/").url.path == "/staff/desk", "still logged in"


class TestAccounts:
    def test_person_is_found_by_the_exact_address_which_no_address_bar_shows(
        self, administrator: Browser
    ) -> None:
        desk = administrator.get("/staff/people")
        found = administrator.send(desk, "/staff/people/search", email=" STUDENT@demo.test")
        assert found.url.path == f"/staff/people/{STUDENT}"
        assert "TESTCD Chris" in found.text
        unknown = administrator.send(desk, "/staff/people/search", email="student")
        assert unknown.status_code == 404
        assert "Personne n'a ce nom, ni cette adresse mail écrite en entier." in read(unknown)

    def test_person_is_found_by_a_name_too(self, administrator: Browser) -> None:
        desk = administrator.get("/staff/people")
        one = administrator.send(desk, "/staff/people/search", email="chris testcd")
        assert one.url.path == f"/staff/people/{STUDENT}"
        several = read(administrator.send(desk, "/staff/people/search", email="bureau"))
        assert "Personnes trouvées (4)" in several
        assert page_of(administrator, Role.AUDITOR) in several
        blank = administrator.send(desk, "/staff/people/search", email=" ")
        assert blank.status_code == 404

    def test_staff_is_listed_with_roles(self, administrator: Browser) -> None:
        text = read(administrator.get("/staff/people"))
        for word in ("Scolarité", "Comptabilité", "Administration", "Audit"):
            assert f'<td role="cell" data-label="Rôles">{word}</td>' in text
        assert "student@demo.test" not in text

    def test_account_is_closed_and_opened_again_with_a_reason(
        self, administrator: Browser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        student = serve(administrator.ports, monkeypatch)
        student.log_in("student@demo.test")
        path = f"/staff/people/{STUDENT}"
        closing = Page(administrator.get(path)).form(f"{path}/access").fields["form_token"]
        assert closing
        answer = administrator.send(administrator.get(path), f"{path}/access", access="close", reason="")
        assert "demande un motif" in read(answer)
        told = administrator.send(answer, f"{path}/access", access="close", reason="Fraude.")
        assert "Le compte est fermé" in read(told)
        assert student.get("/account").url.path == "/login"
        told = administrator.send(told, f"{path}/access", access="open", reason="Erreur.")
        assert "Le compte est de nouveau ouvert." in read(told)
        assert "Bonjour" in student.log_in("student@demo.test").text

    def test_lost_second_factor_is_removed_with_a_reason(self, administrator: Browser) -> None:
        ports = administrator.ports
        registrar = colleague(ports, Role.REGISTRAR)
        secret = enrol_second_factor(ports, registrar, "session").secret
        confirm_second_factor(ports, registrar, "session", pyotp.TOTP(secret).at(ports.now()))
        path = page_of(administrator, Role.REGISTRAR)
        page = administrator.get(path)
        action = f"{path}/second-factor-removal"
        assert "demande un motif" in read(administrator.send(page, action, reason=""))
        assert "Le second facteur est retiré" in read(administrator.send(page, action, reason="Vol."))
        assert "Aucun second facteur" in read(administrator.send(page, action, reason="Vol."))
        assert not ports.memory.second_factors

    def test_erased_person_has_no_name_left_and_no_way_in(
        self, administrator: Browser, auditor: Browser
    ) -> None:
        path = f"/staff/people/{STUDENT}"
        page = administrator.get(path)
        unsure = administrator.send(page, f"{path}/erasure", reason="Demande.")
        assert "Cochez la case" in read(unsure)
        told = administrator.send(page, f"{path}/erasure", reason="Demande.", sure="1")
        assert "La personne est effacée" in read(told)
        assert "Effacé le 24/06/2022" in read(told)
        assert "TESTCD" not in told.text
        assert {form.action for form in Page(told).forms} == {"/logout"}
        sealed(auditor.ports)
        trail = auditor.get(f"/staff/audit?subject={STUDENT}")
        assert "Personne effacée" in trail.text
        assert "TESTCD" not in trail.text
        assert administrator.send(administrator.get("/"), "/logout").url.path == "/login"
        assert administrator.log_in("student@demo.test").status_code == 401

    def test_person_who_still_owes_is_not_erased(self, administrator: Browser, auditor: Browser) -> None:
        student = Browser(auditor.http, auditor.ports)
        student.log_in("student@demo.test")
        student.starts_the_plan()
        student.acts_as("administrator")
        path = f"/staff/people/{STUDENT}"
        answer = student.send(student.get(path), f"{path}/erasure", reason="Demande.", sure="1")
        assert answer.status_code == 409
        assert "TESTCD Chris" in answer.text

    def test_person_who_is_nobody_is_not_found(self, administrator: Browser) -> None:
        assert administrator.get("/staff/people/nobody").status_code == 404

    def test_auditor_reads_people_and_changes_none(self, auditor: Browser) -> None:
        page = auditor.get(f"/staff/people/{STUDENT}")
        assert page.status_code == 200
        assert {form.action for form in Page(page).forms} == {"/logout"}
        for path, given in (("roles", {"role": "auditor"}), ("access", {"access": "close"})):
            assert act(auditor, f"/staff/people/{STUDENT}/{path}", reason="x", **given).status_code == 403


def sealed(ports: PortalPorts) -> None:
    """Give every waiting entry its place in the chain."""
    while ports.memory.audit_waiting:
        seal_audit(ports)


class TestAudit:
    def test_auditor_reads_who_did_what_when_and_why(self, administrator: Browser, auditor: Browser) -> None:
        proposes(administrator, Role.REGISTRAR, "auditor", "registrar")
        decides(auditor, "approve")
        sealed(auditor.ports)
        text = read(auditor.get("/staff/audit"))
        for words in ("Rôles proposés", "Rôles changés", "Démo Bureau", REASON, "24/06/2022 à 10:00"):
            assert words in text
        assert "rôles : Audit, Scolarité" in text
        assert "L'exploitant du service le vérifie" in text

    def test_trail_of_one_person_shows_no_other(self, administrator: Browser, auditor: Browser) -> None:
        proposes(administrator, Role.REGISTRAR, "auditor")
        path = f"/staff/people/{STUDENT}"
        administrator.send(administrator.get(path), f"{path}/access", access="close", reason="Fraude.")
        sealed(auditor.ports)
        page = auditor.get(f"/staff/audit?subject={STUDENT}")
        assert "Ce qui a été fait sur le dossier de TESTCD Chris" in read(page)
        assert ">Compte fermé</td>" in page.text
        assert ">Rôles proposés</td>" not in page.text
        assert f'href="/staff/audit?subject={STUDENT}"' in auditor.get(path).text

    def test_trail_is_searched_by_act_actor_and_days_and_taken_as_a_file(
        self, administrator: Browser, auditor: Browser
    ) -> None:
        proposes(administrator, Role.REGISTRAR, "auditor")
        decides(auditor, "approve")
        sealed(auditor.ports)
        by = colleague(auditor.ports, Role.AUDITOR).id
        wanted = "act=roles_changed&from=2022-06-24&to=2022-06-24"
        page = auditor.get(f"/staff/audit?{wanted}&actor={by}")
        assert ">Rôles changés</td>" in page.text
        assert ">Rôles proposés</td>" not in page.text
        assert '<option value="roles_changed" selected>' in page.text
        assert f'<option value="{by}" selected>' in page.text
        none = read(auditor.get("/staff/audit?act=roles_changed&to=2022-06-23&actor=somebody"))
        assert "Aucun enregistrement ne correspond" in none
        taken = auditor.get(f"/staff/audit/file?{wanted}")
        head, line = taken.text.splitlines()
        assert head.startswith("\ufeffN°;Quand;Par;Nom;Acte;")
        assert ";2022-06-24T10:00:00+02:00;" in line
        assert f";{by};" in line
        assert ";Rôles changés;roles_changed;" in line
        assert "journal-audit-2022-06-24.csv" in taken.headers["content-disposition"]
        assert auditor.get("/staff/audit?act=nothing").status_code == 422

    @pytest.mark.parametrize("query", ["", f"subject={STUDENT}"])
    def test_long_trail_is_read_page_by_page(
        self, administrator: Browser, auditor: Browser, query: str
    ) -> None:
        path = f"/staff/people/{STUDENT}"
        for turn in range(60):
            access = "open" if turn % 2 else "close"
            act(administrator, f"{path}/access", access=access, reason=f"Tour {turn}.", seen=str(turn))
        sealed(auditor.ports)
        first = auditor.get(f"/staff/audit?{query}")
        assert first.text.count("Tour ") == 50
        link = next(part for part in first.text.split('"') if "after=" in part and "lang=" not in part)
        second = auditor.get(link.replace("&amp;", "&"))
        assert second.text.count("Tour ") == 10
        assert "Suite de la liste" not in second.text

    def test_trail_of_somebody_who_is_gone_names_the_identifier(self, auditor: Browser) -> None:
        ports = auditor.ports
        passer = hire(ports, 77, Role.ADMINISTRATOR)
        browser = Browser(auditor.http, ports)
        act(browser, "/security/sessions")
        sealed(ports)
        del ports.memory.people[passer.id]
        assert auditor.get(f"/staff/audit?subject={passer.id}").status_code == 200
        assert passer.id in auditor.get(f"/staff/audit?subject={passer.id}").text

    @pytest.mark.parametrize("query", ["after=x", "after=0", "after=999999999999", "subject=nobody"])
    def test_page_that_is_none_is_empty_or_the_first(self, auditor: Browser, query: str) -> None:
        assert auditor.get(f"/staff/audit?{query}").status_code == 200

    def test_record_that_is_none_any_more_is_said_and_hides_nothing_else(
        self, auditor: Browser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def spoilt(_first: int, _last: int) -> None:
            raise RecordUnreadable

        monkeypatch.setattr(auditor.ports.audit, "head", lambda: Head(1, "", MANUAL_DAY.date()))
        monkeypatch.setattr(auditor.ports.audit, "records", spoilt)
        answer = auditor.get("/staff/audit")
        assert answer.status_code == 200
        assert "n'est plus lisible" in read(answer)

    @pytest.mark.parametrize("role", [each for each in Role if each is not Role.AUDITOR])
    def test_nobody_else_reads_it(self, browser: Browser, role: Role) -> None:
        browser.log_in(f"{role}@demo.test")
        assert browser.get("/staff/audit").status_code == 403
