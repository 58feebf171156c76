"""What a rehearsal changes in a campaign: who sells, and in which sequence."""

from dataclasses import replace

from chalicelib.campaigns.reader import load_shipped
from chalicelib.campaigns.rehearsal import RehearsedCampaigns
from chalicelib.domain.campaign import Numbering
from chalicelib.domain.rehearsal import is_rehearsed, rehearsed
from tests.fakes.ports import MemoryCampaigns

NAME = "clermont-auvergne-inp-2022"


def test_rehearsal_draws_from_a_sequence_of_its_own_and_sells_in_a_marked_name() -> None:
    real = load_shipped(NAME)
    real = replace(real, school=replace(real.school, siren="732829320"))

    played = rehearsed(real)

    assert played.school.name == "TEST – Clermont Auvergne INP"
    assert played.school.siren == "000000000"
    assert played.numbering == Numbering(f"TEST-{real.numbering.series}", 1, 1)
    assert (is_rehearsed(played.school.name), is_rehearsed(real.school.name)) == (True, False)
    assert replace(played, school=real.school, numbering=real.numbering) == real


def test_rehearsal_marks_every_campaign_however_it_is_found() -> None:
    campaigns = RehearsedCampaigns(MemoryCampaigns(load_shipped(NAME)))

    found = (campaigns.current(), campaigns.get(NAME), *campaigns.every())

    assert {is_rehearsed(each.school.name) for each in found} == {True}
