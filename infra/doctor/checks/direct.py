"""The direct contract: the gateway is asked about an order that it cannot know, and must say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.payments import Outcome
from infra.doctor.lines import Line, ok, wrong
from infra.doctor.probes import probe_attempt, probe_question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.doctor.deployed import Deployed


def check(deployed: Deployed) -> Iterator[Line]:
    answer = deployed.services.gateway.inquire(probe_attempt(deployed), probe_question, deployed.now())
    if answer.outcome is Outcome.NOT_FOUND:
        yield ok("the gateway answers inquiries (00011): it does not know an order that is none")
        return
    said = (
        f"answered {answer.code} to an inquiry (00011)"
        if answer.code
        else "gave no answer to an inquiry (00011)"
    )
    yield wrong(
        f"the gateway {said}: no payment would be booked.",
        "Ask the bank whether Direct Plus is in the contract, for this site and rank, and from any address.",
    )
