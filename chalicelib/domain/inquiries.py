"""When the gateway is asked about an attempt, and what an answer that does not pay it changes."""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.payments import PAGE_OVER_AFTER, REFUSALS, Answer, Attempt, Outcome, is_over

LATE_LOOKS = (timedelta(minutes=25), timedelta(days=1), timedelta(days=7))
"""When it is asked again about an attempt closed unpaid, from its end: a kept form may be paid late."""
PAID_LOOKS = (timedelta(days=1), timedelta(days=7), timedelta(days=30))
"""When it is asked again about a paid one, from its last form: the school may give money back at the bank."""


def next_look_at(attempt: Attempt) -> datetime | None:
    """Return when the gateway must be asked about it next, None once nothing more can come of it."""
    if attempt.is_open:
        return attempt.opened_at + PAGE_OVER_AFTER
    looks, since = (PAID_LOOKS, attempt.opened_at) if attempt.transaction else (LATE_LOOKS, attempt.closed_at)
    if attempt.refunded or since is None or attempt.late_looks >= len(looks):
        return None
    return since + looks[attempt.late_looks]


def looked(attempt: Attempt, now: datetime) -> Attempt:
    """Count a look that was due, in the version that is about to be written."""
    due = None if attempt.is_open else next_look_at(attempt)
    is_due = due is not None and now >= due
    return replace(attempt, late_looks=attempt.late_looks + 1) if is_due else attempt


def inquired(attempt: Attempt, answer: Answer, now: datetime) -> Attempt:
    """Return the next version after an inquiry that did not answer "paid".

    The absence of a payment closes it only once the page can no longer be paid. An unclear answer puts it in
    question, and no other payment is asked for meanwhile. Return the same attempt if nothing changed.
    """
    if attempt.returned_at is not None:
        heard = inquired(replace(attempt, returned_at=None), answer, now)
        in_question = heard.in_question or answer.outcome is Outcome.UNKNOWN
        return replace(heard, in_question=in_question, version=attempt.version + 1)
    if not attempt.is_open:
        return _looked_again(attempt, answer, now)
    if answer.outcome is Outcome.UNKNOWN and not attempt.in_question:
        return replace(attempt, in_question=True, version=attempt.version + 1)
    if answer.outcome is Outcome.UNKNOWN or not is_over(attempt, now):
        return attempt
    code = answer.code if answer.outcome in REFUSALS else attempt.refusal_code
    closed = replace(attempt, refusal_code=code, in_question=False, closed_at=now, late_looks=0)
    return replace(closed, version=attempt.version + 1)


def _looked_again(attempt: Attempt, answer: Answer, now: datetime) -> Attempt:
    """Count a look at an attempt that is over; one that the gateway did not answer is made again."""
    again = looked(attempt, now)
    if answer.outcome is Outcome.UNKNOWN or again is attempt:
        return attempt
    return replace(again, version=attempt.version + 1)
