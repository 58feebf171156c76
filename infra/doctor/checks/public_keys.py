"""The keys that a notification may be signed with: on AWS the gateway's own alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.gateway.signature import OFFICIAL_KEY, OFFICIAL_KEY_FINGERPRINT, fingerprint
from chalicelib.settings import split
from infra.doctor.lines import Line, ok, only_on_aws, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.doctor.deployed import Deployed


def check(deployed: Deployed) -> Iterator[Line]:
    if deployed.is_local:
        yield only_on_aws("the simulator signs with a key of its own")
        return
    keys = split(deployed.settings.paybox_public_keys) or (OFFICIAL_KEY,)
    if all(fingerprint(each) == OFFICIAL_KEY_FINGERPRINT for each in keys):
        yield ok(f"the gateway's own, SHA-256 {OFFICIAL_KEY_FINGERPRINT[:16]}…")
    else:
        yield wrong("another key than the gateway's is trusted.", "Empty PayboxPublicKeys and deploy again.")
