"""One decision on many files: each is written alone, and each has its own result."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.people import Person
from chalicelib.domain.plan.plan_requests import PlanDecision
from chalicelib.domain.registration import Decision
from chalicelib.usecases.lists.ports import ManyPlanPorts, ManyPorts
from chalicelib.usecases.plans.decide_plan_request import decide_plan_request
from chalicelib.usecases.registrations.decide_registration import decide_registration

MOST = 100
"""The most files of one call: it must end before the gateway of the API gives up."""


@dataclass(frozen=True)
class Decided:
    """The result for one file: done, refused, or failed by a fault of ours, which is reported."""

    registration_id: str
    refusal: QuittanceError | None = None
    is_fault: bool = False

    @property
    def is_done(self) -> bool:
        return self.refusal is None and not self.is_fault


def decide_many(
    ports: ManyPorts,
    ids: Iterable[str],
    decision: Decision,
    reason: str,
    by: Person,
    seen_hashes: Mapping[str, str],
) -> tuple[Decided, ...]:
    """Write the registrar's decision on each file; one that is refused stops no other.

    `seen_hashes` are those of what was read of the files, by their ids.
    """
    return _each(
        ports,
        ids,
        lambda file: decide_registration(
            ports, file, decision, reason, by, seen_hash=seen_hashes.get(file) or None
        ),
        "decision failed",
    )


def decide_many_plans(
    ports: ManyPlanPorts,
    ids: Iterable[str],
    decision: PlanDecision,
    reason: str,
    by: Person,
    seen: Mapping[str, str],
) -> tuple[Decided, ...]:
    """Write accounting's decision on each request, likewise; `seen` as for one, by the files' ids."""
    return _each(
        ports,
        ids,
        lambda file: decide_plan_request(ports, file, decision, reason, by, seen.get(file)),
        "plan not decided",
    )


def _each(
    ports: ManyPorts | ManyPlanPorts, ids: Iterable[str], act: Callable[[str], object], what: str
) -> tuple[Decided, ...]:
    return tuple(_one(ports, registration_id, act, what) for registration_id in dict.fromkeys(ids))


def _one(
    ports: ManyPorts | ManyPlanPorts, registration_id: str, act: Callable[[str], object], what: str
) -> Decided:
    try:
        act(registration_id)
    except QuittanceError as refusal:
        return Decided(registration_id, refusal)
    except Exception as error:  # noqa: BLE001 - one bad file delays no other
        ports.alarms.raise_failure(what, error)
        return Decided(registration_id, is_fault=True)
    return Decided(registration_id)
