"""Second factors sealed by KMS, beside those that the local key has sealed, on the local AWS."""

from typing import Any

import boto3
import pytest
from botocore.config import Config

from chalicelib.domain.errors import SecondFactorUnavailable
from chalicelib.identity.kms_sealing import KmsSealer
from chalicelib.identity.sealing import Sealer
from chalicelib.identity.sealing_by_prefix import SealerByPrefix
from chalicelib.settings import Settings
from chalicelib.wiring import Services
from infra.local import environment, resources
from infra.local.ministack import free_port
from infra.local.resources import Names

SECRET, PERSON, SOMEBODY_ELSE = "JBSWY3DPEHPK3PXP", "00000000000000a1", "00000000000000a2"


@pytest.fixture
def kms(aws: str) -> Any:
    return boto3.client("kms")


@pytest.fixture
def sealer(kms: Any, names: Names) -> KmsSealer:
    return KmsSealer(kms, names.second_factors_key)


def by_prefix(kms: KmsSealer, *, seals_by_kms: bool) -> SealerByPrefix:
    return SealerByPrefix(lambda: kms, lambda: Sealer(bytes(32)), seals_by_kms=seals_by_kms)


def test_sealed_text_says_who_sealed_it_and_is_opened_again(sealer: KmsSealer) -> None:
    sealed = sealer.seal(SECRET, PERSON)

    assert sealed.startswith("kms:")
    assert SECRET not in sealed
    assert sealer.open(sealed, PERSON) == SECRET
    assert sealer.seal(SECRET, PERSON) != sealed


def test_text_of_one_person_does_not_open_for_another(sealer: KmsSealer) -> None:
    with pytest.raises(ValueError, match="not what was sealed"):
        sealer.open(sealer.seal(SECRET, PERSON), SOMEBODY_ELSE)


@pytest.mark.parametrize("sealed", ["kms:", "kms:*", "kms:é", "kms:QUJD", "QUJD", ""])
def test_what_kms_never_sealed_does_not_open(sealer: KmsSealer, sealed: str) -> None:
    with pytest.raises(ValueError, match=r"^This is not"):
        sealer.open(sealed, PERSON)


def test_same_bytes_written_otherwise_do_not_open(sealer: KmsSealer) -> None:
    with pytest.raises(ValueError, match="not a text sealed by KMS"):
        sealer.open(f"{sealer.seal(SECRET, PERSON)}\n", PERSON)


def test_text_opens_after_its_alias_was_moved_to_another_key(
    kms: Any, sealer: KmsSealer, names: Names
) -> None:
    earlier = sealer.seal(SECRET, PERSON)
    another = kms.create_key()["KeyMetadata"]["KeyId"]

    kms.update_alias(AliasName=names.second_factors_key, TargetKeyId=another)

    assert sealer.open(earlier, PERSON) == SECRET
    assert sealer.open(sealer.seal(SECRET, PERSON), PERSON) == SECRET


def test_key_that_is_missing_is_no_fault_of_the_person(kms: Any) -> None:
    with pytest.raises(SecondFactorUnavailable):
        KmsSealer(kms, "alias/nowhere").seal(SECRET, PERSON)


def test_key_that_refuses_is_no_fault_of_the_person(kms: Any, sealer: KmsSealer, names: Names) -> None:
    sealed = sealer.seal(SECRET, PERSON)
    key = kms.describe_key(KeyId=names.second_factors_key)["KeyMetadata"]["KeyId"]
    kms.disable_key(KeyId=key)

    with pytest.raises(SecondFactorUnavailable):
        sealer.open(sealed, PERSON)
    with pytest.raises(SecondFactorUnavailable):
        sealer.seal(SECRET, PERSON)

    kms.enable_key(KeyId=key)
    assert sealer.open(sealed, PERSON) == SECRET


def test_kms_that_nobody_reaches_is_no_fault_of_the_person(sealer: KmsSealer) -> None:
    sealed = sealer.seal(SECRET, PERSON)
    away = boto3.client(
        "kms",
        endpoint_url=f"http://127.0.0.1:{free_port()}",
        config=Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 1}),
    )

    with pytest.raises(SecondFactorUnavailable):
        KmsSealer(away, "alias/any").open(sealed, PERSON)
    with pytest.raises(SecondFactorUnavailable):
        KmsSealer(away, "alias/any").seal(SECRET, PERSON)


def test_local_key_that_cannot_be_read_is_no_fault_of_the_person(sealer: KmsSealer) -> None:
    def unreadable() -> Sealer:
        found = boto3.client("ssm").get_parameter(Name="/nowhere", WithDecryption=True)
        return Sealer(bytes.fromhex(found["Parameter"]["Value"]))

    either = SealerByPrefix(lambda: sealer, unreadable, seals_by_kms=True)

    assert either.open(either.seal(SECRET, PERSON), PERSON) == SECRET
    with pytest.raises(SecondFactorUnavailable):
        either.open(Sealer(bytes(32)).seal(SECRET, PERSON), PERSON)


@pytest.mark.parametrize("seals_by_kms", [True, False])
def test_each_text_is_opened_by_what_sealed_it_whatever_seals_now(
    sealer: KmsSealer, *, seals_by_kms: bool
) -> None:
    either = by_prefix(sealer, seals_by_kms=seals_by_kms)

    assert either.open(sealer.seal(SECRET, PERSON), PERSON) == SECRET
    assert either.open(Sealer(bytes(32)).seal(SECRET, PERSON), PERSON) == SECRET
    assert either.seal(SECRET, PERSON).startswith("kms:") is seals_by_kms


def test_prefix_cannot_be_taken_away_or_added(sealer: KmsSealer) -> None:
    either = by_prefix(sealer, seals_by_kms=True)
    by_kms, by_local_key = sealer.seal(SECRET, PERSON), Sealer(bytes(32)).seal(SECRET, PERSON)

    for sealed in (by_kms.removeprefix("kms:"), f"kms:{by_local_key}"):
        with pytest.raises(ValueError, match="This is not"):
            either.open(sealed, PERSON)


@pytest.mark.parametrize("is_named", [True, False])
def test_wiring_seals_by_kms_where_a_key_is_named_and_opens_either_way(
    names: Names, *, is_named: bool
) -> None:
    resources.write_secret(environment.SEALING_KEY_PARAMETER, bytes(32).hex())
    chosen = environment.quittance(names, base_url="", paybox_url="", paybox_public_key="", cas_url="")
    if not is_named:
        del chosen["QUITTANCE_SEALING_KMS_KEY"]
    values = {name.removeprefix("QUITTANCE_").lower(): each for name, each in chosen.items()}
    own = {name: each for name, each in values.items() if name in Settings.model_fields}
    sealer = Services(Settings.model_validate(own)).sealer

    sealed = sealer.seal(SECRET, PERSON)

    assert sealed.startswith("kms:") is is_named
    assert sealer.open(sealed, PERSON) == SECRET
    assert sealer.open(Sealer(bytes(32)).seal(SECRET, PERSON), PERSON) == SECRET
