from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain.credits import to_give_back
from chalicelib.domain.identifiers import person_of
from chalicelib.usecases.credits.list_credits import candidates
from chalicelib.usecases.credits.ports import CreditPorts
from chalicelib.usecases.isolation import HasTime, Passed, always, for_each, rotated
from chalicelib.usecases.registrations.show_account import open_file

GIVEN_BACK_WITHIN = timedelta(weeks=1)
MOST_NAMED = 10


@dataclass
class CreditCheck(Passed):
    """What one check found: registrations looked at, and those with a credit older than a week."""

    checked: int = 0
    old: int = 0


def check_credits(ports: CreditPorts, has_time: HasTime = always) -> CreditCheck:
    """Raise an alarm for each credit that waits for over a week, ten of them at most.

    A credit is as old as its oldest payment, which is the age that the list of accounting shows.
    """
    report, before = CreditCheck(), ports.now() - GIVEN_BACK_WITHIN

    def check(registration_id: str) -> None:
        report.checked += 1
        account = ports.accounts.account(person_of(registration_id))
        credit = to_give_back(open_file(ports, account, registration_id))
        if credit and credit.since < before:
            ports.alarms.raise_old_credit(credit)
            report.old += 1

    waiting = rotated(tuple(dict.fromkeys(candidates(ports))), ports.now())
    report.add(for_each(ports, "credit not checked", waiting, check, _until_named(report, has_time)))
    return report


def _until_named(report: CreditCheck, has_time: HasTime) -> Callable[[], bool]:
    return lambda: report.old < MOST_NAMED and has_time()
