"""Jinja as pages use it: everything is escaped, data that a template lacks is an error, texts cost little."""

from collections.abc import Callable, MutableMapping
from functools import lru_cache
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, nodes, pass_context
from jinja2.ext import InternationalizationExtension
from markupsafe import Markup

from chalicelib.domain.languages import Language
from chalicelib.portal.texts import said

MOST_TEXTS = 4096
"""Texts that a process keeps as pages show them; there are fewer, each some hundred bytes long."""
SAY = "say"


class Trans(InternationalizationExtension):
    """`{% trans %}` as a filter, where no number decides: Jinja calls a filter at once.

    It calls a function by way of the template's context, and a page says some dozens of texts.
    """

    def _make_node(self, singular: str, plural: str | None, *args: Any) -> nodes.Output:
        if plural is not None:
            return super()._make_node(singular, plural, *args)
        _, variables, *_ = args
        data = [nodes.Keyword(name, value) for name, value in variables.items()]
        return nodes.Output([nodes.Filter(nodes.Const(singular), SAY, [], data, None, None)])


class PortalEnvironment(Environment):
    """The environment of one language."""

    def __init__(self, loader: BaseLoader, language: Language) -> None:
        super().__init__(
            loader=loader,
            auto_reload=False,  # a template is read once a process, like a module
            autoescape=True,
            undefined=StrictUndefined,
            extensions=[Trans],
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.policies["ext.i18n.trimmed"] = True
        self.newstyle_gettext = True
        say = sayer(language)
        self.globals.update(gettext=say, _=say, ngettext=counter(language, say))
        # With the context, which it does not need, it is not called while compiling: see `compile_templates`.
        self.filters[SAY] = pass_context(lambda _context, words, /, **data: say(words, **data))

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return those of all templates as they are: none has globals of its own."""
        return super().make_globals(d) if d else self.globals


def sayer(language: Language) -> Callable[..., Markup]:
    """Return the templates' `gettext`: a text is a format, and its data are escaped."""

    @lru_cache(MOST_TEXTS)
    def format_of(words: str) -> Markup:
        return Markup(said(words, language))  # noqa: S704 - our own text  # nosec B704

    @lru_cache(MOST_TEXTS)
    def without_data(words: str) -> Markup:
        return format_of(words) % {}

    def say(words: str, /, **data: Any) -> Markup:
        return format_of(words) % data if data else without_data(words)

    return say


def counter(language: Language, say: Callable[..., Markup]) -> Callable[..., Markup]:
    """Return the templates' `ngettext`: both languages count one apart, French nought too."""

    def count(one: str, several: str, number: int, /, **data: Any) -> Markup:
        is_one = number < 2 if language is Language.FR else number == 1  # noqa: PLR2004 - less than two is one
        return say(one if is_one else several, **{"num": number, **data})

    return count
