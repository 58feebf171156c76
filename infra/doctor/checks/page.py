"""The payment page: a form signed with our key is posted to the gateway, which shows its page or refuses it.

Nothing is paid and nothing is kept here: the form's order has an id that no file has.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chalicelib.domain.errors import GatewayUnavailable
from chalicelib.gateway.page_form import page_fields
from chalicelib.gateway.probe import PageHosts
from infra.doctor.lines import Line, ok, skipped, wrong
from infra.doctor.probes import PAYER, probe_attempt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.doctor.deployed import Deployed

REFUSED = re.compile(
    r"acc[eèé&;a-z]*s refus|probl[eèé&;a-z]*me d.identification|erreur paybox", re.IGNORECASE
)
SHOWN = 200


def check(deployed: Deployed) -> Iterator[Line]:
    account, campaign = deployed.account, deployed.services.campaigns.current()
    if not campaign.is_loaded:
        yield skipped("the form bears the school's address, and no campaign is loaded.")
        return
    try:
        action = PageHosts(account.page_urls, timeout_seconds=5).first_up()
    except GatewayUnavailable:
        yield wrong("no host of the gateway answers OK.", "Look at the gateway's status, or PayboxPageUrls.")
        return
    attempt = probe_attempt(deployed)
    answer = deployed.fetch(action, dict(page_fields(account, attempt, PAYER, campaign.school, "fr")))
    refused = REFUSED.search(answer.text)
    if answer.status == SHOWN and not refused:
        yield ok("the gateway took a form signed with our key")
    elif refused:
        yield wrong(
            f"the gateway refused the form: « {_sentence(answer.text)} ».",
            "Compare site, rank, identifier and HMAC key with the merchant's back office.",
        )
    else:
        yield wrong(f"the gateway answered {answer.status or 'nothing'}.", "Try again in some minutes.")


def _sentence(page: str) -> str:
    """Return the gateway's words around its refusal, without markup."""
    bare = " ".join(re.sub(r"<[^>]*>", " ", page).split())
    found = REFUSED.search(bare)
    return bare[max(0, found.start() - 20) : found.end() + 60] if found else ""
