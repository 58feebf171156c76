"""The clocks of this machine, of AWS and of the gateway: a form bears a time, and codes live 30 seconds."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from chalicelib.settings import split
from infra.doctor.lines import Line, ok, only_on_aws, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infra.doctor.deployed import Deployed

MOST = timedelta(seconds=30)


def check(deployed: Deployed) -> Iterator[Line]:
    if deployed.is_local:
        yield only_on_aws("the demo's clock is moved by hand")
        return
    told = {
        "the portal": f"{deployed.settings.base_url}/login",
        "the gateway": split(deployed.settings.paybox_page_urls)[0],
    }
    for name, address in told.items():
        here, there = deployed.now(), _date(deployed.fetch(address).headers)
        if there is None:
            yield wrong(f"{name} tells no time.", f"Look whether {address} answers.")
        elif abs(here - there) > MOST:
            yield wrong(
                f"{name}'s clock and this machine's differ by {abs(here - there).total_seconds():.0f} s.",
                "Set this machine's clock by NTP and look again.",
            )
        else:
            yield ok(f"{name}'s clock is right")


def _date(headers: Mapping[str, str]) -> datetime | None:
    text = next((value for name, value in headers.items() if name.lower() == "date"), "")
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None
