from collections.abc import Iterator
from dataclasses import dataclass, replace

from chalicelib.domain.books.journaling import journaled
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.collection.arrears import Arrears, arrears_of, reminder
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.registration import Registration, RegistrationStatus
from chalicelib.domain.trail.audit import SCHEDULE, Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.collection.ports import CollectionPorts
from chalicelib.usecases.credits.set_off_credits import set_off_credits
from chalicelib.usecases.isolation import HasTime, Passed, always, for_each, rotated
from chalicelib.usecases.registrations.show_account import open_file

_ASKED = (RegistrationStatus.PRE_REGISTERED, RegistrationStatus.VALIDATED, RegistrationStatus.WITHDRAWN)


@dataclass
class ReminderRun(Passed):
    """What one run did: registrations looked at, and those reminded."""

    looked: int = 0
    reminded: int = 0


@dataclass(frozen=True)
class LateFile:
    registration: Registration
    arrears: Arrears


def remind_arrears(ports: CollectionPorts, has_time: HasTime = always) -> ReminderRun:
    """Send the reminders that are due, each registration alone; safe to repeat: each rung is used once.

    Credits pay first what is late: a process may have died before it allocated them.
    """
    run = ReminderRun()

    def remind(registration_id: str) -> None:
        run.looked += 1
        run.reminded += _remind(ports, registration_id)

    waiting = rotated(tuple(_candidates(ports)), ports.now())
    run.add(for_each(ports, "arrears not reminded of", waiting, remind, has_time))
    return run


def list_arrears(ports: CollectionPorts) -> tuple[LateFile, ...]:
    """Return every registration of which an amount is late, the oldest first.

    One with an unreadable account is reported and skipped.
    """
    today, found = paris_day(ports.now()), list[LateFile]()

    def add(registration_id: str) -> None:
        account = ports.accounts.account(person_of(registration_id))
        file = open_file(ports, account, registration_id)
        if late := arrears_of(file, today):
            found.append(LateFile(file.registration, late))

    for_each(ports, "arrears not listed", tuple(_candidates(ports)), add)
    return tuple(sorted(found, key=lambda each: (each.arrears.since, each.registration.holder)))


def _remind(ports: CollectionPorts, registration_id: str) -> bool:
    account = ports.accounts.account(person_of(registration_id))
    file = open_file(ports, account, registration_id)
    if set_off_credits(ports, account, file):
        account = ports.accounts.account(person_of(registration_id))
        file = open_file(ports, account, registration_id)
    changes = reminder(file, paris_day(ports.now()), ports.now())
    if changes is None:
        return False
    (mail,), person_id = changes.outbox, file.registration.person_id
    entry = audited(
        ports,
        SCHEDULE,
        Act.ARREARS_REMINDED,
        person_id,
        registration_id,
        amount_cents=mail.amount_cents,
        rung=mail.reason,
    )
    ports.store.commit(journaled(replace(changes, audit=entry), file, ports.now()))
    return True


def _candidates(ports: CollectionPorts) -> Iterator[str]:
    """Yield once the registrations with an instalment that is late, and those with a rest to pay at once."""
    late = dict.fromkeys(each.registration_id for each in ports.unpaid.late())
    for campaign in ports.campaigns.every():
        for status in _ASKED:
            found = ports.registrations.of_status(campaign.id, status)
            late |= dict.fromkeys(each.id for each in found if each.part_paid)
    yield from late
