"""The environment that the application reads, for the local stack and for the tests."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from infra.local.evidence import RECIPIENT

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from infra.local.resources import Names

HMAC_KEY_PARAMETER = "/quittance/quittance/paybox/hmac-key"
SEALING_KEY_PARAMETER = "/quittance/quittance/sealing-key"
GRANT_TOKEN_PARAMETER = "/quittance/quittance/api-particulier/token"
NOBODY = "LOCAL_EMPTY"
"""Set for a stack without people and without a campaign: a school brings its own."""
WEAK_HASH = "LOCAL_WEAK_HASH"
"""Set for tests: the demo's password is hashed in no time, where each log-in costs 25 ms of CPU otherwise."""
MAIL_FROM = "inscription@quittance.test"
KEPT = frozenset({"AWS_ENDPOINT_URL_DYNAMODB"})  # the second opinion: another engine for the table


def local_aws(endpoint_url: str) -> dict[str, str]:
    """Point every AWS client at the local AWS, whatever account this machine is logged in to."""
    return {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_DEFAULT_REGION": "eu-west-3",
        "AWS_REGION": "eu-west-3",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def quittance(
    names: Names,
    *,
    base_url: str,
    paybox_url: str,
    paybox_public_key: str,
    cas_url: str,
    evidence_url: str = "",
) -> dict[str, str]:
    """Give the settings of the portal and of what it asks; no address ends with a slash.

    Without `evidence_url` nothing is asked of the State's services.
    """
    return {
        "QUITTANCE_STAGE": "local",
        "QUITTANCE_TABLE": names.table,
        "QUITTANCE_BUCKET": names.bucket,
        "QUITTANCE_OUTBOX_QUEUE_URL": names.outbox_queue_url,
        "QUITTANCE_DEBIT_QUEUE_URL": names.debit_queue_url,
        "QUITTANCE_DELIVERY_QUEUE_URL": names.delivery_queue_url,
        "QUITTANCE_ENDPOINT_KMS_KEY": names.second_factors_key,
        "QUITTANCE_LOOPBACK_RECEIVERS": "true",
        "QUITTANCE_BASE_URL": base_url,
        "QUITTANCE_MAIL_FROM": MAIL_FROM,
        "QUITTANCE_CAS_URL": cas_url,
        "QUITTANCE_SECOND_FACTOR": "false",
        "QUITTANCE_SEALING_KEY_PARAMETER": SEALING_KEY_PARAMETER,
        "QUITTANCE_SEALING_KMS_KEY": names.second_factors_key,
        "QUITTANCE_PAYBOX_SITE": "1999888",
        "QUITTANCE_PAYBOX_RANG": "32",
        "QUITTANCE_PAYBOX_IDENTIFIANT": "107904482",
        "QUITTANCE_PAYBOX_PAGE_URLS": f"{paybox_url}/php/",
        "QUITTANCE_PAYBOX_DIRECT_URLS": f"{paybox_url}/PPPS.php",
        "QUITTANCE_PAYBOX_HMAC_KEY_PARAMETER": HMAC_KEY_PARAMETER,
        "QUITTANCE_PAYBOX_PUBLIC_KEYS": paybox_public_key,
        "QUITTANCE_CVEC_URL": evidence_url,
        "QUITTANCE_API_PARTICULIER_URL": evidence_url,
        "QUITTANCE_API_PARTICULIER_TOKEN_PARAMETER": GRANT_TOKEN_PARAMETER,
        "QUITTANCE_SCHOOL_SIRET": RECIPIENT if evidence_url else "",
        "POWERTOOLS_SERVICE_NAME": "quittance",
        "POWERTOOLS_METRICS_NAMESPACE": "Quittance",
        "POWERTOOLS_TRACE_DISABLED": "true",
        "POWERTOOLS_METRICS_DISABLED": "true",
        "POWERTOOLS_LOG_LEVEL": os.environ.get("POWERTOOLS_LOG_LEVEL", "WARNING"),
    }


def without_aws(environment: Mapping[str, str]) -> dict[str, str]:
    """Forget every AWS setting of this machine, so that nothing can reach a real account."""
    return {name: each for name, each in environment.items() if not name.startswith("AWS_") or name in KEPT}


def enter(environment: MutableMapping[str, str], values: Mapping[str, str]) -> None:
    """Set the values and forget every other AWS setting."""
    for name in environment.keys() - without_aws(environment).keys():
        del environment[name]
    environment.update(values)
