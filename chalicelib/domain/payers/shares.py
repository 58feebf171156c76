"""The shares of third-party payers while the student's registration is corrected."""

from collections.abc import Iterator
from dataclasses import replace

from chalicelib.domain.money import totals
from chalicelib.domain.payers.payer import Payer, PayerState
from chalicelib.domain.payers.refusals import PayerAboveTariff
from chalicelib.domain.registration_file import RegistrationFile


def require_shares_within(file: RegistrationFile, code: str) -> None:
    """Raise `PayerAboveTariff` if payers take more than a situation costs."""
    awaited = file.awaited_payer
    cents = sum(file.share_cents(each) for each in file.payers)
    cents += awaited.facts.share_cents if awaited else 0
    programme = file.campaign.programme(file.registration.programme_code)
    tariff = totals(programme.fee_lines(code)).total_cents
    if cents > tariff:
        raise PayerAboveTariff(cents, tariff)


def named_taken_back(file: RegistrationFile, reason: str) -> Iterator[Payer]:
    """Yield the payer that waits for its invoice as withdrawn: nothing is left to share."""
    if payer := file.named_payer:
        yield replace(payer, state=PayerState.WITHDRAWN, reason=reason, version=payer.version + 1)


def asked_by_price(file: RegistrationFile) -> Iterator[Payer]:
    """Yield each payer with a postponed amount, set to 0: the price of a reopened file includes it."""
    for each in file.payers:
        if each.postponed_cents:
            yield replace(each, postponed_cents=0, version=each.version + 1)
