"""`python -m infra.bench.morning.students PORT COUNT`: write students into what `make run` serves."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from chalicelib.domain.changes import Changes
from chalicelib.domain.people import Person, Role
from chalicelib.domain.registration import Registration
from chalicelib.domain.sessions import Credentials, Login
from chalicelib.identity.passwords import Argon2Passwords
from chalicelib.wiring import Services
from infra.doctor.this_machine import of_this_machine
from infra.local.accounts import PASSWORD
from infra.local.seed import ADDRESS, CAMPAIGN

PROGRAMME = "I2223_Y1_1A"
FIRST = 0xC0_0000
WRITERS = 4


def email_of(nth: int) -> str:
    return f"student{nth}@morning.test"


def person_id(nth: int) -> str:
    return f"{FIRST + nth:016x}"


def write(port: int, count: int) -> None:
    services = Services(of_this_machine(port).settings)
    password = Argon2Passwords().hash(PASSWORD)

    def one(nth: int) -> None:
        person = Person(
            person_id(nth),
            email_of(nth),
            f"Student {nth}",
            "TESTMORNING",
            frozenset({Role.STUDENT}),
            birth_on=date(2004, 1, 1),
            review_on=date(2024, 1, 1),
        )
        registration = Registration(
            id=f"{person.id}-1",
            person_id=person.id,
            campaign_id=CAMPAIGN,
            programme_code=PROGRAMME,
            holder=f"{person.last_name} {person.first_name}",
        )
        login = Login(person.email, Credentials(person.id, password))
        services.store.commit(Changes((person, login, registration)))
        services.people.save_address(person.id, ADDRESS)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(one, range(count)))


if __name__ == "__main__":
    write(int(sys.argv[1]), int(sys.argv[2]))
