"""The reference of a student for life: an ISO 11649 creditor reference that is the student's id itself.

"RF", two check digits (ISO 7064, MOD 97-10) and the id's 64 bits as 13 characters of Crockford's base 32,
which has no I, L, O and U. docs/decisions/0026-statements.md gives the reasons.
"""

import re
import string
import unicodedata

DIGITS = "".join(each for each in f"{string.digits}{string.ascii_uppercase}" if each not in "ILOU")
_MISREAD = str.maketrans("ILO", "110")
_LENGTH = 13
_REFERENCE = re.compile(rf"(?=RF([0-9ILO]{{2}}[0-9A-Z]{{{_LENGTH}}}))", re.ASCII)


def reference_of(person_id: str) -> str:
    """Return the reference of a person, 17 characters without spaces."""
    bits, body = int(person_id, 16), ""
    for _ in range(_LENGTH):
        bits, digit = divmod(bits, len(DIGITS))
        body = DIGITS[digit] + body
    return f"RF{98 - _remainder(f'{body}RF00'):02}{body}"


def people_named(text: str) -> tuple[str, ...]:
    """Return the ids of the people whose references stand in a text, in their order.

    Case, accents, spaces and dashes do not matter, and I, L, O are read as 1, 1, 0; the check digits must be
    right. The people may not exist.
    """
    squeezed = re.sub("[^A-Z0-9]", "", unicodedata.normalize("NFKD", text).upper())
    found = (_person_of(match[1].translate(_MISREAD)) for match in _REFERENCE.finditer(squeezed))
    return tuple(dict.fromkeys(person for person in found if person))


def _person_of(reference: str) -> str:
    """Return the id in a reference without its RF, "" if it has none or its check digits are wrong."""
    check, body = reference[:2], reference[2:]
    bits = 0
    for character in body:
        if character not in DIGITS:
            return ""
        bits = bits * len(DIGITS) + DIGITS.index(character)
    if bits >= 1 << 64 or _remainder(f"{body}RF{check}") != 1:
        return ""
    return f"{bits:016x}"


def _remainder(text: str) -> int:
    """Return the remainder by 97 of a text whose letters count 10 to 35."""
    return int("".join(str(int(character, 36)) for character in text)) % 97
