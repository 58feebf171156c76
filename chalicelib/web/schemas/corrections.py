"""Requests and responses of the API about the registrar's corrections. Amounts are integer cents."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.domain.corrections.correction import CorrectionKind
from chalicelib.domain.outbox import Topic
from chalicelib.web.schemas.models import Body, Query, View
from chalicelib.web.schemas.refunds import Hash
from chalicelib.web.schemas.texts import Day, Reason

Code = Annotated[str, StringConstraints(min_length=1, max_length=20)]

Kept = Annotated[int, Field(ge=0, le=10_000_000)]


class CorrectionQuery(Query):
    """`preview` writes nothing, and answers what would be written."""

    preview: bool = False


class SituationRequest(Body):
    """`seen_hash` is that of the preview that the person saw: refused if anything has moved since."""

    code: Code
    reason: Reason = ""
    seen_hash: Hash | None = None


class WithdrawalRequest(Body):
    """`kept_cents` is needed once the year has started, and refused before: the campaign has the fee."""

    asked_on: Day
    reason: Reason = ""
    kept_cents: Kept | None = None
    seen_hash: Hash | None = None


class DebitChangeView(View):
    """What is left to pay of an instalment; 0 after: it is cancelled."""

    rank: int
    due_on: date
    before_cents: int
    after_cents: int


class PostingView(View):
    account: str
    cents: int


class EntryView(View):
    """A journal entry that is written; debits are positive, credits negative."""

    event: MoneyEvent
    postings: Sequence[PostingView]


class CorrectionView(View):
    """A correction, done or previewed. `owed` is the whole amount owed, `received` what the school holds.

    A preview has no numbers yet, and alone has `seen_hash`, `entries` and `letters`.
    """

    kind: CorrectionKind
    fee_situation: str
    owed_before_cents: int
    owed_after_cents: int
    received_cents: int
    order_cents: int
    credit_note_cents: int
    to_give_back_cents: int
    kept_cents: int
    debits: Sequence[DebitChangeView]
    order: int | None
    invoice: int | None
    credit_notes: Sequence[int]
    refunds: Sequence[str]
    seen_hash: str | None = None
    entries: Sequence[EntryView] = ()
    letters: Sequence[Topic] = ()
