"""A statement as camt.053.001.08 (ISO 20022)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring  # it writes, and reads nothing  # nosec B405

if TYPE_CHECKING:
    from datetime import date

    from infra.local.bank.account import Movement, Statement

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


def camt_053(statement: Statement) -> bytes:
    """Return the message, in UTF-8."""
    document = Element("Document", xmlns=NAMESPACE)
    message = SubElement(document, "BkToCstmrStmt")
    header = SubElement(message, "GrpHdr")
    name = f"{statement.account.number}-{statement.last:%Y%m%d}"
    _texts(header, MsgId=name, CreDtTm=f"{statement.last}T23:00:00")
    told = SubElement(message, "Stmt")
    _texts(told, Id=name, CreDtTm=f"{statement.last}T23:00:00")
    SubElement(SubElement(SubElement(told, "Acct"), "Id"), "IBAN").text = statement.account.iban
    _balance(told, "OPBD", statement.first, statement.opening_cents)
    _balance(told, "CLBD", statement.last, statement.closing_cents)
    for movement in statement.movements:
        _entry(told, movement)
    written: bytes = tostring(document, encoding="utf-8", xml_declaration=True)
    return written


def _balance(told: Element, kind: str, day: date, cents: int) -> None:
    balance = SubElement(told, "Bal")
    SubElement(SubElement(SubElement(balance, "Tp"), "CdOrPrtry"), "Cd").text = kind
    _amount(balance, cents)
    _day(balance, "Dt", day)


def _entry(told: Element, movement: Movement) -> None:
    entry = SubElement(told, "Ntry")
    _amount(entry, movement.cents)
    SubElement(SubElement(entry, "Sts"), "Cd").text = "BOOK"
    _day(entry, "BookgDt", movement.booked_on)
    _day(entry, "ValDt", movement.booked_on)
    SubElement(SubElement(SubElement(entry, "BkTxCd"), "Prtry"), "Cd").text = movement.code
    details = SubElement(SubElement(entry, "NtryDtls"), "TxDtls")
    if movement.reference:
        SubElement(SubElement(details, "Refs"), "EndToEndId").text = movement.reference
    if movement.counterparty:
        side = "Dbtr" if movement.cents >= 0 else "Cdtr"
        party = SubElement(SubElement(SubElement(details, "RltdPties"), side), "Pty")
        SubElement(party, "Nm").text = movement.counterparty
    SubElement(SubElement(details, "RmtInf"), "Ustrd").text = movement.label


def _amount(parent: Element, cents: int) -> None:
    amount = SubElement(parent, "Amt", Ccy="EUR")
    amount.text = f"{abs(cents) // 100}.{abs(cents) % 100:02d}"
    SubElement(parent, "CdtDbtInd").text = "CRDT" if cents >= 0 else "DBIT"


def _day(parent: Element, name: str, day: date) -> None:
    SubElement(SubElement(parent, name), "Dt").text = day.isoformat()


def _texts(parent: Element, **texts: str) -> None:
    for name, text in texts.items():
        SubElement(parent, name).text = text
