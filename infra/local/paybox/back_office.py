"""The back office: remittances, and the two exports that a merchant takes away from it.

Columns, separator, charset, the form of dates and the apostrophe in amounts as clients in the field read them
(esup-pay reads both by position). Decided here: point as decimal sign, an Annulation as a line of its own,
and columns after "Date & Heure de la remise" left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime

from flask import Blueprint, Response, jsonify, render_template, request

from infra.local.paybox.cards import ACCEPTED
from infra.local.paybox.ledger import Ledger, Transaction
from infra.local.paybox.merchants import contract_of
from infra.local.paybox.remittances import (
    Remittance,
    amount_of,
    made_at,
    number_of,
    remittances,
)
from infra.local.paybox.simulator import current_simulator

back_office = Blueprint("back_office", __name__)
TRANSACTION_COLUMNS = (
    "Num. transaction;Numéro remise banque;Date & Heure;Référence commande;Montant;Devise;"
    "Type de transaction;Statut;Statut acquéreur;Moyen de paiement;Pays IP;Pays Porteur;Email;Magasin;"
    "Garantie 3DS;Num. appel;Code banque;Motif refus;Num. Contrat;Rang;Type d'appel;Statut 3DS;"
    "Date & Heure de la remise"
)
REMITTANCE_COLUMNS = (
    "Numéro remise banque;Date & Heure;Num. contrat;Rang;Statut remise;Nb crédits;Montant crédits;Nb débits;"
    "Montant débits;Nb transactions;Montant total;Devise;Moyen de paiement;Magasin"
)
MOMENT = "%Y-%m-%d %H:%M:%S"
SHOP = "COMMERCE DE TEST"


@back_office.get("/backoffice")
def show_back_office() -> str:
    return render_template("back_office.html", remittances=_remittances()[::-1], amount=amount)


@back_office.get("/_remittances")
def list_remittances() -> Response:
    items = [
        {**asdict(each), "made_at": each.made_at.isoformat(), "total_cents": each.total_cents}
        for each in _remittances()
    ]
    return jsonify(items=items)


@back_office.get("/backoffice/Export_transactions.csv")
def export_transactions() -> Response:
    """Take `from` and `to` (YYYY-MM-DD), days of the transactions, both included; all without them."""
    simulator = current_simulator()
    now = simulator.paris_now()
    with simulator.store.transaction() as db:
        ledger = Ledger(db, now)
        known = {each.numtrans: each for each in ledger.transactions()}
        lines = list(_transaction_lines(ledger.operations(), known, now.date().isoformat()))
    return _file("transactions", TRANSACTION_COLUMNS, lines, now)


@back_office.get("/backoffice/Export_remises.csv")
def export_remittances() -> Response:
    """Take `from` and `to` (YYYY-MM-DD), days on which remittances were made; all without them."""
    lines = [(f"{each.made_at:%Y-%m-%d}", _remittance_line(each)) for each in _remittances()]
    return _file("remises", REMITTANCE_COLUMNS, lines, current_simulator().paris_now())


def amount(cents: int) -> str:
    """Write an amount as the exports do: `1'234.56`."""
    return f"{cents // 100:,}".replace(",", "'") + f".{cents % 100:02d}"


def _remittances() -> list[Remittance]:
    simulator = current_simulator()
    now = simulator.paris_now()
    with simulator.store.transaction() as db:
        return remittances(Ledger(db, now).transactions(), now.date().isoformat())


def _transaction_lines(
    operations: Iterable[Mapping[str, object]], known: Mapping[str, Transaction], today: str
) -> Iterator[tuple[str, list[str]]]:
    """Yield a line with its day for each transaction, at its first operation, and for each cancellation."""
    seen: set[str] = set()
    for each in operations:
        transaction, at = known[str(each["numtrans"])], datetime.fromisoformat(str(each["at"]))
        if each["type"] == "cancel":
            yield f"{at:%Y-%m-%d}", _line(transaction, at, "Annulation", int(str(each["amount_cents"])), "")
        elif transaction.numtrans not in seen:
            seen.add(transaction.numtrans)
            cents = amount_of(transaction) or transaction.amount_cents
            remitted = transaction.captured_on if transaction.is_remitted_by(today) else ""
            yield f"{at:%Y-%m-%d}", _line(transaction, at, transaction.kind, cents, remitted)


def _line(transaction: Transaction, at: datetime, kind: str, cents: int, remitted_of: str) -> list[str]:
    is_accepted = transaction.code == ACCEPTED
    return [
        transaction.numtrans.lstrip("0"),
        number_of(remitted_of) if remitted_of else "",
        at.strftime(MOMENT),
        transaction.reference,
        amount(cents),
        "EUR",
        kind,
        "Acceptée" if is_accepted else "Refusée",
        "",
        "CB",
        "FRA",
        "FRA",
        "",
        SHOP,
        "N",
        transaction.numappel.lstrip("0"),
        "",
        "" if is_accepted else transaction.code,
        contract_of(transaction.site, transaction.rang),
        transaction.rang,
        "Internet" if transaction.on_page else "Direct",
        "",
        made_at(remitted_of).strftime(MOMENT) if remitted_of else "",
    ]


def _remittance_line(each: Remittance) -> list[str]:
    return [
        each.number,
        each.made_at.strftime(MOMENT),
        each.contract,
        each.rang,
        "Télécollectée",
        str(each.credits),
        amount(each.credit_cents),
        str(each.debits),
        amount(each.debit_cents),
        str(each.debits + each.credits),
        ("-" if each.total_cents < 0 else "") + amount(abs(each.total_cents)),
        "EUR",
        "CB",
        SHOP,
    ]


def _file(name: str, columns: str, lines: Iterable[tuple[str, list[str]]], now: datetime) -> Response:
    """Answer ISO-8859-1 with `;` and one header line; a `;` in a text would end its column: it is dropped."""
    since, until = request.args.get("from", ""), request.args.get("to", "") or "9999"
    kept = [line for day, line in lines if since <= day <= until]
    text = "\r\n".join([columns, *(";".join(cell.replace(";", " ") for cell in line) for line in kept), ""])
    return Response(
        text.encode("iso-8859-1", "replace"),
        headers={"Content-Disposition": f'attachment; filename="Export_{name}_{now:%Y%m%d%H%M%S}.csv"'},
        content_type="text/csv; charset=ISO-8859-1",
    )
