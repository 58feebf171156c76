from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chalicelib.domain.brakes.brake import Brake
from chalicelib.domain.owed import Withheld, withheld
from chalicelib.domain.plan.instalments import DebitState
from chalicelib.domain.plan.plans import MovedDay
from chalicelib.usecases.debits.ports import DebitPorts
from chalicelib.usecases.isolation import for_each
from chalicelib.usecases.registrations.show_account import account_behind, open_file


@dataclass(frozen=True)
class WithheldDebit:
    """A due instalment that is left, with what is left of its amount in cents."""

    instalment_id: str
    amount_cents: int
    reason: Withheld


@dataclass(frozen=True)
class DebitRun:
    """The outcomes of one Paris day's debits: counts, and sums in cents.

    `moved` are the missed instalments that its debits moved to other days, by their ids. `withheld` are those
    due by that day that are not debited now, each with the reason.
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
    withheld: tuple[WithheldDebit, ...] = ()


MOST_NAMED = 500
"""Accounts that a report reads: before a run all of a day are still due."""
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
        withheld=tuple(_withheld(ports, day)),
    )


def _withheld(ports: DebitPorts, day: date) -> Sequence[WithheldDebit]:
    """Return what is due by a day and withheld now, oldest due first; at most `MOST_NAMED` are looked at."""
    found: list[WithheldDebit] = []
    stopped = Withheld.DEBITS_STOPPED if ports.brakes.current().is_on(Brake.DEBITS) else None

    def look(instalment_id: str) -> None:
        account = account_behind(ports, instalment_id)
        instalment = account.instalment(instalment_id) if account else None
        if account is None or instalment is None or not instalment.is_debitable:
            return
        file = open_file(ports, account, instalment.registration_id)
        if reason := withheld(file, instalment, day) or stopped:
            found.append(WithheldDebit(instalment_id, instalment.remaining_cents, reason))

    for_each(ports, "debit run not told", ports.debits.due(day)[:MOST_NAMED], look)
    return found
