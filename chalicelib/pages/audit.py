import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.trail.audit import GATEWAY, OPERATOR, SCHEDULE, Act, AuditRecord, RecordUnreadable
from chalicelib.domain.trail.search import AuditSearch
from chalicelib.pages.desks import AUDIT
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.portal.audit_words import act_word, actor_word
from chalicelib.portal.words.audit_csv import audit_csv
from chalicelib.usecases.audit.read_audit import AuditFound, audit_for_file, read_audit
from chalicelib.usecases.people.list_people import list_people, names_of
from chalicelib.web.downloads import csv_text
from chalicelib.web.schemas.identity import AuditFileQuery

pages_audit = Blueprint(__name__)
LONGEST = 100
NAMES = ("subject", "actor", "act", "from", "to")
_CURSOR = re.compile(r"[0-9]{1,12}")
_BY_ITSELF = (GATEWAY, SCHEDULE, OPERATOR)


@page(pages_audit, "GET", AUDIT.path, action=AUDIT.action)
def staff_audit(page_request: PageRequest) -> Response:
    """Show the records that fit: those about one person oldest first, others newest first."""
    said = _said(page_request)
    search = AuditFileQuery.model_validate(said).search
    after = page_request.parameter("after")
    found = _read(page_request, search, after if _CURSOR.fullmatch(after) else None)
    names = _names(page_request, found.records if found else (), search.subject_id, search.by)
    return page_request.page(
        "staff_audit",
        search=search,
        found=found or AuditFound(()),
        is_spoilt=found is None or bool(found.unreadable),
        names=names,
        to=lambda **changes: _address({**said, **changes}),
        acts=_acts(page_request),
        actors=_actors(page_request, search.by, names),
        today=paris_day(page_request.ports.now()),
        export=f"{AUDIT.path}/file{_query(said)}",
    )


@page(pages_audit, "GET", f"{AUDIT.path}/file", action=AUDIT.action)
def take_audit(page_request: PageRequest) -> Response:
    """Give every record that fits, oldest first."""
    search = AuditFileQuery.model_validate(_said(page_request)).search
    found = audit_for_file(page_request.ports, search)
    names = _names(page_request, found)
    data = audit_csv(found, names, page_request.campaign)
    return csv_text(data, f"journal-audit-{paris_day(page_request.ports.now())}.csv")


def _said(page_request: PageRequest) -> dict[str, str]:
    return {name: value for name in NAMES if (value := page_request.parameter(name).strip()[:LONGEST])}


def _query(said: dict[str, str]) -> str:
    return f"?{urlencode(given)}" if (given := {name: each for name, each in said.items() if each}) else ""


def _address(said: dict[str, Any]) -> str:
    return f"{AUDIT.path}{_query(said)}"


def _read(page_request: PageRequest, search: AuditSearch, cursor: str | None) -> AuditFound | None:
    """Return one page, None where too much of it is unreadable: the verification names it."""
    try:
        return read_audit(page_request.ports, search, cursor)
    except RecordUnreadable:
        return None


def _names(page_request: PageRequest, found: Iterable[AuditRecord], *others: str) -> dict[str, str]:
    ids = {each for record in found for each in (record.by, record.subject_id)} | set(others)
    return dict(names_of(page_request.ports, ids - {"", *_BY_ITSELF}))


def _acts(page_request: PageRequest) -> list[tuple[str, str]]:
    words = ((each.value, act_word(each, page_request.language)) for each in Act)
    return sorted(words, key=lambda each: each[1])


def _actors(page_request: PageRequest, chosen: str, names: dict[str, str]) -> list[tuple[str, str]]:
    """Return the options of the actor filter: staff, automatic actors, and the current choice."""
    staff = {each.id: f"{each.last_name} {each.first_name}" for each in list_people(page_request.ports, None)}
    itself = {each: actor_word(each, page_request.language) for each in _BY_ITSELF}
    other = {chosen: names.get(chosen, chosen)} if chosen else {}
    return [*({**other, **staff, **itself}).items()]
