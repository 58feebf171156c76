"""The HMAC key is renewed while payers pay: at once at the gateway, here when SSM is read again."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from chalicelib.domain.payments import Outcome
from chalicelib.settings import Settings, Stage
from chalicelib.wiring import Services
from chalicelib.wiring.parameters import FreshSecret
from infra.local.paybox import merchants
from infra.local.paybox.merchants import HMAC_KEY_HEX as OLD
from tests.integration.conftest import PAYER, SCHOOL

ACCEPTED = "1111222233334444"
NEW = "5e" * 64
NAME = "/quittance/renewed/paybox/hmac-key"


@pytest.fixture
def activated(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the act of the back office: from then on the gateway knows the new key alone."""
    new = tuple(replace(each, hmac_key_hex=NEW) for each in merchants.MERCHANTS)
    return lambda: monkeypatch.setattr(merchants, "MERCHANTS", new)


def signing_with(counter: Any, key: str, *others: str) -> None:
    account = replace(counter.paybox.account, hmac_key=key, other_hmac_keys=others)
    counter.paybox = replace(counter.paybox, account=account)


def test_page_that_was_opened_before_the_change_is_paid_notified_and_confirmed_after_it(
    counter: Any, activated: Any
) -> None:
    """The signature of a form is looked at when its page opens; what the gateway tells it signs with RSA."""
    page = counter.open_page()
    signing_with(counter, OLD, NEW)
    activated()
    counter.type_card(page, ACCEPTED)
    (told,) = counter.notified()

    assert counter.confirm(told).outcome is counter.inquire().outcome is Outcome.PAID
    assert counter.captured(counter.attempt.reference) == [60100]


def test_form_that_the_old_key_signed_opens_no_page_after_it_and_the_next_one_takes_the_money_once(
    counter: Any, activated: Any
) -> None:
    kept = counter.paybox.payment_page(counter.attempt, PAYER, SCHOOL, "fr")
    activated()
    refused = counter.http.post(kept.action, data=dict(kept.fields))
    assert 'name="NUMERO_CARTE"' not in refused.text
    signing_with(counter, OLD, NEW)
    assert counter.inquire().outcome is Outcome.NOT_FOUND
    signing_with(counter, NEW, OLD)
    counter.pay(ACCEPTED)

    assert counter.inquire().outcome is Outcome.PAID
    assert counter.captured(counter.attempt.reference) == [60100]


@pytest.mark.parametrize(("keys", "is_clear"), [((OLD,), False), ((OLD, NEW), True), ((NEW,), True)])
def test_questions_go_on_whichever_key_the_gateway_knows_where_both_are_stored(
    counter: Any, activated: Any, keys: tuple[str, ...], *, is_clear: bool
) -> None:
    counter.pay(ACCEPTED)
    signing_with(counter, OLD, NEW)
    assert counter.inquire().outcome is Outcome.PAID
    activated()
    signing_with(counter, *keys)
    assert (counter.inquire().outcome is Outcome.PAID) is is_clear


def test_warm_sandbox_learns_the_keys_within_a_minute(
    aws: str, names: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssm, seconds = boto3.client("ssm"), [0.0]
    monkeypatch.setattr(FreshSecret.__init__, "__defaults__", (lambda: seconds[0],))
    made = sandbox(names, ssm, OLD)
    assert made.gateway.account.hmac_keys == (OLD,)  # type: ignore[attr-defined] # of the adapter
    write(ssm, f"{OLD},{NEW}")
    seconds[0] += 59
    assert made.gateway.account.hmac_keys == (OLD,)  # type: ignore[attr-defined] # of the adapter
    seconds[0] += 1
    assert made.gateway.account.hmac_keys == (OLD, NEW)  # type: ignore[attr-defined] # of the adapter
    write(ssm, "mistyped")
    seconds[0] += 60
    assert made.gateway.account.hmac_keys == (OLD, NEW)  # type: ignore[attr-defined] # of the adapter


def test_secret_under_a_key_of_the_school_is_read(aws: str, names: Any) -> None:
    key = boto3.client("kms").create_key(Description="of the school")["KeyMetadata"]["KeyId"]
    made = sandbox(names, boto3.client("ssm"), OLD, KeyId=key)
    (described,) = boto3.client("ssm").describe_parameters(
        ParameterFilters=[{"Key": "Name", "Values": [NAME]}]
    )["Parameters"]

    assert described["KeyId"] == key
    assert made.gateway.account.hmac_key == OLD  # type: ignore[attr-defined] # of the adapter


def sandbox(names: Any, ssm: Any, key: str, **under: str) -> Services:
    write(ssm, key, **under)
    return Services(
        Settings(
            stage=Stage.LOCAL,
            table=names.table,
            bucket=names.bucket,
            outbox_queue_url=names.outbox_queue_url,
            debit_queue_url=names.debit_queue_url,
            delivery_queue_url=names.delivery_queue_url,
            base_url="http://127.0.0.1:8000",
            mail_from="inscription@quittance.test",
            paybox_site="1999888",
            paybox_rang="32",
            paybox_identifiant="107904482",
            paybox_page_urls="http://127.0.0.1:1/php/",
            paybox_direct_urls="http://127.0.0.1:1/PPPS.php",
            paybox_hmac_key_parameter=NAME,
        ),
        lambda: datetime(2022, 6, 24, tzinfo=UTC),
    )


def write(ssm: Any, value: str, **under: str) -> None:
    ssm.put_parameter(Name=NAME, Value=value, Type="SecureString", Overwrite=True, **under)
