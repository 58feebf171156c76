"""What the catalogue makes of a code and its data, in each language."""

from datetime import date, datetime

import pytest

from chalicelib.domain import causes, errors
from chalicelib.domain.calendar import PARIS
from chalicelib.domain.languages import Language
from chalicelib.domain.menu import MenuReason, Why
from chalicelib.gateway.notification import VariableUnfit
from chalicelib.portal.sentences import Told, sentence, text, written

NARROW, BROAD = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("told", "french", "english"),
    [
        (errors.PlanBinding(), "Vous avez demandé à payer en plusieurs fois", "You have asked to pay in"),
        (causes.SumOwed(123456), f"doit encore 1{NARROW}234,56{BROAD}€.", "still owes €1,234.56."),
        (causes.PasswordTooShort(8), "8 caractères au moins", "at least 8 characters"),
        (
            causes.WindowReopens(datetime(2022, 8, 18, tzinfo=PARIS)),
            "Réouverture le 18/08/2022 à 00:00.",
            "It reopens on 18 August 2022 at 00:00.",
        ),
        (
            causes.PlanUnknown("p-9", ("p-3", "p-6")),
            "« p-9 » n'existe pas. Choisissez : p-3, p-6.",
            "p-3, p-6",
        ),
        (errors.TooManyAttempts(61), "Réessayez dans 2 min", "Try again in 2 min"),
        (causes.RegistrationRefusedFor("{code}"), "pas été accepté : {code}. Corrigez", "accepted: {code}."),
        (VariableUnfit("Mt"), "La variable « Mt »", "The variable “Mt”"),
        (MenuReason(Why.UNPAID, 100), f"Il reste 1,00{BROAD}€ à payer", "€1.00 is left to pay"),
        (MenuReason(Why.PART_PAID, 100), f"il reste 1,00{BROAD}€ à payer", "€1.00 is left to pay"),
    ],
)
def test_is_said_in_the_readers_language(told: Told, french: str, english: str) -> None:
    assert french in sentence(told, Language.FR)
    assert english in sentence(told, Language.EN)


def test_nothing_to_say_is_empty() -> None:
    assert sentence(None) == ""


def test_key_without_a_text_is_said_as_it_is() -> None:
    assert text("a_code_of_tomorrow", Language.EN) == "a_code_of_tomorrow"


def test_days_and_debts_are_written_as_the_language_does() -> None:
    assert written("on", date(2022, 9, 5), Language.FR) == "05/09/2022"
    assert written("on", date(2022, 9, 5), Language.EN) == "5 September 2022"
    assert written("left_cents", -5, Language.EN) == "-€0.05"
    assert written("left_cents", -5, Language.FR) == f"-0,05{BROAD}€"
