"""The numbers that students type: of an attestation of the CVEC, and the INE."""

import re

from chalicelib.domain.evidence.refusals import CvecNumberWrong, IneWrong

_CVEC = re.compile(r"[A-Z0-9]{12}")
_INE = re.compile(r"[A-Z0-9]{11}")
_SPACES = re.compile(r"[\s.\-]+")


def cvec_number(typed: str) -> str:
    """Return the twelve letters and digits; raise `CvecNumberWrong`."""
    number = _SPACES.sub("", typed).upper()
    if not _CVEC.fullmatch(number):
        raise CvecNumberWrong
    return number


def ine(typed: str) -> str:
    """Return the eleven letters and digits; raise `IneWrong`."""
    number = _SPACES.sub("", typed).upper()
    if not _INE.fullmatch(number):
        raise IneWrong
    return number
