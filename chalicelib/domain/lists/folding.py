"""Text as it is compared in a search: without accents, case, apostrophes, hyphens; amounts in cents."""

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})
_APOSTROPHES = re.compile(r"['’ʼ‘`´]")
_AMOUNT = re.compile(r"(\d{1,3}(?: ?\d{3})*|\d+)(?:[.,](\d{1,2}))?(?: ?(?:€|eur|euros?))?")
_LARGEST = 12
"""The most characters of an amount: more are a number of another kind."""


def folded(text: str) -> str:
    """Return the words of `text` in small letters without accents, one space apart.

    Letters of other scripts are kept as they are.
    """
    composed = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text)).casefold().translate(_LIGATURES)
    plain = "".join(letter for letter in composed if not unicodedata.combining(letter))
    return " ".join("".join(letter if letter.isalnum() else " " for letter in plain).split())


def joined(text: str) -> str:
    """Return the folded letters and digits of `text` without spaces: "Le Fèvre" is "lefevre"."""
    return folded(text).replace(" ", "")


def amount_of(text: str) -> int | None:
    """Return the cents of an amount as people write it: "601", "601,00", "1 000,00 €"; None for no amount."""
    spaced = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    found = _AMOUNT.fullmatch(spaced)
    if not found or len(found[1]) > _LARGEST:
        return None
    cents = (found[2] or "0").ljust(2, "0")
    return int(found[1].replace(" ", "")) * 100 + int(cents)
