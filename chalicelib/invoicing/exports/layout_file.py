"""A batch → the bytes of its file, in the school's own layout and accounts."""

from collections.abc import Callable, Mapping

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.exports.files import BatchOrder
from chalicelib.domain.exports.layouts import Align, Charset, Column, Field, Form, LineEnd
from chalicelib.domain.exports.ledger_lines import LedgerLine, accounting_day
from chalicelib.domain.exports.refusals import LayoutOverflow
from chalicelib.invoicing.exports.cells import amount, day, encoded, inert, plain, separated
from chalicelib.invoicing.exports.words import account_label, entry_label

CHARSETS = {
    Charset.UTF8_BOM: "utf-8-sig",
    Charset.UTF8: "utf-8",
    Charset.LATIN9: "iso-8859-15",
    Charset.WINDOWS: "cp1252",
    Charset.ASCII: "ascii",
}
ENDS = {LineEnd.CRLF: "\r\n", LineEnd.LF: "\n"}
WORDS = frozenset({Field.JOURNAL_LABEL, Field.ACCOUNT_LABEL, Field.PARTY_NAME, Field.LABEL, Field.DOCUMENT})
"""The facts that are words: cut where a column is too short. Any other is refused there."""

Value = Callable[[BatchOrder, LedgerLine], str]


def render_batch(order: BatchOrder) -> bytes:
    """Return the file; raise `LayoutOverflow` for a number, day or account too long for its column."""
    layout, end = order.export.layout, ENDS[order.export.layout.line_end]
    rows = ([_cell(order, line, column) for column in layout.columns] for line in order.lines)
    if layout.form is Form.FIXED:
        body = "".join("".join(row) + end for row in rows)
    else:
        names = [[column.name for column in layout.columns]] if layout.has_names else []
        body = separated([*names, *rows], layout.separator, end)
    around = (_framing(order, text) for text in (layout.header, layout.footer))
    header, footer = (f"{text}{end}" if text else "" for text in around)
    return encoded(f"{header}{body}{footer}", CHARSETS[layout.charset])


def _framing(order: BatchOrder, text: str) -> str:
    layout = order.export.layout
    return text.format(
        batch=order.id,
        date=day(order.accounting_on or paris_day(order.made_at), layout.dates),
        lines=len(order.lines),
        debit=amount(order.control.debit_cents, layout.decimal),
        credit=amount(order.control.credit_cents, layout.decimal),
    )


def _cell(order: BatchOrder, line: LedgerLine, column: Column) -> str:
    value, is_word = _value(order, line, column)
    if order.export.layout.form is Form.SEPARATED:
        return inert(value) if is_word else value
    if len(value) > column.width and not is_word:
        raise LayoutOverflow(column.name, value)
    cut = plain(value)[: column.width]
    fill = str.rjust if column.align is Align.RIGHT else str.ljust
    return fill(cut, column.width, column.fill)


def _value(order: BatchOrder, line: LedgerLine, column: Column) -> tuple[str, bool]:
    """Return the text of a cell, and whether it is words."""
    if column.fact:
        return FACTS[column.fact](order, line), column.fact in WORDS
    if column.target:
        return order.export.target(line.posting.account)[column.target], False
    return column.text, False


def _amounts(cents: Callable[[LedgerLine], int]) -> Value:
    return lambda order, line: amount(cents(line), order.export.layout.decimal)


FACTS: Mapping[Field, Value] = {
    Field.BATCH: lambda order, _: order.id,
    Field.ENTRY: lambda _, line: str(line.entry.number),
    Field.LINE: lambda _, line: str(line.rank),
    Field.JOURNAL: lambda order, _: order.export.journal,
    Field.JOURNAL_LABEL: lambda order, _: order.export.journal_label,
    Field.DATE: lambda order, line: day(
        accounting_day(line.entry, order.accounting_on), order.export.layout.dates
    ),
    Field.ENTRY_DATE: lambda order, line: day(line.entry.dated_on, order.export.layout.dates),
    Field.BOOKED_ON: lambda order, line: day(paris_day(line.entry.booked_at), order.export.layout.dates),
    Field.ACCOUNT: lambda _, line: line.posting.account,
    Field.ACCOUNT_LABEL: lambda _, line: account_label(line.posting.book),
    Field.PARTY: lambda _, line: line.party,
    Field.PARTY_NAME: lambda _, line: line.party_name,
    Field.REGISTRATION: lambda _, line: line.entry.registration_id,
    Field.DOCUMENT: lambda _, line: line.entry.subject,
    Field.LABEL: lambda _, line: entry_label(line.entry),
    Field.DEBIT: _amounts(lambda line: line.debit_cents),
    Field.CREDIT: _amounts(lambda line: line.credit_cents),
    Field.AMOUNT: _amounts(lambda line: abs(line.posting.cents)),
    Field.SIDE: lambda _, line: "D" if line.posting.cents > 0 else "C",
}
