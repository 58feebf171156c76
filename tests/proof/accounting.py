"""Accounting's moves in the simulation: stop, resume and recut a plan, with their invariants."""

from contextlib import suppress
from random import Random

from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.plan.instalments import DebitState, InstalmentState
from chalicelib.usecases.plans.recut_plan import recut_plan
from chalicelib.usecases.plans.resume_plan import resume_plan
from chalicelib.usecases.plans.stop_plan import stop_plan
from tests.fakes.ports import FakePorts
from tests.proof.actors import REGISTRATION, TOTAL_CENTS, World
from tests.usecases.conftest import ACCOUNTANT

PARTS = (None, 1, 2, 3)


def acts_on_the_plan(ports: FakePorts, chance: Random) -> None:
    """One act that the moment allows, or none."""
    act = chance.choice((stop, resume, resume, recut))
    with suppress(QuittanceError):
        act(ports, chance)


def stop(ports: FakePorts, _chance: Random) -> None:
    stop_plan(ports, REGISTRATION, "litige", ACCOUNTANT)


def resume(ports: FakePorts, _chance: Random) -> None:
    resume_plan(ports, REGISTRATION, "litige réglé", ACCOUNTANT)


def recut(ports: FakePorts, chance: Random) -> None:
    recut_plan(ports, REGISTRATION, chance.choice(PARTS), "en difficulté", ACCOUNTANT)


def goes_on(ports: FakePorts) -> None:
    """In the end a stopped plan is resumed, as soon as that is possible."""
    with suppress(QuittanceError):
        resume_plan(ports, REGISTRATION, "fin", ACCOUNTANT)


class Watch:
    """P25, P26: no question is marked sent while the plan is stopped, and the parts stay within the sum."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._sent = self._questions()

    def check(self) -> None:
        """Look after every step: one commit at most came in between."""
        sent = self._questions()
        request = self._world.memory.plan_requests[REGISTRATION]
        assert not request.is_stopped or sent <= self._sent, "sent although the plan was stopped"
        self._sent = sent
        standing = (each for each in self._world.instalments if each.state is not InstalmentState.CANCELLED)
        assert sum(each.amount_cents for each in standing) <= TOTAL_CENTS, "more than was approved"
        taken = sum(each.amount_cents for each in self._world.gateway.captures)
        assert taken <= TOTAL_CENTS - self._world.first_cents, "more than was owed"
        assert not any(each.startswith("mismatch") for each in self._world.alarms), "not what was approved"

    def _questions(self) -> set[tuple[str, object]]:
        """Every question that was ever marked sent, by the moment of its mark."""
        debits = self._world.memory.debits.values()
        return {
            (each.id, each.sent_at)
            for each in debits
            if each.state is not DebitState.CLAIMED and each.sent_at
        }
