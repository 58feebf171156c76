"""The passwords that are refused: by length or as easily guessed, never by composition (ASVS 6.2)."""

import re
import unicodedata
from collections.abc import Callable, Iterable

from chalicelib.domain.causes import PasswordGuessable, PasswordTooCommon, PasswordTooLong, PasswordTooShort

SHORTEST = 8
LONGEST = 128
PORTAL_WORDS = (
    *("quittance", "inscription", "inscriptions", "portail", "paiement", "facture"),
    *("student", "etudiant", "etudiante", "registrar", "scolarite"),
    *("accountant", "comptable", "comptabilite"),
    *("admin", "administrator", "administration", "auditor", "audit", "password", "motdepasse"),
)
"""Words likely to be guessed first, in addition to those of the person and the school."""


def normalised(password: str) -> str:
    """Return the password in NFC, as hashed and compared: keyboards compose the same letter differently."""
    return unicodedata.normalize("NFC", password)


def check_password(password: str, is_common: Callable[[str], bool], own_words: Iterable[str]) -> None:
    """Raise the subclass of `PasswordTooWeak` that says why this password is refused.

    `own_words` are words known of the person: names, the mail's local part, the school, the portal.
    """
    chosen = normalised(password)
    if len(chosen) < SHORTEST:
        raise PasswordTooShort(SHORTEST)
    if len(chosen) > LONGEST:
        raise PasswordTooLong(LONGEST)
    if is_common(chosen):
        raise PasswordTooCommon
    if _is_made_of({*own_words, *PORTAL_WORDS}, chosen):
        raise PasswordGuessable


def _is_made_of(known: Iterable[str], password: str) -> bool:
    """Return True if the password is only known words, or parts of them, with digits and punctuation."""
    whole = _bare(password)
    words = {_bare(part) for each in known for part in (each, *re.split(r"\W+", each))} - {""}
    reached = {0}
    for start in range(len(whole)):
        if start in reached:
            reached |= {start + len(word) for word in words if whole.startswith(word, start)}
            reached |= {start + 1} if whole[start].isdecimal() else set()
    return len(whole) in reached and any(word in whole for word in words)


def _bare(text: str) -> str:
    """Return letters and digits only, without case or accents."""
    return "".join(each for each in unicodedata.normalize("NFKD", text).casefold() if each.isalnum())
