"""What each stage refuses, all at once, and what a rehearsal says of itself."""

import hashlib
import re
from dataclasses import replace
from typing import Any
from unittest.mock import MagicMock

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import ValidationError

from chalicelib import wiring
from chalicelib.campaigns.reader import load_shipped, shipped_text
from chalicelib.domain.campaigns.refusals import CampaignFileRefused
from chalicelib.domain.rehearsal import is_rehearsed
from chalicelib.gateway.environments import TEST_KEY
from chalicelib.gateway.signature import OFFICIAL_KEY
from chalicelib.observability import told
from chalicelib.settings import Settings, Stage, StartRefused, faults_of
from chalicelib.wiring.start_check import is_siren, school_faults, setting_faults
from tests.fakes.campaigns import MemoryCampaignVersions
from tests.fakes.storage import Memory

SIREN = "732829320"
YEAR = "clermont-auvergne-inp-2022"
PRODUCTION = {
    "stage": "production",
    "table": "table",
    "bucket": "bucket",
    "outbox_queue_url": "https://queue/outbox",
    "debit_queue_url": "https://queue/debits",
    "delivery_queue_url": "https://queue/deliveries",
    "base_url": "https://inscription.ecole.fr",
    "mail_from": "inscription@ecole.fr",
    "school_siren": SIREN,
    "paybox_site": "7654321",
    "paybox_rang": "01",
    "paybox_identifiant": "123456789",
    "paybox_page_urls": "https://tpeweb.paybox.com/php/",
    "paybox_direct_urls": "https://ppps.paybox.com/PPPS.php",
    "paybox_hmac_key_parameter": "/quittance/ecole/paybox/hmac-key",
}
REHEARSAL = PRODUCTION | {
    "stage": "rehearsal",
    "school_siren": "",
    "paybox_site": "1999888",
    "paybox_page_urls": "https://preprod-tpeweb.paybox.com/php/",
    "paybox_direct_urls": "https://preprod-ppps.paybox.com/PPPS.php",
}
STRANGER = OFFICIAL_KEY.replace("MIGf", "MIGg")


def chosen(base: dict[str, Any], **others: Any) -> Settings:
    return Settings.model_validate(base | others)


@pytest.mark.parametrize("base", [PRODUCTION, REHEARSAL])
def test_stage_that_is_set_up_as_the_page_says_starts(base: dict[str, Any]) -> None:
    assert setting_faults(chosen(base)) == ()
    assert setting_faults(chosen(base, paybox_public_keys=OFFICIAL_KEY)) == ()


def test_key_that_the_gateway_changes_to_is_trusted_once_its_digest_is_told_too() -> None:
    new = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = new.public_bytes(serialization.Encoding.PEM, spki).decode()
    digest = hashlib.sha256(new.public_bytes(serialization.Encoding.DER, spki)).hexdigest()
    both = {"paybox_public_keys": f"{OFFICIAL_KEY},{pem}"}

    assert len(setting_faults(chosen(PRODUCTION, **both))) == 1
    for given in (digest, digest.upper(), f"{'0' * 64},{digest}", ":".join(re.findall("..", digest))):
        assert setting_faults(chosen(PRODUCTION, **both, paybox_public_key_digests=given)) == ()
        alone = {"paybox_public_keys": pem, "paybox_public_key_digests": given}
        assert setting_faults(chosen(PRODUCTION, **alone)) == ()


@pytest.mark.parametrize(
    ("parameter", "given"),
    [
        ("BaseUrl is not https", {"base_url": "http://inscription.ecole.fr"}),
        ("BaseUrl is a placeholder", {"base_url": "https://quittance.example"}),
        ("BaseUrl is a placeholder", {"base_url": "https://"}),
        ("MailFrom is a placeholder", {"mail_from": "inscription@quittance.example"}),
        ("MailFrom is a placeholder", {"mail_from": ""}),
        ("CasUrl is not https", {"cas_url": "http://sso.ecole.fr/cas"}),
        ("CvecUrl is not https", {"cvec_url": "http://cvec.example"}),
        ("ApiParticulierUrl is not https", {"api_particulier_url": "http://particulier.example"}),
        ("PayboxPageUrls is not https", {"paybox_page_urls": "http://tpeweb.paybox.com/php/"}),
        ("PayboxPageUrls leads to", {"paybox_page_urls": "https://preprod-tpeweb.paybox.com/php/"}),
        ("PayboxPageUrls names no address", {"paybox_page_urls": " "}),
        ("PayboxDirectUrls leads to", {"paybox_direct_urls": "https://preprod-ppps.paybox.com/PPPS.php"}),
        ("PayboxPublicKeys names a key", {"paybox_public_keys": STRANGER}),
        ("PayboxSite is a public test merchant", {"paybox_site": "1999888"}),
        ("LOOPBACK_RECEIVERS sends events to this machine: production", {"loopback_receivers": True}),
        ("SchoolSiren is not", {"school_siren": "000000000"}),
        ("SchoolSiren is not", {"school_siren": ""}),
    ],
)
def test_production_refuses(parameter: str, given: dict[str, Any]) -> None:
    (finding,) = setting_faults(chosen(PRODUCTION, **given))

    assert finding.startswith(parameter)


@pytest.mark.parametrize(
    ("parameter", "given"),
    [
        ("PayboxPageUrls leads to the real gateway", {"paybox_page_urls": "https://tpeweb.paybox.com/php/"}),
        ("PayboxDirectUrls leads to the real", {"paybox_direct_urls": "https://ppps.paybox.com/PPPS.php"}),
        ("LOOPBACK_RECEIVERS sends events to this machine: rehearsal", {"loopback_receivers": True}),
        ("BaseUrl is not https: rehearsal refuses", {"base_url": "http://inscription.ecole.fr"}),
    ],
)
def test_rehearsal_refuses(parameter: str, given: dict[str, Any]) -> None:
    (finding,) = setting_faults(chosen(REHEARSAL, **given))

    assert finding.startswith(parameter)


def test_everything_that_is_wrong_is_told_at_once_and_reaches_the_log() -> None:
    with pytest.raises(StartRefused) as refused:
        wiring.Services(chosen(REHEARSAL, stage="production", base_url="http://localhost:8000"))

    assert len(refused.value.findings) == 6
    assert told(refused.value)["findings"] == list(refused.value.findings)


def test_missing_and_unknown_settings_are_told_together() -> None:
    with pytest.raises(ValidationError) as error:
        Settings.model_validate({"stage": "production", "tabel": "secret-value"})

    findings = faults_of(error.value)
    assert {"QUITTANCE_TABEL", "QUITTANCE_TABLE", "QUITTANCE_MAIL_FROM"} <= {
        each.partition(":")[0] for each in findings
    }
    assert not any("secret-value" in each for each in findings)


def test_start_without_its_settings_is_refused_with_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    def unread() -> Settings:
        return Settings.model_validate({})

    monkeypatch.setattr(wiring, "settings", unread)
    with pytest.raises(StartRefused, match="QUITTANCE_TABLE"):
        wiring.services.__wrapped__()


def test_demonstration_sells_nothing_in_production() -> None:
    school = load_shipped(YEAR).school

    found = school_faults(chosen(PRODUCTION), school)

    assert [each.partition("(")[2].partition(")")[0] for each in found] == [
        "school.siren",
        "school.address",
        "school.phone",
    ]
    assert school_faults(chosen(REHEARSAL), school) == ()
    with pytest.raises(CampaignFileRefused) as refused:
        wiring.Services(chosen(PRODUCTION)).campaign_reader.read(shipped_text(YEAR), "year.yaml")
    assert [place for place, _ in refused.value.errors] == ["school.siren", "school.address", "school.phone"]


def test_school_of_another_siren_is_refused() -> None:
    shipped = load_shipped(YEAR).school
    address = replace(shipped.address, lines=("49 boulevard François-Mitterrand",))
    own = replace(shipped, siren=SIREN, phone="0473405500", address=address)

    assert school_faults(chosen(PRODUCTION), own) == ()
    (finding,) = school_faults(chosen(PRODUCTION, school_siren="356000000"), own)
    assert "SchoolSiren" in finding
    (contact,) = school_faults(chosen(PRODUCTION), replace(own, contact_email="contact@ecole.example"))
    assert "school.contact_email" in contact


@pytest.mark.parametrize(
    ("text", "is_one"),
    [(SIREN, True), ("356000000", True), ("732829321", False), ("000000000", False), ("73282932", False)],
)
def test_siren_is_told_by_its_check_digit(text: str, is_one: bool) -> None:  # noqa: FBT001 - the answer
    assert is_siren(text) is is_one


def test_rehearsal_serves_marked_campaigns_and_takes_test_money() -> None:
    services = wiring.Services(chosen(REHEARSAL))
    services.campaign_versions = MemoryCampaignVersions(Memory())  # type: ignore[misc]  # built when first used
    told_key(services, TEST_KEY)

    assert is_rehearsed(services.campaigns.get(YEAR).school.name)
    assert is_rehearsed(services.campaign_reader.read(shipped_text(YEAR), "year.yaml").school.name)
    assert services.gateway.account.is_live is False  # type: ignore[attr-defined] # of the adapter
    assert services.requires_second_factor


@pytest.mark.parametrize("stage", [PRODUCTION, REHEARSAL])
@pytest.mark.parametrize("key", [None, "0123"])
def test_missing_or_mistyped_key_of_the_gateway_is_told_by_its_name(
    stage: dict[str, Any], key: str | None
) -> None:
    services = wiring.Services(chosen(stage))
    told_key(services, key)

    with pytest.raises(StartRefused, match=r"ecole/paybox/hmac-key (is missing|has 4 characters)"):
        _ = services.gateway


def test_production_signs_with_no_published_key() -> None:
    services = wiring.Services(chosen(PRODUCTION))
    told_key(services, TEST_KEY)

    with pytest.raises(StartRefused, match="published key"):
        _ = services.gateway


def test_mistyped_sealing_key_is_told_by_its_name() -> None:
    services = wiring.Services(chosen(PRODUCTION))
    told_key(services, "ab" * 31)

    with pytest.raises(StartRefused, match="/quittance/sealing-key has 62 characters"):
        _ = services._local_sealer  # noqa: SLF001 - opened for what was sealed before KMS alone


def told_key(services: wiring.Services, key: str | None) -> None:
    """Let SSM hold this key, or none."""

    class ParameterNotFound(Exception):
        pass

    ssm = MagicMock()
    ssm.exceptions.ParameterNotFound = ParameterNotFound
    if key is None:
        ssm.get_parameter.side_effect = ParameterNotFound
    ssm.get_parameter.return_value = {"Parameter": {"Value": key}}
    services._client = lambda _service: ssm  # type: ignore[method-assign] # noqa: SLF001 - the wire


def test_local_stack_starts_with_anything() -> None:
    assert setting_faults(chosen(REHEARSAL, stage=Stage.LOCAL, base_url="http://127.0.0.1:8000")) == ()
