"""The gateway's simulator as the bench needs it: pays a page, keeps what was asked of it and what it told."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import urllib3
from flask import Flask, request

from infra.local import paybox
from infra.local.paybox.signature import GatewayKey
from infra.local.serving import serve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from chalicelib.usecases.ports import Clock

DIRECT = "/PPPS.php"
CARD = {"NUMERO_CARTE": "1111222233334444", "MOIS_VALIDITE": "12", "AN_VALIDITE": "28", "CVVX": "123"}
CHALLENGE = {"CODE": "123456"}
FORM = "application/x-www-form-urlencoded"


@dataclass
class Gateway:
    """`questions` and `told` are raw bodies, the last one last; `shop_url` is where it tells."""

    simulator: Flask
    public_key: str
    shop_url: str = ""
    url: str = ""
    questions: list[bytes] = field(default_factory=list)
    told: list[bytes] = field(default_factory=list)

    def pay(self, form: dict[str, Any]) -> str:
        """Pay the page of `form` with a card that is accepted; return the notification that follows."""
        told_before = len(self.told)
        browser = self.simulator.test_client()
        fields = {each["name"]: each["value"] for each in form["fields"]}
        page = re.search(r"/paiement/([\w-]+)", browser.post("/php/", data=fields).text)
        if page is None:
            raise RuntimeError("the gateway shows no page for this form")
        browser.post(page[0], data=CARD)
        browser.post(f"/acs/{page[1]}", data=CHALLENGE)  # changes nothing where the holder is not asked
        if len(self.told) == told_before:
            raise RuntimeError("the gateway tells nothing of this card")
        return self.told[-1].decode()

    def ask_again(self, questions: Iterable[bytes]) -> None:
        for body in questions:
            urllib3.request("POST", self.url + DIRECT, body=body, headers={"Content-Type": FORM})

    def know_too(self, before: str, after: str) -> None:
        """Keep the card of a subscriber whose name holds `before` under the name with `after`, too."""
        with self.simulator.extensions["paybox"].store.transaction() as db:
            db.execute(
                "INSERT INTO subscribers SELECT site, replace(refabonne, :before, :after), token, yymm,"
                " number FROM subscribers WHERE instr(refabonne, :before)",
                {"before": before, "after": after},
            )

    def forget_questions(self) -> None:
        """Let the numbers of today's questions be used again."""
        with self.simulator.extensions["paybox"].store.transaction() as db:
            db.execute("DELETE FROM questions")


@contextmanager
def running(state_dir: Path, now: Clock) -> Iterator[Gateway]:
    simulator = paybox.create_app(state_dir=state_dir, now=now)
    key = GatewayKey(state_dir / "paybox.pem")  # made a line ago, gone with the folder
    gateway = Gateway(simulator, key.public_pem().decode())

    @simulator.before_request
    def note_question() -> None:
        if request.path == DIRECT:
            gateway.questions.append(request.get_data())

    shop = Flask("shop")

    @shop.post("/webhooks/paybox")
    def note_notification() -> str:
        gateway.told.append(request.get_data())
        return ""

    with serve(shop) as gateway.shop_url, paybox.serve(simulator) as gateway.url:
        yield gateway
