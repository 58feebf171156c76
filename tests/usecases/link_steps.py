"""The steps that stories about links to pay share."""

from dataclasses import replace
from datetime import date

from chalicelib.domain.languages import Language
from chalicelib.domain.payment_links.link import WantedLink
from chalicelib.domain.payment_links.link_use import CardPayer
from chalicelib.domain.payment_links.standing import LinkState, state_of
from chalicelib.domain.payments import Attempt
from chalicelib.domain.people import Address, Person
from chalicelib.usecases.payment_links.make_link import MadeLink, make_link
from chalicelib.usecases.payment_links.pay_by_link import asked_cents, pay_by_link, show_link
from tests.usecases.conftest import CHRIS, Student

UNTIL = date(2022, 7, 10)
PHONE = "198.51.100.7"
ELSEWHERE = Address(
    line1="9 avenue de la Démonstration",
    zip_code="1000",
    city="Bruxelles",
    country="BE",
    phone_country_code="+32",
    phone="0470000000",
)
PARENT = CardPayer("Alex", "TESTAC", "parent@demo.test", ELSEWHERE, Language.FR)
OTHER_PARENT = replace(PARENT, first_name="Sacha", last_name="TESTSC", email="other@demo.test")


def makes(student: Student, cents: int | None = 30000, by: Person = CHRIS) -> MadeLink:
    return make_link(student.ports, student.registration_id, WantedLink(cents, UNTIL), by)


def asks(student: Student, made: MadeLink) -> int:
    """Return the amount that the payer's page shows."""
    return asked_cents(show_link(student.ports, made.token, PHONE), student.ports.at)


def leaves(student: Student, made: MadeLink, payer: CardPayer = PARENT, seen: int | None = None) -> Attempt:
    """Let a payer leave for the gateway's page with the amount that they saw, in a browser of their own."""
    cents = asks(student, made) if seen is None else seen
    return pay_by_link(student.ports, made.token, payer, cents, PHONE, payer.email).attempt


def state(student: Student, made: MadeLink) -> LinkState:
    file = student.file
    link = next(each for each in file.payment_links if each.id == made.link.id)
    return state_of(file, link, student.ports.at.date())
