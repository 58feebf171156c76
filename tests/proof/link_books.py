"""P25: a link asks for at most its amount, of one payer at a time, and of nobody once it is over."""

from dataclasses import dataclass

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.payments import Attempt
from tests.proof.before import Before
from tests.proof.sums import Sums


@dataclass
class LinkBooks:
    """`forms` counts what was judged, `shares` those beside another open attempt."""

    sums: Sums
    forms: int = 0
    shares: int = 0

    def judge(self, changes: Changes, was: Before) -> None:
        """Look at a commit that begins an attempt by a link, or makes a form for one again."""
        for row in changes.rows:
            if isinstance(row, Attempt) and row.link and row.is_open and self._is_form(row, was):
                self._judge_form(row)

    def _is_form(self, attempt: Attempt, was: Before) -> bool:
        then = was.attempts.get(attempt.id)
        return then is None or then.opened_at != attempt.opened_at

    def _judge_form(self, attempt: Attempt) -> None:
        assert attempt.link
        memory = self.sums.memory
        link = memory.payment_links[attempt.link.link_id]
        self.forms += 1
        assert link.amount_cents is None or attempt.amount_cents <= link.amount_cents, "P25: above its link"
        assert not link.revoked_at, "P25: a form by a link that is revoked"
        assert paris_day(attempt.opened_at) <= link.until, "P25: a form by a link that is over"
        mine = [each for each in memory.attempts.values() if each.registration_id == attempt.registration_id]
        own = [each for each in mine if each.link and each.link.link_id == link.id]
        assert not any(each.transaction for each in own), "P25: a form by a link that was paid"
        assert [each.id for each in own if each.is_open] == [attempt.id], "P25: two open attempts of a link"
        request = memory.plan_requests.get(attempt.registration_id)
        others = (each for each in mine if each.is_open and each.id != attempt.id and each.rank)
        is_planned = request is not None and request.is_binding
        assert not is_planned or not any(others), "P25: a share beside the page of an instalment"
        self.shares += sum(each.is_open for each in mine) > 1
