"""What the application refuses at its start, all of it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.campaigns.reader import CampaignFileError, load_shipped
from chalicelib.wiring.start_check import school_faults, setting_faults
from infra.doctor.lines import Line, ok, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.doctor.deployed import Deployed


def check(deployed: Deployed) -> Iterator[Line]:
    findings = [*setting_faults(deployed.settings), *_school_faults(deployed)]
    for each in findings:
        yield wrong(each, "Then deploy again.")
    if not findings:
        yield ok(f"nothing that the stage {deployed.settings.stage} refuses")


def _school_faults(deployed: Deployed) -> tuple[str, ...]:
    try:
        school = load_shipped(deployed.settings.campaign).school
    except CampaignFileError:  # the check of the campaign says so
        return ()
    return school_faults(deployed.settings, school)
