from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import CodeNotValid, ConcurrentUpdate
from chalicelib.domain.limits import CODE, CODE_DAY
from chalicelib.domain.people import Person
from chalicelib.domain.second_factor import SecondFactor, spent_recovery, spent_step
from chalicelib.usecases.limits.limit_tries import count_try
from chalicelib.usecases.sign_in.ports import SignInPorts


def check_code(ports: SignInPorts, person: Person, code: str) -> None:
    """Take a code of the person's second factor, or a recovery code: each once. Raise `CodeNotValid`."""
    for limit in (CODE, CODE_DAY):
        count_try(ports, limit, person.id)
    factor = ports.second_factors.find(person.id)
    spent = _spent(ports, factor, code) if factor and factor.is_confirmed else None
    if spent is None:
        raise CodeNotValid
    try:
        ports.store.commit(Changes((spent,)))
    except ConcurrentUpdate:
        raise CodeNotValid from None  # the same code, twice at once
    for limit in (CODE, CODE_DAY):
        ports.limits.give_back(limit, person.id, ports.now())


def _spent(ports: SignInPorts, factor: SecondFactor, code: str) -> SecondFactor | None:
    secret = ports.sealer.open(factor.sealed_secret, factor.person_id)
    by_step = spent_step(factor, ports.totp.step(secret, code, ports.now()))
    return by_step or spent_recovery(factor, ports.totp.recovery_digest(code))
