from collections.abc import Sequence

from chalicelib.domain.access import Action, permit
from chalicelib.domain.campaign import BankAccount
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.people import Person
from chalicelib.domain.refunds.booking import refund_mail
from chalicelib.domain.refunds.refund import Refund
from chalicelib.domain.refunds.refusals import NothingToTransfer, TransfersChanged
from chalicelib.domain.refunds.transfer_files import TransferFile, frozen, handed_over, kept, order_of
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.refunds.ports import TransferPorts
from chalicelib.usecases.refunds.select_transfers import Selection, select_transfers


def make_transfer_files(ports: TransferPorts, seen: str, by: Person) -> tuple[TransferFile, ...]:
    """Freeze the approved transfers into the next numbered files and mark them as sent, a commit a file.

    `seen` is the digest of the selection that the person saw: raise `TransfersChanged` for another one. What
    changed since a file was made stays for the next act. Two people decided on each refund already, and the
    bank asks for its own signature, so one person makes the files.
    """
    permit(by, Action.MAKE_TRANSFERS, "")
    selection, made = select_transfers(ports, by), list[TransferFile]()
    if selection.account is None:
        raise NothingToTransfer
    if selection.digest != seen:
        raise TransfersChanged
    for refunds in selection.files:
        try:
            made.append(_make(ports, selection, selection.account, refunds, by))
        except ConcurrentUpdate:
            if not made:
                raise
            break
    return tuple(made)


def _make(
    ports: TransferPorts, selection: Selection, account: BankAccount, refunds: Sequence[Refund], by: Person
) -> TransferFile:
    now = ports.now()
    sequence = ports.transfer_files.sequence(selection.series).drawn()
    order = order_of(sequence, account, refunds, now)
    text = ports.render_transfers(order)
    file = frozen(sequence, order, refunds, text, by.id)
    lines = zip(refunds, order.transfers, strict=True)
    sent = [handed_over(refund, line.reference, now) for refund, line in lines]
    entry = audited(
        ports,
        by.id,
        Act.TRANSFER_FILE_MADE,
        file.id,
        file.id,
        amount_cents=file.total_cents,
        sha256=file.sha256,
        refunds=" ".join(file.refunds),
    )
    ports.store.commit(
        Changes(
            (sequence, file, kept(file, text, selection.years), *sent),
            entry,
            tuple(refund_mail(each, now) for each in sent),
            unchanged=selection.registrations_of(refunds),
        )
    )
    return file
