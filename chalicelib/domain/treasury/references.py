"""The reference of a student for life: an ISO 11649 creditor reference that is the student's id itself.

"RF", two check digits (ISO 7064, MOD 97-10) and the id's 64 bits as 13 characters of Crockford's base 32,
which has no I, L, O and U. docs/decisions/0026-statements.md gives the reasons.
"""

import re
import string
import unicodedata
from collections.abc import Iterator

DIGITS = "".join(each for each in f"{string.digits}{string.ascii_uppercase}" if each not in "ILOU")
_WRITTEN = frozenset(string.digits + string.ascii_uppercase)
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
    return tuple(dict.fromkeys(person for person, _ in _references(text)))


def people_named_apart(text: str) -> frozenset[str]:
    """Return the people named by a reference that is not part of a longer word."""
    return frozenset(person for person, is_apart in _references(text) if is_apart)


def _references(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the person of each reference, and whether the words in which it is written hold nothing else."""
    characters: list[str] = []
    words: list[int] = []
    word = 0
    for each in unicodedata.normalize("NFKD", text).upper():
        if each in _WRITTEN:
            characters.append(each)
            words.append(word)
        elif not unicodedata.combining(each):
            word += 1
    for match in _REFERENCE.finditer("".join(characters)):
        first, end = match.start(), match.end(1)
        if person := _person_of(match[1].translate(_MISREAD)):
            yield person, words[first] not in words[:first] and words[end - 1] not in words[end:]


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
