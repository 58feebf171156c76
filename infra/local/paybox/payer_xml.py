"""The two XML fields that European rules on payment services made mandatory."""

import re
from xml.etree import ElementTree as ET

BILLING = {
    "FirstName": r".{1,22}",
    "LastName": r".{1,22}",
    "Address1": r".{1,50}",
    "Address2": r".{1,50}",
    "ZipCode": r".{1,10}",
    "City": r".{1,50}",
    "CountryCode": r"[0-9]{3}",
    "CountryCodeMobilePhone": r"\+[0-9]{1,3}",
    "MobilePhone": r"[0-9]{1,10}",
}
OPTIONAL = "Address2"


def shopping_cart_mistake(text: str) -> str | None:
    """A sentence, or None for `<shoppingcart><total><totalQuantity>1…99`."""
    root = _parse(text)
    if root is None or root.tag != "shoppingcart" or [child.tag for child in root] != ["total"]:
        return "la structure attendue est shoppingcart/total/totalQuantity"
    quantity = root.findtext("total/totalQuantity") or ""
    if not re.fullmatch(r"[1-9][0-9]?", quantity):
        return "totalQuantity va de 1 à 99"
    return None


def billing_mistake(text: str) -> str | None:
    """A sentence, or None for `<Billing><Address>`: its elements in their order, each within its length."""
    root = _parse(text)
    if root is None or root.tag != "Billing" or [child.tag for child in root] != ["Address"]:
        return "la structure attendue est Billing/Address"
    values = {child.tag: child.text or "" for child in root[0]}
    expected = [name for name in BILLING if name != OPTIONAL or name in values]
    if [child.tag for child in root[0]] != expected:
        return f"les éléments attendus sont, dans l'ordre, {', '.join(expected)}"
    for name, value in values.items():
        if not (value.strip() and value.isascii() and re.fullmatch(BILLING[name], value)):
            return f"{name} est vide, trop long ou mal formé"
    return None


def _parse(text: str) -> ET.Element | None:
    """One line that begins with its declaration; document types are refused unread."""
    if not text.startswith("<?xml ") or "<!" in text or "\n" in text or "\r" in text:
        return None
    try:
        return ET.fromstring(text)  # noqa: S314 (no document type, no entity gets this far)  # nosec B314
    except ET.ParseError:
        return None
