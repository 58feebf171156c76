"""P23: a student whose every personal field is a word found nowhere else, from enrolment to the 11th year.

Real adapters on the local AWS, the simulated gateway on real wires. What is searched is all there is: every
row of the table, every version of every object, every message of every queue.
"""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import boto3
import httpx
import pytest
from pypdf import PdfReader

from chalicelib.domain.calendar import PARIS
from chalicelib.domain.changes import Changes
from chalicelib.domain.evidence.answers import CvecAttestation
from chalicelib.domain.evidence.identity import ToldIdentity
from chalicelib.domain.identities import Identity
from chalicelib.domain.outbox import Topic
from chalicelib.domain.people import Address, Person, Role
from chalicelib.domain.plan.plan_requests import PlanDecision
from chalicelib.domain.registration import Decision, Registration
from chalicelib.domain.second_factor import SecondFactor
from chalicelib.domain.sessions import Credentials, Login, Method, Stage, new_session
from chalicelib.settings import Settings
from chalicelib.usecases.audit.seal_audit import seal_audit
from chalicelib.usecases.audit.verify_audit import verify_audit
from chalicelib.usecases.debits.debit_instalment import debit_instalment
from chalicelib.usecases.debits.plan_debits import plan_debits
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.delivery.forget_cards import forget_cards
from chalicelib.usecases.delivery.send_outbox import send_outbox
from chalicelib.usecases.evidence.check_cvec import check_cvec
from chalicelib.usecases.evidence.check_grant import check_grant
from chalicelib.usecases.invoices.issue_certificate import issue_certificate
from chalicelib.usecases.passwords.request_link import request_link
from chalicelib.usecases.payments.choose_address import AddressChoice, AddressMode
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.payments.start_card_payment import start_card_payment
from chalicelib.usecases.plans.decide_plan_request import decide_plan_request
from chalicelib.usecases.plans.request_plan import request_plan
from chalicelib.usecases.privacy.apply_retention import apply_retention
from chalicelib.usecases.privacy.erase_person import erase_person
from chalicelib.usecases.privacy.export_person import export_person
from chalicelib.usecases.registrations.block_registration import block_registration
from chalicelib.usecases.registrations.choose_fee_situation import choose_fee_situation
from chalicelib.usecases.registrations.decide_registration import decide_registration
from chalicelib.wiring import Services
from infra.local import environment, resources
from infra.local.clock import START, MovableClock
from infra.local.paybox import create_app, serve
from infra.local.stack import HMAC_KEY_HEX
from tests.fakes.evidence import FakeCvec, FakeGrants
from tests.integration.conftest import listening
from tests.usecases.conftest import ACCOUNTANT, REGISTRAR

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHALLENGED = "4012001037141112"
NAME = {"first": "Zéphyrine", "last": "Quetzalcoatl"}
SAVED = Address(
    "17 impasse Xylophone", "98761", "Wagadougou", "FR", "+33", "0611223344", "Escalier Yttrium", "s1"
)
GIVEN = Address(
    "29 allée Kakémono", "98762", "Zanzibourg", "FR", "+33", "0655667788", "Appartement Zirconium"
)
PERSON = Person(
    id="00000000000000e1",
    email="canari-courriel@ecole.example",
    first_name=NAME["first"],
    last_name=NAME["last"],
    roles=frozenset({Role.STUDENT}),
    birth_on=date(1987, 3, 29),
    review_on=date(2022, 7, 24),
)
ADMIN = Person("00000000000000f1", "admin@ecole.example", "Ada", "DEMO", frozenset({Role.ADMINISTRATOR}))
REASONS = ("motif-refus-jujube", "motif-plan-kumquat", "motif-blocage-litchi", "motif-autre-mangoustan")
CVEC_NUMBER, INE, BIRTH_NAME = "CANARIDURIAN", "CANARIGRENA", "Ramboutan"
TOLD = [
    *NAME.values(),
    *(
        value
        for home in (SAVED, GIVEN)
        for value in (home.line1, home.line2, home.zip_code, home.city, home.phone)
    ),
    PERSON.email,
    "1987-03-29",
    "sujet-cas-tamarin",
    CVEC_NUMBER,
    INE,
    BIRTH_NAME,
    *REASONS,
]
SECRET = [
    "empreinte-mot-de-passe-ouistiti",
    "secret-scelle-wapiti",
    "empreinte-secours-vigogne",
    "jeton-lien-yack",
]
INVOICED = {
    *NAME.values(),
    *(v for home in (SAVED, GIVEN) for v in (home.line1, home.line2, home.zip_code, home.city)),
}
"""What the law keeps on invoices: the client's name and address."""
CAMPAIGN = "clermont-auvergne-inp-2022"
PLAN, ONCE = f"{PERSON.id}-1", f"{PERSON.id}-2"


def stands_in(word: str, text: str) -> bool:
    """Return True if the text holds the word. Five digits in a row also happen inside a digest."""
    if not word.isdigit():
        return word in text
    return re.search(rf"(?<![0-9a-f]){word}(?![0-9a-f])", text) is not None


@dataclass
class School:
    """The product's ports on real adapters, and whoever stands around it."""

    ports: Services
    clock: MovableClock
    names: resources.Names
    gateway: httpx.Client
    subscribers: Any
    heard: list[bytes]

    def is_at(self, paris: str) -> None:
        self.clock.move_to(datetime.fromisoformat(paris).replace(tzinfo=PARIS))

    def delivers(self) -> None:
        """What waits in the queues is done, until nothing is."""
        send_outbox(self.ports)
        debits, mails = self.names.debit_queue_url, self.names.outbox_queue_url
        for message in self._taken(debits):
            told = json.loads(message)
            debit_instalment(self.ports, told["instalment_id"], date.fromisoformat(told["planned_on"]))
        send_outbox(self.ports)
        for message in self._taken(mails):
            deliver_outbox(self.ports, json.loads(message)["entry_id"])
        forget_cards(self.ports)
        seal_audit(self.ports)

    def _taken(self, queue_url: str) -> Iterator[str]:
        sqs = boto3.client("sqs")
        while found := sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages"):
            for each in found:
                yield each["Body"]
                sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=each["ReceiptHandle"])

    def pays(self, registration_id: str, choice: AddressChoice, rank: int | None = None) -> None:
        page = start_card_payment(self.ports, PERSON.id, registration_id, choice, None, rank).page
        shown = self._form(self.gateway.post(page.action, data=dict(page.fields)))
        card = {"NUMERO_CARTE": CHALLENGED, "MOIS_VALIDITE": "12", "AN_VALIDITE": "28", "CVVX": "123"}
        challenge = self.gateway.post(shown, data=card)
        if 'name="CODE"' in challenge.text:
            self.gateway.post(self._form(challenge), data={"CODE": "123456"})
        record_notification(self.ports, self.heard[-1])

    @staticmethod
    def _form(response: httpx.Response) -> str:
        found = re.search(r'<form method="post" action="([^"]+)"', response.text)
        assert found, response.text
        return found[1]

    @property
    def books(self) -> tuple[Any, ...]:
        """Everything that money is counted by."""
        account = self.ports.accounts.account(PERSON.id)
        invoices = [replace(each, client=None) for each in account.invoices]  # type: ignore[arg-type]  # not compared
        kept = (account.orders, invoices, account.payments, account.instalments, account.debits)
        balance = account.position(date.max).balance_cents
        attempts = [
            (each.id, each.transaction, each.amount_cents, each.started_at) for each in account.attempts
        ]
        return (*kept, attempts, balance, self.ports.accounts.sequence(self.ports.campaigns.get(CAMPAIGN)))

    def hits(self, words: list[str]) -> dict[str, set[str]]:
        """Where each word that is found anywhere stands."""
        found: dict[str, set[str]] = {}
        for place, text in self._everything():
            for word in words:
                if stands_in(word, text):
                    found.setdefault(place, set()).add(word)
        return found

    def _everything(self) -> Iterator[tuple[str, str]]:
        for row in _rows(self.names):
            yield f"{row['pk']} {row['sk'].partition('#')[0]}", repr(row)
        for version in boto3.resource("s3").Bucket(self.names.bucket).object_versions.all():
            yield version.object_key.partition("/")[0], _text(version.get()["Body"].read())
        for queue_url in self.names.queue_urls:
            answer = boto3.client("sqs").receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)
            yield queue_url, repr(answer)


def _rows(names: resources.Names) -> list[dict[str, Any]]:
    pages = boto3.resource("dynamodb").Table(names.table).meta.client.get_paginator("scan")
    return [row for page in pages.paginate(TableName=names.table) for row in page["Items"]]


def _text(content: bytes) -> str:
    if not content.startswith(b"%PDF"):
        return content.decode()
    reader = PdfReader(io.BytesIO(content))
    said = [page.extract_text() for page in reader.pages]
    return " ".join([*said, repr(reader.metadata), content.decode("latin-1")])


@pytest.fixture
def school(names: resources.Names, tmp_path: Path) -> Iterator[School]:
    clock, heard = MovableClock(), list[bytes]()
    app = create_app(state_dir=tmp_path, now=clock.now)
    with listening(heard) as shop, serve(app) as gateway, httpx.Client(base_url=gateway, timeout=10) as http:
        resources.write_secret(environment.HMAC_KEY_PARAMETER, HMAC_KEY_HEX)
        resources.allow_mail_from(environment.MAIL_FROM)
        chosen = environment.quittance(
            names,
            base_url=shop,
            paybox_url=gateway,
            paybox_public_key=http.get("/pubkey.pem").text,
            cas_url="",
        )
        values = {name.removeprefix("QUITTANCE_").lower(): each for name, each in chosen.items()}
        own = {name: each for name, each in values.items() if name in Settings.model_fields}
        ports = Services(Settings.model_validate(own), clock.now)
        yield School(ports, clock, names, http, app.extensions["paybox"].store, heard)


@pytest.fixture
def student(school: School) -> School:
    """Enrolled; one file in three parts, one paid at once, and staff who wrote reasons."""
    ports = school.ports
    ports.store.commit(Changes((PERSON, Login(PERSON.email, Credentials(PERSON.id, SECRET[0])))))  # type: ignore[attr-defined]  # an import's
    ports.store.commit(Changes((ADMIN, Login(ADMIN.email, Credentials(ADMIN.id, "hash")))))  # type: ignore[attr-defined]  # the same
    ports.people.save_address(PERSON.id, SAVED)
    for registration_id, programme in ((PLAN, "I2223_Y1_1A"), (ONCE, "C2223_Y1_1A")):
        holder = f"{PERSON.last_name} {PERSON.first_name}"
        campaign = CAMPAIGN
        file = Registration(registration_id, PERSON.id, campaign, programme, holder)
        ports.store.commit(Changes((file,)))  # type: ignore[attr-defined]  # an import's
    _lets_in(ports)
    _checks_evidence(ports)
    _decides(ports)
    return school


def _lets_in(ports: Services) -> None:
    """By every door there is."""
    ports.store.commit(Changes((Identity("cas", "sujet-cas-tamarin", PERSON.id, START),)))  # type: ignore[attr-defined]  # an import's
    ports.store.commit(Changes((SecondFactor(PERSON.id, SECRET[1], recovery_digests=(SECRET[2],)),)))
    ports.sessions.open(new_session(SECRET[3], PERSON, ports.now(), method=Method.PASSWORD, stage=Stage.OPEN))
    request_link(ports, PERSON.email, Topic.PASSWORD_RESET, "192.0.2.1")


def _checks_evidence(ports: Services) -> None:
    """One attestation is valid; a grant that is not found is asked again in September, by the outbox."""
    told = ToldIdentity((PERSON.last_name, BIRTH_NAME), (PERSON.first_name,), PERSON.birth_on)
    ports.cvec_source = FakeCvec({CVEC_NUMBER: CvecAttestation(told, 75)})
    ports.grant_source = FakeGrants()
    check_cvec(ports, PERSON.id, PLAN, CVEC_NUMBER, BIRTH_NAME)
    check_grant(ports, PERSON.id, PLAN, INE, consents=True)


def _decides(ports: Services) -> None:
    for code in ("05", "01"):
        choose_fee_situation(ports, PERSON.id, PLAN, code)
        if code == "05":
            decide_registration(ports, PLAN, Decision.REFUSE, REASONS[0], REGISTRAR)
    choose_fee_situation(ports, PERSON.id, ONCE, "01")
    for decision, reason in ((PlanDecision.REFUSE, REASONS[1]), (PlanDecision.APPROVE, "")):
        request_plan(ports, PERSON.id, PLAN, "paybox-3")
        decide_plan_request(ports, PLAN, decision, reason, ACCOUNTANT)
    for reason in REASONS[2:]:
        block_registration(ports, PLAN, blocked=True, reason=reason, by=ACCOUNTANT)
    block_registration(ports, PLAN, blocked=False, reason="", by=ACCOUNTANT)  # or nothing is debited


@pytest.fixture
def finished(student: School) -> School:
    """The plan is paid to its end, the other file too, with one address each; documents are drawn."""
    student.pays(PLAN, AddressChoice(AddressMode.NEW, new=GIVEN, keep=True), 1)
    student.pays(ONCE, AddressChoice(AddressMode.SAVED, id="s1"))
    issue_certificate(student.ports, PERSON.id, ONCE)
    student.delivers()
    for day in ("2022-07-10T01:00", "2022-08-10T01:00"):
        student.is_at(day)
        plan_debits(student.ports)
        student.delivers()
    return student


def test_card_is_forgotten_everywhere_after_the_last_debit(student: School) -> None:
    student.pays(PLAN, AddressChoice(AddressMode.NEW, new=GIVEN), 1)
    mandate = student.ports.accounts.account(PERSON.id).mandate(PLAN)
    assert mandate
    (place,) = student.hits([mandate.token])
    assert place == f"PERSON#{PERSON.id} MANDATE"
    for day, left in (("2022-07-10T01:00", 1), ("2022-08-10T01:00", 0)):
        student.is_at(day)
        plan_debits(student.ports)
        student.delivers()
        assert len(student.hits([mandate.token])) == left
        with student.subscribers.transaction() as db:
            assert db.execute("SELECT count(*) FROM subscribers").fetchone()[0] == left
    after = student.ports.accounts.account(PERSON.id).mandate(PLAN)
    assert after
    assert (after.token, after.subscriber, after.consent) == ("", mandate.subscriber, mandate.consent)


def test_export_holds_all_that_is_known_and_no_secret(finished: School) -> None:
    exported = json.dumps(export_person(finished.ports, PERSON.id, PERSON), ensure_ascii=False)

    assert [word for word in TOLD if word not in exported] == []
    assert [word for word in (*SECRET, "Sign=") if word in exported] == []


def test_p23_erased_person_is_found_nowhere_and_the_books_stay(finished: School) -> None:
    ports, books = finished.ports, finished.books
    assert {word for words in finished.hits(TOLD).values() for word in words} == set(TOLD)

    erase_person(ports, PERSON.id, "demande du 12 août", ADMIN)
    finished.delivers()

    left = finished.hits([*TOLD, *SECRET])
    assert set(left) == {f"PERSON#{PERSON.id} INVOICE", "invoices"}
    assert {word for words in left.values() for word in words} <= INVOICED
    assert finished.books == books
    assert verify_audit(ports).flaw is None

    finished.is_at("2032-12-31T12:00")
    apply_retention(ports)
    assert set(finished.hits(TOLD)) == {f"PERSON#{PERSON.id} INVOICE", "invoices"}

    finished.is_at("2033-01-01T12:00")
    apply_retention(ports)
    finished.delivers()

    assert finished.hits([*TOLD, *SECRET]) == {}
    assert finished.books == books
    assert verify_audit(ports).flaw is None


def test_retention_alone_ends_where_an_erasure_does(finished: School) -> None:
    """Nobody asks for anything: month after month the run comes by."""
    books = finished.books
    for year in range(2022, 2034):
        for month in ("09", "12") if year < 2033 else ("01",):
            finished.is_at(f"{year}-{month}-28T12:00")
            apply_retention(finished.ports)
    finished.delivers()

    assert finished.hits([*TOLD, *SECRET]) == {}
    assert finished.books == books
    assert verify_audit(finished.ports).flaw is None
    assert finished.ports.people.person(PERSON.id).review_on is None
