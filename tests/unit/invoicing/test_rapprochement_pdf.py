"""The paper of an état de rapprochement, read back from the PDF."""

from datetime import date

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.parties import seller_of
from chalicelib.domain.treasury.rapprochement import Rapprochement, Suspended
from chalicelib.domain.treasury.rapprochement_paper import RapprochementPaper
from chalicelib.invoicing.render import render_rapprochement
from tests.fakes.ports import MANUAL_DAY
from tests.unit.invoicing.test_statement_pdf import words

DAY = date(2022, 6, 30)
FOUND = Rapprochement(
    *("INP-1", "INP", "FR7630001007941234567890185", DAY, 1000000, DAY, 998750, 60100),
    unshown=(Suspended("a", DAY, "payment", 60100),),
    unbooked=(Suspended("b", DAY, "new", -1250),),
    prepared_by="00000000000000a1",
    prepared_at=MANUAL_DAY,
    digest="0" * 64,
)


def test_paper_tells_both_sides_and_who_signed() -> None:
    seller = seller_of(load_shipped("clermont-auvergne-inp-2022"))
    told = words(render_rapprochement(RapprochementPaper(seller, "512", FOUND, "A. Première", "")))
    assert "État de rapprochement bancaire au 30/06/2022" in told
    assert "Virement saisi, pas encore au relevé 601,00" in told
    assert "Ligne non expliquée -12,50" in told
    assert "Livres, ajustés : 588,50 €" in told
    assert "Banque, ajustée : 588,50 €" in told
    assert "Différence : 0,00 €" in told
    assert "Établi par : A. Première" in told
