"""The audit trail at its edges: the first record, a tail that a head vouches for, and a head at a break."""

from chalicelib.domain.trail.audit import BEGINNING, AuditRecord, seal
from chalicelib.domain.trail.audit_verification import Wrong
from tests.unit.domain.test_audit import chain_of, entry, found, read, resealed

SEALED = chain_of([entry(number) for number in range(1, 7)])


def test_a_first_record_that_does_not_continue_the_beginning_is_named() -> None:
    first = resealed(SEALED[0], previous="0" * 63 + "1")
    flaw = found(read([first, *SEALED[1:]], SEALED))
    assert (flaw.number, flaw.until, flaw.wrong) == (1, 1, Wrong.UNLINKED)


def test_a_whole_chain_that_does_not_continue_the_beginning_is_named_though_its_end_fits() -> None:
    chain: list[AuditRecord] = []
    previous = "0" * 63 + "1"
    for number in range(1, 4):
        chain.append(seal(previous, number, entry(number), f"salt {number}"))
        previous = chain[-1].hash
    flaw = found(read(chain, chain))
    assert (flaw.number, flaw.wrong) == (1, Wrong.UNLINKED)


def test_a_tail_that_does_not_continue_what_a_head_vouches_for_is_named() -> None:
    tail = chain_of([entry(number + 100) for number in range(1, 7)])[3:]
    chain = [*SEALED[:3], *tail]
    flaw = found(read(chain, chain, 3))
    assert (flaw.number, flaw.until, flaw.wrong) == (4, 4, Wrong.UNLINKED)


def test_a_first_record_numbered_zero_is_named() -> None:
    first = seal(BEGINNING, 0, entry(1), "salt")
    flaw = found(read([first, *SEALED[1:]], SEALED))
    assert (flaw.number, flaw.until) == (1, 1)


def test_a_head_that_accuses_where_a_break_was_just_seen_widens_no_suspicion() -> None:
    other = resealed(SEALED[4], previous="f" * 64)
    flaw = found(read([*SEALED[:4], other, SEALED[5]], SEALED, 2, 5))
    assert (flaw.number, flaw.until) == (4, 5)
