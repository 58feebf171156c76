import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from chalicelib.campaigns.reader import CampaignFileError, load_shipped, read_campaign
from chalicelib.campaigns.texts import TEXT_KEYS
from chalicelib.domain.calendar import PARIS, opening
from chalicelib.domain.campaign import Campaign, Numbering, Split
from chalicelib.domain.money import totals

ROOT = Path(__file__).parents[3]


@pytest.fixture
def clermont() -> Campaign:
    return load_shipped("clermont-auvergne-inp-2022")


@pytest.fixture
def imaginary(imaginary_text: str) -> Campaign:
    return read_campaign(imaginary_text, "ecole-imaginaire-2031.yaml")


@pytest.mark.parametrize(
    ("programme", "situation", "total_cents"),
    [
        ("I2223_Y1_1A", "01", 601_00),
        ("I2223_Y1_1A", "02", 0),
        ("I2223_Y1_1A", "05", 3_770_00),
        ("I2223_Y1_1A", "07", 0),
        ("I2223_Y1_1A", "14", 401_00),
        ("P2223_Y3_3A", "01", 601_00),
        ("C2223_Y1_1A", "01", 601_00),
        ("C2223_Y1_1A", "02", 0),
    ],
)
def test_shipped_tariffs_are_those_of_the_manual(
    clermont: Campaign, programme: str, situation: str, total_cents: int
) -> None:
    (line,) = clermont.programme(programme).fee_lines(situation)
    assert (line.product, line.total_cents) == ("Droits de scolarité", total_cents)


def test_prepa_allows_two_situations_alone(clermont: Campaign) -> None:
    assert list(clermont.programme("C2223_Y1_1A").tariffs) == ["01", "02"]


def test_shipped_labels_are_those_of_the_manual(clermont: Campaign) -> None:
    assert list(clermont.fee_situations) == ["01", "02", "05", "07", "08", "14", "20", "25", "42", "43"]
    assert clermont.programme("I2223_Y1_1A").label.fr == "Ingénieur Isima 1ère année"
    assert clermont.text("menu.pay_once") == "2.a Régler en 1 fois mon inscription"
    assert clermont.text("menu.account", "en") == "5. My account position"
    assert clermont.text("invoice.label") == "Paiement en ligne"


def test_shipped_windows_close_over_the_summer(clermont: Campaign) -> None:
    last_minute = datetime(2022, 7, 22, 23, 59, tzinfo=PARIS)
    closed = opening(clermont.windows, datetime(2022, 7, 25, 12, 0, tzinfo=UTC))
    assert opening(clermont.windows, last_minute).is_open
    assert not closed.is_open
    assert closed.until == datetime(2022, 8, 18, 0, 0, tzinfo=PARIS)


def test_shipped_plans_cut_as_the_manual_words_them(clermont: Campaign) -> None:
    three, six = clermont.plans["paybox-3"], clermont.plans["paybox-6"]
    assert (three.split, three.instalments, sum(three.shares)) == (Split.PERCENT, 3, Decimal(100))
    assert (six.split, six.instalments, six.minimum_total_cents) == (Split.FIXED_FIRST, 6, 1_000_00)


def test_shipped_numbers_begin_where_the_manual_does(clermont: Campaign) -> None:
    assert clermont.numbering == Numbering("INP", first_order=9357, first_invoice=9196)


def test_shipped_previous_steps_link_to_their_sites(clermont: Campaign) -> None:
    assert [step.link for step in clermont.previous_steps] == [
        "https://www.messervices.etudiant.gouv.fr/",
        "https://inscription.uca.fr/",
        "https://reins.dsi.uca.fr/pj-web/",
    ]


def test_shipped_campaign_is_read_once() -> None:
    assert load_shipped("clermont-auvergne-inp-2022") is load_shipped("clermont-auvergne-inp-2022")


@pytest.mark.parametrize("name", ["nulle-part", "../files/clermont-auvergne-inp-2022", "\x00"])
def test_campaign_that_does_not_ship_is_named(name: str) -> None:
    with pytest.raises(CampaignFileError) as refused:
        load_shipped(name)
    assert refused.value.errors == (f"{name}.yaml:1 : aucune campagne de ce nom n'est livrée",)


def test_every_text_of_both_schools_is_there_in_both_languages(
    clermont: Campaign, imaginary: Campaign
) -> None:
    for campaign in (clermont, imaginary):
        assert set(campaign.texts) == set(TEXT_KEYS)
        assert all(text.fr and text.en for text in campaign.texts.values())


def test_invented_school_has_its_own_taxes_and_discounts(imaginary: Campaign) -> None:
    lines = imaginary.programme("NUAGE-1").fee_lines("A")
    tuition, umbrella = lines
    assert (tuition.unit_price_cents, tuition.vat_rate, tuition.discount_percent) == (
        1_200_00,
        Decimal(20),
        Decimal("12.5"),
    )
    assert (umbrella.quantity, umbrella.total_excl_tax_cents) == (2, 39_80)
    assert (totals(lines).excl_tax_cents, totals(lines).tax_cents) == (1_089_80, 217_96)


def test_invented_school_has_its_own_plans_and_numbers(imaginary: Campaign) -> None:
    assert imaginary.plans["quatre-fois"].split is Split.EQUAL
    assert imaginary.plans["acompte"].first_amount_cents == 150_00
    assert imaginary.plans["acompte"].retry_after_days == (1,)
    assert imaginary.numbering == Numbering("NUAGE31", first_order=1, first_invoice=500)


def test_invented_school_sells_under_its_own_name(imaginary: Campaign) -> None:
    assert imaginary.school.address.lines == ("Tour des Vents", "3 quai de Nulle-Part")
    assert imaginary.school.siren == "111111118"
    assert imaginary.previous_steps[0].link is None


def test_times_are_those_of_paris(imaginary: Campaign) -> None:
    assert imaginary.windows[0].opens_at == datetime(2031, 9, 1, 6, 0, tzinfo=UTC)


def test_yaml_is_loaded_only_for_a_file() -> None:
    program = "import sys, chalicelib.campaigns.reader; sys.exit('yaml' in sys.modules)"
    asked = [sys.executable, "-c", program]
    assert subprocess.run(asked, cwd=ROOT, check=False).returncode == 0  # noqa: S603 - the program above


def test_unquoted_codes_are_read_as_they_are_typed(imaginary_text: str) -> None:
    octal = imaginary_text.replace("  A: {fr", "  08: {fr").replace("      A:", "      08:")
    assert "08" in read_campaign(octal, "ecole.yaml").programme("BRUME-2").tariffs
