"""The two XML fields that European rules on payment services made mandatory.

The shapes here are the loosest that clients in the field rely on; `leniencies` names those that a form needs.
"""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

BILLING = {
    "FirstName": r".{1,45}",
    "LastName": r".{1,45}",
    "Address1": r".{1,50}",
    "Address2": r".{1,50}",
    "ZipCode": r".{1,16}",
    "City": r".{1,50}",
    "CountryCode": r"[0-9]{3}",
    "CountryCodeMobilePhone": r"\+[0-9]{1,4}",
    "MobilePhone": r"[0-9]{1,16}",
}
PHONE = ("CountryCodeMobilePhone", "MobilePhone")
OPTIONAL = ("Address2", *PHONE)
STRICT = (
    ("long_names", ("FirstName", "LastName"), 22),
    ("long_zip_code", ("ZipCode",), 10),
    ("long_phone", ("MobilePhone",), 10),
    ("long_country_code", ("CountryCodeMobilePhone",), 4),
)
"""Element by element the shortest limit that a client keeps to."""


def shopping_cart_mistake(text: str) -> str | None:
    """A sentence, or None for `<shoppingcart><total><totalQuantity>1…99`."""
    root = _parse(text)
    if root is None or root.tag != "shoppingcart" or [child.tag for child in root] != ["total"]:
        return "la structure attendue est shoppingcart/total/totalQuantity"
    quantity = root.findtext("total/totalQuantity") or ""
    if not re.fullmatch(r"[1-9][0-9]?", quantity.strip()):
        return "totalQuantity va de 1 à 99"
    return None


def billing_mistake(text: str) -> str | None:
    """A sentence, or None for `<Billing><Address>`: its elements in their order, each within its length."""
    root = _parse(text)
    if root is None or root.tag != "Billing" or [child.tag for child in root] != ["Address"]:
        return "la structure attendue est Billing/Address"
    values = _values(root)
    expected = [name for name in BILLING if name not in OPTIONAL or name in values]
    if [child.tag for child in root[0]] != expected:
        return f"les éléments attendus sont, dans l'ordre, {', '.join(expected)}"
    for name, value in values.items():
        if value and not re.fullmatch(BILLING[name], value):
            return f"{name} est trop long ou mal formé"
    return None


def leniencies(text: str) -> Iterator[str]:
    """Name what a well-formed PBX_BILLING takes for granted."""
    root = _parse(text)
    if root is None:
        return
    values = _values(root)
    if not all(values.get(name) for name in PHONE):
        yield "without_phone"
    if not all(values.values()):
        yield "empty_elements"
    if not "".join(values.values()).isascii():
        yield "accents"
    if "\n" in text or "\r" in text:
        yield "several_lines"
    for name, elements, most in STRICT:
        if any(len(values.get(element, "")) > most for element in elements):
            yield name


def _values(root: ET.Element) -> dict[str, str]:
    return {child.tag: (child.text or "").strip() for child in root[0]}


def _parse(text: str) -> ET.Element | None:
    """A document that begins with its declaration; document types are refused unread."""
    if not text.startswith("<?xml ") or "<!" in text:
        return None
    try:
        return ET.fromstring(text)  # noqa: S314 (no document type, no entity gets this far)  # nosec B314
    except ET.ParseError:
        return None
