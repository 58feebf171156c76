"""HTML from templates: everything is escaped, and data that a template lacks is an error."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.domain.campaign import Campaign, Text
from chalicelib.domain.languages import Language, amount
from chalicelib.domain.payments import Attempt
from chalicelib.domain.people import Person
from chalicelib.portal import texts, wording
from chalicelib.portal.look import look_address
from chalicelib.portal.tables import Cell, Term

if TYPE_CHECKING:
    from jinja2 import BaseLoader, Environment

HERE = Path(__file__).parent
COMPILED = HERE / "compiled"
"""The templates as byte code, in a package alone (infra/cloud/package.py): compiling takes 60 ms a page."""
WORDS = {
    "act_word": "audit_words.act_word",
    "actor_word": "audit_words.actor_word",
    "code_word": "code_words.code_word",
    "country_options": "countries.country_options",
    "counted": "list_words.count",
    "day": "wording.day",
    "debit_word": "instalment_words.debit_word",
    "detail_words": "audit_words.detail_words",
    "for_payer": "instalment_words.for_payer",
    "for_staff": "instalment_words.for_staff",
    "lack_for_payer": "instalment_words.lack_for_payer",
    "lack_for_staff": "instalment_words.lack_for_staff",
    "last_minute": "wording.last_minute",
    "method_word": "people_words.method_word",
    "moment": "wording.moment",
    "part_word": "campaign_words.part_word",
    "percent": "wording.percent",
    "refusal_word": "instalment_words.refusal_word",
    "request_word": "instalment_words.request_word",
    "role_word": "people_words.role_word",
    "said": "texts.said",
    "sent_word": "outbox_words.sent_word",
    "sentence": "sentences.sentence",
    "stage_state_word": "words.next_step.stage_state_word",
    "stage_word": "words.next_step.stage_word",
    "topic_word": "outbox_words.topic_word",
    "version_word": "campaign_words.version_word",
    "why": "list_words.why",
    "yes_or_no": "code_words.yes_or_no",
}
"""The filters that write words in a language: each is imported when a template first uses it."""
COLOURS = {
    "instalment_colour": "instalment_words.colour",
    "mail_links": "texts.mail_links",
    "request_colour": "instalment_words.request_colour",
    "typeset": "texts.typeset",
    "version_colour": "campaign_words.version_colour",
}
"""Those that know no language."""
ASSETS = {"portal.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
"""The static files, and the content type of each."""


@dataclass(frozen=True)
class DeskLink:
    """A link to a desk of the staff; `is_here` marks the current one, `group` is "" for the first desks."""

    path: str
    label: str
    is_here: bool
    group: str = ""


class LanguageLink(NamedTuple):
    """A link to the same page in another language, named in that language."""

    language: Language
    name: str
    path: str


class MenuLink(NamedTuple):
    """An item of the permanent navigation; without a path it is closed. `key` names its text."""

    key: str
    path: str
    is_here: bool


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
    language: Language = Language.FR
    switch: tuple[LanguageLink, ...] = ()
    """The links to this page in the other languages."""
    menu: tuple[MenuLink, ...] = ()
    """The manual's menus of the file that the student is looking at."""
    is_mistaken: bool = False
    """True if the page is a form with mistakes to correct."""
    notice: str = ""
    """What an operator's brake has stopped, above the content of each page."""

    typed: tuple[tuple[str, str], ...] = ()
    """What the person had typed before their identity was proved again: labels and values."""

    def text(self, key: str) -> str:
        """Return a text of the campaign in the reader's language."""
        return self.campaign.text(key, self.language)

    def to(self, path: str) -> str:
        """Return the address of a page about the same file."""
        return link_to(path, self.registration_id)


def link_to(path: str, registration_id: str) -> str:
    """Add the file to a path; return the path unchanged without a registration id."""
    joint = "&" if "?" in path else "?"
    return f"{path}{joint}registration={registration_id}" if registration_id else path


def render(template: str, frame: Frame, **facts: Any) -> str:
    """Return the page `templates/<template>.html` with its data."""
    return environment_of(frame.language).get_template(f"{template}.html").render(frame=frame, **facts)


@cache
def asset(name: str) -> str:
    return (HERE / "assets" / name).read_text(encoding="utf-8")


@cache
def asset_address(name: str) -> str:
    """Return the path of a static file; it contains the file's digest, so it can be cached without limit."""
    return f"/static/{name}?v={hashlib.sha256(asset(name).encode()).hexdigest()[:12]}"


@cache
def environment_of(language: Language) -> "Environment":
    # Only pages need it: an API call or a notification starts without.
    from chalicelib.portal.templating.environment import PortalEnvironment  # noqa: PLC0415 - cold start

    environment = PortalEnvironment(_loader(), language)
    environment.globals.update(asset=asset_address, look_address=look_address)
    environment.filters.update(_of_language(language))
    return environment


def _loader() -> "BaseLoader":
    from jinja2 import FileSystemLoader, ModuleLoader  # noqa: PLC0415 - the same

    return ModuleLoader(COMPILED) if COMPILED.is_dir() else FileSystemLoader(HERE / "templates")


def compile_templates(folder: Path) -> None:
    """Write each template as a module, for a package; it is the same in each language."""
    environment_of(Language.FR).compile_templates(folder, zip=None, ignore_errors=False)


def _of_language(language: Language) -> dict[str, Callable[..., str]]:
    """Return the filters that write data and words in one language."""
    here: dict[str, Callable[..., str]] = {
        "cell": _cell,
        "euros": amount,
        "listed": _listed,
        "local": _local,
        "signed": _signed,
        "text": _text,
    }
    written = {name: partial(write, language=language) for name, write in here.items()}
    words = {name: partial(_word, place, language=language) for name, place in WORDS.items()}
    colours = {name: partial(_word, place) for name, place in COLOURS.items()}
    return {**written, **words, **colours}


def _word(place: str, *given: Any, **named: Any) -> str:
    return _writer(place)(*given, **named)


@cache
def _writer(place: str) -> Callable[..., str]:
    module, _, name = place.rpartition(".")
    found: Callable[..., str] = getattr(import_module(f"chalicelib.portal.{module}"), name)
    return found


def _local(text: Text, language: Language) -> str:
    return text.in_language(language)


def _signed(amounts: Iterable[int], language: Language) -> str:
    """Write amounts with their signs, which no line end parts from them: "+3 970,31 € et -3 958,40 €"."""
    joined = (("+" if cents > 0 else "-", amount(abs(cents), language)) for cents in amounts)
    return _listed(("\N{WORD JOINER}".join(each) for each in joined), language)


def _listed(items: Iterable[object], language: Language) -> str:
    """Write "7, 15 et 30"."""
    *first, last = (str(item) for item in items)
    joint = texts.said(" et ", language)
    return f"{', '.join(first)}{joint}{last}" if first else last


def _text(campaign: Campaign, key: str, language: Language) -> str:
    return campaign.text(key, language)


def _cell(cell: Cell, language: Language) -> str:
    """Write the cell of a table: cents as an amount, a rate in percent, a day, a word of ours, or data."""
    if cell is None:
        return "–"
    if isinstance(cell, Term):
        return texts.said(cell, language)
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Decimal):
        return wording.percent(cell, language)
    return wording.day(cell, language) if isinstance(cell, date) else amount(cell, language)
