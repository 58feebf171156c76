import pytest

from chalicelib.web.languages import asked_language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, None),
        ("", None),
        ("fr", "fr"),
        ("en", "en"),
        ("en-GB,en;q=0.9,fr;q=0.8", "en"),
        ("fr;q=0.5, EN ; q = 0.8", "en"),
        ("fr,en", "fr"),
        ("en,fr", "en"),
        ("de,es;q=0.9", None),
        ("de, en;q=0.3", "en"),
        ("en;q=0", None),
        ("en;q=0, fr;q=0.1", "fr"),
        ("en-GB;q=0.2, fr;q=0.5, en", "en"),
        ("*", None),
        ("english", None),
        ("en;q=2", None),
        (";;;,,q=1,en;level=1", None),
        ("de," * 20 + "en", None),
    ],
)
def test_language_that_is_wanted_most(header: str | None, language: str | None) -> None:
    assert asked_language(header) == language
