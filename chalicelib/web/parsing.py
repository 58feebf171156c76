"""Parsing shared by pages and API: numbers, days, the choice of an address."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import fields
from datetime import date
from typing import Any

from chalicelib.domain.errors import NotFound
from chalicelib.domain.people import Address
from chalicelib.usecases.payments.choose_address import AddressChoice, AddressMode
from chalicelib.usecases.telephones import telephone

_AMOUNT = re.compile(r"([0-9]{1,7})(?:[.]([0-9]{1,2}))?", re.ASCII)
_ENGLISH = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+[.][0-9]{1,2}", re.ASCII)


def rank_of(text: str) -> int:
    """Read the rank of an instalment from a path; raise `NotFound` for anything else."""
    return _whole_number(text, digits=2)


def invoice_number(text: str) -> int:
    """Read the number of an invoice from a path; raise `NotFound` for anything else."""
    return _whole_number(text, digits=10)


def credit_note_number(text: str) -> int:
    """Read the number of a credit note from a path; raise `NotFound` for anything else."""
    return _whole_number(text, digits=10)


def version_number(text: str) -> int:
    """Read the number of a campaign's version from a path; raise `NotFound` for anything else."""
    return _whole_number(text, digits=6)


def version_of(text: str) -> int:
    """Read the version of a row that a form saw, 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000") else 0


def seen_number(text: str, *, otherwise: int = 0) -> int:
    """Read a number that a form saw, of nine digits at most; `otherwise` for anything else."""
    is_number = text.isascii() and text.isdigit() and len(text) <= len("999999999")
    return int(text) if is_number else otherwise


def cents_of(text: str) -> int | None:
    """Read an amount as people type it, "1 234,50 €" or "€1,234.50", in cents; None for anything else."""
    typed = "".join(text.replace("€", "").split())
    squeezed = typed.replace(",", "" if _ENGLISH.fullmatch(typed) else ".")
    found = _AMOUNT.fullmatch(squeezed)
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else None


def signed_cents_of(text: str) -> int | None:
    """Read an amount that may be below zero, "-1 234,50 €", in cents; None for anything else."""
    typed = text.strip().replace("\N{MINUS SIGN}", "-")
    cents = cents_of(typed.removeprefix("-"))
    return -cents if cents is not None and typed.startswith("-") else cents


def kept_of(text: str) -> int | None:
    """Read an amount that may be left out, in cents: None for nothing, -1 for what is no amount."""
    cents = cents_of(text)
    return None if not text.strip() else -1 if cents is None else cents


def day_of(text: str) -> date:
    """Read YYYY-MM-DD from a path; raise `NotFound` for anything else."""
    with suppress(ValueError):
        day = date.fromisoformat(text)
        if day.isoformat() == text:
            return day
    raise NotFound


def year_of(text: str) -> int:
    """Read a calendar year from a form; raise `NotFound` for anything else."""
    return day_of(f"{text}-01-01").year


def month_of_path(text: str) -> str:
    """Read YYYY-MM from a path; raise `NotFound` for anything else."""
    return f"{day_of(f'{text}-01'):%Y-%m}"


def as_of_parameter(text: str) -> date | None:
    """Read the day of a query parameter, None where it is empty; raise `NotFound` for anything else."""
    return day_of(text) if text else None


def address_choice(choice: Any) -> AddressChoice:
    """Convert one of the three address schemas into the use case's choice."""
    mode = AddressMode(choice.mode)
    if mode is AddressMode.SAVED:
        return AddressChoice(mode, id=choice.id)
    if mode is AddressMode.NONE:
        return AddressChoice(mode)
    number = telephone(choice.phone_country_code, choice.phone)
    given = choice.model_dump() | (number._asdict() if number else {})
    address = Address(**{field.name: given[field.name] for field in fields(Address) if field.name in given})
    return AddressChoice(mode, new=address, keep=choice.keep)


def _whole_number(text: str, *, digits: int) -> int:
    """Read a number as we write it: no leading zero, so each thing has one address."""
    if not (text.isascii() and text.isdigit() and len(text) <= digits) or (text[0] == "0" and text != "0"):
        raise NotFound
    return int(text)


def steps_of(given: Iterable[str] | None) -> frozenset[str] | None:
    """Return the steps that a body or a form names as a set; None if it tells nothing of steps."""
    return None if given is None else frozenset(given)
