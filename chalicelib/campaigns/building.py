"""Plain values of an accepted campaign file → the campaign: no YAML and no schema, so a cold start is cheap.

The values are those that `schema.py` has accepted, as JSON: amounts in cents, rates as texts, ISO moments. A
key that the file leaves out has the default of this release.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from chalicelib.campaigns.texts import TEXT_KEYS
from chalicelib.domain import campaign as domain
from chalicelib.domain.books.chart import DEFAULT_CHART, Book
from chalicelib.domain.calendar import PARIS, Window
from chalicelib.domain.campaigns.look import Look
from chalicelib.domain.exports import layouts
from chalicelib.domain.money import FeeLine
from chalicelib.domain.publication import Publication

Values = Mapping[str, Any]

SEPARATORS = {"tab": "\t", ";": ";", ",": ",", "|": "|"}


BLANK = {"fr": "–", "en": "–"}


def with_today_texts(values: Values) -> Values:
    """Return the values with a blank for each text of a later release, without the texts that are gone."""
    given = values["texts"]
    return {**values, "texts": {key: given.get(key, BLANK) for key in TEXT_KEYS}}


def campaign_of(values: Values) -> domain.Campaign:
    given = _present(values)
    return domain.Campaign(
        id=given["id"],
        label=_text(given["label"]),
        school=_school(given["school"]),
        guide_url=given["guide_url"],
        previous_steps=tuple(_step(each) for each in given["previous_steps"]),
        windows=tuple(_window(each) for each in given["windows"]),
        fee_situations=_by_code(given["fee_situations"], _situation),
        programmes=_by_code(given["programmes"], _programme),
        plans=_by_code(given["plans"], _plan),
        numbering=domain.Numbering(**given["numbering"]),
        exemption_mention=_text(given["exemption_mention"]),
        texts=_texts(given["texts"]),
        retention=domain.Retention(**given.get("retention", {})),
        chart=DEFAULT_CHART | {Book(book): number for book, number in given.get("chart", {}).items()},
        import_headings={name: tuple(each) for name, each in given.get("import_headings", {}).items()},
        reminders=tuple(_reminder(each) for each in given.get("reminders", ())),
        withdrawal_fee_cents=given.get("withdrawal_fee", domain.Campaign.withdrawal_fee_cents),
        year_starts_on=_day(given.get("year_starts_on")),
        payer_terms=domain.PayerTerms(**given.get("payer_terms", {})),
        bank_account=domain.BankAccount(**given["bank_account"]) if "bank_account" in given else None,
        accounting=_accounting(_present(given.get("accounting", {}))),
        publication=_publication(given.get("publication", {})),
        look=_look(_present(given.get("look", {}))),
    )


def _present(values: Values) -> Values:
    """Leave out what is null: a file may say so of what it has not."""
    return {key: each for key, each in values.items() if each is not None}


def _by_code(values: Values, build: Callable[[str, Any], Any]) -> dict[str, Any]:
    return {code: build(code, each) for code, each in values.items()}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _text(values: Values) -> domain.Text:
    return domain.Text(values["fr"], values["en"])


def _texts(values: Values) -> dict[str, domain.Text]:
    return {key: _text(each) for key, each in values.items()}


def _school(values: Values) -> domain.School:
    address = values["address"]
    return domain.School(
        **{**values, "address": domain.PostalAddress(**{**address, "lines": tuple(address["lines"])})}
    )


def _step(values: Values) -> domain.PreviousStep:
    return domain.PreviousStep(
        values["key"], _text(values["label"]), values.get("link"), _text(values["note"])
    )


def _window(values: Values) -> Window:
    opens_at, closes_at = (datetime.fromisoformat(values[name]) for name in ("opens_at", "closes_at"))
    return Window(opens_at.astimezone(PARIS), closes_at.astimezone(PARIS))


def _situation(code: str, values: Values) -> domain.FeeSituation:
    given = _present(values)
    return domain.FeeSituation(
        code,
        _text(given),
        _text(given["source"]) if "source" in given else None,
        domain.Exemption(given["exemption"]) if "exemption" in given else None,
    )


def _programme(code: str, values: Values) -> domain.Programme:
    tariffs = {key: tuple(_fee_line(each) for each in lines) for key, lines in values["tariffs"].items()}
    return domain.Programme(code, _text(values["label"]), tariffs, _texts(values.get("sources", {})))


def _fee_line(values: Values) -> FeeLine:
    return FeeLine(
        values["product"],
        values.get("quantity", 1),
        values["unit_price"],
        Decimal(values.get("vat_rate", 0)),
        Decimal(values.get("discount", 0)),
    )


def _plan(code: str, values: Values) -> domain.Plan:
    return domain.Plan(
        code=code,
        label=_text(values["label"]),
        split=domain.Split(values["split"]),
        instalments=values["instalments"],
        shares=tuple(Decimal(each) for each in values.get("shares", ())),
        first_amount_cents=values.get("first_amount"),
        minimum_total_cents=values.get("minimum_total", 0),
        due_day=values["due_day"],
        retry_after_days=tuple(values.get("retry_after_days", ())),
        notice_days=values["notice_days"],
    )


def _reminder(values: Values) -> domain.Reminder:
    return domain.Reminder(values["after_days"], domain.ReminderText(values["text"]))


def _accounting(given: Values) -> layouts.AccountingExport:
    layout = _layout(given["layout"]) if "layout" in given else layouts.NEUTRAL
    return layouts.AccountingExport(**{**given, "layout": layout})


def _layout(values: Values) -> layouts.Layout:
    read: dict[str, Callable[[Any], Any]] = {
        "columns": lambda columns: tuple(_column(_present(each)) for each in columns),
        "form": layouts.Form,
        "separator": SEPARATORS.__getitem__,
        "charset": layouts.Charset,
        "line_end": layouts.LineEnd,
    }
    named = {"has_names" if key == "names" else key: each for key, each in values.items()}
    return layouts.Layout(**{key: read.get(key, _as_it_is)(each) for key, each in named.items()})


def _column(given: Values) -> layouts.Column:
    read: dict[str, Callable[[Any], Any]] = {"fact": layouts.Field, "align": layouts.Align}
    return layouts.Column(**{key: read.get(key, _as_it_is)(each) for key, each in given.items()})


def _as_it_is(value: Any) -> Any:
    return value


def _publication(values: Values) -> Publication:
    return Publication(**{**values, "audited_on": _day(values.get("audited_on"))})


def _look(given: Values) -> Look:
    logo = given.get("logo_svg") or given.get("logo_png") or ""
    return Look(given.get("accent") or "", given.get("accent_dark") or "", logo)
