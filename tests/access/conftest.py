"""PersonSteps of each role, each with a file of their own, in front of every door of the portal."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import httpx
import pytest

from chalicelib.campaigns.reader import load_shipped, shipped_text
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.campaigns.versions import CampaignText, CampaignVersion, propose
from chalicelib.domain.changes import Changes
from chalicelib.domain.corrections.waiver import WaiverKind
from chalicelib.domain.corrections.waivers import WaiverAsked
from chalicelib.domain.events.event import numbered
from chalicelib.domain.exports.batches import Batch, BatchKind, texts_of
from chalicelib.domain.exports.control import Control
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.identities import Identity
from chalicelib.domain.imports.student_import import ImportState, StudentImport
from chalicelib.domain.outbox import Topic, given_up
from chalicelib.domain.owed import owed_cents
from chalicelib.domain.payment_links.link import PaymentLink
from chalicelib.domain.people import Person, Role
from chalicelib.domain.programs.service_key import Scope, ServiceKey
from chalicelib.domain.reconciliation.policies import Difference, FindingKind, Policy, Reconciliation
from chalicelib.domain.refunds.preparation import Asked
from chalicelib.domain.refunds.refund import RefundMethod
from chalicelib.domain.refunds.transfer_files import TransferFile, kept
from chalicelib.domain.registration import Registration
from chalicelib.domain.sessions import Method, Stage
from chalicelib.domain.treasury.lines import StatementLine
from chalicelib.domain.treasury.rapprochement import BankStanding, prepared
from chalicelib.domain.treasury.remittances import Remittance
from chalicelib.domain.treasury.slips import Slip, frozen
from chalicelib.pages.responses import form_token
from chalicelib.usecases.audit.trail import notice
from chalicelib.usecases.corrections.issue_credit_note import CreditOrder, issue_credit_note
from chalicelib.usecases.corrections.propose_waiver import propose_waiver
from chalicelib.usecases.people.change_roles import propose_roles
from chalicelib.usecases.refunds.prepare_refund import prepare_refund
from chalicelib.usecases.registrations.show_account import show_file
from chalicelib.usecases.sign_in.open_session import create_session
from chalicelib.usecases.webhooks.add_endpoint import EndpointAsked, add_endpoint
from tests.access.route_access import IMPORT_ID, LINE_ID
from tests.fakes.bank_files import IBAN
from tests.fakes.copying import copied
from tests.fakes.ports import MANUAL_DAY, enrol_student
from tests.unit.portal.conftest import PASSWORD, PortalPorts, environment, serve
from tests.usecases.conftest import ACCOUNTANT, Student

__all__ = ["environment"]

PROPOSER = Person("00000000000000ad", "other-admin@demo.test", "A", "B", frozenset({Role.ADMINISTRATOR}))
NOBODY = "nobody"
OWN, ANOTHERS = "own", "another's"
LINE = StatementLine(
    LINE_ID, IBAN, "s1", MANUAL_DAY.date(), MANUAL_DAY.date(), 60100, "VIR", MANUAL_DAY + timedelta(days=4000)
)


@cache
def _campaign() -> Campaign:
    return load_shipped("clermont-auvergne-inp-2022")


def person_of_role(role: Role, number: int) -> Person:
    return Person(f"{number:016x}", f"{role}{number}@demo.test", "Chris", f"TEST{number}", frozenset({role}))


class Portal:
    """One person who asks and another student; both have one of everything."""

    http: httpx.Client

    def __init__(self, role: Role) -> None:
        self.ports = PortalPorts(_campaign())
        self.person = person_of_role(role, 1)
        done = StudentImport(
            IMPORT_ID, _campaign().id, PROPOSER.id, self.ports.at, 0, 0, 0, 0, 0, ImportState.DONE
        )
        made = TransferFile("INP", 1, (), 0, "FR76", ACCOUNTANT.id, self.ports.at, "0" * 64)
        slip = Slip("INP", 1, (), ACCOUNTANT.id, self.ports.at, deposited_on=date(2022, 6, 24))
        left = Batch(
            *("INP", BatchKind.TITLES, 1, 2022, 1, 1, None, Control(), "lot.csv", "0" * 64, "0" * 64),
            made_by=ACCOUNTANT.id,
            made_at=self.ports.at,
        )
        self.ports.store.commit(
            Changes(
                (
                    done,
                    made,
                    kept(made, "text", 10),
                    left,
                    *texts_of(left, b"text", 10),
                    slip,
                    frozen(slip, (), 10),
                )
            )
        )
        run = Reconciliation(
            "run-1", "INP", Policy.BANK, self.ports.at.date(), self.ports.at, "schedule", 0, 0, 0, 0, (), 0, 0
        )
        self.ports.store.commit(Changes((run,)))
        self.difference = Difference("INP", Policy.BANK, FindingKind.NO_LINE, "x", 100, self.ports.at.date())
        day, iban = self.ports.at.date(), "FR7630001007941234567890185"
        line = StatementLine("20220625-0000000000000001-1", iban, "s", day, day, 100, "VIR", self.ports.at)
        remittance = Remittance("INP", "220624001", day, 1, 100)
        self.ports.store.commit(Changes((self.difference, line, LINE, remittance)))
        standing = BankStanding("FR76", self.ports.at.date(), 0, self.ports.at.date(), 0, 0, (), ())
        self.ports.store.commit(Changes((prepared(standing, "INP", "1", PROPOSER.id, self.ports.at),)))
        self.holdings = {
            OWN: self._settle(self.person, "7001"),
            ANOTHERS: self._settle(person_of_role(Role.STUDENT, 2), "7002"),
        }
        for held in self.holdings.values():
            held.update(self._told())

    def _told(self) -> dict[str, str]:
        """Let one event have a number, and an endpoint be told of it."""
        if not self.ports.memory.endpoints:
            first = self.ports.events.waiting(self.ports.at + timedelta(days=1), 1)
            drawn, events = numbered(self.ports.events.sequence(), first)
            asked = EndpointAsked("SI", "https://si.ecole.test/")
            self.ports.store.commit(Changes((drawn, *events)))
            add_endpoint(self.ports, asked, PROPOSER)
        (endpoint_id,), (event,) = self.ports.memory.endpoints, self.ports.events.numbered(0, 9)
        return {"endpoint_id": endpoint_id, "event_id": event.id}

    def _settle(self, person: Person, transaction: str) -> dict[str, str]:
        """Let the person have one of everything; return what a path calls each."""
        registration = enrol_student(self.ports, person, "I2223_Y1_1A", _campaign().id, PASSWORD)
        student = Student(self.ports, person, registration.id)
        student.starts_the_plan(transaction=transaction)
        self.ports.store.commit(Changes((Identity("cas", transaction, person.id, self.ports.at),)))
        roles = frozenset({Role.STUDENT, Role.AUDITOR})
        change = propose_roles(self.ports, person.id, roles, "prend un poste", PROPOSER)
        entry = given_up(notice(self.ports, Topic.PASSWORD_SET, person), "ClientError", self.ports.at)
        self.ports.outbox.add(entry)
        paid = student.account.payments[0]
        asked = Asked(500, paid.refundable_cents, RefundMethod.TRANSFER, "payé deux fois")
        refund = prepare_refund(self.ports, paid.id, asked, None, ACCOUNTANT)
        campaign_id = self._proposed(person)
        credited = CreditOrder(student.account.invoices[0].number, 100, "essai")
        note = issue_credit_note(self.ports, credited, ACCOUNTANT)
        return {
            "entry_id": entry.id,
            "import_id": IMPORT_ID,
            "campaign_id": campaign_id,
            "version": "1",
            "person_id": person.id,
            "key_id": self._keyed(person),
            "registration_id": registration.id,
            "booked_payment_id": paid.id,
            "refund_id": refund.id,
            "transfer_file_id": "INP-000001",
            "slip_id": "INP-000001",
            "month": "2022-05",
            "rapprochement_id": "INP-1",
            "batch_id": "INP-T000001",
            "run_id": "run-1",
            "difference_id": self.difference.id,
            "statement_line_id": "20220625-0000000000000001-1",
            "waiver_id": self._waived(registration.id),
            "link_id": self._shared(registration),
            "payment_id": student.account.attempts[0].id,
            "number": str(student.account.invoices[0].number),
            "note_number": str(note.number),
            "change_id": change.id,
            "rank": "2",
            "day": "2022-07-10",
            "way": "effectue",
            "name": "portal.css",
        }

    def _shared(self, registration: Registration) -> str:
        """Let the registration have a link to pay, made before its plan was asked for."""
        day = self.ports.at.date()
        link = PaymentLink(
            f"{registration.id}-l1", registration.id, registration.person_id, PROPOSER.id, self.ports.at, day
        )
        self.ports.store.commit(Changes((link,)))
        return link.id

    def _keyed(self, person: Person) -> str:
        """Let a person hold a service key, whatever their roles."""
        at, scopes, networks = self.ports.at, (Scope.READ_EVENTS,), ("127.0.0.0/8",)
        until = at + timedelta(days=30)
        key = ServiceKey(person.id, "essai", person.id, scopes, networks, at, until, "digest")
        self.ports.store.commit(Changes((key,)))
        return key.id

    def _waived(self, registration_id: str) -> str:
        """Let a proposal to give up a debt wait."""
        file = show_file(self.ports, person_of(registration_id), registration_id)
        asked = WaiverAsked(WaiverKind.REMISSION, 1, owed_cents(file), "essai", "décision 1")
        return propose_waiver(self.ports, registration_id, asked, ACCOUNTANT).id

    def _proposed(self, person: Person) -> str:
        """Let a version of a campaign wait: one that who asks has loaded, or one of somebody else."""
        by = person if person is self.person else PROPOSER
        text, campaign_id = shipped_text(_campaign().id), f"campaign-{person.id}"
        text = text.replace(_campaign().id, campaign_id)
        version = CampaignVersion(campaign_id, 1, "", "", self.ports.at, self.ports.at, by.id, self.ports.at)
        register = propose(self.ports.campaign_versions.register(), version)
        self.ports.store.commit(Changes((register, CampaignText(campaign_id, 1, text, ""))))
        return campaign_id

    def enters(self, stage: Stage = Stage.OPEN) -> str:
        """Open a session of whoever asks; return its token."""
        token, _, _ = create_session(self.ports, self.person, Method.PASSWORD, stage)
        return token

    def ask(
        self,
        method: str,
        path: str,
        token: str,
        sends: Any,
        *,
        is_page: bool,
        file: bytes = b"",
        yaml: bytes = b"",
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token and not is_page else {}
        if is_page and token:
            headers["Cookie"] = f"quittance={token}"
        if is_page and method == "POST":
            data = {**(sends or {}), "form_token": form_token(token)}
            files = {"file": ("people.csv", file, "text/csv")} if file else None
            return self.http.post(path, data=data, files=files, headers=headers)
        if file:
            media = "application/octet-stream" if file.startswith(b"<") else "text/csv"
            return self.http.post(path, content=file, headers={**headers, "Content-Type": media})
        if yaml:
            headers["Content-Type"] = "application/yaml"
            return self.http.request(method, path, content=yaml, headers=headers)
        return self.http.request(method, path, json=sends, headers=headers)


@dataclass(frozen=True)
class Portals:
    monkeypatch: pytest.MonkeyPatch

    def of(self, who: str) -> Portal:
        """Nobody stands before what a student has."""
        made: Portal = copied(_portal(Role.STUDENT if who == NOBODY else Role(who)))
        made.http = serve(made.ports, self.monkeypatch).http
        return made


@cache
def _portal(role: Role) -> Portal:
    return Portal(role)


@pytest.fixture
def worlds(environment: pytest.MonkeyPatch) -> Portals:
    return Portals(environment)
