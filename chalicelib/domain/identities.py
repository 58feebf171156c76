"""Who somebody is to an identity provider: never guessed from a mail address."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Identity:
    """The provider's own name for a person, linked by that person or by an import."""

    provider: str
    subject: str
    person_id: str
    linked_at: datetime
