"""Who held which role on a day, as a file for a French spreadsheet."""

import csv
from io import StringIO

from chalicelib.domain.calendar import PARIS
from chalicelib.domain.languages import Language
from chalicelib.domain.people import Role
from chalicelib.domain.trail.rights import Right, Rights
from chalicelib.portal.people_words import role_word
from chalicelib.portal.texts import marked, said

COLUMNS = ("Personne", "Nom", "Rôles", "Compte ouvert", "Depuis", "Par", "Source")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def roles_of(right: Right, language: Language = Language.FR) -> str:
    words = (role_word(Role(each)) for each in right.roles if each in set(Role))
    return ", ".join(said(word, language) for word in words)


def source_of(right: Right) -> str:
    return marked("journal d'audit") if right.is_told else marked("avant le journal d'audit")


def rights_csv(found: Rights) -> bytes:
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in found.rights:
        since = each.since.astimezone(PARIS).isoformat(timespec="seconds") if each.since else ""
        name = found.names.get(each.person_id, "")
        writer.writerow(
            (
                each.person_id,
                f"'{name}" if name.startswith(FORMULA) else name,
                roles_of(each),
                "oui" if each.is_active else "non",
                since,
                each.by,
                source_of(each),
            )
        )
    return text.getvalue().encode("utf-8-sig")
