"""What the application refuses at its start, all of it at once; a campaign that the stage cannot sell by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.wiring.start_check import school_faults, setting_faults
from infra.doctor.lines import Line, ok, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.doctor.deployed import Deployed


def check(deployed: Deployed) -> Iterator[Line]:
    findings = setting_faults(deployed.settings)
    for each in findings:
        yield wrong(each, "Then deploy again.")
    if findings:  # nothing can be read with these settings
        return
    refused = _school_faults(deployed)
    for each in refused:
        yield wrong(each, "Load a version of the campaign, or deploy again.")
    if not refused:
        yield ok(f"nothing that the stage {deployed.settings.stage} refuses")


def _school_faults(deployed: Deployed) -> tuple[str, ...]:
    campaign = deployed.services.campaigns.current()
    return school_faults(deployed.settings, campaign.school) if campaign.is_loaded else ()
