"""What a registration costs, whether it can be paid now, and when nothing is left to pay."""

from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.calendar import PARIS, opening
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.errors import (
    AlreadyPaid,
    FeeSituationMissing,
    NothingToPay,
    PaymentUnclear,
    PlanBinding,
    PlanLocked,
    RegistrationRefused,
    WindowClosed,
)
from chalicelib.domain.money import FeeLine, totals
from chalicelib.domain.registration import Registration, RegistrationStatus


def require_open_window(campaign: Campaign, now: datetime) -> None:
    state = opening(campaign.windows, now)
    if not state.is_open:
        raise WindowClosed(
            "Les inscriptions sont fermées. Vos factures et votre position de compte restent accessibles. "
            + (f"Réouverture le {_moment(state.until)}." if state.until else "La campagne est terminée.")
        )


def quote(registration: Registration, campaign: Campaign) -> tuple[FeeLine, ...]:
    """What the declared situation costs."""
    if registration.fee_situation_code is None:
        raise FeeSituationMissing
    programme = campaign.programme(registration.programme_code)
    return programme.fee_lines(registration.fee_situation_code)


def payable_lines(
    account: Account, registration: Registration, campaign: Campaign, now: datetime
) -> tuple[FeeLine, ...]:
    """The lines to pay at once; refuses with the reason while this registration cannot be paid."""
    request = account.plan_request(registration.id)
    if request and request.started:
        raise PlanLocked("Votre échéancier est commencé : ses échéances se règlent dans le menu 3.")
    if registration.is_paid:
        raise AlreadyPaid
    require_accepted(registration)
    if account.has_unclear_attempt(registration.id):
        raise PaymentUnclear
    if account.has_binding_plan(registration.id):
        raise PlanBinding
    require_open_window(campaign, now)
    lines = quote(registration, campaign)
    if totals(lines).total_cents == 0:
        raise NothingToPay
    return lines


def require_accepted(registration: Registration) -> None:
    """Nothing is taken for a file that the registrar refused, or that was given up."""
    if registration.status in {RegistrationStatus.REFUSED, RegistrationStatus.WITHDRAWN}:
        raise RegistrationRefused(
            "Votre dossier n'a pas été accepté"
            + (f" : {registration.reason}. " if registration.reason else ". ")
            + "Corrigez votre situation dans le menu 1, ou écrivez à l'adresse de contact."
        )


def is_complete(account: Account, registration: Registration, campaign: Campaign) -> bool:
    """Validated by the registrar, and nothing left to pay."""
    if registration.status is not RegistrationStatus.VALIDATED:
        return False
    if registration.is_paid:
        return all(each.remaining_cents == 0 for each in account.instalments_of(registration.id))
    return totals(quote(registration, campaign)).total_cents == 0


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(PARIS):%d/%m/%Y à %H:%M}"
