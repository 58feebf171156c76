"""The kinds of row of files of transfers."""

from collections.abc import Mapping

from chalicelib.domain.refunds.transfer_files import TransferFile, TransferFileText, TransferSequence
from chalicelib.storage.keys import TRANSFER_FILES, transfer_file_place, transfer_sequence_place
from chalicelib.storage.kind import Kind, Place, counted

TRANSFER_KINDS: Mapping[type, Kind] = {
    TransferFile: Kind(
        lambda each: (transfer_file_place(each.series, each.number, "FILE"),),
        lambda each: Place(TRANSFER_FILES, each.id),
    ),
    TransferFileText: Kind(
        lambda each: (transfer_file_place(each.series, each.number, "TEXT"),),
        purge_at=lambda each: each.kept_until,
    ),
    TransferSequence: Kind(lambda each: (transfer_sequence_place(each.series),), version=counted),
}
