"""Refusals that only a browser can cause."""

from chalicelib.domain.errors import ErasureNotPossible, Forbidden


class FormNotValid(Forbidden):
    cause = "form"


class CookiesOff(Forbidden):
    cause = "cookies"


class BegunElsewhere(Forbidden):
    cause = "elsewhere"


class ErasureUnsure(ErasureNotPossible):
    cause = "unsure"
