from dataclasses import replace

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.payers.payer import Payer, PayerState
from chalicelib.domain.payers.reminding import payer_reminder
from chalicelib.domain.trail.audit import SCHEDULE, Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.isolation import HasTime, Passed, always, for_each
from chalicelib.usecases.payers.name_payer import payer_with
from chalicelib.usecases.payers.ports import PayerPorts
from chalicelib.usecases.registrations.show_account import open_file


def remind_payers(ports: PayerPorts, has_time: HasTime = always) -> Passed:
    """Send the reminders that are due of payers' invoices, each alone; safe to repeat."""
    waiting = ports.payers.of_state(PayerState.INVOICED)
    return for_each(ports, "payer not reminded", waiting, lambda payer: _remind(ports, payer), has_time)


def _remind(ports: PayerPorts, listed: Payer) -> None:
    account = ports.accounts.account(person_of(listed.id))
    file = open_file(ports, account, listed.registration_id)
    payer = payer_with(file, listed.id)
    changes = payer_reminder(file, payer, paris_day(ports.now()), ports.now())
    if changes is None:
        return
    (mail,) = changes.outbox
    entry = audited(
        ports,
        SCHEDULE,
        Act.PAYER_REMINDED,
        payer.person_id,
        payer.registration_id,
        payer=payer.facts.name,
        invoice=payer.invoice_number,
        amount_cents=mail.amount_cents,
        rung=mail.reason,
    )
    ports.store.commit(replace(changes, audit=entry))
