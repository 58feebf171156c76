"""The audit trail in French words."""

import pytest

from chalicelib.domain.trail.audit import Act
from chalicelib.portal.audit_words import act_word, actor_word, detail_words
from tests.unit.portal.conftest import without_spaces


@pytest.mark.parametrize("each", Act)
def test_every_act_has_a_french_word(each: Act) -> None:
    assert act_word(each) != each.value


def test_what_acts_by_itself_has_a_name_and_amounts_are_in_euros() -> None:
    assert actor_word("gateway") == "La passerelle"
    assert actor_word("someone") == "someone"
    assert without_spaces(detail_words("amount_cents", "20031")) == "montant : 200,31 €"
    assert without_spaces(detail_words("roles", "auditor king")) == "rôles : Audit"
    assert without_spaces(detail_words("other", "x")) == "other : x"
