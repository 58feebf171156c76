"""Identifiers begin with their partition's key, so one read finds the row.

person        16 hex digits
registration  <person>-<ordinal>
attempt       <registration>-<16 hex digits>
instalment    <registration>-i<rank>
debit         <instalment>-<ordinal>
link to pay   <registration>-l<16 hex digits>
payer         <registration>-p<ordinal>
refund        <registration>-r<16 hex digits>
payment       <person>-t<transaction>, without one <person>-m<16 hex digits>
role change   <person>-r<16 hex digits>
"""

import re

_REGISTRATION = re.compile(r"[0-9a-f]{16}-[0-9]{1,4}")


def person_of(identifier: str) -> str:
    return identifier.partition("-")[0]


def is_registration_id(text: str) -> bool:
    """Return True if `text` has the form of a registration's id; the registration may not exist."""
    return _REGISTRATION.fullmatch(text) is not None


def is_refund_id(text: str) -> bool:
    """Return True for a refund's id, which a file of transfers never has."""
    return "-r" in text


def ordinal_of(registration_id: str) -> int:
    """Return the ordinal of a registration among those of its person, 0 if the id has none."""
    ordinal = registration_id.rpartition("-")[2]
    return int(ordinal) if ordinal.isascii() and ordinal.isdigit() else 0
