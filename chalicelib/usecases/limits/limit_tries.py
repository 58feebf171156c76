"""Limits on tries, checked before any costly work; unknown accounts are counted in the same way."""

import hashlib
from dataclasses import dataclass

from chalicelib.domain.errors import TooManyAttempts
from chalicelib.domain.limits import ACCOUNT, ADDRESS, CODE, KNOWN_FOR, PAIR, Limit, network_of
from chalicelib.usecases.limits.ports import LimitPorts


@dataclass(frozen=True)
class Tried:
    """A counted try: the account, its origin, and the limits it counts for."""

    account: str
    place: str
    counted: tuple[tuple[Limit, str], ...]


def account_key(email: str) -> str:
    return hashlib.sha256(email.encode()).hexdigest()


def limit_tries(ports: LimitPorts, email: str, address: str, device: str = "") -> Tried:
    """Count a try to log in, or raise `TooManyAttempts`.

    Tries from a known network or browser (its `device` cookie) have their own counters, so tries of strangers
    do not lock them out, even from the same address. The work is the same in all cases: the time must not
    reveal from where an account was entered.
    """
    account = account_key(email)
    place, is_known = _place(ports, account, address, device)
    pair = f"{account} {place}"
    counted = ((PAIR, pair), (ADDRESS, pair if is_known else place), (ACCOUNT, pair if is_known else account))
    for limit, key in counted:
        count_try(ports, limit, key)
    return Tried(account, place, counted)


def _place(ports: LimitPorts, account: str, address: str, device: str) -> tuple[str, bool]:
    """Return the browser if the account was entered with it before, else the network.

    And whether it is known.
    """
    if device and ports.limits.is_known(account, _named(device), ports.now()):
        return _named(device), True
    network = network_of(address)
    return network, ports.limits.is_known(account, network, ports.now())


def _named(device: str) -> str:
    return f"device {hashlib.sha256(device.encode()).hexdigest()}"


def remember_device(ports: LimitPorts, email: str, device: str) -> None:
    """Remember the `device` cookie of a browser that logged in."""
    if device:
        ports.limits.remember(account_key(email), _named(device), ports.now() + KNOWN_FOR)


def count_try(ports: LimitPorts, limit: Limit, key: str) -> None:
    now = ports.now()
    if ports.limits.take(limit, key, now) > limit.most:
        raise TooManyAttempts(max(1, limit.ends_at(now) - int(now.timestamp())))


def succeeded(ports: LimitPorts, tried: Tried) -> None:
    """Take back the counted try and remember its origin."""
    now = ports.now()
    for limit, key in tried.counted:
        ports.limits.give_back(limit, key, now)
    ports.limits.remember(tried.account, tried.place, now + KNOWN_FOR)


def reset_limits(ports: LimitPorts, email: str, address: str, person_id: str) -> None:
    """Reset the limits of a person who used a mailed link, and remember their network."""
    now, account, network = ports.now(), account_key(email), network_of(address)
    for limit in (PAIR, ADDRESS, ACCOUNT):
        ports.limits.clear(limit, f"{account} {network}", now)
    ports.limits.clear(CODE, person_id, now)
    ports.limits.remember(account, network, now + KNOWN_FOR)
