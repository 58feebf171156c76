from dataclasses import replace

from chalicelib.domain import registration as rules
from chalicelib.domain.access import Action, permit
from chalicelib.domain.account import Account
from chalicelib.domain.books.journaling import journaled
from chalicelib.domain.books.ordered_credits import cover_by_credit
from chalicelib.domain.causes import StepUnknown
from chalicelib.domain.changes import Changes
from chalicelib.domain.fees import require_as_read, require_validated_as_read
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.people import Person
from chalicelib.domain.registration import Decision, Registration, RegistrationStatus
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.trail.undo import noted
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.corrections.refunding import with_refunds, without_refunds
from chalicelib.usecases.corrections.withdraw_registration import take_back_withdrawal
from chalicelib.usecases.credits.set_off_credits import set_off_anew
from chalicelib.usecases.registrations.ports import RegistrationPorts
from chalicelib.usecases.registrations.show_account import open_file

_TOPICS = {
    Decision.VALIDATE: Topic.REGISTRATION_VALIDATED,
    Decision.REFUSE: Topic.REGISTRATION_REFUSED,
    Decision.REOPEN: Topic.REGISTRATION_REOPENED,
}
_ACTS = {
    Decision.VALIDATE: Act.REGISTRATION_VALIDATED,
    Decision.REFUSE: Act.REGISTRATION_REFUSED,
    Decision.REOPEN: Act.REGISTRATION_REOPENED,
}
_REQUIRE_AS_READ = {
    Decision.VALIDATE: require_validated_as_read,
    Decision.REFUSE: require_as_read,
    Decision.REOPEN: require_as_read,
}


def decide_registration(  # noqa: PLR0913 - what is decided, and what was read of it
    ports: RegistrationPorts,
    registration_id: str,
    decision: Decision,
    reason: str,
    by: Person,
    seen_steps: frozenset[str] | None = None,
    kept_cents: int = 0,
    *,
    seen_hash: str | None = None,
    earlier_steps: frozenset[str] | None = None,
) -> Registration:
    """Write the registrar's decision and the mail to the student in one transaction.

    `seen_steps` are the previous steps seen by then; None leaves those that were ticked before. A refusal
    proposes to accounting to give back all money but `kept_cents`; one that is taken back lets that lapse.
    `seen_hash` is that of the file that was read, `earlier_steps` are those that it showed as ticked, None if
    unknown. Raise `RegistrationMoved` if they are others in the version that the commit replaces; money that
    came since prevents no validation.
    """
    permit(by, Action.DECIDE_REGISTRATION, person_of(registration_id))
    account = ports.accounts.account(person_of(registration_id))
    file = open_file(ports, account, registration_id)
    registration = file.registration
    if seen_steps is not None:
        _require_known(ports, registration, seen_steps)
    if decision is Decision.REOPEN and registration.status is RegistrationStatus.WITHDRAWN:
        take_back_withdrawal(ports, registration_id, reason, by, seen_steps, seen_hash, earlier_steps)
        return ports.registrations.get(registration_id)
    decided = rules.decide_on_evidence(registration, decision, reason, seen_steps, earlier_steps)
    if decided is not registration:
        _REQUIRE_AS_READ[decision](file, seen_hash)
        topic = _TOPICS[decision]
        entry = OutboxEntry(
            id=f"{topic}-{registration_id}-{decided.version}",
            topic=topic,
            person_id=decided.person_id,
            registration_id=registration_id,
            created_at=ports.now(),
            reason=reason,
        )
        steps = {} if seen_steps is None else {"steps": " ".join(sorted(seen_steps))}
        act, told = _ACTS[decision], decided.reason or reason
        trace = audited(ports, by.id, act, decided.person_id, registration_id, told, **steps)
        changes = Changes((decided,), audit=trace, outbox=(entry,))
        after = replace(file, registration=decided)
        ports.store.commit(_with_money(ports, account, after, changes, decision, kept_cents, by))
        if decision is Decision.REOPEN:  # a refused file takes no credits meanwhile
            set_off_anew(ports, registration_id)
    return decided


def _with_money(
    ports: RegistrationPorts,
    account: Account,
    file: RegistrationFile,
    changes: Changes,
    decision: Decision,
    kept_cents: int,
    by: Person,
) -> Changes:
    if decision is Decision.VALIDATE:
        return _with_credit(ports, account, file, changes)
    if decision is Decision.REFUSE:
        return with_refunds(ports, file.registration, changes, kept_cents, by)
    return without_refunds(ports, file.registration, changes, by)


def _with_credit(
    ports: RegistrationPorts, account: Account, file: RegistrationFile, changes: Changes
) -> Changes:
    """Add what a validation books if money received before covers the validated situation."""
    covered = cover_by_credit(account, file, ports.accounts.sequence(file.campaign), ports.now())
    return journaled(replace(changes, rows=covered.rows), file, ports.now()) if covered else changes


def tick_steps(
    ports: RegistrationPorts,
    registration_id: str,
    seen_steps: frozenset[str],
    by: Person,
    earlier_steps: frozenset[str] | None = None,
) -> Registration:
    """Record the previous steps of which the registrar has seen the evidence.

    Raise `StepsMoved` if others are ticked than `earlier_steps`, None if what was read is not known.
    """
    permit(by, Action.TICK_STEPS, person_of(registration_id))
    account = ports.accounts.account(person_of(registration_id))
    registration = account.registration(registration_id)
    _require_known(ports, registration, seen_steps)
    ticked = rules.tick_steps(registration, seen_steps, earlier_steps)
    if ticked is not registration:
        steps = " ".join(sorted(seen_steps))
        entry = audited(ports, by.id, Act.STEPS_TICKED, ticked.person_id, registration_id, steps=steps)
        last = account.last_act(registration_id)
        note = noted(last, Act.STEPS_TICKED, registration, ticked, by.id, ports.now())
        ports.store.commit(Changes((ticked, note), audit=entry))
    return ticked


def _require_known(ports: RegistrationPorts, registration: Registration, steps: frozenset[str]) -> None:
    """Raise `StepUnknown` for a step that the campaign does not have."""
    known = {step.key for step in ports.campaigns.get(registration.campaign_id).previous_steps}
    if not steps <= known:
        raise StepUnknown(tuple(sorted(known)))
