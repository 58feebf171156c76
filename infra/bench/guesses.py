"""An opening morning behind one address, and whoever guesses from there: what the limits let through.

The use case of the log-in runs on counters in memory; a password is right or wrong without being hashed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import InvalidCredentials, TooManyAttempts
from chalicelib.usecases.sign_in.open_session import prove_password
from infra.bench.counters import Counters
from infra.bench.sections import Mark, Section
from infra.bench.tables import table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

CAMPUS, ELSEWHERE = "192.0.2.1", "198.51.100.{}"
RIGHT, WRONG = "right", "wrong"
MISTYPES_EACH = 20
"""Of so many students one mistypes once, and logs in a moment later."""
MORNING = timedelta(minutes=10)
DAY = timedelta(days=1)
MOST_AT_ONE = 100
"""Guesses a day at one account: NIST SP 800-63B, 3.2.2, asks for no more."""

TEXT = """\
{students:,} students log in within ten minutes from one address, each for the first time and from a
browser that is new; one in {each} mistypes once. Then somebody guesses from that address until the day's
counters end, as fast as is let through: at each account in turn, all of which are known there by now, at
as many that were never entered from there, or at one. At one account a hundred addresses may guess as
well. The use case of the log-in (`usecases/sign_in`) decides, on counters in memory.

{table}
"""


class Accounts(Counters):
    """In-memory counters; every email address has an account with the password RIGHT."""

    def credentials_and_known(
        self, email: str, account: str, places: Collection[str], now: datetime
    ) -> tuple[Any, dict[str, datetime]]:
        return SimpleNamespace(password_hash=RIGHT, person_id=email), self.known(account, places, now)


class Doors:
    """The log-in of accounts whose password is RIGHT, at a clock of its own."""

    def __init__(self) -> None:
        self.now = datetime(2022, 9, 5, tzinfo=UTC)
        self._ports: Any = SimpleNamespace(
            limits=Accounts(),
            now=lambda: self.now,
            people=SimpleNamespace(with_second_factor=lambda _: (SimpleNamespace(is_active=True), None)),
            passwords=SimpleNamespace(matches=lambda given, known: given == known),
        )

    def is_heard(self, email: str, password: str, address: str) -> bool:
        """Return False where the try is refused before the password is looked at."""
        try:
            prove_password(self._ports, email, password, address)
        except TooManyAttempts:
            return False
        except InvalidCredentials:
            pass
        return True


def morning(doors: Doors, students: int) -> int:
    """Log everybody in; return how many right passwords were refused."""
    refused, pause = 0, MORNING / students
    for nth in range(students):
        email = email_of(nth)
        if nth % MISTYPES_EACH == 0:
            doors.is_heard(email, WRONG, CAMPUS)
        refused += not doors.is_heard(email, RIGHT, CAMPUS)
        doors.now += pause
    return refused


def guesses(doors: Doors, emails: Iterable[str], addresses: Iterable[str]) -> int:
    """Guess until the day ends at each account from each address; return the guesses heard."""
    heard, end = 0, doors.now.replace(hour=0, minute=0) + DAY
    pairs = [(email, address) for address in addresses for email in emails]
    place = 0
    while doors.now < end:
        misses = 0
        while misses < min(len(pairs), MISTYPES_EACH):
            email, address = pairs[place % len(pairs)]
            place += 1
            is_heard = doors.is_heard(email, WRONG, address)
            heard += is_heard
            misses = 0 if is_heard else misses + 1
        doors.now += timedelta(minutes=5)
    return heard


def measure(students: int) -> Section:
    doors = Doors()
    refused = morning(doors, students)
    everybody = [email_of(nth) for nth in range(students)]
    found = {
        "right passwords refused on the opening morning": refused,
        "guesses heard in a day, one address, all accounts known there": guesses(doors, everybody, [CAMPUS]),
        "guesses heard in a day, one address, as many accounts that are unknown there": guesses(
            Doors(), everybody, [CAMPUS]
        ),
        "guesses heard in a day, one address, one account": guesses(Doors(), ["one@example"], [CAMPUS]),
        "guesses heard in a day, a hundred addresses, one account": guesses(
            Doors(), ["one@example"], [ELSEWHERE.format(nth) for nth in range(100)]
        ),
    }
    rows = [(what, f"{number:,}") for what, number in found.items()]
    names = list(found)
    marks = [Mark(names[0], refused, 0, unit="")]
    marks += [Mark(name, found[name], MOST_AT_ONE, unit="") for name in names[3:]]
    text = TEXT.format(students=students, each=MISTYPES_EACH, table=table(("What", "Number"), rows))
    return Section("guesses", text, marks)


def email_of(nth: int) -> str:
    return f"student{nth}@example"
