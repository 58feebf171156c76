"""The words of mails: one template a topic and a language, from which the text and the HTML are made."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.domain.languages import Language

MAILS = Path(__file__).parent / "mails"
FIGURES = frozenset(
    {
        "amount",
        "given_back",
        "remaining",
        "owed",
        "owed_now",
        "kept",
        "next_amount",
        "due_on",
        "next_try_on",
        "last_due_on",
        "next_due_on",
        "to_come",
    }
)
"""The facts that a reader looks for: amounts and days."""


def compose(topic: str, language: Language = Language.FR, /, **facts: Any) -> tuple[str, str]:
    """Return subject and text: a template's first line is its subject, the text follows a blank line."""
    return _parted(_templates(is_markup=False).get_template(f"{language}/{topic}.txt").render(**facts))


def marked_up(topic: str, language: Language, facts: Mapping[str, Any]) -> str:
    """Return the text of `compose` as HTML without paragraphs: facts escaped, amounts and days strong."""
    told = {name: _strong(value) if name in FIGURES else value for name, value in facts.items()}
    return _parted(_templates(is_markup=True).get_template(f"{language}/{topic}.txt").render(**told))[1]


def _parted(written: str) -> tuple[str, str]:
    subject, _, text = written.partition("\n\n")
    return " ".join(subject.split()), text.strip() + "\n"


def _strong(value: Any) -> Any:
    """Return a fact, and each fact of a list, in bold; what is empty stays so, for templates ask for it."""
    from markupsafe import Markup  # noqa: PLC0415 - mails alone need it

    if isinstance(value, list | tuple):
        return [_strong(each) for each in value]
    return Markup("<strong>{}</strong>").format(value) if value else value


@cache
def _templates(*, is_markup: bool) -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - heavy, mails alone need it

    return Environment(
        loader=FileSystemLoader(MAILS),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=is_markup,  # noqa: S701 - plain text has no markup to escape  # nosec B701
    )
