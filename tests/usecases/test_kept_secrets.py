"""P16 wherever things are kept: a link has one winner, and nothing that is kept lets anybody in."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import boto3
import pytest
from argon2 import PasswordHasher

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.errors import (
    LinkNotValid,
    QuittanceError,
)
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.people import Role
from chalicelib.domain.trail.audit import Act
from chalicelib.identity.passwords import Argon2Passwords
from chalicelib.storage.limits import DynamoLimits
from chalicelib.storage.proofs import DynamoLinks, DynamoSecondFactors
from chalicelib.storage.sessions import DynamoSessions
from chalicelib.usecases.passwords.request_link import send_link
from chalicelib.usecases.passwords.set_password import read_link, set_password
from chalicelib.usecases.sign_in.open_session import open_session
from chalicelib.usecases.sign_in.read_session import read_session
from infra.local.resources import Names
from tests.fakes.identity import MemoryLimits
from tests.fakes.ports import FakePorts
from tests.integration.real_engine import at_once, engine_ports
from tests.usecases.sign_in_steps import (
    HERE,
    NEXT_PASSWORD,
    PASSWORD,
    PersonSteps,
    acts,
    somebody,
    strings_in,
)

THREADS = 32


def engine(names: Names) -> Any:
    ports = engine_ports(names, load_shipped("clermont-auvergne-inp-2022"))
    ports.links = DynamoLinks(ports.table)
    ports.limits = DynamoLimits(ports.table)
    ports.sessions = DynamoSessions(ports.table)
    ports.second_factors = DynamoSecondFactors(ports.table)
    return ports


@pytest.fixture(params=["memory", "dynamodb"])
def somewhere(request: pytest.FixtureRequest, ports: FakePorts) -> Any:
    return ports if request.param == "memory" else engine(request.getfixturevalue("names"))


def link_for(ports: Any, who: PersonSteps) -> str:
    """A mailed link, wherever things are kept."""
    entry = OutboxEntry("reset", Topic.PASSWORD_RESET, "", "", ports.now(), email=who.person.email)
    send_link(ports, entry)
    token: str = ports.mailer.tokens[-1]
    return token


def test_32_parallel_uses_of_a_link_have_one_winner(somewhere: Any) -> None:
    camille = somebody(somewhere, 0xC1)
    token = link_for(somewhere, camille)
    winners: list[str] = []

    def use(password: str) -> None:
        try:
            set_password(somewhere, token, password, HERE)
        except LinkNotValid:
            return
        winners.append(password)

    at_once([partial(use, f"{NEXT_PASSWORD} {number}") for number in range(THREADS)])
    (password,) = winners
    assert camille.logs_in(password=password)
    assert acts(somewhere) == [Act.PASSWORD_SET]


def kept(ports: Any) -> Iterator[str]:
    """Every text that the memory, or every row of the table, holds."""
    if hasattr(ports, "table"):
        for row in boto3.resource("dynamodb").Table(ports.table.row.Meta.table_name).scan()["Items"]:
            yield from strings_in(row)
            yield from strings_in(json.loads(row.get("facts", "null")))
    else:
        yield from strings_in(vars(ports.memory))


def lets_in(ports: Any, who: PersonSteps, text: str) -> bool:
    """Whether a text is good as a session, a link, a password or a code."""
    ways = (
        lambda: read_session(ports, text),
        lambda: read_link(ports, text),
        lambda: open_session(ports, who.person.email, text, None, HERE),
        lambda: open_session(ports, who.person.email, PASSWORD, text, HERE),
    )
    for way in ways:
        try:
            way()
        except (QuittanceError, ValueError):
            continue
        return True
    return False


def unlimited(ports: Any, who: PersonSteps) -> MemoryLimits:
    """Limits that have counted nothing; they read the credentials with what they know of an account."""
    memory = FakePorts(ports.campaigns.current()).memory
    memory.logins[who.person.email] = ports.people.credentials(who.person.email)
    return MemoryLimits(memory)


class QuickPasswords(Argon2Passwords):
    """The same hashes, made cheaply: hundreds are compared here."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def test_nothing_that_is_kept_lets_anybody_in(somewhere: Any) -> None:
    somewhere.passwords = QuickPasswords()
    camille = somebody(somewhere, 0xC1, Role.ACCOUNTANT)
    camille.sets_up_a_second_factor()
    token, *_ = camille.logs_in(code=camille.code())
    somewhere.move(seconds=30)
    link = link_for(somewhere, camille)
    texts = {text for text in kept(somewhere) if text}
    texts |= {part for text in texts for part in text.replace("$", "#").split("#") if part}
    assert not {token, link, PASSWORD, camille.secret, *camille.recovery} & texts
    for text in sorted(texts):
        somewhere.limits = unlimited(somewhere, camille)
        assert not lets_in(somewhere, camille, text), text
    assert lets_in(somewhere, camille, camille.recovery[0])
    assert lets_in(somewhere, camille, token)
    assert lets_in(somewhere, camille, link)
