"""The words of one decision on many files or requests."""

from typing import NamedTuple

from chalicelib.domain.languages import Language
from chalicelib.domain.plan.plan_requests import PlanDecision
from chalicelib.domain.registration import Decision
from chalicelib.portal.texts import marked, said


class ManyWords(NamedTuple):
    """The title of the page, and the act on one and on several."""

    title: str
    one: str
    several: str


FILES = {
    Decision.VALIDATE.value: ManyWords(
        marked("Valider plusieurs dossiers"),
        marked("Valider un dossier"),
        marked("Valider %(count)s dossiers"),
    ),
    Decision.REFUSE.value: ManyWords(
        marked("Refuser plusieurs dossiers"),
        marked("Refuser un dossier"),
        marked("Refuser %(count)s dossiers"),
    ),
}
REQUESTS = {
    PlanDecision.APPROVE.value: ManyWords(
        marked("Accepter plusieurs demandes"),
        marked("Accepter une demande"),
        marked("Accepter %(count)s demandes"),
    ),
    PlanDecision.REFUSE.value: ManyWords(
        marked("Refuser plusieurs demandes"),
        marked("Refuser une demande"),
        marked("Refuser %(count)s demandes"),
    ),
}
UNKNOWN = ManyWords(marked("Rien n'est coché"), "", "")


def asks(words: ManyWords, count: int, language: Language) -> str:
    """Return the act on so many, as its button names it."""
    return said(words.one, language) if count == 1 else said(words.several, language, count=count)
