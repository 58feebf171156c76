"""The kinds of row of the school's books and of other programs, gathered for the table of all kinds."""

from collections.abc import Mapping

from chalicelib.storage.books.periods import PERIOD_KINDS
from chalicelib.storage.books.rapprochements import RAPPROCHEMENT_KINDS
from chalicelib.storage.books.reconciliations import RECONCILIATION_KINDS
from chalicelib.storage.books.slips import SLIP_KINDS
from chalicelib.storage.books.statements import STATEMENT_KINDS
from chalicelib.storage.events.kinds import EVENT_KINDS
from chalicelib.storage.exports.kinds import EXPORT_KINDS
from chalicelib.storage.kind import Kind
from chalicelib.storage.lists.waivers import WAIVER_KINDS
from chalicelib.storage.webhooks.kinds import WEBHOOK_KINDS

BOOK_KINDS: Mapping[type, Kind] = {
    **PERIOD_KINDS,
    **RAPPROCHEMENT_KINDS,
    **SLIP_KINDS,
    **RECONCILIATION_KINDS,
    **STATEMENT_KINDS,
    **EVENT_KINDS,
    **EXPORT_KINDS,
    **WAIVER_KINDS,
    **WEBHOOK_KINDS,
}
