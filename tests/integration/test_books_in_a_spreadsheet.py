"""Files of the books as LibreOffice opens them: amounts are numbers, names are text, letters are right."""

import csv
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from chalicelib.domain.exports.files import LedgerKind
from chalicelib.usecases.exports.take_ledger import take_ledger
from chalicelib.usecases.journal.number_journal import number_journal
from tests.usecases.conftest import ACCOUNTANT, CHRIS, Student, chris, ports
from tests.usecases.test_books_taken import opened

__all__ = ["chris", "ports"]

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
FRENCH_CSV = "59,34,76,1,,1036,false,true,false"
"""LibreOffice's filter: semicolon, quotation mark, UTF-8, from line 1, in French, with numbers detected."""
OUT = "59,34,76,1,,1036,false,false,false"


def converted(source: Path) -> list[list[str]]:
    """Open a file as a French spreadsheet does, and return its cells as it shows their values."""
    assert OFFICE
    subprocess.run(  # noqa: S603 - the office of this machine
        [
            OFFICE,
            "--headless",
            f"-env:UserInstallation=file://{source.parent}/profile",
            f"--infilter=CSV:{FRENCH_CSV}",
            "--convert-to",
            f"csv:Text - txt - csv (StarCalc):{OUT}",
            "--outdir",
            str(source.parent / "out"),
            str(source),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    with (source.parent / "out" / source.name).open(encoding="utf-8-sig", newline="") as found:
        return list(csv.reader(found, delimiter=";"))


@pytest.mark.skipif(OFFICE is None, reason="LIBREOFFICE IS NOT HERE: apt-get install libreoffice-calc-nogui")
def test_journal_opens_with_numbers_and_no_formula(chris: Student, tmp_path: Path) -> None:
    person = chris.ports.memory.people[CHRIS.id]
    chris.ports.memory.people[CHRIS.id] = replace(person, last_name="=1+1", first_name="Zoé")
    chris.declares("01")
    chris.pays(chris.opens_the_page())
    chris.is_at("2022-06-25 09:00")
    number_journal(chris.ports)
    days = date(2022, 6, 24), date(2022, 6, 25)
    campaign = chris.ports.campaigns.current()
    files = opened(take_ledger(chris.ports, campaign, LedgerKind.JOURNAL, *days, ACCOUNTANT)[1])
    source = tmp_path / "journal.csv"
    source.write_bytes(files["journal-2022-06-24-2022-06-25.csv"])
    heading, first, *_ = converted(source)
    row = dict(zip(heading, first, strict=True))
    assert (row["Numéro"], row["Libellé du compte"]) == ("1", "Étudiants et tiers payeurs")
    assert row["Nom du tiers"].lstrip("'") == "=1+1 Zoé"
    assert float(row["Débit"].replace(",", ".")) == 601
