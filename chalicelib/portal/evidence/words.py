"""What the checks of evidence are called: for the student, and for the registrar."""

from chalicelib.domain.evidence.checks import (
    EvidenceCheck,
    Source,
    Verdict,
    is_unanswered,
    shown_state,
)
from chalicelib.domain.evidence.identity import Compared
from chalicelib.domain.languages import Language
from chalicelib.portal.texts import marked, said

SOURCES = {
    Source.CVEC: marked("Attestation CVEC"),
    Source.GRANT: marked("Bourse (API Particulier)"),
}
DIFFERS = {
    Compared.LAST_NAME: marked("le nom"),
    Compared.FIRST_NAME: marked("le prénom"),
    Compared.BIRTH_DATE: marked("la date de naissance"),
    Compared.INE: marked("l'INE"),
}
_FOR_STUDENT = {
    (Source.CVEC, "waiting"): marked(
        "Le service de la CVEC ne répond pas en ce moment : nous lui "
        "demanderons de nouveau, vous n'avez rien à faire."
    ),
    (Source.CVEC, "verified"): marked("Votre attestation CVEC est valide : l'étape 1 est cochée."),
    (Source.CVEC, "grant_holder"): marked(
        "Votre attestation CVEC est valide et vous désigne comme boursier : l'étape 1 est cochée."
    ),
    (Source.CVEC, "not_valid"): marked(
        "Cette attestation n'est pas valide à ce jour : acquittez la CVEC sur "
        "MesServices, puis redonnez son numéro."
    ),
    (Source.CVEC, "not_found"): marked(
        "Aucune attestation ne porte ce numéro à ce nom : vérifiez le numéro, "
        "et donnez votre nom de naissance s'il diffère."
    ),
    (Source.CVEC, "to_be_seen"): marked("La scolarité regarde cette attestation."),
    (Source.GRANT, "waiting"): marked(
        "Le service des bourses ne répond pas en ce moment : nous lui "
        "demanderons de nouveau, vous n'avez rien à faire."
    ),
    (Source.GRANT, "grant_holder"): marked("Votre bourse est confirmée par l'État."),
    (Source.GRANT, "provisional"): marked(
        "Votre bourse est provisoire : la scolarité attend la notification définitive."
    ),
    (Source.GRANT, "not_found"): marked(
        "Aucune bourse n'est trouvée à cet INE, ce qui ne prouve rien : la scolarité regarde vos pièces."
    ),
    (Source.GRANT, "to_be_seen"): marked("La scolarité regarde votre bourse."),
}
_FOR_STAFF = {
    Verdict.WAITING: marked("Le service n'a pas encore répondu : il est redemandé"),
    Verdict.VERIFIED: marked("Vérifié à la source"),
    Verdict.GRANT_HOLDER: marked("Vérifié à la source, boursier"),
    Verdict.NOT_VALID: marked("Attestation non valide"),
    Verdict.NOT_FOUND: marked("Introuvable à la source"),
    Verdict.PROVISIONAL: marked("Bourse provisoire : la notification est attendue"),
    Verdict.OUT_OF_PERIOD: marked("Bourse d'une autre année"),
    Verdict.OTHER_PERSON: marked("Identité différente"),
}
_UNANSWERED = marked("Le service n'a pas répondu : la pièce est à regarder")
_COLOURS = {
    Verdict.VERIFIED: "yes",
    Verdict.GRANT_HOLDER: "yes",
    Verdict.NOT_VALID: "no",
    Verdict.OTHER_PERSON: "no",
}


def for_student(check: EvidenceCheck, language: Language = Language.FR) -> str:
    return said(_FOR_STUDENT[check.source, shown_state(check)], language)


def for_staff(check: EvidenceCheck, language: Language = Language.FR) -> str:
    return said(_UNANSWERED if is_unanswered(check) else _FOR_STAFF[check.verdict], language)


def colour(check: EvidenceCheck) -> str:
    return _COLOURS.get(check.verdict, "heed")


def differing(check: EvidenceCheck, language: Language = Language.FR) -> str:
    """Return what of the identity differs, "" if nothing does."""
    return ", ".join(said(DIFFERS[each], language) for each in check.differs)
