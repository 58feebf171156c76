"""A school's own accounts and layout in its campaign file: read whole, or refused with the place."""

import pytest

from chalicelib.campaigns.reader import read_campaign
from chalicelib.domain.exports.layouts import (
    NO_MAPPING,
    Align,
    Charset,
    Column,
    Field,
    Form,
    Layout,
    LineEnd,
)
from tests.unit.campaigns.conftest import Refusals

CHART = ("411", "706", "44571", "5115", "5112", "512", "658", "6588", "6541", "4191", "471", "627")
MAPPED = "\n".join(f'    "{each}": {{account: "{each:0<8}", centre: "UB900"}}' for each in CHART)
ACCOUNTING = f"""accounting:
  journal: "DRO"
  journal_label: "Droits"
  accounts:
{MAPPED}
  layout:
    form: fixed
    separator: tab
    charset: iso-8859-15
    line_end: lf
    dates: "JJMMAA"
    decimal: ""
    names: false
    header: "LOT {{batch}} DU {{date}}"
    ending: txt
    columns:
      - {{name: "COMPTE", target: account, width: 8}}
      - {{name: "UB", target: centre, width: 6}}
      - {{name: "DEBIT", fact: debit, width: 12, align: right, fill: "0"}}
      - {{name: "DEVISE", text: "EUR", width: 3}}
"""
MENTION = "exemption_mention:"


def test_layout_and_accounts_are_read(imaginary_text: str) -> None:
    read = read_campaign(
        imaginary_text.replace(MENTION, f"{ACCOUNTING}{MENTION}", 1), "ecole.yaml"
    ).accounting
    assert (read.journal, read.journal_label, len(read.accounts)) == ("DRO", "Droits", len(CHART))
    assert read.target("706") == {"account": "70600000", "centre": "UB900"}
    assert read.layout == Layout(
        (
            Column("COMPTE", target="account", width=8),
            Column("UB", target="centre", width=6),
            Column("DEBIT", Field.DEBIT, width=12, align=Align.RIGHT, fill="0"),
            Column("DEVISE", text="EUR", width=3),
        ),
        Form.FIXED,
        "\t",
        Charset.LATIN9,
        LineEnd.LF,
        "JJMMAA",
        "",
        has_names=False,
        header="LOT {batch} DU {date}",
        ending="txt",
    )


def test_school_without_a_section_keeps_our_accounts(imaginary_text: str) -> None:
    assert read_campaign(imaginary_text, "ecole.yaml").accounting == NO_MAPPING


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        (
            '    "471": {account: "47100000", centre: "UB900"}\n',
            "",
            "le compte 471 n'a pas de compte de l'école",
        ),
        (', centre: "UB900"}', "}", "le compte 411 n'a pas : centre"),
        ("target: account, width: 8", "target: account", "colonnes sans largeur (« width ») : COMPTE"),
        ('text: "EUR"', 'text: "EUR", fact: credit', "un seul des trois"),
        ("{date}", "{person}", "seuls {batch}, {date}, {lines}, {debit}, {credit} sont remplacés"),
        ("{date}", "{date", "seuls {batch}"),
        ("fact: debit", "fact: name", "valeurs admises"),
        ("charset: iso-8859-15", "charset: ebcdic", "valeurs admises"),
        ("charset: iso-8859-15", "charsets: ascii", "cette clé est inconnue"),
    ],
)
def test_what_does_not_fit_is_refused(refusals: Refusals, was: str, becomes: str, said: str) -> None:
    (error,) = refusals((MENTION, f"{ACCOUNTING}{MENTION}"), (was, becomes))
    assert said in error


def test_columns_of_a_mapping_that_is_not_there_are_refused(refusals: Refusals) -> None:
    columns = 'accounting: {layout: {columns: [{name: "UB", target: centre}]}}\n'
    (error,) = refusals((MENTION, f"{columns}{MENTION}"))
    assert "des colonnes ont un « target », mais « accounts » est vide" in error
