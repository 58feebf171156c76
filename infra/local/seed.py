"""The demo's people and their registrations, as the manual's school would have imported them."""

import hashlib
import os
from collections.abc import Iterator
from datetime import timedelta
from functools import cache

from argon2 import PasswordHasher

from chalicelib.campaigns.reader import load_shipped, shipped_text
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaigns.versions import (
    CampaignRegister,
    CampaignText,
    CampaignVersion,
    VersionState,
    digest_of,
)
from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.identities import Identity, as_read
from chalicelib.domain.people import Address, Person, Role
from chalicelib.domain.registration import Registration
from chalicelib.domain.sessions import Credentials, Login
from chalicelib.identity.passwords import Argon2Passwords
from chalicelib.wiring import services
from infra.local import environment
from infra.local.accounts import PASSWORD, STAFF, STUDENTS

CAMPAIGN = "clermont-auvergne-inp-2022"
REVIEWED_AFTER = timedelta(days=396)  # thirteen months: the next campaign has begun
ADDRESS = Address(
    id="demo",
    line1="1 rue de la Démonstration",
    zip_code="63000",
    city="Clermont-Ferrand",
    country="FR",
    phone_country_code="+33",
    phone="0600000000",
)


def seed() -> None:
    """Write the demo's first state into an empty table."""
    store, people = services().store, services().people
    load_campaign()
    login = _login()
    for person, programme_codes in _students():
        account = (person, Login(person.email, Credentials(person.id, login)), _identity(person))
        store.commit(Changes((*account, *_registrations(person, programme_codes))))
        people.save_address(person.id, ADDRESS)
    for email, desk, role in STAFF:
        person = Person(_id(email), email, desk, "Démo", frozenset({Role(role)}))
        store.commit(Changes((person, Login(person.email, Credentials(person.id, login)), _identity(person))))


@cache
def _login() -> str:
    """Hash the password of all once a process."""
    if environment.WEAK_HASH in os.environ:
        return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    return Argon2Passwords().hash(PASSWORD)


def load_campaign() -> None:
    """Store the shipped file as a first version, loaded by one of the staff and applied by another.

    A table that has a campaign keeps it.
    """
    if services().campaign_versions.register().versions:
        return
    now, text = services().now(), shipped_text(CAMPAIGN)
    campaign = load_shipped(CAMPAIGN)
    version = CampaignVersion(
        campaign_id=campaign.id,
        number=1,
        digest=digest_of(text),
        label=campaign.label.fr,
        begins_at=campaign.begins_at,
        holds_from=campaign.begins_at,
        loaded_by=_id("admin@demo.test"),
        loaded_at=now,
        state=VersionState.APPLIED,
        decided_by=_id("auditor@demo.test"),
        decided_at=now,
    )
    kept = CampaignText(campaign.id, version.number, text, version.digest)
    values = services().campaign_reader.values(text, version)
    services().store.commit(Changes((CampaignRegister((version,), 1), kept, *existing(values))))
    services().campaigns.refresh()


def _students() -> Iterator[tuple[Person, tuple[str, ...]]]:
    """Give each student with their programmes."""
    review_on = paris_day(services().now()) + REVIEWED_AFTER
    roles = frozenset({Role.STUDENT})
    for email, first_name, last_name, birth_on, programme_codes in STUDENTS:
        person = Person(
            _id(email), email, first_name, last_name, roles, birth_on=birth_on, review_on=review_on
        )
        yield person, programme_codes


def _identity(person: Person) -> Identity:
    """The school's CAS server knows them by what stands before the @."""
    return Identity("cas", as_read(person.email.partition("@")[0]), person.id, services().now())


def _registrations(person: Person, programme_codes: tuple[str, ...]) -> Iterator[Registration]:
    campaign = services().campaigns.current()
    for ordinal, programme_code in enumerate(programme_codes, start=1):
        yield Registration(
            id=f"{person.id}-{ordinal}",
            person_id=person.id,
            campaign_id=campaign.id,
            programme_code=campaign.programme(programme_code).code,
            holder=f"{person.last_name} {person.first_name}",
        )


def _id(email: str) -> str:
    return hashlib.sha256(email.encode()).hexdigest()[:16]
