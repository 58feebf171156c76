"""Requests that a warm process answers, beside the calls of DynamoDB that they make."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chalicelib.identity.passwords import Argon2Passwords
from infra.bench import local_app as product
from infra.bench import requests
from infra.bench.bare import check_of
from infra.bench.sections import Mark, Section
from infra.bench.tables import comparisons
from infra.local.accounts import PASSWORD

if TYPE_CHECKING:
    from infra.bench.timing import Comparison

MARKS = (1.3, 1.6, 1.6, 1.3, 1.6)
"""CPU ratios of recap, home page, recap page, log-in, notification: what was found at ec7a583, rounded."""

TEXT = """\
Events of a REST API given to `app.app(event, context)`, against the very calls that they make (of
DynamoDB, by the same botocore client; of the gateway, by urllib3), made again with the same keys and
bytes on the same items of the same local AWS. What is written is undone between runs, outside the time.
A log-in's base verifies one password with argon2 as well. The marks are what was found at ec7a583, when a
page made three calls; it makes two or three now, and adds as much to less. The floor is what the mandated
libraries take for the same answer without a rule of ours (`infra/bench/bare.py`): a view of Chalice that
makes these calls, reads and writes the facts of their rows with a model of pydantic of the same fields, and
answers with the same headers and length; a page is a template of Jinja that puts each of its texts in, a
notification checks one signature.

{table}
"""


def measure() -> Section:
    found: list[tuple[Comparison, Comparison]] = []
    with product.running() as at_home, requests.nothing_read_again():
        recap = requests.recap(at_home)
        found.append(requests.beside_its_calls(at_home, recap))
        for path, label in (
            ("/", "home page (GET /)"),
            ("/pay-once/recap", "recap page (GET /pay-once/recap)"),
        ):
            found.append(requests.beside_its_calls(at_home, requests.shown(at_home, path, label)))
        passwords = Argon2Passwords()
        verified = partial(passwords.matches, PASSWORD, passwords.hash(PASSWORD))
        found.append(requests.beside_its_calls(at_home, requests.log_in(at_home), verified))
        at_home.log_in(requests.STUDENT, PASSWORD)
        check = check_of(at_home.gateway.public_key)
        found.append(requests.beside_its_calls(at_home, requests.notification(at_home), of_floor=check))
    marks = [
        Mark(f"warm, {each.subject}", each.processor_ratio, mark, floor=floor.processor_ratio)
        for (each, floor), mark in zip(found, MARKS, strict=True)
    ]
    rows = [each for pair in found for each in pair]
    return Section("warm", TEXT.format(table=comparisons(rows)), marks)
