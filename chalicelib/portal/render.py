"""HTML from templates: everything is escaped, and data that a template lacks is an error."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.money import euros
from chalicelib.domain.payments import Attempt
from chalicelib.domain.people import Person
from chalicelib.portal import (
    audit_words,
    campaign_words,
    instalment_words,
    outbox_words,
    people_words,
    wording,
)
from chalicelib.portal.code_words import code_word
from chalicelib.portal.sentences import sentence

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
ASSETS = {"portal.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
"""The static files, and the content type of each."""


@dataclass(frozen=True)
class DeskLink:
    """A link to a desk of the staff; `is_here` marks the current one, `group` is "" for the first desks."""

    path: str
    label: str
    is_here: bool
    group: str = ""


@dataclass(frozen=True)
class Frame:
    """The data of every page's layout. `form_token` is in each form; without `person` no user is logged in.

    `is_lax` is set if staff may log in without a second factor.
    """

    campaign: Campaign
    person: Person | None = None
    form_token: str = ""
    is_demo: bool = False
    is_lax: bool = False
    desks: tuple[DeskLink, ...] = ()
    open_payments: tuple[Attempt, ...] = ()
    """The student's attempts that may still be paid, or have no known outcome."""
    registration_id: str = ""
    """The file that a student with several of them is looking at."""
    file_name: str = ""
    """What titles and headings call that file."""
    is_rehearsal: bool = False

    def to(self, path: str) -> str:
        """Return the address of a page about the same file."""
        return link_to(path, self.registration_id)


def link_to(path: str, registration_id: str) -> str:
    """Add the file to a path; return the path unchanged without a registration id."""
    joint = "&" if "?" in path else "?"
    return f"{path}{joint}registration={registration_id}" if registration_id else path


def render(template: str, frame: Frame, **facts: Any) -> str:
    """Return the page `templates/<template>.html` with its data."""
    return _environment().get_template(f"{template}.html").render(frame=frame, **facts)


@cache
def asset(name: str) -> str:
    return (HERE / "assets" / name).read_text(encoding="utf-8")


@cache
def asset_address(name: str) -> str:
    """Return the path of a static file; it contains the file's digest, so it can be cached without limit."""
    return f"/static/{name}?v={hashlib.sha256(asset(name).encode()).hexdigest()[:12]}"


@cache
def _environment() -> "Environment":
    # Only pages need it: an API call or a notification starts without.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - cold start

    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(asset=asset_address, detail_words=audit_words.detail_words)
    environment.filters.update(
        act_word=audit_words.act_word,
        actor_word=audit_words.actor_word,
        code_word=code_word,
        day=wording.day,
        debit_word=instalment_words.debit_word,
        euros=euros,
        for_payer=instalment_words.for_payer,
        for_staff=instalment_words.for_staff,
        instalment_colour=instalment_words.colour,
        lack_for_payer=instalment_words.lack_for_payer,
        lack_for_staff=instalment_words.lack_for_staff,
        last_minute=wording.last_minute,
        method_word=people_words.method_word,
        moment=wording.moment,
        part_word=campaign_words.part_word,
        percent=wording.percent,
        refusal_word=instalment_words.refusal_word,
        request_colour=instalment_words.request_colour,
        request_word=instalment_words.request_word,
        role_word=people_words.role_word,
        sentence=sentence,
        topic_word=outbox_words.topic_word,
        typeset=wording.typeset,
        version_colour=campaign_words.version_colour,
        version_word=campaign_words.version_word,
    )
    return environment
