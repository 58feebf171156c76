from functools import cache
from typing import TYPE_CHECKING

from chalicelib.domain.languages import Language

if TYPE_CHECKING:
    from markupsafe import Markup

SHORT = {"HK": "Hong Kong", "MO": "Macao"}
"""Names as people write them; CLDR's are those of treaties."""


@cache
def country_names(language: Language = Language.FR) -> dict[str, str]:
    """Return every country's name by its ISO 3166-1 alpha-2 code, in the language's alphabetical order."""
    # Only the address form needs them: cold start.
    from babel import Locale  # noqa: PLC0415 - as above
    from iso3166 import countries  # noqa: PLC0415 - as above

    own = Locale(language.value).territories
    names = {country.alpha2: own.get(country.alpha2, country.name) for country in countries} | SHORT
    return dict(sorted(names.items(), key=lambda item: _sorting(item[1])))


def country_options(chosen: str, language: Language) -> "Markup":
    """Return the options of a form's list of countries; `chosen`, a code, is marked if it is one of them."""
    from markupsafe import Markup  # noqa: PLC0415 - as above

    options = _options(language)
    if chosen in country_names(language):
        options = options.replace(f'value="{chosen}"', f'value="{chosen}" selected', 1)
    return Markup(options)  # noqa: S704 - escaped below  # nosec B704


@cache
def _options(language: Language) -> str:
    """Return the options as HTML: there are 250, and they are the same for all."""
    from markupsafe import escape  # noqa: PLC0415 - as above

    return "".join(
        f'<option value="{code}">{escape(name)}</option>\n' for code, name in country_names(language).items()
    )


def _sorting(name: str) -> str:
    """Return the sort key, without accents: Égypte comes before Espagne."""
    import unicodedata  # noqa: PLC0415 - as above

    return unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode().casefold()
