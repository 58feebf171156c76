"""An order that no student has, for questions to the gateway that move no money."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from chalicelib.domain.money import FeeLine
from chalicelib.domain.payments import Attempt
from chalicelib.domain.people import Person, Role
from chalicelib.gateway.references import reference_of

if TYPE_CHECKING:
    from infra.doctor.deployed import Deployed

NOBODY = "0" * 16
PAYER = Person(NOBODY, "", "Doctor", "QUITTANCE", frozenset({Role.STUDENT}))
"""Without an address of its own: the form bears the school's."""
ONE_EURO = 100
HIGHEST_QUESTION = 2_147_483_647


def probe_attempt(deployed: Deployed) -> Attempt:
    """Return an attempt of one euro with an id of its own, never written."""
    attempt_id = f"{NOBODY}-1-{secrets.token_hex(8)}"
    chosen = deployed.settings
    return Attempt(
        id=attempt_id,
        registration_id=f"{NOBODY}-1",
        person_id=NOBODY,
        reference=reference_of(attempt_id, chosen.paybox_site, chosen.paybox_rang),
        amount_cents=ONE_EURO,
        fee_situation_code="",
        lines=(FeeLine("Quittance", 1, ONE_EURO),),
        started_at=deployed.now(),
        request_hash="",
    )


def probe_question() -> int:
    """Return a question's number far above those that the stack has counted up to."""
    return HIGHEST_QUESTION - secrets.randbelow(100_000_000)
