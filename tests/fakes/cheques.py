"""Cheques and slips in memory."""

from collections.abc import Sequence

from chalicelib.domain.errors import NotFound
from chalicelib.domain.treasury.slips import Cheque, Slip, SlipLines, SlipSequence, SlipState, squeezed
from tests.fakes.storage import Memory


class MemoryCheques:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def numbered(self, number: str) -> Sequence[Cheque]:
        found = sorted(self._m.cheques.items())
        return tuple(cheque for (known, _), cheque in found if known == squeezed(number))

    def find(self, number: str, payment_id: str) -> Cheque | None:
        return self._m.cheques.get((squeezed(number), payment_id))

    def waiting(self, after: str | None = None) -> tuple[Sequence[Cheque], str | None]:
        found = (each for each in self._m.cheques.values() if each.is_waiting)
        return tuple(sorted(found, key=lambda each: (each.received_on, each.payment_id))), None

    def sequence(self, series: str) -> SlipSequence:
        return self._m.slip_sequences.get(series, SlipSequence(series))

    def slips(self, state: SlipState, after: str | None = None) -> tuple[Sequence[Slip], str | None]:
        found = sorted(self._m.slips.items())
        return tuple(slip for _, slip in found if slip.state is state), None

    def slip(self, slip_id: str) -> Slip:
        if slip_id not in self._m.slips:
            raise NotFound
        return self._m.slips[slip_id]

    def lines(self, slip_id: str) -> SlipLines:
        if slip_id not in self._m.slip_lines:
            raise NotFound
        return self._m.slip_lines[slip_id]
