"""Students who all pay at the same moment on `make run`: nobody is refused, and the ledger is the judge."""

import asyncio
import html
import os
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import httpx

from infra.bench.morning.students import email_of, person_id
from infra.local import ministack
from infra.local.accounts import PASSWORD
from tests.conftest import six_free_ports
from tests.infra.test_processes import MakeRun, make_run
from tests.journeys.conftest import ACCEPTED, Operator

AT_ONCE = 200 if os.environ.get("PROVE") else 20
CARD = {"NUMERO_CARTE": ACCEPTED, "MOIS_VALIDITE": "12", "AN_VALIDITE": "28", "CVVX": "123"}
PATIENCE = 300


async def pays(run: MakeRun, nth: int, answers: Counter[int]) -> str:
    """Log in, declare, open the page, type the card, come back; return the state of the payment."""

    async def note(response: httpx.Response) -> None:
        answers[response.status_code] += 1

    async with httpx.AsyncClient(timeout=PATIENCE, event_hooks={"response": [note]}) as client:
        api = f"{run.stack.portal}/api/v1"
        given = {"email": email_of(nth), "password": PASSWORD}
        token = (await client.post(f"{api}/auth/sessions", json=given)).raise_for_status().json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        path = f"{api}/registrations/{person_id(nth)}-1"
        declared = await client.put(f"{path}/fee-situation", json={"code": "01"}, headers=headers)
        declared.raise_for_status()
        opened = await client.post(
            f"{path}/card-payments", json={"address": {"mode": "none"}}, headers=headers
        )
        assert opened.is_success, opened.text
        payment = opened.json()
        form = payment["form"]
        page = await client.post(
            form["action"], data={each["name"]: each["value"] for each in form["fields"]}
        )
        found = re.search(r"/paiement/[\w-]+", page.text)
        assert found, page.text
        ticket = await client.post(f"{run.stack.paybox}{found[0]}", data=CARD)
        if 'name="CODE"' in ticket.text:
            acs = f"{run.stack.paybox}/acs/{found[0].rpartition('/')[2]}"
            ticket = await client.post(acs, data={"CODE": "123456"})
        back = re.search(r'<a href="([^"]+)" class="return">', ticket.text)
        assert back, ticket.text
        await client.get(html.unescape(back[1]), headers=headers)
        asked = await client.get(f"{api}/card-payments/{payment['id']}", headers=headers)
        return str(asked.raise_for_status().json()["state"])


async def all_pay(run: MakeRun, answers: Counter[int]) -> Counter[str]:
    return Counter(await asyncio.gather(*(pays(run, nth, answers) for nth in range(AT_ONCE))))


def test_nobody_who_pays_while_all_others_pay_is_refused(tmp_path: Path) -> None:
    with make_run(tmp_path, six_free_ports()) as run:
        subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "infra.bench.morning.students", str(run.ports.portal), str(AT_ONCE)],
            cwd=ministack.ROOT,
            env=os.environ | {"PYTHONPATH": str(ministack.ROOT)},
            check=True,
            timeout=PATIENCE,
        )
        answers: Counter[int] = Counter()
        began = time.monotonic()
        states = asyncio.run(all_pay(run, answers))
        took = time.monotonic() - began
        print(f"\n{AT_ONCE} at once: {took:.1f} s, {dict(answers)}, {dict(states)}")  # noqa: T201 - the figures

        assert states == {"paid": AT_ONCE}
        assert not [status for status in answers if status >= 400], answers
        assert Operator(run.stack).captures() == [60100] * AT_ONCE
        assert run.end() == 0
