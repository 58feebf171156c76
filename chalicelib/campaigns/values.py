"""The values of a campaign file: amounts, rates, moments and texts of a form, each with its sentence."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from chalicelib.domain.calendar import PARIS

AMOUNT = re.compile(r"\d{1,3}(?: ?\d{3}){0,2}[.,]\d{2}")
PERCENT = re.compile(r"\d{1,3}(?:[.,]\d{1,4})?")
MOST_PERCENT = 100


def _text_only(value: object, what: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"écrivez {what}")  # noqa: TRY004 - pydantic lists ValueErrors, a TypeError escapes
    return value


def cents(value: object) -> int:
    """Read "3770.00" as 377000, never as a float: an unquoted 3770.10 is not the text that was typed."""
    what = 'un montant en euros, entre guillemets et avec deux décimales, comme "3770.00"'
    text = _text_only(value, what)
    if not AMOUNT.fullmatch(text):
        raise ValueError(f"« {text} » n'est pas un montant : écrivez {what}")
    return int(re.sub("[ .,]", "", text))


def percent(value: object) -> Decimal:
    what = 'un pourcentage de 0 à 100, entre guillemets, comme "33.33"'
    text = _text_only(value, what)
    if not PERCENT.fullmatch(text):
        raise ValueError(f"« {text} » n'est pas un pourcentage : écrivez {what}")
    rate = Decimal(text.replace(",", "."))
    if rate > MOST_PERCENT:
        raise ValueError(f"« {text} » dépasse 100 % : écrivez {what}")
    return rate


def paris_time(value: object) -> datetime:
    """Read "2022-07-23 00:00" in Paris time as an aware moment."""
    what = 'une date et une heure de Paris, entre guillemets, comme "2022-07-23 00:00"'
    text = _text_only(value, what)
    try:
        moment = datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=PARIS)
        told = moment.astimezone(UTC).astimezone(PARIS)
    except (ValueError, OverflowError):  # in the first minutes of year 1, UTC is in the year before
        raise ValueError(f"« {text} » n'est pas une date : écrivez {what}") from None
    if told.replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise ValueError(f"« {text} » n'existe pas : cette nuit-là, les horloges sautent une heure")
    return moment


def day(value: object) -> date:
    """Read "2022-09-01"."""
    what = 'une date, entre guillemets, comme "2022-09-01"'
    text = _text_only(value, what)
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise ValueError(f"« {text} » n'est pas une date : écrivez {what}") from None


def iban(value: object) -> str:
    """Return the IBAN without spaces, its key checked: a wrong account would be debited."""
    from stdnum import iban as rule  # noqa: PLC0415 - only where a file is read
    from stdnum.exceptions import ValidationError  # noqa: PLC0415 - the same

    text = _text_only(value, "un IBAN, entre guillemets")
    try:
        return str(rule.validate(text))
    except ValidationError:
        raise ValueError(f"« {text} » n'est pas un IBAN : vérifiez chaque chiffre") from None


def _like(pattern: str, what: str) -> AfterValidator:
    form = re.compile(pattern)

    def check(text: str) -> str:
        if not form.fullmatch(text):
            raise ValueError(f"« {text} » n'est pas {what}")
        return text

    return AfterValidator(check)


def _valid_siren(siren: str) -> str:
    """Check the Luhn digit: a typing error would be printed on every invoice."""
    doubled = (int(digit) * (1 + rank % 2) for rank, digit in enumerate(siren))
    if sum(value // 10 + value % 10 for value in doubled) % 10:
        raise ValueError(f"« {siren} » n'est pas un numéro SIREN : sa clé de contrôle est fausse")
    return siren


Euros = Annotated[int, BeforeValidator(cents)]
Percent = Annotated[Decimal, BeforeValidator(percent)]
ParisTime = Annotated[datetime, BeforeValidator(paris_time)]
Day = Annotated[date, BeforeValidator(day)]
Words = Annotated[str, _like(r"(?s).*\S.*", "un texte : remplissez-le")]
Link = Annotated[str, _like(r"https://[^\s/]+\S*", "une adresse web : elle commence par https://")]
Email = Annotated[str, _like(r"[^@\s]+@[^@\s]+\.[^@\s.]+", "une adresse mail")]
Country = Annotated[str, _like("[A-Z]{2}", "un pays : écrivez ses deux lettres, comme FR")]
Siren = Annotated[str, _like("[0-9]{9}", "un numéro SIREN de neuf chiffres"), AfterValidator(_valid_siren)]
DialCode = Annotated[str, _like(r"\+[0-9]{1,4}", "un indicatif : écrivez-le comme +33")]
Digits = Annotated[str, _like("[0-9]{4,15}", "un numéro de téléphone : des chiffres seuls")]
CampaignId = Annotated[
    str, _like("[a-z0-9]+(?:-[a-z0-9]+)*", "un identifiant : minuscules, chiffres et tirets")
]
Key = Annotated[str, _like("[a-z][a-z0-9_]*", "une clé : minuscules, chiffres et soulignés")]
Series = Annotated[str, _like("[A-Z0-9]{1,10}", "une série : majuscules et chiffres")]
Iban = Annotated[str, BeforeValidator(iban)]
Bic = Annotated[str, _like("[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?", "un BIC de 8 ou 11 caractères")]
AccountNumber = Annotated[str, _like("[0-9]{3,10}", "un numéro de compte : des chiffres seuls")]
