from collections.abc import Callable, Iterator
from datetime import date

from chalicelib.domain.access import RULES, Action
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.campaigns.exemptions import count_of
from chalicelib.domain.lists.counters import Counter, Counting
from chalicelib.domain.lists.filters import Anomaly, Entry, alike, entry_of, tariffs_of
from chalicelib.domain.lists.search import Hit
from chalicelib.domain.people import Person
from chalicelib.domain.plan.instalments import DebitState
from chalicelib.domain.reconciliation.policies import unexplained_of
from chalicelib.usecases.lists.ports import DeskPorts

_OF_LINES: tuple[tuple[Counting, Anomaly, Action, Callable[[Entry], int] | None], ...] = (
    (Counting.TO_DECIDE, Anomaly.TO_DECIDE, Action.DECIDE_REGISTRATION, None),
    (Counting.EVIDENCE_VERIFIED, Anomaly.EVIDENCE_VERIFIED, Action.DECIDE_REGISTRATION, None),
    (Counting.GRANTS_APPEARED, Anomaly.GRANT_APPEARED, Action.DECIDE_REGISTRATION, None),
    (Counting.PAID_NOT_VALIDATED, Anomaly.PAID_NOT_VALIDATED, Action.READ_REGISTRATIONS, None),
    (
        Counting.VALIDATED_UNPAID,
        Anomaly.VALIDATED_UNPAID,
        Action.READ_REGISTRATIONS,
        lambda entry: entry.rest_cents,
    ),
    (Counting.PLANS_TO_DECIDE, Anomaly.PLAN_REQUESTED, Action.READ_PLAN_REQUESTS, None),
    (
        Counting.REFUSED_DEBITS,
        Anomaly.REFUSED_DEBIT,
        Action.READ_INSTALMENTS,
        lambda entry: entry.line.arrears_cents,
    ),
    (Counting.ARREARS, Anomaly.ARREARS, Action.READ_INSTALMENTS, lambda entry: entry.line.arrears_cents),
    (Counting.IN_QUESTION, Anomaly.IN_QUESTION, Action.READ_INSTALMENTS, None),
    (Counting.PROVISIONAL_OVERDUE, Anomaly.PROVISIONAL_OVERDUE, Action.DECIDE_REGISTRATION, None),
    (Counting.FOLLOW_UPS, Anomaly.FOLLOW_UP, Action.READ_REGISTRATIONS, None),
    (Counting.CREDITS, Anomaly.CREDIT, Action.READ_CREDITS, lambda entry: entry.give_back_cents),
)
"""The counters of lines: what they count, and the action that its list requires."""


def show_desk(ports: DeskPorts, campaign: Campaign, person: Person) -> tuple[Counter, ...]:
    """Return the counters of the desks that a person may read."""
    return (*_of_lines(ports, campaign, person), *_of_queues(ports, campaign, person))


def _may(person: Person, action: Action) -> bool:
    return person.holds(*RULES[action].roles)


def _of_lines(ports: DeskPorts, campaign: Campaign, person: Person) -> Iterator[Counter]:
    if not _may(person, Action.READ_REGISTRATIONS):
        return
    tariffs, today = tariffs_of(campaign), paris_day(ports.now())
    lines = ports.lines.of_campaign(campaign.id).lines
    entries = [(entry_of(Hit(line), tariffs, today), number) for line, number in alike(lines)]
    for of, anomaly, action, cents in _OF_LINES:
        if _may(person, action):
            found = [(entry, number) for entry, number in entries if entry.has(anomaly)]
            amount = sum(cents(entry) * number for entry, number in found) if cents else None
            yield Counter(of, sum(number for _, number in found), amount)
    if _may(person, Action.DECIDE_REGISTRATION):
        yield Counter(Counting.EXEMPTIONS, count_of(campaign, lines).by_decision)


def _of_queues(ports: DeskPorts, campaign: Campaign, person: Person) -> Iterator[Counter]:
    if _may(person, Action.READ_INSTALMENTS):
        conflicts = ports.debits.conflicts()
        yield Counter(Counting.CONFLICTS, len(conflicts), sum(each.amount_cents for each in conflicts))
        yield _last_run(ports, campaign)
    if _may(person, Action.READ_BOOKS):
        known = ports.reconciliations.open_differences(campaign.numbering.series)
        told = unexplained_of(known)
        yield Counter(Counting.UNEXPLAINED, told.count, told.cents, told.oldest_on, told.signed_cents)
    if _may(person, Action.READ_PEOPLE):
        yield Counter(Counting.SECOND_PERSON, len(ports.role_changes.waiting()))
    if _may(person, Action.READ_GIVEN_UP):
        yield Counter(Counting.GIVEN_UP, len(ports.outbox.given_up()))


def _last_run(ports: DeskPorts, campaign: Campaign) -> Counter:
    """Return what the debits of the last due day took, of this month or an earlier one."""
    day = _last_due_day(paris_day(ports.now()), campaign)
    debits = [each for each in ports.debits.of_day(day) if each.state is DebitState.PAID]
    return Counter(Counting.LAST_RUN, len(debits), sum(each.amount_cents for each in debits), day)


def _last_due_day(today: date, campaign: Campaign) -> date:
    """Return the last day on or before today on which plans of the campaign fall due; today without plans."""
    days = {plan.due_day for plan in campaign.plans.values()}
    months = (today, date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1))
    due = [month.replace(day=day) for month in months for day in days]
    return max((day for day in due if day <= today), default=today)
