"""Files of the gateway's back office, read for our own rank alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.reconciliation.exports import ExportKind
from chalicelib.gateway.paybox import Paybox

if TYPE_CHECKING:
    from chalicelib.gateway.paybox import PayboxAccount

TITLES = "Numéro remise banque;Date & Heure;Num. contrat;Rang;Nb transactions;Montant total"


def test_remittances_of_our_rank_are_read_and_those_of_another_left(account: PayboxAccount) -> None:
    rows = (f"220624001;2022-06-24 23:00:00;5888032;{rang};2;1'202.00" for rang in (account.rang, "99"))
    export = Paybox(account).read_export("\r\n".join([TITLES, *rows]).encode("iso-8859-1"))
    assert export.kind is ExportKind.REMITTANCES
    assert [(each.number, each.count, each.cents) for each in export.remittances] == [
        ("220624001", 2, 120200)
    ]
    assert [each.row for each in export.left] == [3]
