"""All checks in order; each is isolated, so that one that fails hides no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from chalicelib.settings import StartRefused
from infra.doctor.checks import CHECKS
from infra.doctor.lines import Line, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.doctor.checks import Check
    from infra.doctor.deployed import Deployed


def examine(deployed: Deployed) -> Iterator[tuple[str, Line]]:
    """Yield the name of each check with each of its lines."""
    for name, check in CHECKS.items():
        for line in _lines(check, deployed):
            yield name, line


def _lines(check: Check, deployed: Deployed) -> Iterator[Line]:
    try:
        yield from check(deployed)
    except StartRefused as refused:
        yield wrong(
            f"cannot be looked at while {len(refused.findings)} settings or secrets are wrong.",
            "Put those right first: they are named in other lines.",
        )
    except ClientError as error:
        code = error.response["Error"]["Code"]
        yield wrong(
            f"AWS answered {code} to {error.operation_name}.",
            "If it names a right that you lack, run this as an administrator of the account.",
        )
    except Exception as error:  # noqa: BLE001 - the other checks still tell something
        yield wrong(f"could not be looked at ({type(error).__name__}).", "Run it again; then report it.")
