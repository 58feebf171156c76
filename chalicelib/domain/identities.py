"""A person's identity at an identity provider; never derived from a mail address."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Identity:
    """The provider's own identifier of a person, linked by that person or by an import."""

    provider: str
    subject: str
    person_id: str
    linked_at: datetime
