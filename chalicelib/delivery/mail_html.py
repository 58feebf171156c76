"""The HTML of a mail: its text in the one layout, with the first link as a button and its CSS inlined."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

from markupsafe import Markup

from chalicelib.delivery.mail_text import compose, marked_up
from chalicelib.domain.campaigns.look import OWN_LOOK, Look
from chalicelib.domain.languages import Language

LAYOUT = Path(__file__).parent / "mail_layout"
LABELS = {
    Language.FR: {
        "": "Ouvrir le portail",
        "account": "Ma position de compte",
        "dossier": "Mon dossier",
        "iban": "Donner mon IBAN",
        "invoices": "Mes factures",
        "password": "Choisir mon mot de passe",
        "password-reset": "Choisir un autre mot de passe",
        "pay-once": "Payer ce qui reste",
        "pay-plan": "Mes échéances",
        "security": "Sécurité de mon compte",
    },
    Language.EN: {
        "": "Open the portal",
        "account": "My account position",
        "dossier": "My file",
        "iban": "Give my IBAN",
        "invoices": "My invoices",
        "password": "Choose my password",
        "password-reset": "Choose another password",
        "pay-once": "Pay the rest",
        "pay-plan": "My instalments",
        "security": "Security of my account",
    },
}
"""The words of a button by the page that it opens: the address itself is no label."""
FALLBACK = {
    Language.FR: "Si le bouton ne s’ouvre pas, copiez cette adresse\N{NO-BREAK SPACE}:",
    Language.EN: "If the button does not open, copy this address:",
}
_SPACE = re.compile(r" (?=[:;?!»](?:\s|$|<))|(?<=«) ")
"""A space at which a line may not end: before a double mark, and inside quotation marks."""
_NAMED_LINE = re.compile(r"[A-ZÀ-Ý][^.,:;]{0,30}:")
"""A line such as "Reason: …" or "Amount due: …", which stays one of its own."""


@dataclass(frozen=True)
class Act:
    """What the button does."""

    url: str
    label: str
    fallback: str


@dataclass(frozen=True)
class Block:
    """One paragraph of the text; the button follows if it `is_act`."""

    words: Markup
    items: tuple[Markup, ...]
    is_act: bool


def compose_html(topic: str, language: Language, facts: Mapping[str, Any], subject: str = "") -> str:
    """Return the HTML that says what `compose` says; `subject` overrides the template's."""
    portal = str(facts.get("portal", ""))
    text = marked_up(topic, language, facts)
    link = _links(portal).search(text) if portal else None
    act = _act(unescape(link.group()), portal, language) if link else None
    blocks = _blocks(text, portal, act)
    page = _layout().render(
        language=language.value,
        subject=subject or compose(topic, language, **facts)[0],
        school=facts["school"],
        logo=facts.get("logo", ""),
        blocks=blocks,
        act=act,
        css=Markup(_asset("mail.css")),  # noqa: S704 - a file of ours  # nosec B704
    )
    return _inlined(_in_colours(page, facts.get("look", OWN_LOOK)))


def _in_colours(page: str, look: Look) -> str:
    """Return the page in the school's colours: they stand in its CSS, and the button's in an attribute."""
    if not look.accent:
        return page
    ours = {"#12404d": look.accent, "#1c5768": look.accent, "#a5d3df": look.accent_dark}
    return re.sub("|".join(ours), lambda found: ours[found.group()], page)


def _act(url: str, portal: str, language: Language) -> Act:
    page = re.split(r"[?/]", url.removeprefix(portal).lstrip("/"))[0]
    labels = LABELS[language]
    return Act(url, labels.get(page, labels[""]), FALLBACK[language])


def _blocks(text: str, portal: str, act: Act | None) -> list[Block]:
    found: list[Block] = []
    is_open = act is not None
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        lines = paragraph.splitlines()
        items = tuple(Markup(line[2:]) for line in lines if line.startswith("- "))  # noqa: S704  # nosec B704
        words = _flowing([line for line in lines if not line.startswith("- ")])
        is_act = is_open and bool(portal) and bool(_links(portal).search(words))
        is_open = is_open and not is_act
        found.append(Block(_linked(words, portal, act if is_act else None), items, is_act))
    return found


def _flowing(lines: list[str]) -> str:
    """Join lines that were broken for their width; keep the end of a sentence, and a named line."""
    joined = ""
    for line in lines:
        if joined:
            is_kept = joined.endswith(".") or _NAMED_LINE.match(line)
            joined += "<br>" if is_kept else " "
        joined += line
    return _SPACE.sub("\N{NO-BREAK SPACE}", joined)


def _linked(words: str, portal: str, act: Act | None) -> Markup:
    """Make links of the portal's addresses; the button's own, at the end of its paragraph, is the button."""
    if act and unescape(words).endswith(act.url):
        words = words[: words.rindex(_links(portal).findall(words)[-1])].rstrip()
    if portal:
        words = _links(portal).sub(lambda found: _anchor(found.group(), portal), words)
    return Markup(words)  # noqa: S704 - the templates' words, with every fact escaped  # nosec B704


def _anchor(url: str, portal: str) -> str:
    shown = url.partition("?")[0].partition("://")[2] or portal
    return f'<a href="{url}">{shown}</a>'


@cache
def _links(portal: str) -> re.Pattern[str]:
    """Return what finds the portal's addresses, with the sentence's own marks left out, and no other's."""
    return re.compile(rf"{re.escape(portal)}(?![\w.:@-]*[\w@])(?:/[^\s<]*[^\s<,.;:!?)»”])?/?")


@cache
def _layout() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - heavy, mails alone need it

    environment = Environment(
        loader=FileSystemLoader(LAYOUT),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
    )
    return environment.get_template("mail.html")


@cache
def _asset(name: str) -> str:
    return (LAYOUT / name).read_text(encoding="utf-8")


def _inlined(page: str) -> str:
    from css_inline import CSSInliner  # noqa: PLC0415 - a binary, mails alone need it

    inlined: str = CSSInliner(load_remote_stylesheets=False, keep_at_rules=True).inline(page)
    return inlined
