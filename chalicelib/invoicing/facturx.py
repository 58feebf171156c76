"""The invoice of a third-party payer as Factur-X EN 16931: an XML in CII, and its mark in the PDF around it.

Names of the XML are those of UN/CEFACT CII D22B; "BT" is the business term of EN 16931. The text is written
here, without a library: tests check it by the schema and the schematron of Factur-X.
"""

import re
from collections.abc import Iterator
from datetime import date
from xml.sax.saxutils import escape, quoteattr  # nosec B406 - it writes, nothing is parsed

from chalicelib.domain.campaign import PostalAddress
from chalicelib.domain.invoices import Buyer, Invoice
from chalicelib.domain.money import FeeLine

FILE_NAME = "factur-x.xml"
PROFILE = "urn:cen.eu:en16931:2017"
INVOICE = "380"
TRANSFER = "30"
PIECE = "C62"
SIREN, SIRET = "0002", "0009"
EDUCATION = "VATEX-EU-132-1I"
"""BT-121: article 132 (1) (i) of directive 2006/112/EC, which article 261-4-4° of the CGI applies."""
_NAMES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def factur_x(invoice: Invoice, buyer: Buyer) -> str:
    """Return the XML of an invoice to a payer; its lines bear no VAT."""
    names = "".join(f" xmlns:{prefix}={quoteattr(name)}" for prefix, name in _NAMES.items())
    trade = (
        *(_line(place, line) for place, line in enumerate(invoice.lines, 1)),
        _agreement(invoice, buyer),
        "<ram:ApplicableHeaderTradeDelivery/>",
        _settlement(invoice, buyer),
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<rsm:CrossIndustryInvoice{names}>"
        + _of(
            "rsm:ExchangedDocumentContext",
            _of("ram:GuidelineSpecifiedDocumentContextParameter", _text("ram:ID", PROFILE)),
        )
        + _of(
            "rsm:ExchangedDocument",
            _text("ram:ID", str(invoice.number)),
            _text("ram:TypeCode", INVOICE),
            _of("ram:IssueDateTime", _day(invoice.issued_on)),
            _of("ram:IncludedNote", _text("ram:Content", _about(invoice, buyer))),
        )
        + _of("rsm:SupplyChainTradeTransaction", *trade)
        + "</rsm:CrossIndustryInvoice>\n"
    )


def _about(invoice: Invoice, buyer: Buyer) -> str:
    return f"Étudiant : {buyer.student}, dossier {invoice.registration_id}, {invoice.session}"


def _line(place: int, line: FeeLine) -> str:
    return _of(
        "ram:IncludedSupplyChainTradeLineItem",
        _of("ram:AssociatedDocumentLineDocument", _text("ram:LineID", str(place))),
        _of("ram:SpecifiedTradeProduct", _text("ram:Name", line.product)),
        _of(
            "ram:SpecifiedLineTradeAgreement",
            _of("ram:NetPriceProductTradePrice", _amount("ram:ChargeAmount", line.unit_price_cents)),
        ),
        _of(
            "ram:SpecifiedLineTradeDelivery",
            _text("ram:BilledQuantity", str(line.quantity), unitCode=PIECE),
        ),
        _of(
            "ram:SpecifiedLineTradeSettlement",
            _of(
                "ram:ApplicableTradeTax",
                _text("ram:TypeCode", "VAT"),
                _text("ram:CategoryCode", "E"),
                _text("ram:RateApplicablePercent", "0"),
            ),
            _of(
                "ram:SpecifiedTradeSettlementLineMonetarySummation",
                _amount("ram:LineTotalAmount", line.total_excl_tax_cents),
            ),
        ),
    )


def _agreement(invoice: Invoice, buyer: Buyer) -> str:
    seller, client = invoice.seller, invoice.client
    tax = ("VA", buyer.vat_number) if buyer.vat_number else ("FC", seller.siren)
    return _of(
        "ram:ApplicableHeaderTradeAgreement",
        _text("ram:BuyerReference", buyer.service_code),  # BT-10
        _of(
            "ram:SellerTradeParty",
            _text("ram:Name", seller.name),
            _of("ram:SpecifiedLegalOrganization", _text("ram:ID", seller.siren, schemeID=SIREN)),  # BT-30
            _address(seller.address),
            _of("ram:SpecifiedTaxRegistration", _text("ram:ID", tax[1], schemeID=tax[0])),  # BT-31, BT-32
        ),
        _of(
            "ram:BuyerTradeParty",
            _text("ram:Name", client.last_name),
            _of("ram:SpecifiedLegalOrganization", _text("ram:ID", buyer.siret, schemeID=SIRET)),  # BT-47
            _address(client.address) if client.address else "",
        ),
        _of("ram:BuyerOrderReferencedDocument", _text("ram:IssuerAssignedID", buyer.engagement)),  # BT-13
    )


def _settlement(invoice: Invoice, buyer: Buyer) -> str:
    cents = invoice.totals.total_cents
    return _of(
        "ram:ApplicableHeaderTradeSettlement",
        _text("ram:PaymentReference", str(invoice.number)),
        _text("ram:InvoiceCurrencyCode", "EUR"),
        _means(buyer) if buyer.iban else "",
        _of(
            "ram:ApplicableTradeTax",
            _amount("ram:CalculatedAmount", 0),
            _text("ram:TypeCode", "VAT"),
            _text("ram:ExemptionReason", invoice.exemption_mention),
            _amount("ram:BasisAmount", cents),
            _text("ram:CategoryCode", "E"),
            _text("ram:ExemptionReasonCode", EDUCATION),
            _text("ram:RateApplicablePercent", "0"),
        ),
        _of("ram:SpecifiedTradePaymentTerms", _of("ram:DueDateDateTime", _day(buyer.due_on))),
        _of(
            "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
            _amount("ram:LineTotalAmount", cents),
            _amount("ram:TaxBasisTotalAmount", cents),
            _amount("ram:TaxTotalAmount", 0, currencyID="EUR"),
            _amount("ram:GrandTotalAmount", cents),
            _amount("ram:DuePayableAmount", cents),
        ),
    )


def _means(buyer: Buyer) -> str:
    return _of(
        "ram:SpecifiedTradeSettlementPaymentMeans",
        _text("ram:TypeCode", TRANSFER),
        _of("ram:PayeePartyCreditorFinancialAccount", _text("ram:IBANID", buyer.iban)),
        _of("ram:PayeeSpecifiedCreditorFinancialInstitution", _text("ram:BICID", buyer.bic)),
    )


def _address(address: PostalAddress) -> str:
    names = ("ram:LineOne", "ram:LineTwo", "ram:LineThree")
    return _of(
        "ram:PostalTradeAddress",
        _text("ram:PostcodeCode", address.zip_code),
        *(_text(name, line) for name, line in zip(names, address.lines, strict=False)),
        _text("ram:CityName", address.city),
        _text("ram:CountryID", address.country),
    )


def _day(day: date) -> str:
    return _text("udt:DateTimeString", f"{day:%Y%m%d}", format="102")


def _amount(name: str, cents: int, **attributes: str) -> str:
    return _text(name, f"{cents // 100}.{cents % 100:02d}", **attributes)


def _text(name: str, text: str, **attributes: str) -> str:
    """Return an element with a text; "" without one, for an empty element is a mistake in CII."""
    told = _CONTROL.sub("", text).strip()
    given = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{given}>{escape(told)}</{name}>" if told else ""


def _of(name: str, *parts: str) -> str:
    inner = "".join(parts)
    return f"<{name}>{inner}</{name}>" if inner else ""


_BAG = b"</rdf:Bag></pdfaExtension:schemas>"
_END = b"</rdf:RDF>"
_FX = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_PROPERTIES = {
    "DocumentFileName": "The name of the embedded XML document",
    "DocumentType": "The type of the hybrid document in capital letters",
    "Version": "The actual version of the standard applying to the embedded XML document",
    "ConformanceLevel": "The conformance level of the embedded XML document",
}
_VALUES = {
    "DocumentType": "INVOICE",
    "DocumentFileName": FILE_NAME,
    "Version": "1.0",
    "ConformanceLevel": "EN 16931",
}


def marked_as_factur_x(pdf: bytes) -> bytes:
    """Return a PDF of Typst with the XMP properties that name its embedded XML as Factur-X.

    Typst writes no XMP properties of others. Its metadata stream is plain text: a second version of it is
    appended as an incremental update, which PDF/A allows. The first bytes stay as they are.
    """
    begin = pdf.index(b"<?xpacket begin")
    end = pdf.index(b"<?xpacket end", begin)
    closing = pdf.index(b"endstream", end)
    packet = pdf[begin:closing].rstrip()
    told = packet.replace(_BAG, _schema() + _BAG, 1).replace(_END, _description() + _END, 1)
    number = int(re.findall(rb"(\d+) 0 obj", pdf[:begin])[-1])
    last = int(pdf[pdf.rindex(b"startxref") + len(b"startxref") :].split()[0])
    trailer = pdf[pdf.rindex(b"trailer") + len(b"trailer") : pdf.rindex(b"startxref")].strip()
    at = len(pdf) + 1
    head = b"<</Type/Metadata/Subtype/XML/Length %d>>" % len(told)
    body = b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (number, head, told)
    table = b"xref\n0 1\n0000000000 65535 f\r\n%d 1\n%010d 00000 n\r\n" % (number, at)
    previous = trailer[:-2] + b"/Prev %d>>" % last
    return b"%s\n%s%strailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (pdf, body, table, previous, at + len(body))


def _description() -> bytes:
    told = "".join(f"<fx:{name}>{value}</fx:{name}>" for name, value in _VALUES.items())
    return f'<rdf:Description rdf:about="" xmlns:fx="{_FX}">{told}</rdf:Description>'.encode()


def _schema() -> bytes:
    """Return the description of these properties that PDF/A asks for."""
    return (
        '<rdf:li rdf:parseType="Resource">'
        "<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{_FX}</pdfaSchema:namespaceURI>"
        "<pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{''.join(_property_items())}</rdf:Seq></pdfaSchema:property>"
        "</rdf:li>"
    ).encode()


def _property_items() -> Iterator[str]:
    for name, meaning in _PROPERTIES.items():
        yield (
            '<rdf:li rdf:parseType="Resource">'
            f"<pdfaProperty:name>{name}</pdfaProperty:name>"
            "<pdfaProperty:valueType>Text</pdfaProperty:valueType>"
            "<pdfaProperty:category>external</pdfaProperty:category>"
            f"<pdfaProperty:description>{meaning}</pdfaProperty:description>"
            "</rdf:li>"
        )
