from collections.abc import Callable
from pathlib import Path

import pytest

from chalicelib.campaigns.reader import CampaignFileError, read_campaign

IMAGINARY = Path(__file__).parents[2] / "campaigns" / "ecole-imaginaire-2031.yaml"

Refusals = Callable[..., tuple[str, ...]]


@pytest.fixture
def imaginary_text() -> str:
    return IMAGINARY.read_text(encoding="utf-8")


@pytest.fixture
def refusals(imaginary_text: str) -> Refusals:
    """The errors of the imaginary school's file after each (was, becomes) change, which must apply."""

    def errors_after(*changes: tuple[str, str]) -> tuple[str, ...]:
        text = imaginary_text
        for was, becomes in changes:
            assert was in text
            text = text.replace(was, becomes, 1)
        with pytest.raises(CampaignFileError) as refused:
            read_campaign(text, "ecole.yaml")
        return refused.value.errors

    return errors_after
