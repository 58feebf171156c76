from typing import Protocol

from chalicelib.domain.brakes.brake import Brake
from chalicelib.domain.brakes.refusals import PaymentsStopped
from chalicelib.usecases.brakes.ports import BrakeState


class Braked(Protocol):
    @property
    def brakes(self) -> BrakeState: ...


def require_payments(ports: Braked) -> None:
    """Raise `PaymentsStopped` while no page of the gateway may be opened."""
    if ports.brakes.current().is_on(Brake.PAYMENTS):
        raise PaymentsStopped
