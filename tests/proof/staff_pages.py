"""The pages of registrar and accountant about a file and its plan that carry what they show."""

from dataclasses import dataclass
from datetime import date
from random import Random

from chalicelib.domain.causes import PlanMoved
from chalicelib.domain.changes import Changes
from chalicelib.domain.decisions import BlockMoved, RecutMoved, RegistrationMoved, StepsMoved
from chalicelib.domain.fees import seen_hash_of
from chalicelib.domain.plan.instalments import Instalment, InstalmentState, instalment_id
from chalicelib.domain.plan.plan_requests import PlanDecision, PlanRequestState
from chalicelib.domain.plan.refusals import PlanActMoved, ReleaseMoved
from chalicelib.domain.plan.request_checks import checks_hash, checks_of
from chalicelib.domain.registration import Decision, block_hash
from chalicelib.domain.trail.audit import Act as Trace
from chalicelib.domain.trail.undo import NothingToUndo, UndoOvertaken, is_undoable
from chalicelib.usecases.debits.release_instalment import release_instalment
from chalicelib.usecases.plans.decide_plan_request import decide_plan_request
from chalicelib.usecases.plans.recut_plan import preview_recut, recut_plan
from chalicelib.usecases.plans.resume_plan import resume_plan
from chalicelib.usecases.plans.stop_plan import stop_plan
from chalicelib.usecases.registrations.block_registration import block_registration
from chalicelib.usecases.registrations.decide_registration import decide_registration, tick_steps
from chalicelib.usecases.registrations.undo_act import undo_act
from tests.fakes.ports import FakePorts
from tests.proof.kept_pages import Page, Reads, audited_as
from tests.proof.roles import A_PERSON_LOOKS_AFTER, PARTS
from tests.proof.student_pages import Files, Standing
from tests.usecases.conftest import ACCOUNTANT, REGISTRAR

DECISIONS = audited_as(Trace.REGISTRATION_VALIDATED, Trace.REGISTRATION_REFUSED, Trace.REGISTRATION_REOPENED)
REASONS = ("motif", "autre motif")
PEOPLE = {each.id: each for each in (ACCOUNTANT, REGISTRAR)}


@dataclass
class StaffPages:
    """The page of a file, and those of its plan."""

    ports: FakePorts
    files: Files
    chance: Random

    def all(self) -> tuple[Reads, ...]:
        on_the_file = self.decision, self.decision, self.block, self.steps, self.last_act, self.last_act
        return (*on_the_file, *(self.plan_request, self.running_plan, self.recut, self.conflict) * 3)

    def decision(self, registration_id: str) -> Page:
        """A decision, with the evidence ticked beside it or without."""
        registration = self.files.file(registration_id).registration
        read, steps = seen_hash_of(self.files.file(registration_id)), registration.seen_steps
        decision = self.chance.choice(tuple(Decision))
        ticked = self.chance.choice((None, steps ^ {self._step()}))
        kept = self.chance.choice((0, 2300)) if decision is Decision.REFUSE else 0

        def shows() -> object:
            """Steps that are ticked already as they are posted, or that are not posted, do not matter."""
            now = self._steps(registration_id)
            return self.files.standing(registration_id), steps if ticked in {None, now} else now

        def post(ports: FakePorts) -> object:
            return decide_registration(
                ports,
                registration_id,
                decision,
                "motif",
                REGISTRAR,
                ticked,
                kept,
                seen_hash=read,
                earlier_steps=steps,
            )

        return Page(
            DECISIONS,
            (RegistrationMoved,),
            shows,
            post,
            holds=_holds_or_more_came if decision is Decision.VALIDATE else _holds,
        )

    def block(self, registration_id: str) -> Page:
        """The mark, set or lifted, or set for another reason."""
        reason = self.files.file(registration_id).registration.block_reason
        sets, why = self.chance.choice((True, not reason)), self.chance.choice(REASONS)
        read = block_hash(registration_id, reason)
        return Page(
            audited_as(Trace.REGISTRATION_BLOCKED, Trace.REGISTRATION_UNBLOCKED),
            (BlockMoved,),
            lambda: self.files.file(registration_id).registration.block_reason,
            lambda ports: block_registration(ports, registration_id, sets, why, ACCOUNTANT, read),
        )

    def steps(self, registration_id: str) -> Page:
        earlier, ticked = self._steps(registration_id), self._steps(registration_id) ^ {self._step()}
        return Page(
            audited_as(Trace.STEPS_TICKED),
            (StepsMoved,),
            lambda: self._steps(registration_id),
            lambda ports: tick_steps(ports, registration_id, ticked, REGISTRAR, earlier),
        )

    def last_act(self, registration_id: str) -> Page | None:
        """The button that takes back the last act, for some minutes."""
        last = self.files.account().last_act(registration_id)
        version = self.files.file(registration_id).registration.version
        if not is_undoable(last, version, self.ports.at):
            return None
        by = PEOPLE[last.by]
        return Page(
            audited_as(Trace.ACT_UNDONE),
            (NothingToUndo, UndoOvertaken),
            lambda: self.files.account().last_act(registration_id),
            lambda ports: undo_act(ports, registration_id, last.version, by),
        )

    def plan_request(self, registration_id: str) -> Page | None:
        """The confirmation of a decision, which tells the schedule and what was checked of the file."""
        file = self.files.file(registration_id)
        request = file.plan_request
        if request is None or request.state is not PlanRequestState.REQUESTED:
            return None
        decision = self.chance.choice((PlanDecision.APPROVE, PlanDecision.APPROVE, PlanDecision.REFUSE))
        read = checks_hash(file, request)

        return Page(
            audited_as(Trace.PLAN_APPROVED, Trace.PLAN_REFUSED),
            (PlanMoved,),
            lambda: self._asked_for(registration_id),
            lambda ports: decide_plan_request(ports, registration_id, decision, "motif", ACCOUNTANT, read),
        )

    def running_plan(self, registration_id: str) -> Page | None:
        """The button that stops a plan, or the one that resumes it."""
        request = self.files.account().plan_request(registration_id)
        if request is None or not request.started:
            return None
        act = resume_plan if request.is_stopped else stop_plan
        return Page(
            audited_as(Trace.PLAN_STOPPED, Trace.PLAN_RESUMED),
            (PlanActMoved,),
            lambda: self.files.request(registration_id),
            lambda ports: act(ports, registration_id, "motif", ACCOUNTANT, request.seen_hash),
        )

    def recut(self, registration_id: str) -> Page | None:
        """The confirmation that tells day and amount of each new part; None where these stand already."""
        parts, beyond = self.chance.choice(PARTS), self.chance.random() < 0.5
        told = preview_recut(self.ports, registration_id, parts, "motif", ACCOUNTANT, beyond_card=beyond)
        if told.before == told.after:
            return None

        def post(ports: FakePorts) -> object:
            return recut_plan(
                ports, registration_id, parts, "motif", ACCOUNTANT, beyond_card=beyond, seen=told.after
            )

        promised = tuple((each.due_on, each.amount_cents) for each in told.after)
        return Page(audited_as(Trace.PLAN_RECUT), (RecutMoved,), lambda: None, post, _made, promised)

    def conflict(self, registration_id: str) -> Page | None:
        """The question before a release, which a person reads an hour after the conflict came up."""
        for each in self.files.file(registration_id).instalments:
            has_waited = self.ports.at - (each.since or self.ports.at) >= A_PERSON_LOOKS_AFTER
            if each.state is InstalmentState.CONFLICT and has_waited:
                return self._release(registration_id, each)
        return None

    def _release(self, registration_id: str, instalment: Instalment) -> Page:
        rank, debit = instalment.rank, instalment.debit_id
        return Page(
            audited_as(Trace.DEBIT_RELEASED),
            (ReleaseMoved,),
            lambda: self._debited(registration_id, rank),
            lambda ports: release_instalment(ports, registration_id, rank, ACCOUNTANT, debit),
        )

    def _debited(self, registration_id: str, rank: int) -> object:
        instalment = self.files.account().instalment(instalment_id(registration_id, rank))
        return instalment and (instalment.state, instalment.debit_id, instalment.remaining_cents)

    def _asked_for(self, registration_id: str) -> object:
        file = self.files.file(registration_id)
        request = file.plan_request
        if request is None:
            return None
        asked = request.plan_code, request.total_cents, request.schedule_hash
        return asked, dict(checks_of(file, request))

    def _step(self) -> str:
        return self.chance.choice([each.key for each in self.ports.campaigns.current().previous_steps])

    def _steps(self, registration_id: str) -> frozenset[str]:
        return self.files.file(registration_id).registration.seen_steps


def _holds(now: tuple[Standing, object], told: tuple[Standing, object]) -> bool:
    return now == told


def _holds_or_more_came(now: tuple[Standing, object], told: tuple[Standing, object]) -> bool:
    """A validation gives nothing back: money may come since it was read, but not go."""
    more = now[0].received_cents - told[0].received_cents
    return more >= 0 and now == (told[0]._replace(received_cents=now[0].received_cents), told[1])


def _made(changes: Changes) -> tuple[tuple[date, int], ...]:
    new = (row for row in changes.rows if isinstance(row, Instalment) and row.version == 1)
    return tuple((each.due_on, each.amount_cents) for each in new)
