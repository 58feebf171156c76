"""The steps shared by the registrar's corrections: drafted by a rule, previewed or written in one commit."""

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from chalicelib.domain.access import Action, permit
from chalicelib.domain.account import Account
from chalicelib.domain.books.journal import JournalEntry
from chalicelib.domain.books.journaling import journaled
from chalicelib.domain.corrections.correction import Correction
from chalicelib.domain.corrections.documents import Instruction, Numbers
from chalicelib.domain.corrections.recording import Draft
from chalicelib.domain.corrections.refusals import CorrectionMoved
from chalicelib.domain.errors import IdempotencyKeyReused
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.outbox import Topic
from chalicelib.domain.people import Person
from chalicelib.domain.registration import Registration
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.trail.audit import Act, canonical_digest
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.races import again
from chalicelib.usecases.registrations.ports import RegistrationPorts
from chalicelib.usecases.registrations.show_account import open_file

Rule = Callable[[Account, RegistrationFile, Instruction, Numbers], Draft]


@dataclass(frozen=True)
class CorrectionRequest:
    """What the registrar asks for. `asked` is what the act itself needs, as it enters the request's digest.

    `key` is the idempotency key; `seen_hash` that of the preview that the registrar saw, None without one.
    """

    registration_id: str
    act: Act
    asked: tuple[str, ...]
    reason: str
    key: str | None = None
    seen_hash: str | None = None

    @property
    def request_id(self) -> str:
        text = f"{self.registration_id}#{self.key}"
        return hashlib.sha256(text.encode()).hexdigest()[:16] if self.key else ""

    @property
    def request_hash(self) -> str:
        return canonical_digest([self.act, list(self.asked), self.reason]) if self.key else ""


@dataclass(frozen=True)
class Preview:
    """A correction as it would be written now; `hash` is what a confirmation proves to have seen."""

    draft: Draft
    hash: str

    @property
    def entries(self) -> tuple[JournalEntry, ...]:
        return tuple(row for row in self.draft.changes.rows if isinstance(row, JournalEntry))

    @property
    def letters(self) -> tuple[Topic, ...]:
        """The mails that will leave."""
        return tuple(each.topic for each in self.draft.changes.outbox if each.topic is not Topic.FORGET_CARD)


def preview_correction(
    ports: RegistrationPorts, request: CorrectionRequest, rule: Rule, by: Person
) -> Preview:
    """Return what `correct_registration` would write, by the same rule, and write nothing."""
    permit(by, Action.CORRECT_REGISTRATION, person_of(request.registration_id))
    return _drafted(ports, ports.accounts.account(person_of(request.registration_id)), request, rule, by)


def correct_registration(
    ports: RegistrationPorts, request: CorrectionRequest, rule: Rule, by: Person
) -> Correction:
    """Write the correction in one commit; a repetition with the same key returns the first one.

    Raise `CorrectionMoved` if it is not the one that was seen.
    """
    permit(by, Action.CORRECT_REGISTRATION, person_of(request.registration_id))
    return again(lambda: _correct(ports, request, rule, by))


def _correct(ports: RegistrationPorts, request: CorrectionRequest, rule: Rule, by: Person) -> Correction:
    account = ports.accounts.account(person_of(request.registration_id))
    if known := _replayed(account.registration(request.registration_id), request):
        return known
    preview = _drafted(ports, account, request, rule, by)
    if request.seen_hash not in {None, preview.hash}:
        raise CorrectionMoved
    ports.store.commit(preview.draft.changes)
    return preview.draft.correction


def _replayed(registration: Registration, request: CorrectionRequest) -> Correction | None:
    for known in registration.corrections if request.request_id else ():
        if known.request_id == request.request_id:
            if known.request_hash != request.request_hash:
                raise IdempotencyKeyReused
            return known
    return None


def _drafted(
    ports: RegistrationPorts, account: Account, request: CorrectionRequest, rule: Rule, by: Person
) -> Preview:
    file = open_file(ports, account, request.registration_id)
    accounts, reason = ports.accounts, request.reason.strip()
    numbers = Numbers(accounts.sequence(file.campaign), accounts.credit_note_sequence(file.campaign))
    asked = instruction(ports, file, by, reason)
    keyed = replace(asked, request_id=request.request_id, request_hash=request.request_hash)
    draft = rule(account, file, keyed, numbers)
    entry = audited(
        ports,
        by.id,
        request.act,
        file.registration.person_id,
        request.registration_id,
        reason,
        **told(draft.correction),
    )
    written = journaled(replace(draft.changes, audit=entry), file, ports.now())
    return Preview(replace(draft, changes=written), _hash(file.registration, draft.correction))


def instruction(ports: RegistrationPorts, file: RegistrationFile, by: Person, reason: str) -> Instruction:
    """Return who corrects the file and why, with a new name for the refund of each payment."""
    return Instruction(by, reason, {each.id: ports.new_id() for each in file.payments})


def told(correction: Correction) -> dict[str, object]:
    """Return the audit details: amounts and numbers, those that are 0 left out."""
    details = {
        "code": correction.fee_situation_code,
        "owed_before_cents": correction.owed_before_cents,
        "owed_after_cents": correction.owed_after_cents,
        "order": correction.order_number or "",
        "invoice": correction.invoice_number or "",
        "credit_notes": " ".join(map(str, correction.credit_notes)),
        "refunds": " ".join(correction.refunds),
        "kept_cents": correction.kept_cents,
    }
    return {name: value for name, value in details.items() if value or name.startswith("owed")}


_UNSEEN = frozenset({"at", "by", "order_number", "invoice_number", "credit_notes", "refunds"})
"""What is not the same in a preview and in the act: the moment, the person, the numbers drawn."""


def _hash(registration: Registration, correction: Correction) -> str:
    seen = {
        name: value
        for name, value in asdict(correction).items()
        if name not in _UNSEEN and not name.startswith("request_")
    }
    debits = [
        [each.rank, each.due_on.isoformat(), each.before_cents, each.after_cents]
        for each in correction.debits
    ]
    return canonical_digest([registration.id, registration.version, {**seen, "debits": debits}])
