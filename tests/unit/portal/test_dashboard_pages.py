"""The home of the staff: what is to be done first, then money, drawn and in a table."""

import re

import pytest

from chalicelib.domain.books.daily_sums import Figures, figures_of
from chalicelib.portal.money_chart import HEIGHT, money_chart
from chalicelib.usecases.journal.show_figures import show_figures
from tests.unit.portal.conftest import Browser, Page, without_spaces
from tests.unit.portal.test_collection_pages import CHEQUE, FILE


@pytest.fixture
def desk(student: Browser) -> Browser:
    student.starts_the_plan()
    return student


@pytest.mark.parametrize("role", ["registrar", "accountant", "administrator", "auditor"])
def test_everybody_of_the_staff_begins_with_what_is_to_be_done(browser: Browser, role: str) -> None:
    begun = browser.log_in(f"{role}@demo.test")
    assert begun.url.path == "/staff/desk"
    assert "Ces compteurs sont ceux de maintenant" in begun.text
    assert ("L’argent, au" in begun.text) == (role in {"accountant", "auditor"})
    Page(begun)


def test_money_is_drawn_and_told_in_a_table_with_the_same_figures(desk: Browser) -> None:
    shown = desk.acts_as("accountant")
    said = without_spaces(shown.text)
    assert "Reçu : carte" in said
    assert "200,31" in said
    assert "24/06/2022" in said
    assert "Solde du compte 411" in said
    assert len(re.findall(r'<rect class="bar-card" x="[\d.]+" y="[\d.]+"', shown.text)) == 1
    assert "style=" not in shown.text, "our policy lets no browser read one"


def test_evening_before_is_empty(desk: Browser) -> None:
    desk.acts_as("accountant")
    shown = without_spaces(desk.get("/staff/desk?as_of=2022-06-23").text)
    assert "L'argent, au 23/06/2022 au soir" in shown
    assert "Rien n'est reçu ni rendu ces jours-là." in shown
    assert desk.get("/staff/desk?as_of=2022-06-25").status_code == 422
    assert desk.get("/staff/desk?as_of=hier").status_code == 404


def chart_of(browser: Browser) -> Figures:
    return show_figures(browser.ports, browser.ports.campaigns.current())


def test_bars_share_one_scale_and_stay_inside(desk: Browser) -> None:
    desk.acts_as("accountant")
    desk.send(desk.send(desk.get(FILE), f"{FILE}/check", **CHEQUE), f"{FILE}/confirmation")
    figures = chart_of(desk)
    chart = money_chart(figures)
    heights = {bar.name: bar.height for bar in chart.bars}
    received = dict(figures.days[-1][1].received)
    assert all(bar.y >= 0 and bar.y + bar.height <= HEIGHT for bar in chart.bars)
    assert sum(heights.values()) == pytest.approx(HEIGHT - 48, abs=1)
    ratio = heights["bar-card"] * 60100 / 20031
    assert heights.get("bar-cheque", ratio) == pytest.approx(ratio, rel=0.02)
    assert received
    assert money_chart(figures_of((), (), figures.as_of, 28)).is_empty
