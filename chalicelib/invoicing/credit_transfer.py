"""A transfer order → the file of credit transfers that banks take (ISO 20022, pain.001.001.09).

The same order gives the same text. `sepaxml` reads the machine's clock and draws ids at random, so these
fields are written over with the order's own before the text is checked against the schema.
"""

from xml.etree.ElementTree import (  # nosec B405
    Element,
    SubElement,
    fromstring,
    register_namespace,
    tostring,
)

from chalicelib.domain.calendar import PARIS
from chalicelib.domain.refunds.transfer_files import Transfer, TransferOrder

SCHEMA = "pain.001.001.09"
NAMESPACE = f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"
LONGEST_NAME = 70


def render_transfers(order: TransferOrder) -> str:
    """Return the text; raise `sepaxml.validation.ValidationError` if the schema refuses it."""
    from sepaxml import SepaTransfer  # noqa: PLC0415 - a few files a month need it
    from sepaxml.validation import try_valid_xml  # noqa: PLC0415 - the same

    account = order.account
    debtor = {"name": _letters(account.holder), "IBAN": account.iban, "batch": True, "currency": "EUR"}
    if account.bic:
        debtor["BIC"] = account.bic
    document = SepaTransfer(debtor, schema=SCHEMA, clean=False)
    for each in order.transfers:
        document.add_payment(_payment(each, order))
    text = _settled(document.export(validate=False).decode(), order)
    try_valid_xml(text.encode(), SCHEMA)
    return text


def _payment(transfer: Transfer, order: TransferOrder) -> dict[str, object]:
    return {
        "name": _letters(transfer.name),
        "IBAN": transfer.iban,
        "amount": transfer.amount_cents,
        "execution_date": order.executed_on,
        "description": transfer.words,
        "endtoend_id": transfer.reference,
    }


def _settled(text: str, order: TransferOrder) -> str:
    root = fromstring(text)  # noqa: S314 - our own text, nothing from outside # nosec B314
    made_at = order.made_at.astimezone(PARIS).strftime("%Y-%m-%dT%H:%M:%S")
    for name, value in {"MsgId": order.id, "CreDtTm": made_at, "PmtInfId": order.id}.items():
        for element in root.iter(f"{{{NAMESPACE}}}{name}"):
            element.text = value
    for bank in root.iter(f"{{{NAMESPACE}}}FinInstnId"):
        if not len(bank):
            _not_provided(bank)
    register_namespace("", NAMESPACE)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")


def _not_provided(bank: Element) -> None:
    """Say that the bank follows from the IBAN, as the schemes ask for where there is no BIC."""
    other = SubElement(bank, f"{{{NAMESPACE}}}Othr")
    SubElement(other, f"{{{NAMESPACE}}}Id").text = "NOTPROVIDED"


def _letters(name: str) -> str:
    """Return a name in the letters that every bank takes (EPC217-08)."""
    from anyascii import anyascii  # noqa: PLC0415 - a table of 0.3 MB

    allowed = "".join(each if each.isalnum() or each in "/-?:().,'+ " else " " for each in anyascii(name))
    return " ".join(allowed.split())[:LONGEST_NAME].strip()
