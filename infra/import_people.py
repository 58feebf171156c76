"""`python -m infra.import_people FILE`: import students, or staff, by the API of a stack, with its progress.

With `--stack NAME --region REGION` into a deployed one, with `--local PORT` into that of `make run`.
The password of the administrator, and the code of the second factor, are asked for; QUITTANCE_PASSWORD and
QUITTANCE_CODE answer in advance. Exit code 0 when the file is right and done, 1 when it is refused, 2 when
the stack cannot be reached.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.audit import outputs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from urllib3 import BaseHTTPResponse

DONE, REFUSED, UNREACHED = 0, 1, 2
LARGE_BYTES = 4 * 1000**2
"""A request of AWS holds 4.5 MB: longer files of students go to the bucket."""
LOOKED_AFTER_SECONDS = 2.0
OVER = {"done", "refused", "checked"}
DEMO = ("admin@demo.test", "quittance-demo")  # of the local stack's demo alone  # pragma: allowlist secret
WORDS = {
    "uploading": "Waiting for the queue",
    "checking": "Checked",
    "running": "Written",
    "done": "Written",
    "checked": "Checked",
    "refused": "Checked",
}


class Refused(RuntimeError):
    """The API refused a request: its sentence."""


class Api:
    """The API of a portal, for one administrator."""

    def __init__(self, portal: str) -> None:
        from urllib3 import PoolManager  # noqa: PLC0415 - slow, and not needed to say what is wrong

        self._root = f"{portal.rstrip('/')}/api/v1"
        self._http = PoolManager(timeout=60, retries=False)
        self._headers = {"Accept-Language": "en"}

    def log_in(self, email: str, password: str, code: str) -> None:
        given = {"email": email, "password": password} | ({"otp": code} if code else {})
        told = self._told(
            self._send("POST", "/auth/sessions", json.dumps(given).encode(), "application/json")
        )
        self._headers["Authorization"] = f"Bearer {told['token']}"

    def send_file(self, kind: str, data: bytes, *, is_dry_run: bool) -> dict[str, Any]:
        path = f"/staff/imports/{kind}?dry_run={str(is_dry_run).lower()}"
        return self._told(self._send("POST", path, data, "text/csv"), also=422)

    def upload(self, data: bytes, *, is_dry_run: bool) -> str:
        """Send a file to the bucket; return the id of its import."""
        asked = json.dumps({"dry_run": is_dry_run}).encode()
        told = self._told(self._send("POST", "/staff/imports", asked, "application/json"))
        form = told["upload"]
        fields = {**form["fields"], "file": ("students.csv", data, "text/csv")}
        answer = self._http.request("POST", form["url"], fields=fields, timeout=600)
        if answer.status >= 300:  # noqa: PLR2004 - the statuses of success end there
            raise Refused(f"The bucket refused the file ({answer.status}): is it larger than 60 MiB?")
        return str(told["id"])

    def progress(self, import_id: str) -> dict[str, Any]:
        return self._told(self._send("GET", f"/staff/imports/{import_id}"))

    def _send(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> BaseHTTPResponse:
        headers = self._headers | ({"Content-Type": kind} if kind else {})
        return self._http.request(method, f"{self._root}{path}", body=body, headers=headers)

    @staticmethod
    def _told(answer: BaseHTTPResponse, also: int = 0) -> dict[str, Any]:
        try:
            told: dict[str, Any] = json.loads(answer.data)
        except ValueError:
            raise Refused(f"The portal answered {answer.status}, and not as Quittance does.") from None
        if answer.status >= 400 and not (answer.status == also and "errors" in told):  # noqa: PLR2004 - as above
            raise Refused(told.get("detail", f"The portal answered {answer.status}."))
        return told


def main(arguments: Sequence[str] | None = None) -> int:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - slow to import
    from urllib3.exceptions import HTTPError  # noqa: PLC0415 - the same

    chosen = _parser().parse_args(arguments)
    portal = ""
    try:
        data, portal = chosen.file.read_bytes(), _portal(chosen)
        api = Api(portal)
        api.log_in(*_credentials(chosen))
        return _import(api, chosen, data)
    except (OSError, Refused) as error:
        print(error, file=sys.stderr)
        return REFUSED
    except HTTPError:
        print(f"Nothing answers at {portal}.", file=sys.stderr)
        return UNREACHED
    except (BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return UNREACHED


def _import(api: Api, chosen: argparse.Namespace, data: bytes) -> int:
    if chosen.staff:
        return _report(api.send_file("staff", data, is_dry_run=chosen.dry_run))
    if len(data) <= chosen.large:
        told = api.send_file("students", data, is_dry_run=chosen.dry_run)
        if told["id"] is None:
            return _report(told)
        return _report(_followed(api, told["id"]))
    return _report(_followed(api, api.upload(data, is_dry_run=chosen.dry_run)))


def _followed(api: Api, import_id: str) -> dict[str, Any]:
    """Say how far an import is, until it is over."""
    said = ""
    while True:
        told = api.progress(import_id)
        line = f"{WORDS[told['state']]}: {told['done']} of {told['students']} students"
        if line != said:
            print(line, flush=True)
        if told["state"] in OVER:
            return told
        said = line
        time.sleep(LOOKED_AFTER_SECONDS)


def _report(told: dict[str, Any]) -> int:
    for each in told["errors"]:
        column = f", {each['column']}" if each["column"] else ""
        print(f"line {each['line']}{column}: {each['detail']}", file=sys.stderr)
    if told["errors"]:
        more = f" And {told['more_errors']} other errors." if told["more_errors"] else ""
        print(f"Nothing was imported.{more}", file=sys.stderr)
        return REFUSED
    counted = ", ".join(f"{told[each]} {each}" for each in ("new", "changed", "unchanged"))
    print(f"{counted}; {told['missing']} not in the file, which stay.")
    if told.get("failed"):
        lines = ", ".join(str(each) for each in told["failed_lines"])
        print(
            f"{told['failed']} could not be written (lines {lines}): import the file again.", file=sys.stderr
        )
        return REFUSED
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.import_people", description="Import a file of students, or of staff."
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--staff", action="store_true", help="a file of staff: roles are proposed")
    parser.add_argument("--dry-run", action="store_true", help="check alone, and write nothing")
    parser.add_argument("--email", default="", help="of the administrator; on the local stack the demo's")
    parser.add_argument(
        "--large", type=int, default=LARGE_BYTES, help="bytes above which the bucket takes it"
    )
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--stack", help="the CloudFormation stack")
    where.add_argument("--local", type=int, metavar="PORT", help="the stack that `make run` serves at PORT")
    parser.add_argument("--region", default="eu-west-3")
    return parser


def _portal(chosen: argparse.Namespace) -> str:
    if chosen.local:
        return f"http://127.0.0.1:{chosen.local}"
    import boto3  # noqa: PLC0415 - slow, and not needed to say what is wrong

    stack = boto3.resource("cloudformation", region_name=chosen.region).Stack(chosen.stack)
    given = {each["ParameterKey"]: each["ParameterValue"] for each in stack.parameters or ()}
    if domain := given.get("DomainName"):
        return f"https://{domain}"
    return outputs_of(chosen.stack, chosen.region)["EndpointURL"]


def _credentials(chosen: argparse.Namespace) -> tuple[str, str, str]:
    """Return the mail address, the password and the code, "" where the local stack asks for none."""
    if chosen.local and not chosen.email:
        return *DEMO, ""
    if not chosen.email:
        raise Refused("Name the administrator: --email ADDRESS.")
    password = os.environ.get("QUITTANCE_PASSWORD") or getpass.getpass("Password: ")
    code = os.environ.get("QUITTANCE_CODE", "")
    return chosen.email, password, code or ("" if chosen.local else input("Code of the second factor: "))


if __name__ == "__main__":
    sys.exit(main())
