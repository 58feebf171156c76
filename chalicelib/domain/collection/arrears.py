"""What is late, since when, and the ladder of reminders of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.collection.bounces import BOUNCED
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.owed import unplanned_cents
from chalicelib.domain.plan.instalments import Instalment, InstalmentState
from chalicelib.domain.plan.unbegun import asked_of
from chalicelib.domain.registration import RegistrationStatus, counted
from chalicelib.domain.registration_file import RegistrationFile

BANDS = (30, 60, 90)
"""The last day of each band of age; the last band has no end."""


@dataclass(frozen=True)
class Arrears:
    """The amount of one registration that is late, in cents, and the day since which the oldest part is."""

    cents: int
    since: date

    def age_on(self, today: date) -> int:
        """Return the age in days."""
        return (today - self.since).days

    def band_on(self, today: date) -> int:
        """Return the place of the age among the bands, from 0."""
        return sum(self.age_on(today) > last for last in BANDS)


def is_late(instalment: Instalment) -> bool:
    """Return True if only the student can pay it now."""
    return instalment.state in {InstalmentState.NEEDS_PAYER, InstalmentState.ARREARS}


def arrears_of(file: RegistrationFile, today: date) -> Arrears | None:
    """Return what is late: instalments that wait for the student, and a rest that is to be paid at once.

    Of that rest no more than the first instalment, since its approval, while an approved plan has not begun.

    None if nothing is, and for a refused file, of which nothing is asked. One that was given up owes one sum:
    what was kept of money that the bank took back.
    """
    if file.registration.status is RegistrationStatus.REFUSED:
        return None
    parts = [each for each in _parts(file, today) if each.since <= today and each.cents > 0]
    if not parts:
        return None
    return Arrears(sum(each.cents for each in parts), min(each.since for each in parts))


def reminder(file: RegistrationFile, today: date, now: datetime) -> Changes | None:
    """Return the rows and the mail of the reminder that is due, None if none is.

    Each rung is used once for an amount late since the same day; of several due after an outage the highest.
    Nothing is sent for a stopped plan or a blocked file, nor while a payment may come.
    """
    late = arrears_of(file, today)
    if late is None or _is_held_back(file):
        return None
    registration = file.registration
    past = registration.reminders if registration.reminded_of == late.since else 0
    reached = [each for each in file.campaign.reminders if each.after_days <= late.age_on(today)]
    if len(reached) <= past:
        return None
    mail = OutboxEntry(
        id=f"{Topic.ARREARS_REMINDER}-{registration.id}-{late.since}-{len(reached)}",
        topic=Topic.ARREARS_REMINDER,
        person_id=registration.person_id,
        registration_id=registration.id,
        created_at=now,
        amount_cents=late.cents,
        reason=reached[-1].text.value,
    )
    told = replace(counted(registration), reminded_of=late.since, reminders=len(reached))
    return Changes((told,), outbox=(mail,))


def reminder_days(file: RegistrationFile, today: date) -> tuple[date, ...]:
    """Return the days of the reminders still to come of what is late now."""
    late = arrears_of(file, today)
    if late is None or _is_held_back(file):
        return ()
    days = (late.since + timedelta(days=each.after_days) for each in file.campaign.reminders)
    return tuple(day for day in days if day > today)


def _parts(file: RegistrationFile, today: date) -> Iterator[Arrears]:
    for instalment in file.instalments if file.registration.is_accepted else ():
        if is_late(instalment):
            yield Arrears(instalment.remaining_cents, _late_since(instalment))
    if file.registration.part_paid and file.orders:
        asked = asked_of(file, today)
        yield Arrears(min(unplanned_cents(file), asked.cents), max(_owed_since(file), asked.since))


def _late_since(instalment: Instalment) -> date:
    """Return its due day; of one that was paid once, the day on which the bank took that back."""
    if instalment.refusal_code == BOUNCED and instalment.since:
        return max(instalment.due_on, paris_day(instalment.since))
    return instalment.due_on


def _owed_since(file: RegistrationFile) -> date:
    bounced = [each.bounced_on for each in file.payments if each.bounced_cents and each.bounced_on]
    return max(bounced, default=max(order.ordered_on for order in file.orders))


def _is_held_back(file: RegistrationFile) -> bool:
    is_stopped = file.plan_request is not None and file.plan_request.is_stopped
    return file.registration.blocked or is_stopped or any(each.is_open for each in file.attempts)
