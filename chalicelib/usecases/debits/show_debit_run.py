from dataclasses import dataclass
from datetime import date

from chalicelib.domain.plan.instalments import DebitState
from chalicelib.domain.plan.plans import MovedDay
from chalicelib.usecases.debits.ports import DebitPorts


@dataclass(frozen=True)
class DebitRun:
    """The outcomes of one Paris day's debits: counts, and sums in cents.

    `moved` are the missed instalments that its debits moved to other days, by their ids.
    """

    day: date
    due: int
    paid: int
    refunded: int
    refused: int
    unknown: int
    due_cents: int
    paid_cents: int
    refunded_cents: int
    refused_cents: int
    unknown_cents: int
    moved: tuple[MovedDay, ...] = ()


_OPEN = {DebitState.CLAIMED, DebitState.SENT, DebitState.UNKNOWN}


def show_debit_run(ports: DebitPorts, day: date) -> DebitRun:
    """Add up the debits of a day, without those that were never sent; name what any of them moved."""
    found = ports.debits.of_day(day)
    debits = [debit for debit in found if debit.state is not DebitState.DROPPED]
    paid = [debit.amount_cents for debit in debits if debit.state is DebitState.PAID]
    refunded = [debit.amount_cents for debit in debits if debit.state is DebitState.REFUNDED]
    refused = [debit.amount_cents for debit in debits if debit.state is DebitState.REFUSED]
    unknown = [debit.amount_cents for debit in debits if debit.state in _OPEN]
    return DebitRun(
        day=day,
        due=len(debits),
        paid=len(paid),
        refunded=len(refunded),
        refused=len(refused),
        unknown=len(unknown),
        due_cents=sum(debit.amount_cents for debit in debits),
        paid_cents=sum(paid),
        refunded_cents=sum(refunded),
        refused_cents=sum(refused),
        unknown_cents=sum(unknown),
        moved=tuple(
            sorted((each for debit in found for each in debit.moved), key=lambda each: each.instalment_id)
        ),
    )
