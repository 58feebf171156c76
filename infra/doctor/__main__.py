"""`python -m infra.doctor --stack NAME --region REGION`, or `--local PORT`: what is right, and what to do.

With both `--stack` and `--local`: a stack deployed onto the local AWS of `make run`.
Exit code 0 when nothing is wrong, 1 when something is, 2 when there is no such stack. Nothing is changed;
with `--try-roles` two roles are made, tried with writes that cannot succeed, and deleted.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from typing import TYPE_CHECKING

from infra.doctor.deployed import NoSuchStack, of_aws
from infra.doctor.examination import examine
from infra.doctor.lines import State
from infra.doctor.this_machine import deployed_locally, of_this_machine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.doctor.deployed import Deployed

HEALTHY, ILL, NOT_THERE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line a finding and a summary; return the exit code."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if not (chosen.stack or chosen.local):
        parser.error("one of the arguments --stack --local is required")
    try:
        deployed = _read(chosen)
    except NoSuchStack as error:
        print(error, file=sys.stderr)
        return NOT_THERE
    return report(deployed)


def _read(chosen: argparse.Namespace) -> Deployed:
    if chosen.local and chosen.stack:
        return deployed_locally(chosen.stack, chosen.local)
    if chosen.local:
        return of_this_machine(chosen.local)
    return of_aws(chosen.stack, chosen.region, tries_roles=chosen.try_roles)


def report(deployed: Deployed) -> int:
    counted: Counter[State] = Counter()
    print(f"{deployed.stack} in {deployed.region}, stage {deployed.settings.stage}")
    for name, line in examine(deployed):
        counted[line.state] += 1
        print(f"{line.state:<8}  {name}: {line.text}")
    print(", ".join(f"{counted[state]} {state}" for state in State))
    return ILL if counted[State.WRONG] else HEALTHY


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.doctor", description="Examine a deployed stack.")
    parser.add_argument("--stack", help="the name of a stack on AWS")
    parser.add_argument("--local", type=int, metavar="PORT", help="the stack that `make run` serves at PORT")
    parser.add_argument("--region", default="eu-west-3")
    parser.add_argument(
        "--try-roles",
        action="store_true",
        help="try the conditions of the roles: makes two roles for a minute (iam:CreateRole)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
