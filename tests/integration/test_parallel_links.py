"""P25 on the real engine: links opened at once, and revoked meanwhile, never ask for more than is owed."""

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.payment_links.link import WantedLink
from chalicelib.storage.proofs import DynamoPaymentLinkKeys
from chalicelib.usecases.payment_links.make_link import MadeLink, make_link, revoke_link
from chalicelib.usecases.payment_links.pay_by_link import pay_by_link
from infra.local.resources import Names
from tests.integration.real_engine import at_once, engine_ports, enrolled
from tests.usecases.conftest import ACCOUNTANT
from tests.usecases.link_steps import PARENT, PHONE, UNTIL

OWED = 377_000
SHARES = (200_000, 150_000, 100_000, 100_000, 377_000)


@pytest.fixture
def ports(names: Names) -> Any:
    made = engine_ports(names, load_shipped("clermont-auvergne-inp-2022"))
    made.payment_link_keys = DynamoPaymentLinkKeys(made.table)
    return made


def leaves(ports: Any, made: MadeLink) -> None:
    """Leave for the gateway with the amount of the link, as a payer of its own."""
    payer = replace(PARENT, email=f"{made.link.id[-4:]}@demo.test")
    with suppress(QuittanceError):
        pay_by_link(ports, made.token, payer, made.link.amount_cents or 0, PHONE, payer.email)


def test_links_opened_at_once_reserve_no_more_than_is_owed(ports: Any) -> None:
    registration = enrolled(ports, 1)
    links = [make_link(ports, registration.id, WantedLink(cents, UNTIL), ACCOUNTANT) for cents in SHARES]
    at_once([partial(leaves, ports, made) for made in (*links, *links)])
    attempts = ports.accounts.account(registration.person_id).attempts
    assert 0 < sum(each.amount_cents for each in attempts) <= OWED
    used = [each.link.link_id for each in attempts]
    assert len(used) == len(set(used))


def test_link_that_is_revoked_meanwhile_starts_nothing_after(ports: Any) -> None:
    registration = enrolled(ports, 1)
    made = make_link(ports, registration.id, WantedLink(100_000, UNTIL), ACCOUNTANT)
    at_once([partial(leaves, ports, made), partial(revoke_link, ports, made.link.id, ACCOUNTANT)] * 4)
    before = ports.accounts.account(registration.person_id).attempts
    leaves(ports, made)
    account = ports.accounts.account(registration.person_id)
    assert account.attempts == before
    assert account.payment_links[0].revoked_at
