"""Records of the audit trail as a file for a French spreadsheet: codes, and the words for them."""

from collections.abc import Iterable, Mapping

from chalicelib.domain.calendar import PARIS
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.trail.audit import AuditRecord
from chalicelib.portal.audit_words import act_word, actor_word, detail_words
from chalicelib.portal.list_csv import csv_of

COLUMNS = (
    *("N°", "Quand", "Par", "Nom", "Acte", "Code de l'acte", "Dossier de", "Nom de la personne"),
    *("Objet", "Motif", "Détails", "Empreinte"),
)


def audit_csv(records: Iterable[AuditRecord], names: Mapping[str, str], campaign: Campaign) -> bytes:
    return csv_of((COLUMNS, *(_row(each, names, campaign) for each in records)))


def _row(record: AuditRecord, names: Mapping[str, str], campaign: Campaign) -> tuple[str, ...]:
    details = (detail_words(name, value, campaign) for name, value in sorted(record.details.items()))
    return (
        str(record.number),
        record.at.astimezone(PARIS).isoformat(timespec="seconds"),
        record.by,
        names.get(record.by) or actor_word(record.by),
        act_word(record.act),
        record.act.value,
        record.subject_id,
        names.get(record.subject_id, ""),
        record.target,
        record.reason,
        " ; ".join(details),
        record.hash,
    )
