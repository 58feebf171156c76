from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import CodeNotValid, ConcurrentUpdate
from chalicelib.domain.limits import CODE, CODE_DAY
from chalicelib.domain.people import Person
from chalicelib.domain.second_factor import SecondFactor, spent_recovery, spent_step
from chalicelib.usecases.limits.limit_tries import count_try
from chalicelib.usecases.sign_in.open_secret import open_secret
from chalicelib.usecases.sign_in.ports import SignInPorts

COUNTED = (CODE, CODE_DAY)


def check_code(ports: SignInPorts, person: Person, factor: SecondFactor | None, code: str) -> None:
    """Accept a code of the person's second factor, or a recovery code, once. Raise `CodeNotValid`.

    `factor` is as just read: one that has changed since accepts no code.

    Raise `SecondFactorUnavailable`, and count no try, if the secret cannot be decrypted now.
    """
    for limit in COUNTED:
        count_try(ports, limit, person.id)
    spent = _spent(ports, factor, code) if factor and factor.is_confirmed else None
    if spent is None:
        raise CodeNotValid
    try:
        ports.store.commit(Changes((spent,)))
    except ConcurrentUpdate:
        raise CodeNotValid from None  # the same code, twice at once
    for limit in COUNTED:
        ports.limits.give_back(limit, person.id, ports.now())


def _spent(ports: SignInPorts, factor: SecondFactor, code: str) -> SecondFactor | None:
    """Return the factor after the code; recovery codes are compared first, they need no key."""
    by_recovery = spent_recovery(factor, ports.totp.recovery_digest(code))
    return by_recovery or _spent_step(ports, factor, code)


def _spent_step(ports: SignInPorts, factor: SecondFactor, code: str) -> SecondFactor | None:
    secret = open_secret(ports, factor, *COUNTED)
    return spent_step(factor, ports.totp.step(secret, code, ports.now()))
