"""What is asked of a debt while a plan that has not begun stands for it."""

from dataclasses import dataclass
from datetime import date

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.plan.instalment_pages import agreed_schedule
from chalicelib.domain.registration_file import RegistrationFile


@dataclass(frozen=True)
class Asked:
    """No more than `cents` of a debt are asked, and none of them before the day `since`."""

    cents: int
    since: date

    def waiting_cents(self, owed_cents: int) -> int:
        """Return what of the debt is not asked yet, in cents."""
        return max(0, owed_cents - self.cents)


WHOLE = Asked(10**15, date.min)
"""What is asked where no plan lets anything wait."""


def asked_of(file: RegistrationFile, day: date) -> Asked:
    """Return what is asked on a day: of an approved plan that has not begun its first instalment.

    Nothing while accounting has not decided on it. The whole debt of a plan whose first instalment cannot be
    paid: its price has changed, or what was received leaves less than that.
    """
    request = file.plan_request
    if request is None or request.started or not request.is_binding:
        return WHOLE
    try:
        _, agreed = agreed_schedule(file, request, day)
    except QuittanceError:
        return WHOLE
    approved_on = paris_day(request.decided_at or request.requested_at)
    if not request.is_payable or approved_on > day:
        return Asked(0, day)
    return Asked(agreed.parts[0].amount_cents, approved_on)
