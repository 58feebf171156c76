"""camt.053, ISO 20022 "BankToCustomerStatement", versions 2 to 13: they differ in few places, last in 8.

Booked entries alone are movements. A batch keeps its transactions as details, with the bank's charges.
"""

import re
from collections.abc import Iterator
from datetime import date
from xml.etree.ElementTree import Element, ParseError

from chalicelib.domain.treasury.lines import RETURNED, REVERSED, LineDetail
from chalicelib.domain.treasury.reading import ReadLine, ReadStatement
from chalicelib.domain.treasury.refusals import (
    StatementCut,
    StatementOtherCurrency,
    StatementRowWrong,
    StatementVersionUnknown,
    StatementXmlRefused,
)
from chalicelib.domain.treasury.statements import StatementFormat

_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
VERSIONS = frozenset(f"camt.053.001.{version:02}" for version in range(2, 14))
_OPENING = ("OPBD", "PRCD", "ITBD")
_CLOSING = ("CLBD", "ITBD")
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})")
_NO_REFERENCE = frozenset({"", "NOTPROVIDED", "NOT PROVIDED", "NONREF"})
_AMOUNT = re.compile(r"(\d{1,12})(?:\.(\d{1,2}0*))?", re.ASCII)


def read_camt(data: bytes) -> tuple[ReadStatement, ...]:
    """Return the statements of a message; raise a `StatementUnreadable` for what is none, or is unsafe."""
    root = _root(data)
    message = root.tag.removeprefix(f"{{{_NAMESPACE}").partition("}")[0]
    if message not in VERSIONS:
        raise StatementVersionUnknown(message[:40])
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    statements = root.findall("BkToCstmrStmt/Stmt")
    if not statements:
        raise StatementCut(1)
    first = 1
    found = []
    for statement in statements:
        found.append(_statement(statement, first))
        first += len(statement.findall("Ntry"))
    return tuple(found)


def _root(data: bytes) -> Element:
    from defusedxml import DefusedXmlException  # noqa: PLC0415 - one desk reads it: cold start
    from defusedxml.ElementTree import fromstring  # noqa: PLC0415

    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise StatementXmlRefused from None
    return root


def _statement(statement: Element, first: int) -> ReadStatement:
    opening, closing = _balance(statement, _OPENING, first), _balance(statement, _CLOSING, first)
    lines = []
    for row, entry in enumerate(statement.findall("Ntry"), first):
        if _status(entry) == "BOOK":
            lines.append(_line(entry, row))
    account = _text(statement, "Acct/Id/IBAN") or _text(statement, "Acct/Id/Othr/Id")
    return ReadStatement(
        account="".join(account.split()).upper(),
        format=StatementFormat.CAMT_053,
        opening_on=opening[0],
        opening_cents=opening[1],
        closing_on=closing[0],
        closing_cents=closing[1],
        lines=tuple(lines),
        number=_text(statement, "ElctrncSeqNb") or _text(statement, "Id"),
    )


def _balance(statement: Element, kinds: tuple[str, ...], row: int) -> tuple[date, int]:
    """Return day and signed cents of a balance; of a page of a longer statement the interim one."""
    balances = statement.findall("Bal")
    for kind in kinds:
        own = [each for each in balances if _text(each, "Tp/CdOrPrtry/Cd") == kind]
        if own:
            chosen = own[-1] if kinds is _CLOSING else own[0]
            return _date(chosen, "Dt", row), _cents(chosen, row)
    raise StatementCut(row)


def _status(entry: Element) -> str:
    """Return the status: of later versions it is a code below."""
    return _text(entry, "Sts/Cd") or _text(entry, "Sts")


def _line(entry: Element, row: int) -> ReadLine:
    transactions = entry.findall("NtryDtls/TxDtls")
    cents = _cents(entry, row)
    fees = tuple(_fees(entry, row))
    single = transactions[0] if len(transactions) == 1 else entry
    told = _detail(single, row, cents)
    is_batch = len(transactions) > 1 or bool(fees)
    details = (*(_detail(each, row, cents) for each in transactions), *fees) if is_batch else ()
    return ReadLine(
        booked_on=_date(entry, "BookgDt", row),
        value_on=_date(entry, "ValDt", row)
        if entry.find("ValDt") is not None
        else _date(entry, "BookgDt", row),
        cents=cents,
        label=_joined(_text(entry, "AddtlNtryInf"), told.label),
        counterparty=told.counterparty,
        reference=told.reference or _named(_text(entry, "NtryRef")),
        code=_code(entry),
        details=details,
    )


def _fees(entry: Element, row: int) -> Iterator[LineDetail]:
    """Yield the charges that the bank took off the amount of a batch or of a transaction."""
    for charge in (*entry.iterfind("Chrgs"), *entry.iterfind("NtryDtls/TxDtls/Chrgs")):
        for each in (charge, *charge.iterfind("Rcrd")):
            if each.find("Amt") is not None and each.find("CdtDbtInd") is not None:
                yield LineDetail(_cents(each, row), is_fee=True)


def _detail(transaction: Element, row: int, of_cents: int) -> LineDetail:
    amount = transaction.find("Amt")
    if amount is None:
        amount = transaction.find("AmtDtls/TxAmt/Amt")
    side = _text(transaction, "CdtDbtInd")
    sign = (1 if side == "CRDT" else -1) if side else (1 if of_cents >= 0 else -1)
    label = [_squeezed(each.text) for each in transaction.iterfind("RmtInf/Ustrd")]
    return LineDetail(
        cents=sign * _amount(amount, row) if amount is not None else of_cents,
        label=_joined(*label, _text(transaction, "AddtlTxInf"), *_returned(transaction)),
        counterparty=_party(transaction, is_credit=of_cents >= 0),
        reference=_reference(transaction),
    )


def _reference(transaction: Element) -> str:
    structured = _text(transaction, "RmtInf/Strd/CdtrRefInf/Ref")
    return _named(structured) or _named(_text(transaction, "Refs/EndToEndId"))


def _named(reference: str) -> str:
    return "" if reference.upper() in _NO_REFERENCE else reference


def _returned(transaction: Element) -> Iterator[str]:
    """Yield the reason of a return, by its ISO code and as the bank words it."""
    yield _text(transaction, "RtrInf/Rsn/Cd")
    yield from (_squeezed(each.text) for each in transaction.iterfind("RtrInf/AddtlInf"))


def _party(transaction: Element, *, is_credit: bool) -> str:
    """Return the name of who paid, or was paid; in later versions it is below Pty."""
    sides = ("Dbtr", "UltmtDbtr") if is_credit else ("Cdtr", "UltmtCdtr")
    names = []
    for side in sides:
        party = f"RltdPties/{side}"
        names.append(_text(transaction, f"{party}/Pty/Nm") or _text(transaction, f"{party}/Nm"))
    return " / ".join(dict.fromkeys(name for name in names if name))


def _code(entry: Element) -> str:
    """Return the bank's code of the operation; behind it what says that money comes back."""
    domain = "BkTxCd/Domn"
    parts = [_text(entry, f"{domain}/{each}") for each in ("Cd", "Fmly/Cd", "Fmly/SubFmlyCd")]
    code = "-".join(part for part in parts if part) or _text(entry, "BkTxCd/Prtry/Cd")
    is_reversal = _text(entry, "RvslInd") in {"true", "1"}
    is_returned = entry.find("NtryDtls/TxDtls/RtrInf") is not None
    said = [REVERSED] * is_reversal + [RETURNED] * is_returned
    return "-".join([code, *(each for each in said if each not in code.split("-"))] if code else said)


def _cents(element: Element, row: int) -> int:
    """Return the amount with its sign; an entry that reverses another one has its own side already."""
    side = _text(element, "CdtDbtInd")
    if side not in {"CRDT", "DBIT"}:
        raise StatementRowWrong(row, "CdtDbtInd", side[:20])
    amount = element.find("Amt")
    if amount is None:
        raise StatementRowWrong(row, "Amt", "")
    return _amount(amount, row) if side == "CRDT" else -_amount(amount, row)


def _amount(amount: Element, row: int) -> int:
    currency = amount.get("Ccy", "EUR")
    if currency != "EUR":
        raise StatementOtherCurrency(currency[:3])
    text = _squeezed(amount.text)
    found = _AMOUNT.fullmatch(text)
    if not found:
        raise StatementRowWrong(row, "Amt", text[:40])
    return int(found[1]) * 100 + int((found[2] or "")[:2].ljust(2, "0"))


def _date(element: Element, name: str, row: int) -> date:
    text = _text(element, f"{name}/Dt") or _text(element, f"{name}/DtTm")
    found = _DAY.match(text)
    try:
        return date.fromisoformat(found[1] if found else "")
    except ValueError:
        raise StatementRowWrong(row, name, text[:40]) from None


def _text(element: Element, path: str) -> str:
    return _squeezed(element.findtext(path))


def _squeezed(text: str | None) -> str:
    return " ".join((text or "").split())


def _joined(*texts: str) -> str:
    return " ".join(dict.fromkeys(text for text in texts if text))
