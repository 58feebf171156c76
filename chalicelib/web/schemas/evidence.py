"""Requests and responses about evidence checked at its sources."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from chalicelib.domain.evidence.checks import Source
from chalicelib.web.schemas.models import Body, View
from chalicelib.web.schemas.texts import Short


class EvidenceState(StrEnum):
    """What a check shows the student; the registrar alone sees why a file is looked at."""

    WAITING = "waiting"
    VERIFIED = "verified"
    GRANT_HOLDER = "grant_holder"
    PROVISIONAL = "provisional"
    NOT_VALID = "not_valid"
    NOT_FOUND = "not_found"
    TO_BE_SEEN = "to_be_seen"


class EvidenceView(View):
    """The latest check of evidence at its source."""

    source: Source
    state: EvidenceState
    asked_at: datetime


class CvecNumber(Body):
    """The number of the CVEC attestation; `birth_name` where it is not the name of the account."""

    number: Short
    birth_name: Annotated[str, StringConstraints(max_length=100)] = ""


class GrantConsent(Body):
    """The INE, and the student's consent to the question."""

    ine: Short
    consent: bool
