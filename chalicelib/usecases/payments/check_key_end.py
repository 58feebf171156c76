from datetime import date, timedelta

from chalicelib.domain.calendar import paris_day
from chalicelib.usecases.payments.ports import PaymentPorts

TOLD_BEFORE = timedelta(days=30)


def check_key_end(ports: PaymentPorts, ends: date | None) -> bool:
    """Raise an alarm from thirty days before the gateway's key ends; None: no end is known."""
    is_near = ends is not None and ends - paris_day(ports.now()) <= TOLD_BEFORE
    if is_near:
        ports.alarms.raise_key_ends()
    return is_near
