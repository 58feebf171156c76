"""Cheques by their number, and the slips by which they go to the bank."""

import hashlib
from collections.abc import Mapping, Sequence

from chalicelib.domain.errors import NotFound
from chalicelib.domain.treasury.slips import (
    Cheque,
    Slip,
    SlipLines,
    SlipSequence,
    SlipState,
    squeezed,
)
from chalicelib.storage.kind import Kind, Place, counted
from chalicelib.storage.table import Kind as Loaded
from chalicelib.storage.table import Table, load

CHEQUES = "CHEQUES"


def cheque_key(number: str) -> str:
    """Return the partition of the cheques with a number: one paper may pay for several files."""
    return f"CHEQUE#{hashlib.sha256(squeezed(number).encode()).hexdigest()}"


def slips_of(state: SlipState) -> str:
    return f"SLIPS#{state}"


def _cheque_queue(cheque: Cheque) -> Place | None:
    return Place(CHEQUES, f"{cheque.received_on}#{cheque.payment_id}") if cheque.is_waiting else None


def slip_place(series: str, number: int, part: str) -> Place:
    return Place(f"SLIP#{series}-{number:06}", part)


SLIP_KINDS: Mapping[type, Kind] = {
    Cheque: Kind(lambda each: (Place(cheque_key(each.number), each.payment_id),), _cheque_queue, counted),
    Slip: Kind(
        lambda each: (slip_place(each.series, each.number, "SLIP"),),
        lambda each: Place(slips_of(each.state), each.id),
        counted,
    ),
    SlipLines: Kind(
        lambda each: (slip_place(each.series, each.number, "LINES"),), purge_at=lambda each: each.kept_until
    ),
    SlipSequence: Kind(lambda each: (Place(f"SEQUENCE#{each.series}", "SLIPS"),), version=counted),
}


class DynamoCheques:
    """A cheque is found by its number, and in one queue while it waits; a slip by its number and state."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def numbered(self, number: str) -> Sequence[Cheque]:
        return tuple(load(Cheque, row) for row in self._table.partition(cheque_key(number)))

    def find(self, number: str, payment_id: str) -> Cheque | None:
        row = self._table.get(cheque_key(number), payment_id)
        return load(Cheque, row) if row else None

    def waiting(self, after: str | None = None) -> tuple[Sequence[Cheque], str | None]:
        page, cursor = self._table.page(CHEQUES, after)
        return tuple(self._table.readable(Cheque, page)), cursor

    def sequence(self, series: str) -> SlipSequence:
        row = self._table.get(f"SEQUENCE#{series}", "SLIPS")
        return load(SlipSequence, row) if row else SlipSequence(series)

    def slips(self, state: SlipState, after: str | None = None) -> tuple[Sequence[Slip], str | None]:
        page, cursor = self._table.page(slips_of(state), after)
        return tuple(self._table.readable(Slip, page)), cursor

    def slip(self, slip_id: str) -> Slip:
        return self._load(Slip, slip_id, "SLIP")

    def lines(self, slip_id: str) -> SlipLines:
        return self._load(SlipLines, slip_id, "LINES")

    def _load(self, kind: type[Loaded], slip_id: str, part: str) -> Loaded:
        row = self._table.get(f"SLIP#{slip_id}", part)
        if row is None:
            raise NotFound
        return load(kind, row)
