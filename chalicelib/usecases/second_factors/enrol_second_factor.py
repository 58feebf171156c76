from dataclasses import dataclass, field

from chalicelib.domain.access import Action, permit
from chalicelib.domain.causes import FactorRemovalUnreasoned
from chalicelib.domain.changes import Changes
from chalicelib.domain.decisions import (
    SecondFactorAbsent,
    SecondFactorInPlace,
    SecondFactorNotBegun,
    SecondFactorRequired,
)
from chalicelib.domain.errors import CodeNotValid
from chalicelib.domain.limits import CODE
from chalicelib.domain.outbox import Topic
from chalicelib.domain.people import Person
from chalicelib.domain.second_factor import SecondFactor, begun_again, confirmed
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited, notice
from chalicelib.usecases.limits.limit_tries import count_try
from chalicelib.usecases.second_factors.ports import SecondFactorPorts
from chalicelib.usecases.sign_in.open_secret import open_secret
from chalicelib.usecases.sign_in.open_session import must_have_factor


@dataclass(frozen=True)
class Enrolment:
    """The secret for an authenticator application, shown to its owner only."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


def enrol_second_factor(ports: SecondFactorPorts, person: Person, session_hash: str) -> Enrolment:
    """Begin an enrolment, or show it again to the session that began it.

    No code is required until it is confirmed.
    """
    factor = ports.second_factors.find(person.id)
    if factor and factor.is_confirmed:
        raise SecondFactorInPlace
    if factor is None or factor.begun_in != session_hash:
        factor = _begun(ports, person, factor, session_hash)
        ports.store.commit(Changes((factor,)))
    secret = open_secret(ports, factor)
    issuer = ports.campaigns.current().school.name
    return Enrolment(secret, ports.totp.uri(secret, person.email, issuer))


def _begun(
    ports: SecondFactorPorts, person: Person, earlier: SecondFactor | None, session_hash: str
) -> SecondFactor:
    sealed = ports.sealer.seal(ports.totp.new_secret(), person.id)
    if earlier is None:
        return SecondFactor(person.id, sealed, session_hash)
    return begun_again(earlier, sealed, session_hash)


def confirm_second_factor(
    ports: SecondFactorPorts, person: Person, session_hash: str, code: str
) -> tuple[str, ...]:
    """Confirm the second factor by its first code; return the recovery codes, shown only this once."""
    count_try(ports, CODE, person.id)
    factor = ports.second_factors.find(person.id)
    if factor is None or factor.is_confirmed or factor.begun_in != session_hash:
        raise SecondFactorNotBegun
    now = ports.now()
    step = ports.totp.step(open_secret(ports, factor, CODE), code, now)
    if step is None:
        raise CodeNotValid
    codes = ports.totp.new_recovery_codes()
    digests = tuple(ports.totp.recovery_digest(each) for each in codes)
    ports.store.commit(
        Changes(
            (confirmed(factor, step, digests, now),),
            audit=audited(ports, person.id, Act.SECOND_FACTOR_ENROLLED, person.id, person.id),
            outbox=(notice(ports, Topic.SECOND_FACTOR_SET, person),),
        )
    )
    ports.limits.give_back(CODE, person.id, now)
    return codes


def remove_own_second_factor(ports: SecondFactorPorts, person: Person) -> None:
    """Remove one's own second factor; if it is required, only another person may remove it."""
    permit(person, Action.SECURE_OWN_ACCOUNT, person.id)
    if must_have_factor(ports, person):
        raise SecondFactorRequired
    _remove(ports, person, person, "")


def remove_second_factor(ports: SecondFactorPorts, person: Person, by: Person, reason: str) -> None:
    """Remove another person's second factor because the phone is lost; never one's own."""
    permit(by, Action.REMOVE_SECOND_FACTOR, person.id)
    if not reason.strip():
        raise FactorRemovalUnreasoned
    _remove(ports, person, by, reason)


def _remove(ports: SecondFactorPorts, person: Person, by: Person, reason: str) -> None:
    factor = ports.second_factors.find(person.id)
    if factor is None:
        raise SecondFactorAbsent
    ports.store.commit(
        Changes(
            audit=audited(ports, by.id, Act.SECOND_FACTOR_REMOVED, person.id, person.id, reason),
            outbox=(notice(ports, Topic.SECOND_FACTOR_REMOVED, person),),
            ended=(factor,),
        )
    )
