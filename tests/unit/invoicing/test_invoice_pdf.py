import io
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path

import outloud  # type: ignore[import-untyped] # ships no types
import pypdfium2  # type: ignore[import-untyped] # ships no types
import pytest
from pypdf import PdfReader

from chalicelib.domain.campaign import PostalAddress
from chalicelib.domain.invoices import Certificate, CertifiedPayment, Client, Invoice, Seller
from chalicelib.domain.money import FeeLine
from chalicelib.invoicing.render import render_certificate, render_invoice

MakeInvoice = Callable[..., Invoice]


@pytest.fixture
def certificate(seller: Seller, client: Client) -> Certificate:
    return Certificate(
        seller=seller,
        client=client,
        session="I2223_Y1_1A - Ingénieur Isima 1ère année",
        payments=(
            CertifiedPayment(date(2022, 6, 24), "Carte bancaire", 200_31),
            CertifiedPayment(date(2022, 7, 10), "Prélèvement du 10 juillet", 200_31),
        ),
        total_paid_cents=400_62,
        total_due_cents=601_00,
        issued_on=date(2022, 7, 12),
    )


def words(pdf: bytes) -> str:
    """What a reader reads, in order, with plain spaces."""
    document = pypdfium2.PdfDocument(pdf)
    pages = (page.get_textpage().get_text_bounded() for page in document)
    return " ".join(" ".join(pages).replace("\u200b", "").split())


def xmp(pdf: bytes) -> str:
    metadata = PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Metadata"]  # type: ignore[index] # untyped tree
    return str(metadata.get_data().decode())


def accessibility(pdf: bytes, folder: Path) -> outloud.Result:
    path = folder / "document.pdf"
    path.write_bytes(pdf)
    return outloud.check(str(path))


def test_invoice_reads_like_the_manuals(make_invoice: MakeInvoice) -> None:
    read = words(render_invoice(make_invoice()))
    for expected in (
        "CLERMONT AUVERGNE INP",
        "Facture n° 9196",
        "Date : 24/06/2022",
        "Libellé : Paiement en ligne",
        "Nom de la session : P2223_Y3_3A - Ingénieur Polytech - spécialité Génie Civil 3ème année",
        "Client : Chris TESTCD",
        "Désignation Inscrits Qté Prix unitaire HT (€) Remise (%) TVA (%) Montant HT (€)",
        "Droits de scolarité* 1 1 3 770,00 0,00 0,00 3 770,00",
        "* Non soumis à la TVA selon l'art. 261-4-4 du C.G.I.",
        "Total HT : 3 770,00 €",
        "Total TVA : 0,00 €",
        "Total TTC : 3 770,00 €",
    ):
        assert expected in read


def test_invoice_carries_the_legal_mentions(make_invoice: MakeInvoice) -> None:
    read = words(render_invoice(make_invoice()))
    for expected in (
        "1 rue de la Démonstration 63000 Clermont-Ferrand SIREN 000 000 000",
        "Chris TESTCD 3 allée des Essais 63170 Aubière",
        "Commande : n° 9357",
        "Réglé au 24/06/2022 : 3 770,00 €",
        "Reste à payer à cette date : 0,00 €",
        "Facture soldée le 24/06/2022.",
    ):
        assert expected in read


def test_partly_paid_invoice_says_what_is_left(make_invoice: MakeInvoice) -> None:
    read = words(render_invoice(make_invoice(paid_cents=1_256_54, settled_on=None)))
    assert "Réglé au 24/06/2022 : 1 256,54 €" in read
    assert "Reste à payer à cette date : 2 513,46 €" in read
    assert "soldée" not in read


def test_taxed_lines_show_rates_and_no_exemption(make_invoice: MakeInvoice) -> None:
    line = FeeLine("Parapluie", 2, 19_90, vat_rate=Decimal(20), discount_percent=Decimal("12.5"))
    read = words(render_invoice(make_invoice(lines=(line,))))
    assert "Parapluie 1 2 19,90 12,50 20,00 34,82" in read
    assert "Total TVA : 6,96 €" in read
    assert "Non soumis" not in read


def test_address_abroad_ends_with_its_country(make_invoice: MakeInvoice) -> None:
    abroad = Client("Chris", "TESTCD", PostalAddress(("1 rue Test",), "16000", "Alger", "DZ"))
    assert "16000 Alger ALGÉRIE" in words(render_invoice(make_invoice(client=abroad)))


def test_client_without_address_has_an_invoice(make_invoice: MakeInvoice) -> None:
    read = words(render_invoice(make_invoice(client=Client("Chris", "TESTCD", None))))
    assert "Chris TESTCD Facture n° 9196" in read


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('#panic("x")', '#panic("x")'),
        ("*gras* _penché_ `code`", "*gras* _penché_ `code`"),
        ("$x^2$ @ref <label> // rien /* rien */", "$x^2$ @ref <label> // rien /* rien */"),
        ('"] #set text(fill: white) [', '"] #set text(fill: white) ['),
        ("\\u{41} \\n {{ }} ]]", "\\u{41} \\n {{ }} ]]"),
        ("<b>x</b> &amp;", "<b>x</b> &amp;"),
        ("deux\r\nlignes\tici\u2028là", "deux lignes ici là"),
        ("caché\x00\x07\u202e\ue000\ufeff", "caché"),
        ("Zoé Łukasz Ngọc Ş", "Zoé Łukasz Ngọc Ş"),
        ("Ze\u0301lie", "Zélie"),
        ("Юлия", "Юлия"),
        ("Fête 🎓 李", "Fête 李"),
        ("W" * 300, "W" * 20),
    ],
)
def test_names_are_printed_never_run(make_invoice: MakeInvoice, name: str, shown: str) -> None:
    pdf = render_invoice(make_invoice(client=Client(name, "TESTCD", None), label=name))
    assert shown in words(pdf)


def test_arabic_name_is_printed(make_invoice: MakeInvoice, tmp_path: Path) -> None:
    pdf = render_invoice(make_invoice(client=Client("عمر", "TESTCD", None)))
    assert set("عمر") <= set(words(pdf))
    assert accessibility(pdf, tmp_path).verdict == "pass"


def test_endless_name_stays_on_the_sheet(make_invoice: MakeInvoice) -> None:
    pdf = render_invoice(make_invoice(client=Client("W" * 300, "W" * 300, None)))
    page = pypdfium2.PdfDocument(pdf)[0]
    text = page.get_textpage()
    right_edges = [text.get_charbox(rank)[2] for rank in range(text.count_chars())]
    assert max(right_edges) < page.get_width() - 55


def test_long_invoice_repeats_its_headings_and_counts_its_pages(make_invoice: MakeInvoice) -> None:
    read = words(render_invoice(make_invoice(lines=(FeeLine("Module", 1, 10_00),) * 60)))
    assert read.count("Désignation Inscrits") == 3
    assert "page 3 / 3" in read


def test_invoice_passes_the_accessibility_checker(make_invoice: MakeInvoice, tmp_path: Path) -> None:
    result = accessibility(render_invoice(make_invoice()), tmp_path)
    assert (result.verdict, result.errors, result.warnings) == ("pass", 0, 0)


def test_certificate_passes_the_accessibility_checker(certificate: Certificate, tmp_path: Path) -> None:
    result = accessibility(render_certificate(certificate), tmp_path)
    assert (result.verdict, result.errors, result.warnings) == ("pass", 0, 0)


def test_documents_declare_archive_and_accessibility_standards(
    make_invoice: MakeInvoice, certificate: Certificate
) -> None:
    for pdf in (render_invoice(make_invoice()), render_certificate(certificate)):
        declared = xmp(pdf)
        assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in declared
        assert "<pdfuaid:part>1</pdfuaid:part>" in declared


def test_dates_inside_are_those_of_the_facts(make_invoice: MakeInvoice) -> None:
    declared = xmp(render_invoice(make_invoice()))
    assert "<xmp:CreateDate>2022-06-24T00:00:00Z</xmp:CreateDate>" in declared
    assert "<xmp:ModifyDate>2022-06-24T00:00:00Z</xmp:ModifyDate>" in declared


def test_same_facts_give_the_same_bytes(make_invoice: MakeInvoice) -> None:
    first = render_invoice(make_invoice())
    assert render_invoice(make_invoice(number=9197)) != first
    assert render_invoice(make_invoice()) == first


def test_invoices_drawn_at_once_keep_to_themselves(make_invoice: MakeInvoice) -> None:
    numbers = range(9196, 9208)
    with ThreadPoolExecutor(6) as pool:
        pdfs = list(pool.map(lambda number: render_invoice(make_invoice(number=number)), numbers))
    for number, pdf in zip(numbers, pdfs, strict=True):
        assert f"Facture n° {number}" in words(pdf)


def test_certificate_lists_what_has_been_paid(certificate: Certificate) -> None:
    read = words(render_certificate(certificate))
    for expected in (
        "Attestation de paiement",
        "Clermont Auvergne INP atteste avoir reçu de Chris TESTCD, à la date du 12/07/2022,",
        "Nom de la session : I2223_Y1_1A - Ingénieur Isima 1ère année",
        "24/06/2022 Carte bancaire 200,31",
        "10/07/2022 Prélèvement du 10 juillet 200,31",
        "Total dû : 601,00 €",
        "Total réglé : 400,62 €",
        "Reste à payer : 200,38 €",
    ):
        assert expected in read


def test_typesetter_is_loaded_only_for_a_document() -> None:
    program = "import sys, chalicelib.invoicing.render; sys.exit('typst' in sys.modules)"
    root = Path(__file__).parents[3]
    asked = [sys.executable, "-c", program]
    assert subprocess.run(asked, cwd=root, check=False).returncode == 0  # noqa: S603 - the program above
