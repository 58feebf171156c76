"""A person's identity at an identity provider; never derived from a mail address."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

STUDENT_NUMBER = "student_number"
INE = "ine"
CAS = "cas"
"""The providers of a school's file of students."""


@dataclass(frozen=True)
class Identity:
    """The provider's own identifier of a person, linked by that person or by an import.

    `written` is a number as the school's file has it, "" if that is the subject, and in rows older than it.
    """

    provider: str
    subject: str
    person_id: str
    linked_at: datetime
    written: str = ""

    @property
    def shown(self) -> str:
        """The number as the school writes it, where that is known; `subject` is how it is compared."""
        return self.written or self.subject


def as_read(text: str) -> str:
    """Return a name or number as people read it: trimmed, without case, composed.

    School directories compare names alike (RFC 4518), so one person may be told in several ways.
    """
    folded = unicodedata.normalize("NFD", text.strip()).casefold()
    return unicodedata.normalize("NFC", folded)
