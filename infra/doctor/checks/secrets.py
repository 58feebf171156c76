"""The secrets in SSM: there, encrypted, and of the right form. None is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.gateway.environments import hmac_keys, keys_fault
from chalicelib.identity.sealing import sealing_key_fault
from infra.doctor.lines import Line, ok, wrong

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infra.doctor.deployed import Deployed

FORMER = {"/quittance/paybox/hmac-key", "/quittance/sealing-key"}
"""Names of 0.2.0, which all stacks of an account shared."""


def check(deployed: Deployed) -> Iterator[Line]:
    chosen = deployed.settings
    yield _examined(
        deployed,
        chosen.paybox_hmac_key_parameter,
        lambda text: keys_fault(text, is_live=deployed.is_live),
        is_needed=True,
    )
    yield _examined(
        deployed, chosen.sealing_key_parameter, sealing_key_fault, is_needed=not chosen.sealing_kms_key
    )


def _examined(deployed: Deployed, name: str, fault_of: Callable[[str], str], *, is_needed: bool) -> Line:
    ssm = deployed.client("ssm")
    write = f"Write it: aws ssm put-parameter --type SecureString --overwrite --name {name} --value …"
    try:
        found = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]
    except ssm.exceptions.ParameterNotFound:
        if is_needed:
            return wrong(f"{name} is missing.", write)
        return ok(f"{name} is not there; only second factors sealed before KMS did would need it")
    if found["Type"] != "SecureString":
        return wrong(f"{name} is a {found['Type']}, which anybody who lists parameters reads.", write)
    if fault := fault_of(found["Value"]):
        return wrong(f"{name} {fault}.", write)
    note = (
        ", under a name of 0.2.0 that other stacks share; docs/deploy.md says how to move"
        if name in FORMER
        else ""
    )
    if len(hmac_keys(found["Value"])) > 1:
        note += ", with two keys; take out the old one at the end (docs/runbooks/renew-keys.md)"
    return ok(f"{name}{note}")
