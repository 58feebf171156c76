from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from chalicelib.domain.campaign import BankAccount
from chalicelib.domain.people import Person
from chalicelib.domain.refunds.coverage import covers
from chalicelib.domain.refunds.refund import Refund, RefundState
from chalicelib.domain.refunds.transfer_files import MOST_FILES, MOST_TRANSFERS, LeftOut, digest_of, lacks
from chalicelib.domain.registration import Registration
from chalicelib.usecases.isolation import for_each
from chalicelib.usecases.paging import every
from chalicelib.usecases.refunds.acts import open_refund
from chalicelib.usecases.refunds.ports import RefundPorts


@dataclass
class Selection:
    """The approved transfers of the next files, from one account of the school, and those that are left out.

    `digest` tells whether two selections would make the same files.
    """

    refunds: list[Refund] = field(default_factory=list)
    registrations: dict[str, Registration] = field(default_factory=dict)
    left_out: list[tuple[Refund, LeftOut]] = field(default_factory=list)
    series: str = ""
    account: BankAccount | None = None
    years: int = 0

    @property
    def total_cents(self) -> int:
        return sum(each.amount_cents for each in self.refunds)

    @property
    def files(self) -> tuple[Sequence[Refund], ...]:
        """The transfers of each file, in order."""
        starts = range(0, len(self.refunds), MOST_TRANSFERS)
        return tuple(self.refunds[start : start + MOST_TRANSFERS] for start in starts)

    def registrations_of(self, refunds: Sequence[Refund]) -> tuple[Registration, ...]:
        """Return the registrations of some of the refunds, each once."""
        return tuple(self.registrations[each] for each in dict.fromkeys(of.registration_id for of in refunds))

    @property
    def digest(self) -> str:
        return digest_of(self.refunds)


def select_transfers(ports: RefundPorts, by: Person) -> Selection:
    """Return what files made now by this person hold; the oldest refunds come first."""
    selection = Selection()
    for_each(ports, "transfer not selected", _approved(ports), lambda each: _look(ports, selection, each, by))
    return selection


def _approved(ports: RefundPorts) -> Iterator[Refund]:
    approved = every(lambda after: ports.refunds.of_state(RefundState.APPROVED, after))
    return (each for each in approved if not each.by_card)


def _look(ports: RefundPorts, selection: Selection, listed: Refund, by: Person) -> None:
    """Put the refund where it belongs; the list may lag, so a candidate is read anew with its account."""
    if why := lacks(listed):
        selection.left_out.append((listed, why))
        return
    if len(selection.refunds) == MOST_TRANSFERS * MOST_FILES:
        selection.left_out.append((listed, LeftOut.NEXT_FILE))
        return
    opened = open_refund(ports, listed.id)
    refund, campaign = opened.refund, opened.file.campaign
    if refund.state is not RefundState.APPROVED:
        return
    account, series = campaign.bank_account, campaign.numbering.series
    if refund.person_id == by.id:
        why = LeftOut.OWN_FILE
    elif not covers(opened.file, refund):
        why = LeftOut.MOVED
    elif account is None:
        why = LeftOut.NO_ACCOUNT
    elif selection.refunds and (account, series) != (selection.account, selection.series):
        why = LeftOut.NEXT_FILE
    else:
        selection.account, selection.series = account, series
        selection.years = max(selection.years, campaign.retention.accounting_years)
        selection.refunds.append(refund)
        selection.registrations.setdefault(refund.registration_id, opened.file.registration)
        return
    selection.left_out.append((refund, why))
