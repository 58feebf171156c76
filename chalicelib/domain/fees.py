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
    if registration.is_paid:
        raise AlreadyPaid
    if registration.status in {RegistrationStatus.REFUSED, RegistrationStatus.WITHDRAWN}:
        raise RegistrationRefused(
            "Votre dossier n'a pas été accepté"
            + (f" : {registration.reason}. " if registration.reason else ". ")
            + "Corrigez votre situation dans le menu 1, ou écrivez à l'adresse de contact."
        )
    if account.has_unclear_attempt(registration.id):
        raise PaymentUnclear
    require_open_window(campaign, now)
    lines = quote(registration, campaign)
    if totals(lines).total_cents == 0:
        raise NothingToPay
    return lines


def is_complete(registration: Registration, campaign: Campaign) -> bool:
    """Validated by the registrar, and nothing left to pay."""
    if registration.status is not RegistrationStatus.VALIDATED:
        return False
    return registration.is_paid or totals(quote(registration, campaign)).total_cents == 0


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(PARIS):%d/%m/%Y à %H:%M}"
