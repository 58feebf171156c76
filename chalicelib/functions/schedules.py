"""Handlers of schedules. A tick has no date: what is due is decided by Paris time."""

from dataclasses import asdict
from typing import Any

from chalicelib import wiring
from chalicelib.observability import failing_plainly, note_days_reconciled, note_debit_check
from chalicelib.usecases.isolation import HasTime, always

ROW_TAKES_MS = 90_000
"""The maximum for one row: two calls of an inquiry and a debit, each past one dead host."""
LOOK_TAKES_MS = 10_000
"""The maximum for reading one account."""
CHUNK_TAKES_MS = 10_000
"""The maximum for leasing and queueing ten entries, or numbering fifty."""


def publish_outbox(event: Any) -> dict[str, int]:
    """Every minute: queue the outbox entries that are due, number the events, and queue them for others."""
    from chalicelib.usecases.delivery.send_outbox import send_outbox
    from chalicelib.usecases.events.number_events import number_events

    has_time = _time_left(event, CHUNK_TAKES_MS)
    with failing_plainly("outbox not published"):
        sent = send_outbox(wiring.ports(), has_time)
    with failing_plainly("events not numbered"):
        numbered = number_events(wiring.ports(), has_time)
    told = {f"events_{name}": count for name, count in asdict(numbered).items()}
    return {"sent": sent} | told | _tell_others(has_time)


def _tell_others(has_time: HasTime) -> dict[str, int]:
    """Send the numbered events on: to each endpoint, and to the school's bus. One delays no other."""
    from chalicelib.usecases.webhooks.fan_out import fan_out
    from chalicelib.usecases.webhooks.publish_to_bus import publish_to_bus
    from chalicelib.usecases.webhooks.send_deliveries import send_deliveries
    from chalicelib.usecases.webhooks.watch_endpoints import watch_endpoints

    with failing_plainly("events not fanned out"):
        fanned = fan_out(wiring.ports(), has_time)
    with failing_plainly("deliveries not queued"):
        sent = send_deliveries(wiring.ports(), has_time)
    with failing_plainly("endpoints not watched"):
        watch_endpoints(wiring.ports(), has_time)
    with failing_plainly("events not on the bus"):
        told = publish_to_bus(wiring.ports(), has_time)
    return {f"deliveries_{name}": count for name, count in asdict(fanned).items()} | {
        "deliveries_sent": sent,
        "events_on_bus": told,
    }


def seal_audit(_event: Any) -> dict[str, int]:
    """Every minute: seal the waiting audit entries into the chain."""
    from chalicelib.usecases.audit import seal_audit as sealing

    with failing_plainly("audit trail not sealed"):
        return asdict(sealing.seal_audit(wiring.ports()))


def number_journal(event: Any) -> dict[str, int]:
    """Every hour: number the journal entries of the days that have ended in Paris, add up, close months."""
    from chalicelib.usecases.closing.close_periods import close_periods
    from chalicelib.usecases.journal import number_journal as numbering
    from chalicelib.usecases.journal.sum_journal import sum_journal

    with failing_plainly("journal not numbered"):
        told = asdict(numbering.number_journal(wiring.ports(), _time_left(event, CHUNK_TAKES_MS)))
    with failing_plainly("journal not added up"):
        sum_journal(wiring.ports())
    with failing_plainly("months not closed"):
        months = asdict(close_periods(wiring.ports()))
    return told | {f"months_{name}": count for name, count in months.items()}


def reconcile_payments(event: Any) -> dict[str, int]:
    """Every five minutes: apply notifications left unapplied, inquire about attempts with expired pages."""
    from chalicelib.usecases.payments import reconcile_payments as payments

    with failing_plainly("payments not reconciled"):
        return asdict(payments.reconcile_payments(wiring.ports(), _time_left(event)))


def reconcile_debits(event: Any) -> dict[str, int]:
    """Every five minutes: free claims never sent, ask the gateway about debits without an answer.

    The same for refunds, then for cards that the gateway is to forget: they use the same calls and rights.
    """
    from chalicelib.usecases.debits import reconcile_debits as debits
    from chalicelib.usecases.delivery.forget_cards import forget_cards
    from chalicelib.usecases.refunds import propose_surpluses as surpluses
    from chalicelib.usecases.refunds import reconcile_refunds as refunds

    with failing_plainly("debits not reconciled"):
        told = asdict(debits.reconcile_debits(wiring.ports(), _time_left(event)))
    with failing_plainly("refunds not reconciled"):
        given_back = asdict(refunds.reconcile_refunds(wiring.ports(), _time_left(event)))
    with failing_plainly("surpluses not proposed"):
        proposed = asdict(surpluses.propose_surpluses(wiring.ports(), _time_left(event)))
    with failing_plainly("cards not forgotten"):
        cards = asdict(forget_cards(wiring.ports(), _time_left(event)))
    told |= {f"cards_{name}": count for name, count in cards.items()}
    told |= {f"refunds_{name}": count for name, count in given_back.items()}
    return told | {f"surpluses_{name}": count for name, count in proposed.items()}


def reconcile_days(event: Any) -> dict[str, int]:
    """Every hour: compare the days that are over with gateway, remittances and bank, from 05:00 in Paris on.

    An hour after which each such day has a complete run is counted: an alarm tells if there is none.
    """
    from chalicelib.usecases.reconciliation import reconcile_nights as nights

    with failing_plainly("days not reconciled"):
        report = nights.reconcile_nights(wiring.ports(), _time_left(event))
        if report.is_done:
            note_days_reconciled()
    return asdict(report)


def plan_debits(_event: Any) -> dict[str, Any]:
    """Every hour, by UTC: queue the instalments that are due on this Paris day."""
    from chalicelib.usecases.debits import plan_debits as planner

    with failing_plainly("instalments not planned"):
        plan = planner.plan_debits(wiring.ports())
    return asdict(plan) | {"planned_on": plan.planned_on.isoformat()}


def check_debits(event: Any) -> dict[str, int]:
    """Every hour: look for instalments that the planner and the workers should have debited by now."""
    from chalicelib.usecases.debits import check_debits as checking

    with failing_plainly("debits not checked"):
        report = checking.check_debits(wiring.ports(), _time_left(event, LOOK_TAKES_MS))
        note_debit_check()
    return asdict(report)


def apply_retention(event: Any) -> dict[str, int]:
    """Every day: delete or anonymise expired personal data, remind of what is late, look for what waits.

    Accounts of releases without a journal get their entries, once, before all that.
    """
    from chalicelib.usecases.collection import remind_arrears as collection
    from chalicelib.usecases.credits.check_credits import check_credits
    from chalicelib.usecases.exports.complete_journal import complete_journal
    from chalicelib.usecases.payers.remind_payers import remind_payers
    from chalicelib.usecases.payments.check_key_end import check_key_end
    from chalicelib.usecases.privacy import apply_retention as retention

    with failing_plainly("journal not completed"):
        complete_journal(wiring.ports(), _time_left(event, LOOK_TAKES_MS))
    with failing_plainly("retention not applied"):
        report = asdict(retention.apply_retention(wiring.ports()))
    with failing_plainly("arrears not reminded of"):
        reminded = collection.remind_arrears(wiring.ports(), _time_left(event, LOOK_TAKES_MS))
    with failing_plainly("payers not reminded"):
        remind_payers(wiring.ports(), _time_left(event, LOOK_TAKES_MS))
    with failing_plainly("old credits not looked for"):
        waiting = check_credits(wiring.ports(), _time_left(event, LOOK_TAKES_MS))
    with failing_plainly("end of the key not checked"):
        check_key_end(wiring.ports(), wiring.ports().gateway_key_ends)
    report |= {f"arrears_{name}": count for name, count in asdict(reminded).items()}
    return report | {f"credits_{name}": count for name, count in asdict(waiting).items()}


def _time_left(event: Any, needed_ms: int = ROW_TAKES_MS) -> HasTime:
    """Return a function that says whether Lambda leaves time for one more row."""
    context = getattr(event, "context", None)
    return always if context is None else lambda: context.get_remaining_time_in_millis() > needed_ms
