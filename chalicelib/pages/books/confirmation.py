"""The page before an act: it names amount and person, and changes nothing."""

from dataclasses import dataclass
from http import HTTPStatus

from chalice.app import Response

from chalicelib.pages.page_request import PageRequest

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Asked:
    """What the page says in the reader's language, and its form; `fields` are what was typed before.

    `is_final`: the act cannot be undone. `moved` is the sentence for a form that was read before it changed.
    """

    title: str
    consequence: str
    facts: Pairs
    button: str
    action: str
    back: str
    fields: Pairs = ()
    is_final: bool = True
    moved: str = ""


def is_sure(page_request: PageRequest) -> bool:
    """Say whether the form comes from the page of confirmation."""
    return page_request.field("sure") == "1"


def confirmation(page_request: PageRequest, asked: Asked) -> Response:
    status = HTTPStatus.CONFLICT if asked.moved else HTTPStatus.OK
    return page_request.page("books/confirmation", status=status, asked=asked)
