"""What is looked for in the audit trail, and the refusal of a file of it.

QuittanceError
└── AuditTooLong
"""

from dataclasses import dataclass
from datetime import date

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.trail.audit import Act, AuditRecord


@dataclass(frozen=True)
class AuditSearch:
    """Criteria: person, actor, act, first and last Paris day; each one left out holds for all."""

    subject_id: str = ""
    by: str = ""
    act: Act | None = None
    first: date | None = None
    last: date | None = None

    @property
    def is_all(self) -> bool:
        return self == AuditSearch()

    def fits(self, record: AuditRecord) -> bool:
        return self._fits_names(record) and self._fits_days(paris_day(record.at))

    def _fits_names(self, record: AuditRecord) -> bool:
        return (
            (not self.subject_id or record.subject_id == self.subject_id)
            and (not self.by or record.by == self.by)
            and (not self.act or record.act is self.act)
        )

    def _fits_days(self, day: date) -> bool:
        return (not self.first or self.first <= day) and (not self.last or day <= self.last)


class AuditTooLong(QuittanceError):
    """More records than one file takes, `most`: a shorter period gives one."""

    code = "audit_too_long"
    most: int
