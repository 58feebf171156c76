"""The books of a year → the FEC (fichier des écritures comptables) with its description, as one ZIP.

Livre des procédures fiscales, art. A47 A-1, VI and VII: 18 fields in their order, tab between them, one entry
line a record, days as AAAAMMJJ, amounts with a decimal comma and no thousands, ISO 8859-15, records in the
order of validation, the file named SirenFECAAAAMMJJ. `tests/unit/invoicing/test_fec.py` has the rules by
which the administration's own checker (Test Compta Demat) accepts a file.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from chalicelib.domain.books.chart import Book
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.exports.files import Carried, FecOrder, Lettered
from chalicelib.domain.exports.ledger_lines import OF_A_PARTY, LedgerLine
from chalicelib.invoicing.exports.archive import as_json, zipped
from chalicelib.invoicing.exports.cells import amount, encoded, paris, plain
from chalicelib.invoicing.exports.sheet_file import Facts, control_sheet
from chalicelib.invoicing.exports.words import EVENTS, account_label, entry_label

FIELDS = (
    *("JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib"),
    *("CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit"),
    *("EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise"),
)
MEANINGS = (
    *("code du journal", "libellé du journal", "numéro de l'écriture dans son journal, sans rupture"),
    *("date de comptabilisation", "numéro de compte", "libellé du compte"),
    *("compte auxiliaire : l'étudiant, sur les comptes tenus par tiers ; vide ailleurs",),
    *("nom du tiers ; son numéro si le nom a été effacé", "pièce : facture, avoir, règlement, remise"),
    *("date de la pièce", "événement et pièce", "montant au débit", "montant au crédit"),
    *("lettrage ; en minuscules s'il est partiel ; vide sinon", "date de la dernière écriture du groupe"),
    *("date de validation : l'écriture n'est plus modifiable", "vide : tout est en euros", "vide"),
)
PREAMBLE = """\
Description du fichier {name}.txt (livre des procédures fiscales, art. A47 A-1)
Entité : SIREN {siren}. Exercice du 01/01/{year} au 31/12/{year}.
Établi le {made_at}. Enregistrements : {records}.
Fichier à plat, zones séparées par une tabulation ; la première ligne nomme les zones.
Jeu de caractères ISO 8859-15, fin d'enregistrement CR LF.
Dates AAAAMMJJ. Montants en euros, virgule décimale, sans séparateur de milliers.
Comptabilité auxiliaire des droits d'inscription, centralisée par lots dans la comptabilité générale.
Les écritures de l'exercice ont une seule suite de numéros, sans rupture, tirés une fois le jour achevé.
Les soldes d'ouverture sont l'écriture 1 du journal {carried} ; le résultat y est au compte {result}.
Comptes tenus par tiers : {parties}. Le tiers est l'étudiant, même quand un tiers payeur règle pour lui.
Lettrage du compte 411 par tiers, à la clôture ou au jour de l'établissement. Comptes non lettrés faute de
lecture : {unlettered}.
"""
CHARSET = "iso-8859-15"
CARRIED_CODE, CARRIED_LABEL = "AN", "À nouveaux"
RESULT_LABEL = "Report à nouveau"


def render_fec(order: FecOrder) -> bytes:
    """Return the ZIP: the file, its description, its control sheet, and the same as JSON."""
    rows = [*_carried(order), *(_row(order, line) for line in order.lines)]
    text = "".join("\t".join(row) + "\r\n" for row in (FIELDS, *rows))
    file = encoded(text, CHARSET)
    return zipped(
        {
            f"{order.name}.txt": file,
            f"{order.name}-description.txt": encoded(_description(order, rows), CHARSET),
            f"{order.name}-controle.csv": control_sheet(_facts(order), order.control, file),
            f"{order.name}.json": as_json(
                {
                    "siren": order.siren,
                    "year": order.year,
                    "made_at": paris(order.made_at),
                    "records": [dict(zip(FIELDS, row, strict=True)) for row in rows],
                }
            ),
        },
        order.made_at,
    )


def _row(order: FecOrder, line: LedgerLine) -> Sequence[str]:
    entry, letters = line.entry, _letters(order, line)
    return (
        _text(order.export.journal),
        _text(order.export.journal_label),
        str(entry.number),
        _day(entry.dated_on),
        line.posting.account,
        account_label(line.posting.book),
        line.party,
        _text(line.party_name),
        _text(entry.subject),
        _day(entry.dated_on),
        _text(entry_label(entry)),
        amount(line.debit_cents),
        amount(line.credit_cents),
        letters.code if letters else "",
        _day(letters.on) if letters else "",
        _day(paris_day(entry.booked_at)),
        "",
        "",
    )


def _letters(order: FecOrder, line: LedgerLine) -> Lettered | None:
    """Return the letter of a line of account 411; other accounts have none."""
    return order.letters.get(line.entry.id) if line.posting.book is Book.RECEIVABLE else None


def _carried(order: FecOrder) -> Iterator[Sequence[str]]:
    first = _day(date(order.year, 1, 1))
    for each in order.carried:
        yield (
            CARRIED_CODE,
            CARRIED_LABEL,
            "1",
            first,
            each.account,
            _label(each),
            each.party,
            _text(each.party_name) if each.party else "",
            f"AN{order.year}",
            first,
            f"{CARRIED_LABEL} {order.year}",
            amount(max(0, each.cents)),
            amount(max(0, -each.cents)),
            "",
            "",
            first,
            "",
            "",
        )


def _label(each: Carried) -> str:
    return account_label(each.book) if each.book else RESULT_LABEL


def _text(text: str) -> str:
    """Return a text without the separators that the file, or its readers, take for ends of fields."""
    return plain(text.replace("|", " "))


def _day(when: date) -> str:
    return f"{when:%Y%m%d}"


def _facts(order: FecOrder) -> Facts:
    return Facts(
        f"Fichier des écritures comptables {order.name}.txt",
        order.made_at,
        (("Dernier lot comptable, empreinte", order.batch_hash),),
    )


def _description(order: FecOrder, rows: Sequence[Sequence[str]]) -> str:
    """Return the description that accompanies the file (art. A47 A-1, X)."""
    accounts = dict(sorted((row[4], row[5]) for row in rows))
    kept = sorted({line.posting.account for line in order.lines if line.posting.book in OF_A_PARTY})
    told = PREAMBLE.format(
        name=order.name,
        siren=order.siren,
        year=order.year,
        made_at=paris(order.made_at),
        records=len(rows),
        carried=CARRIED_CODE,
        result=order.export.carry_account,
        parties=", ".join(kept) or "aucun mouvement",
        unlettered=order.unlettered,
    )
    fields = enumerate(zip(FIELDS, MEANINGS, strict=True), 1)
    lines = [
        *told.splitlines(),
        "",
        "Zones :",
        *(f"{rank}. {name} : {meaning}" for rank, (name, meaning) in fields),
        "",
        "Journaux :",
        f"{order.export.journal} : {order.export.journal_label}",
        f"{CARRIED_CODE} : {CARRIED_LABEL}",
        "",
        "Comptes :",
        *(f"{number} : {label}" for number, label in accounts.items()),
        "",
        "Événements du libellé :",
        *EVENTS.values(),
        "",
    ]
    return "\r\n".join(lines)
