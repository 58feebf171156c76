"""The rules by which the administration's checker of FEC files (DGFiP, Test Compta Demat) accepts one.

Read in its published source (github.com/DGFiP/Test-Compta-Demat, `trt_txt.pl`, `init.pl`, `FECCOM.sql`), and
those of LPF art. A47 A-1 that it leaves to the inspector. Each finding is one sentence.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

FIELDS = [
    *("JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum"),
    *("CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet"),
    *("ValidDate", "Montantdevise", "Idevise"),
]
NAME = re.compile(r"(\d{9})FEC(20\d{2}[01]\d[0-3]\d)\.txt")
ALWAYS = (
    *("JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib"),
    *("PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "ValidDate"),
)
DATES = ("EcritureDate", "PieceDate", "DateLet", "ValidDate")
AMOUNT = re.compile(r"-?\d+,\d{2}")


def findings(name: str, data: bytes) -> list[str]:
    return list(_findings(name, data))


def records(data: bytes) -> list[dict[str, str]]:
    lines = data.decode("iso-8859-15").removesuffix("\r\n").split("\r\n")
    return [dict(zip(FIELDS, line.split("\t"), strict=True)) for line in lines[1:]]


def _findings(name: str, data: bytes) -> Iterator[str]:
    named = NAME.fullmatch(name)
    if not named:
        yield f"name: {name}"
        return
    lines = data.decode("iso-8859-15").removesuffix("\r\n").split("\r\n")
    if lines[0].split("\t") != FIELDS:
        yield "heading"
    if len(lines) < 2:
        yield "no record"
    if any(len(line.split("\t")) != len(FIELDS) for line in lines) or "|" in data.decode("iso-8859-15"):
        yield "zones"
        return
    found = records(data)
    for rank, row in enumerate(found, 2):
        yield from (f"line {rank}: {told}" for told in _record(row, named[2]))
    yield from _whole(found)


def _record(row: dict[str, str], closes_on: str) -> Iterator[str]:
    yield from (f"{field} is empty" for field in ALWAYS if not row[field].strip())
    if not re.match(r"\d{3}", row["CompteNum"]):
        yield "CompteNum does not begin with three digits"
    for field in DATES:
        if row[field] and not _is_day(row[field]):
            yield f"{field} is no day"
    yield from _amounts(row)
    for one, other in (
        ("CompAuxNum", "CompAuxLib"),
        ("EcritureLet", "DateLet"),
        ("Montantdevise", "Idevise"),
    ):
        if bool(row[one]) != bool(row[other]):
            yield f"{one} without {other}"
    if not f"{closes_on[:4]}0101" <= row["EcritureDate"] <= closes_on:
        yield "EcritureDate is outside the year"


def _amounts(row: dict[str, str]) -> Iterator[str]:
    if not all(AMOUNT.fullmatch(row[field]) for field in ("Debit", "Credit")):
        yield "amounts"
    elif (_cents(row["Debit"]) == 0) == (_cents(row["Credit"]) == 0):
        yield "debit and credit, or neither"


def _whole(found: Sequence[dict[str, str]]) -> Iterator[str]:
    totals: Counter[tuple[str, str]] = Counter()
    numbers: dict[str, list[int]] = {}
    for row in found:
        totals[row["JournalCode"], row["EcritureNum"]] += _cents(row["Debit"]) - _cents(row["Credit"])
        drawn = numbers.setdefault(row["JournalCode"], [])
        if not drawn or drawn[-1] != int(row["EcritureNum"]):
            drawn.append(int(row["EcritureNum"]))
    yield from (f"entry {key} is not balanced" for key, cents in totals.items() if cents)
    for journal, drawn in numbers.items():
        if drawn != list(range(1, len(drawn) + 1)):
            yield f"{journal}: numbers {drawn}"
    validated = [row["ValidDate"] for row in found]
    if validated != sorted(validated):
        yield "records are not in the order of validation"


def _cents(amount: str) -> int:
    return int(amount.replace(",", ""))


def _is_day(text: str) -> bool:
    try:
        return datetime.strptime(text, "%Y%m%d").strftime("%Y%m%d") == text  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return False
