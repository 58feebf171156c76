from datetime import date

import pytest

from chalicelib.campaigns.reader import load_shipped, read_campaign
from chalicelib.domain.campaign import Retention
from tests.unit.campaigns.conftest import Refusals


def test_shipped_campaign_says_how_long() -> None:
    campaign = load_shipped("clermont-auvergne-inp-2022")
    assert campaign.retention == Retention(13, 13, 13, 60, 10)
    assert campaign.ends_on == date(2022, 10, 1)


def test_what_a_school_leaves_out_is_the_default(imaginary_text: str) -> None:
    assert read_campaign(imaginary_text, "ecole.yaml").retention == Retention(
        never_paid_months=6, mandate_evidence_months=14, accounting_years=11
    )


def test_retention_is_on_without_a_section(imaginary_text: str) -> None:
    before, _, rest = imaginary_text.partition("retention:")
    _, mention, after = rest.partition("exemption_mention:")
    assert read_campaign(before + mention + after, "ecole.yaml").retention == Retention()


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("accounting_years: 11", "accounting_years: 9", "il faut au moins 10"),
        ("mandate_evidence_months: 14", "mandate_evidence_months: 12", "il faut au moins 13"),
        ("never_paid_months: 6", "never_paid_months: 0", "il faut au moins 1"),
        ("never_paid_months: 6", "account_months: 121", "il faut au plus 120"),
        ("never_paid_months: 6", "forever: true", "cette clé est inconnue"),
    ],
)
def test_less_than_the_law_asks_for_is_refused(refusals: Refusals, was: str, becomes: str, said: str) -> None:
    (error,) = refusals((was, becomes))
    assert said in error
