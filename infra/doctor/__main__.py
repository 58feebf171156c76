"""`python -m infra.doctor --stack NAME --region REGION`, or `--local PORT`: what is right, and what to do.

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
from infra.doctor.this_machine import of_this_machine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.doctor.deployed import Deployed

HEALTHY, ILL, NOT_THERE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line a finding and a summary; return the exit code."""
    chosen = _parser().parse_args(arguments)
    try:
        deployed = (
            of_this_machine(chosen.local)
            if chosen.local
            else of_aws(chosen.stack, chosen.region, tries_roles=chosen.try_roles)
        )
    except NoSuchStack as error:
        print(error, file=sys.stderr)
        return NOT_THERE
    return report(deployed)


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
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--stack", help="the name of a stack on AWS")
    which.add_argument("--local", type=int, metavar="PORT", help="the stack that `make run` serves at PORT")
    parser.add_argument("--region", default="eu-west-3")
    parser.add_argument(
        "--try-roles",
        action="store_true",
        help="try the conditions of the roles: makes two roles for a minute (iam:CreateRole)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
