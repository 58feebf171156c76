from chalicelib.domain.causes import OwnFile
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.people import Person
from chalicelib.domain.reconciliation.differences import explained, taken_by
from chalicelib.domain.reconciliation.policies import Difference
from chalicelib.domain.trail.audit import SCHEDULE, Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.reconciliation.ports import ReconciliationPorts


def explain_difference(
    ports: ReconciliationPorts, difference_id: str, text: str, seen_cents: int, by: Person
) -> Difference:
    """Write a person's explanation of a difference, for the amount that they saw, with its audit entry.

    Raise `NotFound`, `ExplanationMissing`, `DifferenceSettled`, `DifferenceChanged`.
    """
    after = explained(_found(ports, difference_id, by), text, seen_cents, by.id, ports.now())
    return _write(ports, after, Act.DIFFERENCE_EXPLAINED, by, after.explanation)


def take_difference(ports: ReconciliationPorts, difference_id: str, by: Person) -> Difference:
    """Note who looks for the explanation of a difference; raise `NotFound`, `DifferenceSettled`."""
    return _write(ports, taken_by(_found(ports, difference_id, by), by.id), Act.DIFFERENCE_TAKEN, by)


def _found(ports: ReconciliationPorts, difference_id: str, by: Person) -> Difference:
    """Return the difference; nobody acts on one of their own file."""
    found = ports.reconciliations.difference(difference_id)
    if found is None:
        raise NotFound
    if person_of(found.registration_id) == by.id:
        raise OwnFile
    return found


def _write(
    ports: ReconciliationPorts, after: Difference, act: Act, by: Person, reason: str = ""
) -> Difference:
    trace = audited(
        ports,
        by.id,
        act,
        SCHEDULE,
        after.id,
        reason,
        kind=after.kind,
        about=after.subject,
        cents=after.cents,
    )
    ports.store.commit(Changes((after,), audit=trace))
    return after
