"""The list of countries in a form: kept as HTML, with the chosen one marked."""

import pytest

from chalicelib.domain.languages import Language
from chalicelib.portal.countries import country_names, country_options


@pytest.mark.parametrize("language", Language)
def test_chosen_country_alone_is_marked_and_no_other_option_changes(language: Language) -> None:
    names = country_names(language)
    plain = country_options("", language)

    for code in ("FR", "GB", "CI"):
        options = country_options(code, language)
        assert options.count(" selected") == 1
        assert f'<option value="{code}" selected>' in options
        assert options.replace(" selected", "") == plain
    assert plain.count("<option") == len(names)
    assert "d&#39;Ivoire" in plain or "d’Ivoire" in plain


def test_what_is_no_country_is_neither_marked_nor_shown() -> None:
    for typed in ("XX", '"><script>', "fr", '">'):
        assert country_options(typed, Language.FR) == country_options("", Language.FR)
