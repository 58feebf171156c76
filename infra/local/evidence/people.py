"""Whom the services know: the demo's students, and API Particulier's published test students."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from infra.local.accounts import STUDENTS

TOKEN = "local-token-of-api-particulier"
TOKEN_WITHOUT_RIGHTS = "local-token-without-rights"
RECIPIENT = "13002526500013"
"""The SIRET of the documentation's examples."""
APPEARS_ON = date(2022, 9, 10)
"""From when `GRANT_NUMBERS["80"]` is known: grants of a new year come early in September."""

STATES = {
    "70": "Attestation valide",
    "71": "Attestation valide : boursier",
    "73": "Attestation valide : exonération",
    "75": "Attestation valide : paiement",
    "76": "Attestation valide : paiement par un tiers",
    "98": "Attestation valide : remboursée",
    "50": "Attestation en attente de paiement",
    "90": "Attestation annulée",
}
EXEMPTIONS = {"71": "Boursier", "73": "Réfugié ou bénéficiaire de la protection subsidiaire"}
ATTESTATION_ENDINGS = {
    **STATES,
    "XX": "the attestation of somebody else with the same name",
    "NU": "the usual name differs from the birth name; state 75",
}
"""The last two characters of an attestation's number, and what is so."""
_ATTESTATION = re.compile(r"([A-Z]{5})([0-9]{4})[0-9]([0-9A-Z]{2})")
ANY_YEAR = "0000"

GRANT_NUMBERS = {
    "71": "level 5, from September 2022",
    "72": "level 5, provisional",
    "73": "a grant of the year before",
    "74": "the grant of somebody else",
    "75": "est_boursier is false",
    "76": "the token's scopes leave out level and period",
    "80": "not found before 10 September 2022, then level 2",
}
"""The last two digits of an INE `2200000nnPR`, and what is answered; the two letters are the account's."""
_INE = re.compile(r"2200000([0-9]{2})([A-Z]{2})")


@dataclass(frozen=True)
class Student:
    last_name: str
    first_name: str
    birth_on: date


DEMO = {
    email.partition("@")[0].upper(): Student(last_name, first_name, birth_on)
    for email, first_name, last_name, birth_on, _ in STUDENTS
}
SOMEBODY_ELSE = DEMO["DOUBLE"]


def attestation(code: str, year: str | None) -> dict[str, object] | None:
    """Return the attestation: five letters of the account, its year or 0000, a digit and its ending."""
    if not (found := _ATTESTATION.fullmatch(code)) or found[3] not in ATTESTATION_ENDINGS:
        return None
    students = [student for account, student in DEMO.items() if account.startswith(found[1])]
    if not students or (year and found[2] not in {ANY_YEAR, year}):
        return None
    return _attestation(students[0], found[3])


def _attestation(student: Student, ending: str) -> dict[str, object]:
    state = ending if ending in STATES else "75"
    usual = "NOM-D'USAGE" if ending == "NU" else student.last_name
    first, born = student.first_name, student.birth_on
    if ending == "XX":
        first, born = SOMEBODY_ELSE.first_name, SOMEBODY_ELSE.birth_on
    return {
        "nom": student.last_name,
        "nomUsage": usual,
        "prenom": first.upper(),
        "sexe": "F",
        "date_naissance": f"{born:%d/%m/%Y}",
        "ine": f"220000071{account_letters(student)}",
        "crous": "Clermont-Ferrand",
        "etat": {"code": state, "libelle": STATES[state]},
        "exoneration": {"active": state in EXEMPTIONS, "motif": EXEMPTIONS.get(state, "")},
    }


def account_letters(student: Student) -> str:
    return next(account[:2] for account, each in DEMO.items() if each == student)


def grant(ine: str, today: date) -> dict[str, object] | None:
    """Return the data of a grant holder, None if no grant is known."""
    if ine.upper() in PUBLISHED:
        return PUBLISHED[ine.upper()]
    if not (found := _INE.fullmatch(ine.upper())) or found[1] not in GRANT_NUMBERS:
        return None
    students = [student for account, student in DEMO.items() if account.startswith(found[2])]
    if not students or (found[1] == "80" and today < APPEARS_ON):
        return None
    return _demo_grant(students[0], found[1])


def _demo_grant(student: Student, ending: str) -> dict[str, object]:
    whose = SOMEBODY_ELSE if ending == "74" and student != SOMEBODY_ELSE else student
    if ending == "74" and student == SOMEBODY_ELSE:
        whose = DEMO["STUDENT"]
    begins = date(2021, 9, 1) if ending == "73" else date(2022, 9, 1)
    told = grant_data(whose, begins, "2" if ending == "80" else "5", provisional=ending == "72")
    if ending == "75":
        return {**told, "est_boursier": False}
    if ending == "76":
        return {name: told[name] for name in ("est_boursier", "identite")}
    return told


def grant_data(student: Student, begins: date, level: str, *, provisional: bool = False) -> dict[str, object]:
    """Return `data` of an answer with every scope."""
    return {
        "est_boursier": True,
        "periode_versement_bourse": {"date_rentree": begins.isoformat(), "duree": 12},
        "etablissement_etudes": {"nom_commune": "Clermont-Ferrand", "nom_etablissement": "Démonstration"},
        "echelon_bourse": {"echelon": level, "echelon_bourse_regionale_provisoire": provisional},
        "email": "boursier@demo.test",
        "identite": {
            "nom": student.last_name,
            "prenoms": [student.first_name.upper()],
            "date_naissance": student.birth_on.isoformat(),
            "nom_commune_naissance": "Clermont-Ferrand",
            "sexe": "F",
        },
    }


PUBLISHED = {
    "1234567890A": grant_data(Student("Durand", "Geraldine", date(1990, 1, 1)), date(2018, 9, 1), "6"),
    "1234567890B": grant_data(Student("Longchambon", "Thomas", date(2001, 1, 1)), date(2022, 9, 1), "6"),
    "1234567890C": grant_data(Student("Charbonneau", "Axelle", date(2001, 1, 1)), date(2023, 9, 1), "6"),
    "1234567890D": grant_data(Student("Montgomery", "Marie", date(2001, 1, 3)), date(2023, 9, 1), "7"),
}
"""Test students of the service's own test host, as published on 31 March 2026 (version 3, by INE)."""
