"""The paper of a slip of cheques, read back from the PDF."""

from datetime import date

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.parties import seller_of
from chalicelib.domain.treasury.slip_paper import SlipPaper
from chalicelib.domain.treasury.slips import SlipLine
from chalicelib.invoicing.render import render_slip
from tests.unit.invoicing.test_statement_pdf import words


def test_paper_lists_each_cheque_their_number_and_their_sum() -> None:
    lines = (
        SlipLine("0012345", "Banque A", "TESTCD Chris", 60100),
        SlipLine("99", "", "TESTLOU Lou", 340000),
    )
    seller = seller_of(load_shipped("clermont-auvergne-inp-2022"))
    told = words(render_slip(SlipPaper(seller, "INP-000001", date(2022, 6, 24), "", lines)))
    assert "Bordereau de remise de chèques INP-000001" in told
    assert "1 0012345 Banque A TESTCD Chris 601,00" in told
    assert "Nombre de chèques : 2" in told
    assert "Total : 4 001,00 €" in told
    assert "Compte à créditer" not in told
