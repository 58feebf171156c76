"""What the law has the portal say of itself is the school's to write; a year loads without it."""

from datetime import date

from chalicelib.campaigns.reader import read_campaign
from chalicelib.domain.publication import NOTHING_SAID, Conformity
from tests.unit.campaigns.conftest import Refusals

AT = "exemption_mention:"
BLOCK = """publication:
  director: "Direction de l'école"
  audit_percent: 80
  audited_on: 2022-06-01
  audited_by: "Cabinet d'essai"
"""


def test_campaign_without_the_block_loads(imaginary_text: str) -> None:
    assert read_campaign(imaginary_text, "ecole.yaml").publication == NOTHING_SAID


def test_school_writes_who_publishes_and_what_an_audit_found(imaginary_text: str) -> None:
    found = read_campaign(imaginary_text.replace(AT, BLOCK + AT, 1), "ecole.yaml").publication
    assert (found.director, found.host) == ("Direction de l'école", "")
    assert (found.audited_on, found.conformity) == (date(2022, 6, 1), Conformity.PARTIAL)


def test_share_above_all_criteria_is_refused(refusals: Refusals) -> None:
    (error,) = refusals((AT, f"publication: {{audit_percent: 101}}\n{AT}"))
    assert "publication.audit_percent" in error
