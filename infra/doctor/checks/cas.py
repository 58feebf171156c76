"""The school's CAS server: its log-in page, and what it says of a ticket that it never gave."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from infra.doctor.lines import Line, ok, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.doctor.deployed import Deployed

SHOWN = 200


def check(deployed: Deployed) -> Iterator[Line]:
    url = deployed.settings.cas_url
    if not url:
        yield ok("none: people log in by password alone")
        return
    service = f"{deployed.settings.base_url}/api/v1/auth/cas/callback?journey=doctor"
    login = deployed.fetch(f"{url}/login?{urlencode({'service': service})}")
    if login.status != SHOWN:
        yield wrong(
            f"{url}/login answered {login.status or 'nothing'} to our service.",
            f"Ask who runs the server to let {service} in, with any word after journey=.",
        )
    told = deployed.fetch(f"{url}/serviceValidate?{urlencode({'service': service, 'ticket': 'ST-1-doctor'})}")
    if "INVALID_TICKET" in told.text:
        yield ok(f"{url} answers about tickets for our service")
    elif "INVALID_SERVICE" in told.text or "UNAUTHORIZED_SERVICE" in told.text:
        yield wrong(
            f"{url} does not know our service.",
            f"Ask who runs the server to let {service} in, with any word after journey=.",
        )
    else:
        yield wrong(f"{url}/serviceValidate answered {told.status or 'nothing'}.", "Look at CasUrl.")
