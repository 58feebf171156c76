from chalicelib.domain.errors import SecondFactorUnavailable
from chalicelib.domain.limits import Limit
from chalicelib.domain.second_factor import SecondFactor
from chalicelib.usecases.sign_in.ports import SignInPorts


def open_secret(ports: SignInPorts, factor: SecondFactor, *counted: Limit) -> str:
    """Return the decrypted secret; if it cannot be decrypted now, take back the try under each limit."""
    try:
        return ports.sealer.open(factor.sealed_secret, factor.person_id)
    except SecondFactorUnavailable:
        for limit in counted:
            ports.limits.give_back(limit, factor.person_id, ports.now())
        raise
