"""Limits on tries, checked before any costly work; unknown accounts are counted in the same way."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.errors import TooManyAttempts
from chalicelib.domain.limits import ACCOUNT, ADDRESS, CODE, CODE_DAY, KNOWN_FOR, PAIR, Limit, network_of
from chalicelib.domain.sessions import Credentials
from chalicelib.usecases.limits.ports import LimitPorts


@dataclass(frozen=True)
class Tried:
    """A counted try.

    `pair` is the account and where it was tried from; `tries` those of the pair in the window of `at`, this
    one included. `address` and `of_account` are the keys of the other counters. `places` are to be remembered
    after a success. `credentials` are those of the account, None for an unknown one: read with what is known
    of it, and not used before the try is counted.
    """

    account: str
    at: datetime
    pair: str
    tries: int
    address: str
    of_account: str
    places: tuple[str, ...]
    credentials: Credentials | None


def account_key(email: str) -> str:
    return hashlib.sha256(email.encode()).hexdigest()


def limit_tries(ports: LimitPorts, email: str, address: str, device: str = "") -> Tried:
    """Count a try to log in, or raise `TooManyAttempts`.

    Tries from a known network or browser (its `device` cookie) have their own counters, so tries of strangers
    do not lock them out, even from the same address. The work is the same in all cases: the time must not
    reveal from where an account was entered.
    """
    account, now, network = account_key(email), ports.now(), network_of(address)
    places = (_named(device), network) if device else (network,)
    credentials, known = ports.limits.credentials_and_known(email, account, places, now)
    place = next(iter(known), network)
    pair = f"{account} {place}"
    of_address, of_account = (pair, pair) if known else (network, account)
    tries = _count(ports, pair, of_account, of_address, now)
    fresh = now + KNOWN_FOR / 2
    to_remember = tuple(each for each in (place, places[0]) if known.get(each, now) < fresh)
    return Tried(
        account, now, pair, tries, of_address, of_account, tuple(dict.fromkeys(to_remember)), credentials
    )


def _count(ports: LimitPorts, pair: str, of_account: str, of_address: str, now: datetime) -> int:
    """Count a try and return those of its pair; what is refused here does not count against the account."""
    taken = ports.limits.take_within(PAIR, pair, ACCOUNT, of_account, now)
    if isinstance(taken, Limit):
        raise _too_many(taken, now)
    try:
        count_try(ports, ADDRESS, of_address)
    except TooManyAttempts:
        ports.limits.give_back(ACCOUNT, of_account, now)
        raise
    return taken


def _named(device: str) -> str:
    return f"device {hashlib.sha256(device.encode()).hexdigest()}"


def count_try(ports: LimitPorts, limit: Limit, key: str) -> int:
    """Count a try and return how many there are in this window; raise `TooManyAttempts` above the limit."""
    now = ports.now()
    tries = ports.limits.take(limit, key, now)
    if tries > limit.most:
        raise _too_many(limit, now)
    return tries


def _too_many(limit: Limit, now: datetime) -> TooManyAttempts:
    return TooManyAttempts(max(1, limit.ends_at(now) - int(now.timestamp())))


def succeeded(ports: LimitPorts, tried: Tried) -> None:
    """Take back the counted try and remember its origin.

    Failures of the same pair before it were the owner mistyping: they no longer count against the address,
    which others share. They still count against the account. Of successes at once each takes back from the
    address what it took back from the pair, so a valid account makes no room to guess at others.
    """
    for tries in dict.fromkeys((tried.tries, 1)):
        if ports.limits.give_back_within(PAIR, tried.pair, ACCOUNT, tried.of_account, tried.at, tries):
            ports.limits.give_back(ADDRESS, tried.address, tried.at, tries)
            break
    for place in tried.places:
        ports.limits.remember(tried.account, place, tried.at + KNOWN_FOR)


def reset_limits(ports: LimitPorts, email: str, address: str, person_id: str) -> None:
    """Reset the limits of a person who used a mailed link, and remember their network.

    What others tried from the same network stays counted.
    """
    now, account, network = ports.now(), account_key(email), network_of(address)
    pair = f"{account} {network}"
    ports.limits.clear_within(PAIR, pair, ACCOUNT, pair, now)
    ports.limits.clear(ADDRESS, pair, now)
    for limit in (CODE, CODE_DAY):
        ports.limits.clear(limit, person_id, now)
    ports.limits.remember(account, network, now + KNOWN_FOR)
