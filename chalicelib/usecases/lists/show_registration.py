from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chalicelib.domain.account import Account, Position
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.collection.positions import position_of
from chalicelib.domain.credits import Credit, to_give_back
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.identities import Identity
from chalicelib.domain.lists.comments import Comment
from chalicelib.domain.lists.filters import Entry
from chalicelib.domain.outbox import OutboxEntry, SentMail
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.trail.audit import AuditRecord
from chalicelib.domain.trail.undo import LastAct, is_undoable
from chalicelib.usecases.lists.find_registrations import show_entry
from chalicelib.usecases.lists.ports import FilePorts
from chalicelib.usecases.registrations.show_account import open_file, open_files
from chalicelib.usecases.registrations.undo_act import changed_by

NUMBERS = frozenset({"student_number", "ine"})
"""The identities that are numbers of the school or the state; others tell how a person logs in."""
MOST_PAGES = 20
"""The most pages of the audit trail that are read for one file."""


@dataclass(frozen=True)
class WholeFile:
    """All that the staff sees of one registration; `history` and `mails` are oldest first.

    `given_up` are the mails and calls about it whose tries have all failed. `undoable` is the act that may be
    taken back now.
    """

    account: Account
    position: Position
    file: RegistrationFile
    entry: Entry
    numbers: Sequence[Identity]
    history: tuple[AuditRecord, ...]
    credit: Credit | None
    mails: tuple[SentMail, ...]
    given_up: tuple[OutboxEntry, ...]

    undoable: LastAct | None

    @property
    def comment(self) -> Comment:
        return self.account.comment(self.file.registration.id)


def show_registration(ports: FilePorts, registration_id: str) -> WholeFile:
    """Return the whole file of one registration; raise `NotFound`."""
    person_id = person_of(registration_id)
    account = ports.accounts.account(person_id)
    file = open_file(ports, account, registration_id)
    return WholeFile(
        account=account,
        position=position_of(account, open_files(ports, account), paris_day(ports.now())),
        file=file,
        entry=show_entry(ports, registration_id),
        numbers=[each for each in ports.identities.of_person(person_id) if each.provider in NUMBERS],
        history=tuple(each for each in _records(ports, person_id) if _is_about(each, registration_id)),
        credit=to_give_back(file),
        undoable=_undoable(ports, account, registration_id),
        mails=_mails(ports, person_id, registration_id),
        given_up=tuple(each for each in ports.outbox.given_up() if each.registration_id == registration_id),
    )


def _undoable(ports: FilePorts, account: Account, registration_id: str) -> LastAct | None:
    last = account.last_act(registration_id)
    return last if is_undoable(last, changed_by(account, last).version, ports.now()) else None


def _mails(ports: FilePorts, person_id: str, registration_id: str) -> tuple[SentMail, ...]:
    """Return the mails about the registration, and those about the person's access to the portal."""
    sent = (each for each in ports.outbox.sent_to(person_id) if each.registration_id in {"", registration_id})
    return tuple(sorted(sent, key=lambda each: (each.sent_at, each.id)))


def _records(ports: FilePorts, person_id: str) -> Iterator[AuditRecord]:
    after = None
    for _ in range(MOST_PAGES):
        found, after = ports.audit.of_subject(person_id, after)
        yield from found
        if after is None:
            return


def _is_about(record: AuditRecord, registration_id: str) -> bool:
    """True for acts on the registration and on what belongs to it: its attempts and instalments."""
    return record.target == registration_id or record.target.startswith(f"{registration_id}-")
