"""Requests and responses of the API about people: login, roles, second factors, audit."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.domain.passwords import LONGEST
from chalicelib.domain.people import Role
from chalicelib.domain.role_changes import RoleChangeState
from chalicelib.domain.sessions import Method
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.trail.search import AuditSearch
from chalicelib.web.schemas.models import Body, ListQuery, PersonBrief, Query, View
from chalicelib.web.schemas.texts import Day, Reason, Short

Email = Annotated[str, StringConstraints(min_length=3, max_length=254)]
Token = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Typed = Annotated[str, StringConstraints(min_length=1, max_length=4 * LONGEST, strip_whitespace=False)]
"""A password as typed; the rules limit its length, with a sentence of their own."""
Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z -]{6,40}$")]


class NewSession(Body):
    email: Annotated[str, StringConstraints(min_length=3, max_length=254)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=512, strip_whitespace=False)]
    otp: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z -]{6,40}$")] | None = None


class SessionOpened(View):
    token: str
    expires_at: datetime
    person: PersonBrief
    roles: list[Role]


class LinkRequest(Body):
    email: Email


class NewPassword(Body):
    """A new password; `end_sessions` ends the sessions opened with the old one."""

    token: Token
    password: Typed
    end_sessions: bool = True


class PasswordChange(Body):
    current_password: Typed
    password: Typed


class SessionView(View):
    opened_at: datetime
    used_at: datetime
    expires_at: datetime
    method: Method
    is_current: bool


class SessionList(View):
    items: Sequence[SessionView]
    next: None = None


class SecondFactorSecret(View):
    """The secret; `uri` is for an authenticator's QR code; both are shown to their owner only."""

    secret: str
    uri: str


class SecondFactorCode(Body):
    otp: Code


class RecoveryCodes(View):
    """Recovery codes, each valid once in place of a code; shown only this once."""

    recovery_codes: Sequence[str]


class PeopleQuery(Query):
    """A query for people; without `email`, for the staff."""

    email: Email | None = None


class PersonView(View):
    """A person; `access_version` grows each time the account is closed or opened."""

    id: str
    email: str
    first_name: str
    last_name: str
    roles: Sequence[Role]
    is_active: bool
    access_version: int


class PeopleList(View):
    items: Sequence[PersonView]
    next: None = None


class RoleChangeRequest(Body):
    """A proposed change; `roles` are all roles the person will have.

    With `seen_roles`, those that were read, it is refused if the person holds others now.
    """

    roles: Annotated[list[Role], Field(max_length=len(Role))]
    reason: Reason
    seen_roles: Annotated[list[Role], Field(max_length=len(Role))] | None = None


class RoleChangeView(View):
    """A change of roles; `over` are the roles that it was proposed over: it is not approved over others."""

    id: str
    person_id: str
    holder: str
    roles: Sequence[Role]
    reason: str
    proposed_by: str
    proposed_at: datetime
    state: RoleChangeState
    decided_by: str
    over: Sequence[Role]


class RoleChangeList(View):
    items: Sequence[RoleChangeView]
    next: None = None


class RoleDecision(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"


class RoleDecisionRequest(Body):
    decision: RoleDecision


class AccessRequest(Body):
    """With the `access_version` that was read, it is refused if the account was closed or opened since."""

    is_active: bool
    reason: Reason = ""
    access_version: Annotated[int, Field(ge=0)] | None = None


class WithReason(Body):
    reason: Reason


class AuditFileQuery(Query):
    """Criteria of a search in the audit trail; each one left out holds for all, days are of Paris."""

    subject: Short | None = None
    actor: Short | None = None
    act: Act | None = None
    since: Day | None = Field(default=None, alias="from")
    until: Day | None = Field(default=None, alias="to")

    @property
    def search(self) -> AuditSearch:
        return AuditSearch(self.subject or "", self.actor or "", self.act, self.since, self.until)


class AuditQuery(AuditFileQuery, ListQuery):
    """A page of what a search finds."""


class AuditRecordView(View):
    """A record; `by` is a person's id, GATEWAY or SCHEDULE; `hash` seals this record and all before it."""

    number: int
    at: datetime
    by: str
    act: Act
    subject_id: str
    target: str
    reason: str
    details: Mapping[str, str]
    hash: str


class AuditPage(View):
    """Records that fit: those about one person oldest first, others newest first.

    `read_to` is the number of the last record that was read where the page is not full and `next` goes on.
    `unreadable` are the numbers of the records that cannot be read.
    """

    items: Sequence[AuditRecordView]
    next: str | None
    read_to: int | None = None
    unreadable: Sequence[int] = ()
