"""What fuzzing feeds: a target's judge is given bytes of somebody else's, and says what became of them.

Whatever a judge raises is a finding: a crash, or an assertion about what was accepted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz import files, messages

SAMPLES = Path(__file__).parents[1] / "samples"


@dataclass(frozen=True)
class Target:
    """`seeds` are inputs to begin with; `words` are what guidance may put together."""

    judge: Callable[[bytes], str]
    seeds: tuple[bytes, ...]
    words: tuple[str, ...] = ()


TARGETS = {
    "notification": Target(
        messages.notification,
        (b"0" + messages.PAID, b"1\0\0\0", b"1\0\3\1\x31", b"2" + messages.PAID, b"2Mt=100&Ref=1&Err=00114"),
        ("Mt=", "Ref=", "Auto=", "Appel=", "Trans=", "Err=", "Card=", "Abo=", "&Sign=", "00000", "%2B"),
    ),
    "direct answer": Target(
        messages.direct_answer,
        (
            messages.FOUND
            + b"\n"
            + messages.FOUND.replace(b"0000000042", b"0000000043")
            + b"&STATUS=Captur\xe9",
            messages.FOUND.replace(b"=00000", b"=00007"),
            b"",
        ),
        ("NUMQUESTION=", "SITE=", "RANG=", "CODEREPONSE=", "STATUS=", "NUMTRANS=", "NUMAPPEL=", "REFABONNE="),
    ),
    "CAS answer": Target(
        messages.cas_answer,
        (
            messages.CAS,
            b'<?xml version="1.0" encoding="UTF-8"?>\n' + messages.CAS,
            messages.CAS.replace(b"chris<", b"<![CDATA[chris]]><"),
            messages.CAS.replace(b"<cas:user>", b"<!-- who --><cas:user>"),
            messages.CAS.replace(b"Success>", b'Failure code="INVALID_TICKET">'),
        ),
        ("<cas:user>", "</cas:user>", "<![CDATA[", "]]>", "<!--", "-->", "xmlns", "encoding", "&#99;", "<?"),
    ),
    "CAS log-out": Target(
        messages.cas_logout, (messages.LOGOUT,), ("<samlp:SessionIndex>", "ST-", "<!--", "-->", "xmlns")
    ),
    "file of students": Target(
        files.students,
        tuple(files.STUDENTS.encode(each) for each in ("utf-8", "utf-8-sig", "cp1252")),
        ("I2223_Y1_1A", "chris@demo.test", "01/01/2000", '"', ";", "\r\n", "=", "0123456789A", "+33"),
    ),
    "file of staff": Target(
        files.staff, (files.STAFF_FILE.encode(),), ("comptable", "audit", "scolarite", "etudiant", '"', ",")
    ),
    "bank's statement": Target(
        files.statement,
        (files.STATEMENT.encode(), (SAMPLES / "releve-cfonb120.txt").read_bytes()),
        ("Date", "Libellé", "Montant", "Débit", "Crédit", "24/06/2022", "2022-06-24", "601,00", "EUR"),
    ),
    "campaign file": Target(
        files.campaign,
        (
            files.CAMPAIGN_FILE.encode(),
            b'windows: [{opens_at: "2022-06-01 00:00"}]',
            b"id: &a b\nlabel: *a\n",
        ),
        ("windows:", "opens_at:", '"2022-06-01 00:00"', "!!python", "&a", "*a", "- ", "{", "[", "<<:"),
    ),
}
