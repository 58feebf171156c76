"""The audit trail in words."""

import pytest

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.languages import Language
from chalicelib.domain.trail.audit import Act
from chalicelib.portal.audit_words import act_word, actor_word, detail_words
from chalicelib.portal.code_words import code_word, yes_or_no
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


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("topic", "debit_notice", "envoi : Annonce d'un prélèvement"),
        ("undone", "steps_ticked", "acte : Justificatifs vus"),
        ("method", "cheque", "moyen : Chèque"),
        ("stage", "won", "étape : Gagnée"),
        ("method", "barter", "moyen : barter"),
        ("steps", "cvec gone", "étapes : Étape 1 : acquittement de la CVEC"),
        ("plan", "paybox-3", "échéancier : Paybox 3 échéances"),
        ("code", "01", "situation : 01 Etudiant non boursier"),
        ("code", "99", "situation : 99"),
    ],
)
def test_codes_are_told_in_words(campaign: Campaign, name: str, value: str, told: str) -> None:
    assert plain(detail_words(name, value, campaign)).startswith(told)


def test_details_are_told_in_english_too() -> None:
    assert plain(detail_words("method", "cheque", language=Language.EN)) == "method: Cheque"
    assert plain(code_word("00151", Language.EN)) == "00151: insufficient funds"
    assert (yes_or_no("Y", Language.EN), yes_or_no("", Language.EN), yes_or_no("Q")) == ("Yes", "–", "Q")


def plain(text: str) -> str:
    return without_spaces(text).replace("’", "'")
