"""`python many_students.py PORT COUNT`: write students with the demo's password into `make run`."""

import sys
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


def email_of(nth: int) -> str:
    return f"student{nth}@many.test"


def write(port: int, count: int) -> None:
    services = Services(of_this_machine(port).settings)
    password = Argon2Passwords().hash(PASSWORD)
    for nth in range(count):
        person = Person(
            f"{nth:016x}",
            email_of(nth),
            f"Student {nth}",
            "TESTMANY",
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


if __name__ == "__main__":
    write(int(sys.argv[1]), int(sys.argv[2]))
