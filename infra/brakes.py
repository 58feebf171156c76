"""`python -m infra.brakes apply debits --reason WORDS --stack NAME`: the brakes of operations.

`debits` and `payments` stop what takes money, `portal` shows students a sentence; `release` lets it go on,
and `show` says what is on. With `--local PORT` of the stack that `make run` serves, with `--stack NAME
--local PORT` of one that was deployed onto the local AWS. docs/runbooks/brakes.md says when. Exit code 0 when
it is as asked for, 1 when it is refused, 2 when the stack cannot be reached.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.domain.brakes.brake import Brake
from chalicelib.domain.calendar import PARIS
from chalicelib.domain.campaign import Text
from chalicelib.domain.errors import ConcurrentUpdate
from infra.doctor.deployed import NoSuchStack, of_aws
from infra.doctor.this_machine import deployed_locally, of_this_machine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from chalicelib.domain.brakes.brake import AppliedBrake
    from chalicelib.usecases.brakes.ports import BrakeState
    from chalicelib.usecases.storage_ports import Store
    from infra.doctor.deployed import Deployed

DONE, REFUSED, UNREACHED = 0, 1, 2
STOPPED = {
    Brake.DEBITS: "No instalment is debited. What the gateway was asked already is booked.",
    Brake.PAYMENTS: "No page of the gateway is opened. What is paid on pages opened before is booked.",
    Brake.PORTAL: "Students and payers read the sentence within seconds. Staff, gateway and schedules go on.",
}
RELEASED = {
    Brake.DEBITS: "What is due is debited by the next run, within the hour.",
    Brake.PAYMENTS: "Pages are opened again.",
    Brake.PORTAL: "Students and payers come in again within seconds.",
}


class Ports(NamedTuple):
    """What the use cases need of a stack; a stack whose settings its start would refuse has it too."""

    store: Store
    brakes: BrakeState
    now: Callable[[], datetime]
    new_id: Callable[[], str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked for; return the exit code."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - slow to import

    chosen = _parser().parse_intermixed_args(arguments)
    if chosen.act != "show" and not chosen.what:
        print(f"Say which brake: WHAT={'|'.join(Brake)}.", file=sys.stderr)
        return REFUSED
    if chosen.act == "apply" and not chosen.reason.strip():
        print("Say why, for the audit trail: REASON='…'.", file=sys.stderr)
        return REFUSED
    try:
        return _done(_deployed(chosen), chosen)
    except (NoSuchStack, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return UNREACHED


def _done(deployed: Deployed, chosen: argparse.Namespace) -> int:
    """Apply, release or show, and tell what is on in the end."""
    ports = _ports(deployed)
    if chosen.act != "show":
        try:
            print(_changed(deployed, ports, Brake(chosen.what), chosen))
        except ConcurrentUpdate:
            print("Another command came in between: run this one again.", file=sys.stderr)
            return REFUSED
    on = [_told(each) for each in ports.brakes.current().applied]
    print("\n".join(on) or "No brake is on.")
    return DONE


def _ports(deployed: Deployed) -> Ports:
    from chalicelib.storage.brakes.brakes import DynamoBrakes  # noqa: PLC0415 - slow to import
    from chalicelib.storage.store import DynamoStore  # noqa: PLC0415 - the same
    from chalicelib.storage.table import Table  # noqa: PLC0415 - the same

    table = Table(deployed.settings.table, deployed.region)
    brakes = DynamoBrakes(table, time.monotonic)
    return Ports(DynamoStore(table), brakes, deployed.now, lambda: secrets.token_hex(8))


def _changed(deployed: Deployed, ports: Ports, brake: Brake, chosen: argparse.Namespace) -> str:
    from chalicelib.usecases.brakes.apply_brake import apply_brake, release_brake  # noqa: PLC0415 - slow to import

    principal = str(deployed.client("sts").get_caller_identity()["Arn"])
    if chosen.act == "apply":
        sentence = Text(chosen.sentence.strip(), chosen.sentence_en.strip())
        apply_brake(ports, brake, chosen.reason.strip(), principal, sentence)
        return STOPPED[brake]
    was = release_brake(ports, brake, chosen.reason.strip(), principal)
    return RELEASED[brake] if was else f"{brake.capitalize()}: no brake was on, nothing is changed."


def _told(applied: AppliedBrake) -> str:
    since = f"{applied.since.astimezone(PARIS):%d/%m/%Y %H:%M} in Paris"
    sentences = " ".join(f"« {each} »" for each in (applied.sentence.fr, applied.sentence.en) if each)
    return f"On: {applied.brake}, since {since}: {applied.reason} {sentences}".rstrip()


def _deployed(chosen: argparse.Namespace) -> Deployed:
    if chosen.local:
        return deployed_locally(chosen.stack, chosen.local) if chosen.stack else of_this_machine(chosen.local)
    return of_aws(chosen.stack, chosen.region)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.brakes", description="The brakes of operations.")
    parser.add_argument("act", choices=["apply", "release", "show"])
    parser.add_argument("what", nargs="?", choices=["", *Brake], default="")
    parser.add_argument("--reason", default="", help="shown to the staff, and in the trail")
    parser.add_argument(
        "--sentence", default="", help="shown to students while the portal is closed, in French"
    )
    parser.add_argument("--sentence-en", default="", help="the same in English")
    parser.add_argument("--stack", default="")
    parser.add_argument("--local", type=int, metavar="PORT", help="the stack that `make run` serves at PORT")
    parser.add_argument("--region", default="eu-west-3")
    return parser


if __name__ == "__main__":
    sys.exit(main())
