from functools import cache

from chalicelib.domain.languages import Language

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


def _sorting(name: str) -> str:
    """Return the sort key, without accents: Égypte comes before Espagne."""
    import unicodedata  # noqa: PLC0415 - as above

    return unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode().casefold()
