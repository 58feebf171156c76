"""The filters of templates are found by name, when a template first uses them."""

import re

import pytest

from chalicelib.domain.languages import Language
from chalicelib.portal import render


@pytest.mark.parametrize("place", [*render.WORDS.values(), *render.COLOURS.values()])
def test_each_filter_is_where_the_table_says(place: str) -> None:
    assert callable(render._writer(place))  # noqa: SLF001 - no page uses all of them


def test_no_filter_is_left_that_no_template_uses() -> None:
    templates = "".join(
        path.read_text(encoding="utf-8") for path in (render.HERE / "templates").rglob("*.html")
    )
    used = set(re.findall(r"\|\s*(?:map\(\s*\")?([a-z_]+)", templates))
    assert {*render.WORDS, *render.COLOURS} - used == set()


def test_words_are_written_in_the_language_of_the_page() -> None:
    for language, shown in ((Language.FR, "2\u202f994"), (Language.EN, "2,994")):
        template = render.environment_of(language).from_string("{{ 2994|counted }} {{ number|counted }}")
        assert template.render(number=2994) == f"{shown} {shown}"
