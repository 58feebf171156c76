from chalicelib.domain.access import Action, permit
from chalicelib.domain.changes import Changes
from chalicelib.domain.people import Person
from chalicelib.domain.refunds.booking import refund_mail
from chalicelib.domain.refunds.refusals import NothingToTransfer, TransfersChanged
from chalicelib.domain.refunds.transfer_files import TransferFile, frozen, handed_over, kept, order_of
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.refunds.ports import TransferPorts
from chalicelib.usecases.refunds.select_transfers import select_transfers


def make_transfer_file(ports: TransferPorts, seen: str, by: Person) -> TransferFile:
    """Freeze the approved transfers into the next numbered file and mark them as sent, in one commit.

    `seen` is the digest of the selection that the person saw: raise `TransfersChanged` for another one. Two
    people decided on each refund already, and the bank asks for its own signature, so one person makes it.
    """
    permit(by, Action.MAKE_TRANSFERS, "")
    selection, now = select_transfers(ports, by), ports.now()
    if selection.account is None:
        raise NothingToTransfer
    if selection.digest != seen:
        raise TransfersChanged
    sequence = ports.transfer_files.sequence(selection.series).drawn()
    order = order_of(sequence, selection.account, selection.refunds, now)
    text = ports.render_transfers(order)
    file = frozen(sequence, order, selection.refunds, text, by.id)
    sent = [
        handed_over(refund, line.reference, now)
        for refund, line in zip(selection.refunds, order.transfers, strict=True)
    ]
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
            unchanged=tuple(selection.registrations.values()),
        )
    )
    return file
