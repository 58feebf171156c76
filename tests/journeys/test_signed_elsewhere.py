"""P8 end to end: a message that the gateway really signed, for a payment that never was ours."""

import hashlib
import hmac
import re
from typing import Any

import httpx

from tests.journeys.conftest import ACCEPTED, Operator, Payer, Student

PUBLIC_TEST_KEY = bytes.fromhex("0123456789ABCDEF" * 8)
ANOTHER_MERCHANT = {"PBX_SITE": "1999887", "PBX_RANG": "32", "PBX_IDENTIFIANT": "215"}


def as_another_merchant(form: dict[str, Any], **changed: str) -> dict[str, Any]:
    """Sign our form anew for a merchant whose key is public, calling the transaction an authorisation."""
    fields = {each["name"]: each["value"] for each in form["fields"] if each["name"] != "PBX_HMAC"}
    fields |= ANOTHER_MERCHANT | changed
    fields["PBX_RETOUR"] = re.sub(r"Auto:A", "Auto:S", fields["PBX_RETOUR"])
    signed = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
    fields["PBX_HMAC"] = hmac.new(PUBLIC_TEST_KEY, signed, hashlib.sha512).hexdigest().upper()
    return {**form, "fields": [{"name": name, "value": value} for name, value in fields.items()]}


def test_payment_made_at_another_merchant_books_nothing_here(isima: Student, operator: Operator) -> None:
    isima.declares("05")
    started = isima.starts().json()
    payer = Payer()
    payer.pays(payer.opens(as_another_merchant(started["form"])), ACCEPTED)
    assert httpx.get(f"{operator.stack.paybox}/_warnings").json()["items"] == []
    assert isima.get("/account")["payments"] == []
    assert isima.state_of(started["id"]) == "unknown"
    operator.moves_the_clock_to("2022-06-24T10:45:00+02:00")
    operator.runs("reconcile_payments")
    assert isima.state_of(started["id"]) == "cancelled"
    assert isima.get("/account")["totals"]["credit_cents"] == 0
