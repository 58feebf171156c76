"""The keys that a notification may be signed with: on AWS the gateway's, and those told by two parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.gateway.signature import OFFICIAL_KEY, OFFICIAL_KEY_FINGERPRINT, fingerprint
from chalicelib.settings import split
from chalicelib.wiring.start_check import is_vouched_for
from infra.doctor.lines import Line, ok, only_on_aws, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.doctor.deployed import Deployed


def check(deployed: Deployed) -> Iterator[Line]:
    if deployed.is_local:
        yield only_on_aws("the simulator signs with a key of its own")
        return
    keys = split(deployed.settings.paybox_public_keys) or (OFFICIAL_KEY,)
    if not all(is_vouched_for(each, deployed.settings) for each in keys):
        yield wrong("another key than the gateway's is trusted.", "Empty PayboxPublicKeys and deploy again.")
        return
    for each in keys:
        digest = fingerprint(each)
        whose = "the gateway's own" if digest == OFFICIAL_KEY_FINGERPRINT else "vouched for by its digest"
        yield ok(f"{whose}, SHA-256 {digest[:16]}…")
