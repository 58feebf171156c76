"""A browser's return, handed over decoded and in any order, is made the message that was signed."""

from urllib.parse import parse_qsl

import pytest

from chalicelib.gateway.browser_return import signed_message
from chalicelib.gateway.notification import read_notification
from chalicelib.gateway.paybox import Paybox, PayboxAccount
from tests.unit.gateway.conftest import Signer

REF = "Mt=20031&Ref=1999888-32-p-1-a1&Auto=XXXXXX&Appel=8001&Trans=7001&Err=00000&Card=CB&Exp=2812&Last=44"
PLUS = f"{REF}&Gar=O&Auth=Y&Abo=SLDLrcsLMPC++2812++---"
SPELLED = f"{REF}&Gar=O&Auth=Y&Abo=SLDLrcsLMPC%20%202812%20%20---"


def parameters(body: bytes) -> dict[str, str]:
    return dict(reversed(parse_qsl(body.decode("ascii"), keep_blank_values=True)))


@pytest.mark.parametrize("signed", [PLUS, SPELLED, f"{REF}&Gar=O&Auth=Y", REF.replace("&Auto=XXXXXX", "")])
def test_genuine_return_is_read_like_the_notification(signed: str) -> None:
    key = Signer()
    body = key.body(signed.encode("ascii"))
    found = signed_message(parameters(body), [key.public_pem])
    assert found == body
    answer = read_notification(found, [key.public_pem])
    assert answer.token == ("SLDLrcsLMPC" if "Abo" in signed else "")


def test_adapter_reads_it_with_the_keys_of_the_account(account: PayboxAccount, signer: Signer) -> None:
    body = signer.body(PLUS.encode("ascii"))
    assert Paybox(account).signed_return(parameters(body)) == body
    assert Paybox(account).signed_return({"Mt": "1"}) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"Ref": "1999888-32-q-1-a1"},  # another student's attempt
        {"Abo": "STOLEN  2812  ---"},
        {"Mt": "1"},
        {"Mt": "\udcff"},
        {"Sign": "AAAA"},
        {"other": "1"},
    ],
)
def test_changed_return_says_nothing(changed: dict[str, str]) -> None:
    key = Signer()
    given = parameters(key.body(PLUS.encode("ascii")))
    assert signed_message(given | changed, [key.public_pem]) is None


def test_return_without_a_signature_or_by_another_key_says_nothing() -> None:
    key = Signer()
    given = parameters(key.body(PLUS.encode("ascii")))
    assert signed_message(given, [Signer().public_pem]) is None
    assert signed_message({"Ref": given["Ref"]}, [key.public_pem]) is None
