"""Everything on a student → one ZIP: rows, documents, journal, who did what and when, the verification."""

from collections.abc import Mapping
from dataclasses import asdict

from chalicelib.domain.exports.batches import digest_of
from chalicelib.domain.exports.ledger_lines import lines_of
from chalicelib.domain.exports.packs import Checked, Pack
from chalicelib.invoicing.exports.archive import as_json, zipped
from chalicelib.invoicing.exports.cells import amount, inert, paris, separated
from chalicelib.invoicing.exports.words import account_label, entry_label

SAID = {
    Checked.RECORD_ALTERED: "enregistrement du journal d'audit modifié",
    Checked.RECORD_UNLINKED: "enregistrement du journal d'audit qui ne suit pas le précédent",
    Checked.ENTRY_ALTERED: "écriture différente de ce que dit le journal d'audit",
    Checked.ENTRY_UNTOLD: "écriture dont le journal d'audit ne parle pas encore",
    Checked.DOCUMENT_ALTERED: "document modifié depuis qu'il a été établi",
    Checked.DOCUMENT_MISSING: "document numéroté dont le PDF n'a pas encore été établi",
}
TRAIL = ("Numéro", "Date", "Auteur", "Nom", "Acte", "Objet", "Motif", "Détails", "Empreinte")
JOURNAL = ("Numéro", "Date", "Enregistré le", "Compte", "Libellé du compte", "Libellé", "Débit", "Crédit")


def render_pack(pack: Pack) -> bytes:
    """Return the ZIP, with the digest of each of its files."""
    files: dict[str, bytes] = {
        "donnees.json": as_json(pack.records),
        "journal.csv": _journal(pack),
        "journal.json": as_json([asdict(each) for each in pack.journal]),
        "audit.csv": _trail(pack),
        "audit.json": as_json([_record(asdict(each)) for each in pack.trail]),
        "verification.txt": _verification(pack),
        **pack.documents,
    }
    digests = "".join(f"{digest_of(data)}  {name}\n" for name, data in sorted(files.items()))
    return zipped({**files, "empreintes-sha256.txt": digests.encode()}, pack.made_at)


def _record(facts: Mapping[str, object]) -> Mapping[str, object]:
    return {name: value for name, value in facts.items() if name != "salt"}


def _journal(pack: Pack) -> bytes:
    rows = [
        (
            str(line.entry.number or ""),
            f"{line.entry.dated_on:%d/%m/%Y}",
            paris(line.entry.booked_at),
            line.posting.account,
            account_label(line.posting.book),
            inert(entry_label(line.entry)),
            amount(line.debit_cents),
            amount(line.credit_cents),
        )
        for line in lines_of(pack.journal, {})
    ]
    return separated([JOURNAL, *rows]).encode("utf-8-sig")


def _trail(pack: Pack) -> bytes:
    rows = [
        (
            str(each.number),
            paris(each.at),
            each.by,
            inert(pack.names.get(each.by, "")),
            each.act,
            each.target,
            inert(each.reason),
            inert(", ".join(f"{name} {value}" for name, value in sorted(each.details.items()))),
            each.hash,
        )
        for each in pack.trail
    ]
    return separated([TRAIL, *rows]).encode("utf-8-sig")


def _verification(pack: Pack) -> bytes:
    found = [f"- {SAID[each.what]} : {each.about}" for each in pack.findings]
    lines = [
        f"Dossier {pack.person_id}, {pack.holder}",
        f"Établi le {paris(pack.made_at)}",
        f"Enregistrements du journal d'audit : {len(pack.trail)}, recalculés et reliés au précédent.",
        f"Actes pas encore scellés : {pack.waiting}.",
        f"Écritures : {len(pack.journal)}, comparées aux empreintes du journal d'audit.",
        f"Documents et preuves : {len(pack.documents)}.",
        "",
        "Constats :" if found else "Aucun écart.",
        *found,
        "",
    ]
    return "\n".join(lines).encode()
