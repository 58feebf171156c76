"""What the law has a public portal say of itself, as the school writes it in its campaign."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

WHOLE, HALF = 100, 50


class Conformity(StrEnum):
    """The three degrees of the RGAA; without a valid audit a portal is not conformant (décret 2019-768)."""

    WHOLE = "whole"
    PARTIAL = "partial"
    NONE = "none"


@dataclass(frozen=True)
class Publication:
    """`audit_percent` is the share of the RGAA's criteria that an audit found met; None without an audit."""

    director: str = ""
    host: str = ""
    data_protection_contact: str = ""
    accessibility_contact: str = ""
    audit_percent: int | None = None
    audited_on: date | None = None
    audited_by: str = ""

    @property
    def conformity(self) -> Conformity:
        if self.audit_percent is None or self.audit_percent < HALF:
            return Conformity.NONE
        return Conformity.WHOLE if self.audit_percent == WHOLE else Conformity.PARTIAL


NOTHING_SAID = Publication()
