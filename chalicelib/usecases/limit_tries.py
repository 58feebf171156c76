"""Refuses a try before anything costly is done for it; what is counted is the same for unknown accounts."""

import hashlib
from dataclasses import dataclass

from chalicelib.domain.errors import TooManyAttempts
from chalicelib.domain.limits import ACCOUNT, ADDRESS, CODE, KNOWN_FOR, PAIR, Limit, network_of
from chalicelib.usecases.ports import Ports


@dataclass(frozen=True)
class Tried:
    """A try that was counted: against whom, from where, under which limits."""

    account: str
    network: str
    counted: tuple[tuple[Limit, str], ...]


def account_key(email: str) -> str:
    return hashlib.sha256(email.encode()).hexdigest()


def limit_tries(ports: Ports, email: str, address: str) -> Tried:
    """Count a try to enter an account, or raise `TooManyAttempts`.

    The work is the same from a known address: the time must not tell that an account was entered from here.
    """
    account, network = account_key(email), network_of(address)
    pair = f"{account} {network}"
    is_known = ports.limits.is_known(account, network, ports.now())
    counted = ((PAIR, pair), (ADDRESS, network), (ACCOUNT, pair if is_known else account))
    for limit, key in counted:
        count_try(ports, limit, key)
    return Tried(account, network, counted)


def count_try(ports: Ports, limit: Limit, key: str) -> None:
    now = ports.now()
    if ports.limits.take(limit, key, now) > limit.most:
        raise TooManyAttempts(max(1, limit.ends_at(now) - int(now.timestamp())))


def succeeded(ports: Ports, tried: Tried) -> None:
    """A try that succeeded counts for nothing, and its address is known from now on."""
    now = ports.now()
    for limit, key in tried.counted:
        ports.limits.give_back(limit, key, now)
    ports.limits.remember(tried.account, tried.network, now + KNOWN_FOR)


def let_in(ports: Ports, email: str, address: str, person_id: str) -> None:
    """Whoever used the mailed link is let in from here, whatever strangers did meanwhile."""
    now, account, network = ports.now(), account_key(email), network_of(address)
    for limit in (PAIR, ACCOUNT):
        ports.limits.clear(limit, f"{account} {network}", now)
    ports.limits.clear(CODE, person_id, now)
    ports.limits.remember(account, network, now + KNOWN_FOR)
