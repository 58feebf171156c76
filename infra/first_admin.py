"""`python -m infra.first_admin --email ADDRESS`: create the first administrator of an empty stack.

With `--stack NAME --region REGION` of a deployed one, with `--local PORT` of the one that `make run` serves,
with `--stack NAME --local PORT` of one that was deployed onto the local AWS.
Exit code 0 when it is done, 1 when it is refused, 2 when the stack cannot be reached.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import urllib.request
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.languages import Language
from chalicelib.domain.people import STAFF, Role
from chalicelib.usecases.people.create_first_administrator import (
    FirstPerson,
    create_first_administrator,
)
from infra.audit import NothingToRead, enter_this_machine, outputs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chalicelib.usecases.storage_ports import People, Store

DONE, REFUSED, UNREACHED = 0, 1, 2


class Ports(NamedTuple):
    """What the use case needs of a stack."""

    store: Store
    people: People
    now: Callable[[], datetime]
    new_id: Callable[[], str]


def main(arguments: Sequence[str] | None = None) -> int:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - slow to import

    parser = _parser()
    chosen = parser.parse_args(arguments)
    if not (chosen.stack or chosen.local):
        parser.error("one of the arguments --stack --local is required")
    first = FirstPerson(chosen.email, chosen.name, _roles(chosen.roles) | {Role.ADMINISTRATOR})
    second = None
    if chosen.second:
        second = FirstPerson(chosen.second, chosen.second_name, _roles(chosen.second_roles))
    try:
        return _create(_ports(chosen), first, second)
    except (NothingToRead, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return UNREACHED


def _create(ports: Ports, first: FirstPerson, second: FirstPerson | None) -> int:
    from chalicelib.portal.sentences import sentence  # noqa: PLC0415 - slow, and only a refusal needs it

    try:
        create_first_administrator(ports, first, second)
    except QuittanceError as error:
        print(sentence(error, Language.EN), file=sys.stderr)
        return REFUSED
    print("Created. A mail with a link to choose a password leaves within a minute.")
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.first_admin", description="The first administrator of an empty stack."
    )
    parser.add_argument("--email", required=True)
    parser.add_argument("--name", default="", help="shown in the portal; by default what stands before the @")
    parser.add_argument("--roles", default="", help="other roles of the administrator")
    parser.add_argument("--second", default="", metavar="ADDRESS", help="of a second person")
    parser.add_argument("--second-name", default="")
    parser.add_argument("--second-roles", default="auditor", help="all roles of the second person")
    parser.add_argument("--stack", default="", help="the CloudFormation stack")
    parser.add_argument("--local", type=int, metavar="PORT", help="the stack that `make run` serves at PORT")
    parser.add_argument("--region", default="eu-west-3")
    return parser


def _roles(words: str) -> frozenset[Role]:
    known = {role.value: role for role in STAFF}
    unknown = [word for word in words.split() if word not in known]
    if unknown:
        raise SystemExit(f"No role is called {unknown[0]}: choose among {', '.join(sorted(known))}.")
    return frozenset(known[word] for word in words.split())


def _ports(chosen: argparse.Namespace) -> Ports:
    from chalicelib.storage.people import DynamoPeople  # noqa: PLC0415 - slow to import
    from chalicelib.storage.store import DynamoStore  # noqa: PLC0415 - the same
    from chalicelib.storage.table import Table  # noqa: PLC0415 - the same

    now = _real_now
    if chosen.local:
        enter_this_machine(chosen.local)
        now = partial(_local_now, chosen.local)
    table = Table(outputs_of(chosen.stack or "quittance", chosen.region)["Table"], chosen.region)
    return Ports(DynamoStore(table), DynamoPeople(table), now, lambda: secrets.token_hex(8))


def _real_now() -> datetime:
    return datetime.now(tz=UTC)


def _local_now(port: int) -> datetime:
    """Return the time of the local stack, whose clock can be moved."""
    address = f"http://127.0.0.1:{port + 1}/clock"
    with urllib.request.urlopen(address, timeout=10) as answer:  # a loopback http address  # nosec B310
        return datetime.fromisoformat(json.load(answer)["now"])


if __name__ == "__main__":
    sys.exit(main())
