"""`python -m infra.deploy --stack NAME --stage STAGE --parameters FILE`: upload, change set, apply.

Exit code 0 when the stack is as the package says, 1 when something is wrong, 3 when the change set was not
applied because nobody said yes.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import yaml
from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy.change_set import DeploymentFailed, StackOf
from infra.deploy.preflight import asked, faults
from infra.deploy.template import Template
from infra.deploy.upload import upload

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DONE, WRONG, NOT_APPLIED = 0, 1, 3


def main(arguments: Sequence[str] | None = None, *, ask: Callable[[str], str] = input) -> int:
    """Deploy as the arguments say; return the exit code."""
    chosen = _parser().parse_args(arguments)
    try:
        given = read_parameters(chosen.parameters) | {"Stage": chosen.stage}
        return deploy(chosen, given, ask)
    except FileNotFoundError as error:
        print(f"{error.filename} is not there. docs/deploy.md says what it holds.", file=sys.stderr)
    except (DeploymentFailed, BotoCoreError) as error:
        print(error, file=sys.stderr)
    except ClientError as error:
        told = error.response["Error"]
        print(f"AWS answered {told['Code']} to {error.operation_name}: {told['Message']}", file=sys.stderr)
    return WRONG


def deploy(chosen: argparse.Namespace, given: dict[str, str], ask: Callable[[str], str]) -> int:
    def client(service: str) -> Any:
        return boto3.client(service, region_name=chosen.region)

    template, stack = Template(chosen.build), StackOf(client("cloudformation"), chosen.stack)
    kept = stack.parameters()
    found = faults(template, chosen.stack, given, kept)
    if found or (found := asked(template, chosen.stack, kept | given, chosen.region, client)):
        print(f"{chosen.stack} is not deployed:", *(f"- {each}" for each in found), sep="\n", file=sys.stderr)
        return WRONG
    print("Uploading the code and its template")
    url = upload(template, chosen.stack, kept | given, client, chosen.region)
    name = stack.propose(template, url, given)
    if not name:
        print("Nothing to change: the stack is as the package says.")
        return DONE
    print(
        f"Changes to {chosen.stack}, stage {chosen.stage}, in {chosen.region}:",
        *stack.changes(name),
        sep="\n",
    )
    if not (chosen.yes or _agreed(ask)):
        stack.discard(name)
        print("Nothing was changed.")
        return NOT_APPLIED
    print("Applying (minutes)")
    stack.apply(name)
    print("Deployed.")
    if not chosen.quiet:
        _tell_next(stack, chosen)
    return DONE


def _agreed(ask: Callable[[str], str]) -> bool:
    try:
        return ask("Apply them? Type yes: ").strip().lower() == "yes"
    except EOFError:
        print("\nNobody is there to say yes: say YES=1.")
        return False


def _tell_next(stack: StackOf, chosen: argparse.Namespace) -> None:
    if target := stack.outputs().get("PortalTarget"):
        print(f"In the DNS, make the portal's host a CNAME (or an alias) of {target}")
    print(f"Now: make doctor STACK={chosen.stack} REGION={chosen.region}")


def read_parameters(path: Path | None) -> dict[str, str]:
    """Return the parameters of a file, `Name: "value"` a line. Raise `DeploymentFailed` for anything else."""
    read = yaml.safe_load(path.read_text(encoding="utf-8")) if path else {}
    if not isinstance(read, dict) or not all(isinstance(each, str) for each in read.values()):
        raise DeploymentFailed(
            f'{path} holds a line `Name: "value"` for each parameter, each in quotation marks.'
        )
    return {str(name): value for name, value in read.items()}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", description="Deploy what was packaged.")
    parser.add_argument("--stack", required=True)
    parser.add_argument("--stage", required=True, choices=["local", "rehearsal", "production"])
    parser.add_argument(
        "--parameters", type=Path, help="a YAML file: a line for each parameter of the template"
    )
    parser.add_argument("--region", default="eu-west-3")
    parser.add_argument("--build", type=Path, default=Path("build"), help="where `make package` wrote")
    parser.add_argument("--yes", action="store_true", help="apply without asking")
    parser.add_argument("--quiet", action="store_true", help="do not say what to do next")
    return parser


if __name__ == "__main__":
    sys.exit(main())
