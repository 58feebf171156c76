"""In-process ports: storage in memory, a gateway that keeps a ledger, and recorders."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count

from chalicelib.banking.statement_file import read_statements
from chalicelib.campaigns.stored import FileReader
from chalicelib.delivery.mail_text import compose
from chalicelib.delivery.mailer import facts, payer_facts
from chalicelib.delivery.receipt_facts import receipt_facts
from chalicelib.domain.account import Account
from chalicelib.domain.books.statement import Statement
from chalicelib.domain.calendar import PARIS
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.campaigns.versions import CampaignRegister
from chalicelib.domain.collection.evidence import EvidenceFile
from chalicelib.domain.corrections.credit_notes import CreditNote
from chalicelib.domain.credits import Credit
from chalicelib.domain.errors import IdentityProviderUnavailable, NotFound, SecondFactorUnavailable
from chalicelib.domain.invoices import Certificate, Invoice, StoredDocument
from chalicelib.domain.languages import Language
from chalicelib.domain.notifications import Notification
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.payment_links.link_use import CardPayer
from chalicelib.domain.payments import Attempt, Payment
from chalicelib.domain.people import Address, Person
from chalicelib.domain.plan.instalments import Debit, Instalment
from chalicelib.domain.reconciliation.policies import Reconciliation
from chalicelib.domain.refunds.refund import Refund
from chalicelib.domain.refunds.transfer_files import TransferOrder
from chalicelib.domain.registration import Registration
from chalicelib.domain.sessions import Credentials
from chalicelib.domain.treasury.rapprochement_paper import RapprochementPaper
from chalicelib.domain.treasury.slip_paper import SlipPaper
from chalicelib.identity.sealing import Sealer
from chalicelib.identity.second_factor import Totp
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.audit import MemoryAuditHeads, MemoryAuditTrail
from tests.fakes.brakes import MemoryBrakes
from tests.fakes.campaigns import MemoryCampaignUse, MemoryCampaignVersions
from tests.fakes.cheques import MemoryCheques
from tests.fakes.evidence import FakeCvec, FakeGrants
from tests.fakes.exports import ExportFakes
from tests.fakes.gateway import FakeGateway
from tests.fakes.identity import (
    MemoryIbanLinks,
    MemoryIdentities,
    MemoryLimits,
    MemoryLinks,
    MemoryPaymentLinkKeys,
    MemoryPeople,
    MemoryRoleChanges,
    MemorySecondFactors,
    MemorySessions,
)
from tests.fakes.imports import MemoryImportFiles, MemoryImports, MemoryRoster
from tests.fakes.journal import MemoryJournal
from tests.fakes.lines import MemoryRegistrationLines
from tests.fakes.periods import MemoryPeriods, MemoryRapprochements
from tests.fakes.plans import MemoryCredits, MemoryDebits, MemoryPayers, MemoryPlanRequests, MemoryUnpaid
from tests.fakes.privacy import MemoryPersonalRecords
from tests.fakes.reconciliations import MemoryReconciliations
from tests.fakes.refunds import MemoryRefunds, MemoryTransferFiles
from tests.fakes.statements import MemoryStatements
from tests.fakes.storage import (
    Memory,
    MemoryNotifications,
    MemoryOutbox,
    MemoryRegistrations,
)
from tests.fakes.store import MemoryStore

MANUAL_DAY = datetime(2022, 6, 24, 10, 0, tzinfo=PARIS)


COMMON_PASSWORDS = frozenset({"12345678", "azertyuiop", "motdepasse", "password"})


class FakeDocuments:
    def __init__(self) -> None:
        self.stored: dict[str, bytes] = {}

    def key_for(self, document: Invoice | CreditNote) -> str:
        folder = "invoices" if isinstance(document, Invoice) else "invoices/credit-notes"
        return f"{folder}/{document.number}/1.pdf"

    def put_once(self, key: str, pdf: bytes) -> StoredDocument:
        kept = self.stored.setdefault(key, pdf)
        return StoredDocument(key, f"sha256 of {kept!r}", len(kept))

    def get(self, key: str) -> bytes:
        return self.stored[key]

    def erase(self, folder: str) -> None:
        self.stored = {key: pdf for key, pdf in self.stored.items() if not key.startswith(folder)}

    def link(self, key: str, seconds: int) -> str:
        return f"https://documents.test/{key}?dies_in={seconds}"


class FakeQuestions:
    def __init__(self) -> None:
        self._drawn = count(1)

    def next_question(self) -> int:
        return next(self._drawn)

    def skip(self, numbers: int) -> None:
        self._drawn = count(next(self._drawn) + numbers)


class PlainPasswords:
    """A password is its own hash."""

    def hash(self, password: str) -> str:
        return password

    def is_common(self, password: str) -> bool:
        return password.casefold() in COMMON_PASSWORDS

    def matches(self, password: str, password_hash: str | None) -> bool:
        return password == password_hash


@dataclass
class RecordedAlarms:
    """A failure that a loop passed over is an error of the test, unless the story `expects_failures`."""

    raised: list[str] = field(default_factory=list)
    expects_failures: bool = False

    def raise_failure(self, what: str, error: Exception) -> None:
        if not self.expects_failures:
            raise error
        self.raised.append(f"failure {what} {type(error).__name__}")

    def raise_anomaly(self, notification: Notification) -> None:
        self.raised.append(f"anomaly {notification.anomaly}")

    def raise_overpayment(self, attempt: Attempt) -> None:
        self.raised.append(f"overpayment {attempt.id}")

    def raise_refunded(self, payment: Payment) -> None:
        self.raised.append(f"refunded {payment.id}")

    def raise_mismatch(self, instalment: Instalment) -> None:
        self.raised.append(f"mismatch {instalment.id}")

    def raise_conflict(self, instalment: Instalment) -> None:
        self.raised.append(f"conflict {instalment.id}")

    def raise_missed(self, instalment: Instalment) -> None:
        self.raised.append(f"missed {instalment.id}")

    def raise_refused_setup(self, debit: Debit, code: str) -> None:
        self.raised.append(f"refused setup {debit.id} {code}")

    def raise_refund_unclear(self, refund: Refund) -> None:
        self.raised.append(f"unclear refund {refund.id}")

    def raise_given_up(self, entry: OutboxEntry) -> None:
        self.raised.append(f"given up {entry.id} {entry.last_failure}")

    def raise_differences(self, run: Reconciliation) -> None:
        self.raised.append(f"differences {run.policy} {run.day} {run.unexplained_cents}")

    def raise_endpoint_off(self, endpoint_id: str, cause: str) -> None:
        self.raised.append(f"endpoint off {endpoint_id} {cause}")

    def raise_unanswered(self, asked: Attempt | Debit) -> None:
        self.raised.append(f"unanswered {asked.id}")

    def raise_old_credit(self, credit: Credit) -> None:
        self.raised.append(f"old credit {credit.registration_id} {credit.amount_cents}")

    def raise_key_ends(self) -> None:
        self.raised.append("key ends")


@dataclass
class RecordedMailer:
    sent: list[tuple[str, str]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def send(self, to: Person, entry: OutboxEntry, account: Account, campaign: Campaign, today: date) -> None:
        told = facts(to, entry, account, campaign, today)
        self.texts.append(compose(entry.topic, to.language, portal="https://portal.test", **told)[1])
        self.sent.append((to.email, entry.topic))

    def send_link(self, to: Person, entry: OutboxEntry, token: str, campaign: Campaign) -> None:
        self.sent.append((to.email, entry.topic))
        self.tokens.append(token)

    def send_to_payer(
        self, entry: OutboxEntry, language: Language, invoice: Invoice, campaign: Campaign, pdf: bytes
    ) -> None:
        assert pdf.startswith(b"PDF of")
        told = payer_facts(entry, language, invoice, campaign)
        self.texts.append(compose(entry.topic, language, portal="https://portal.test", **told)[1])
        self.sent.append((entry.email, entry.topic))

    def send_iban_link(
        self, to: Person, entry: OutboxEntry, token: str, account: Account, campaign: Campaign, today: date
    ) -> None:
        told = facts(to, entry, account, campaign, today) | {"link": token, "hours": 72}
        self.texts.append(compose(entry.topic, to.language, portal="https://portal.test", **told)[1])
        self.sent.append((to.email, entry.topic))
        self.tokens.append(token)

    def send_to_card_payer(
        self, to: CardPayer, entry: OutboxEntry, payment: Payment, student: Person, campaign: Campaign
    ) -> None:
        told = receipt_facts(to, entry, payment, student, campaign)
        self.texts.append(compose(entry.topic, to.language, portal="https://portal.test", **told)[1])
        self.sent.append((to.email, entry.topic))

    def send_notice(self, to: Person, entry: OutboxEntry, campaign: Campaign) -> None:
        self.sent.append((to.email, entry.topic))


WORD = "word"
"""The word of a browser that went to CAS and came back."""


@dataclass
class FakeIdentityProvider:
    """`tickets` holds what was issued: the subject, and whether the password was typed for it."""

    tickets: dict[str, tuple[str, bool]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    journeys: list[str] = field(default_factory=list)
    """The words of the browsers that were sent here, the last one last."""
    is_down: bool = False
    name: str = "cas"

    def login_address(self, journey: str, *, renew: bool) -> str:
        self.journeys.append(journey)
        return f"https://cas.test/login?renew={renew}"

    def subject(self, ticket: str, journey: str, *, renew: bool) -> str | None:
        self.asked.append(ticket)
        if self.is_down:
            raise IdentityProviderUnavailable
        if journey not in {WORD, *self.journeys}:  # a ticket is for the address that it was asked for
            return None
        subject, is_fresh = self.tickets.pop(ticket, (None, False))
        return subject if is_fresh or not renew else None

    def ended_ticket(self, logout_request: str) -> str | None:
        """A request to log out is the word `logout` and the ticket."""
        return logout_request.removeprefix("logout ") if logout_request.startswith("logout ") else None


class SealerDown:
    """Its key cannot be used."""

    def seal(self, text: str, context: str) -> str:
        raise SecondFactorUnavailable

    def open(self, sealed: str, context: str) -> str:
        raise SecondFactorUnavailable


@dataclass
class RecordedQueue:
    entries: list[OutboxEntry] = field(default_factory=list)

    def send(self, entries: Sequence[OutboxEntry]) -> None:
        self.entries.extend(entries)


@dataclass
class RecordedDebitQueue:
    """Every message handed over stays here: it may be delivered more than once."""

    planned: list[tuple[str, date]] = field(default_factory=list)

    def send(self, planned: Sequence[tuple[str, date]]) -> None:
        self.planned.extend(planned)


class MemoryCampaigns:
    """The current campaign and, where a story needs them, those of other years."""

    def __init__(self, current: Campaign, memory: Memory | None = None) -> None:
        self._current = current
        self._memory = memory or Memory()
        self.others: dict[str, Campaign] = {}

    def current(self) -> Campaign:
        return self._opened(self._current)

    def get(self, campaign_id: str) -> Campaign:
        if campaign_id == self._current.id:
            return self.current()
        if campaign_id not in self.others:
            raise NotFound
        return self._opened(self.others[campaign_id])

    def every(self) -> tuple[Campaign, ...]:
        return (self.current(), *map(self._opened, self.others.values()))

    def _opened(self, campaign: Campaign) -> Campaign:
        register = self._memory.campaign_registers.get("register", CampaignRegister())
        days = dict(register.open_from)
        return replace(campaign, books_open_from=days.get(campaign.numbering.series)) if days else campaign

    def refresh(self) -> None:
        """Nothing is remembered."""

    def begin(self, campaign: Campaign) -> None:
        """Let a new year begin: the campaign of before stays readable."""
        self.others[self._current.id] = self._current
        self._current = campaign

    def change(self, campaign: Campaign) -> None:
        """Replace the current campaign by another edition of its file."""
        self._current = campaign


class FakePorts(ExportFakes):
    """All ports on fakes; the clock stands still until it is moved."""

    cvec_source: FakeCvec | None = None
    grant_source: FakeGrants | None = None

    def __init__(self, campaign: Campaign, at: datetime = MANUAL_DAY) -> None:
        self.memory, self.at = Memory(), at
        self.campaigns, self.brakes = MemoryCampaigns(campaign, self.memory), MemoryBrakes(self.memory)
        self.campaign_versions = MemoryCampaignVersions(self.memory)
        self.campaign_use = MemoryCampaignUse(self.memory)
        self.campaign_reader = FileReader()
        self.requires_second_factor = self.asks_before_debits = False
        self.store = MemoryStore(self.memory)
        self.people = MemoryPeople(self.memory)
        self.sessions = MemorySessions(self.memory)
        self.links = MemoryLinks(self.memory)
        self.iban_links = MemoryIbanLinks(self.memory)
        self.payment_link_keys = MemoryPaymentLinkKeys(self.memory)
        self.limits = MemoryLimits(self.memory)
        self.passwords = PlainPasswords()
        self.second_factors = MemorySecondFactors(self.memory)
        self.totp = Totp()
        self.sealer: Sealer | SealerDown = Sealer(bytes(32))
        self.identities = MemoryIdentities(self.memory)
        self.identity_provider: FakeIdentityProvider | None = FakeIdentityProvider()
        self.role_changes = MemoryRoleChanges(self.memory)
        self.audit = MemoryAuditTrail(self.memory)
        self.audit_heads = MemoryAuditHeads()
        self.journal = MemoryJournal(self.memory)
        self.personal = MemoryPersonalRecords(self.memory, self.audit)
        self.registrations = MemoryRegistrations(self.memory)
        self.accounts = MemoryAccounts(self.memory)
        self.notifications = MemoryNotifications(self.memory)
        self.plan_requests = MemoryPlanRequests(self.memory)
        self.debits = MemoryDebits(self.memory)
        self.lines = MemoryRegistrationLines(self.memory)
        self.credits = MemoryCredits(self.memory)
        self.unpaid = MemoryUnpaid(self.memory)
        self.payers = MemoryPayers(self.memory)
        self.refunds = MemoryRefunds(self.memory)
        self.transfer_files = MemoryTransferFiles(self.memory)
        self.read_statements = read_statements
        self.debit_queue = RecordedDebitQueue()
        self.outbox = MemoryOutbox(self.memory)
        self.outbox_queue = RecordedQueue()
        self.gateway = FakeGateway()
        self.roster = MemoryRoster(self.memory)
        self.imports = MemoryImports(self.memory)
        self.import_files = MemoryImportFiles()
        self.questions = FakeQuestions()
        self.documents = FakeDocuments()
        self.mailer = RecordedMailer()
        self.alarms = RecordedAlarms()
        self.races = 0
        self._ids: Iterator[int] = count(1)
        self._open_books()

    def _open_books(self) -> None:
        self.cheques = MemoryCheques(self.memory)
        self.periods = MemoryPeriods(self.memory)
        self.rapprochements = MemoryRapprochements(self.memory)
        self.statements = MemoryStatements(self.memory)
        self.reconciliations = MemoryReconciliations(self.memory)

    def now(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)

    def pause(self, race: int) -> None:
        self.races += 1

    def new_id(self) -> str:
        return f"{next(self._ids):016x}"

    def new_token(self) -> str:
        return f"token {next(self._ids)}"

    def render_certificate(self, certificate: Certificate) -> bytes:
        return f"{certificate.total_paid_cents} of {certificate.total_due_cents}".encode()

    def render_evidence(self, evidence: EvidenceFile) -> bytes:
        return f"evidence of {evidence.pack.payment.id}".encode()

    def render_rapprochement(self, paper: RapprochementPaper) -> bytes:
        return f"{paper.found.id} by {paper.prepared_by}, {paper.checked_by}".encode()

    def render_slip(self, paper: SlipPaper) -> bytes:
        return f"slip {paper.slip} of {paper.total_cents}".encode()

    def render_statement(self, statement: Statement) -> bytes:
        return f"{statement.balance_cents} on {statement.as_of}".encode()

    def render_credit_note(self, note: CreditNote) -> bytes:
        return f"PDF of credit note {note.number}".encode()

    def render_transfers(self, order: TransferOrder) -> str:
        return "\n".join(f"{each.reference} {each.iban} {each.amount_cents}" for each in order.transfers)

    def render_invoice(self, invoice: Invoice) -> bytes:
        return f"PDF of {invoice.number}".encode()


HOME = Address(
    id="home",
    line1="3 allée des Essais",
    zip_code="63170",
    city="Aubière",
    country="FR",
    phone_country_code="+33",
    phone="0600000000",
)


def enrol_student(
    ports: FakePorts, person: Person, programme_code: str, campaign_id: str, password: str = "password"
) -> Registration:
    """Write a student, the address that they saved, and an empty registration."""
    ports.memory.enrol(person, Credentials(person.id, password))
    ports.memory.addresses[person.id] = {HOME.id: HOME}
    return add_registration(ports, person, programme_code, campaign_id)


def add_registration(
    ports: FakePorts, person: Person, programme_code: str, campaign_id: str, ordinal: int = 1
) -> Registration:
    registration = Registration(
        id=f"{person.id}-{ordinal}",
        person_id=person.id,
        campaign_id=campaign_id,
        programme_code=programme_code,
        holder=f"{person.last_name} {person.first_name}",
    )
    ports.memory.add(registration)
    return registration
