"""The key of second factors: usable, renewed each year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.doctor.lines import Line, ok, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.doctor.deployed import Deployed


def check(deployed: Deployed) -> Iterator[Line]:
    alias = deployed.settings.sealing_kms_key
    if not alias:
        yield ok("sealed by the key in SSM (SealsByKms is false or never)")
        return
    kms = deployed.client("kms")
    key = kms.describe_key(KeyId=alias)["KeyMetadata"]
    if key["KeyState"] != "Enabled":
        yield wrong(
            f"the key {alias} is {key['KeyState']}.", "Enable it, or cancel its deletion, in KMS at once."
        )
    elif not kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"]:
        yield wrong(f"the key {alias} is not renewed each year.", "Turn rotation on in KMS.")
    else:
        yield ok(f"the key {alias} is enabled and renewed each year")
