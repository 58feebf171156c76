from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.identifiers import person_of
from chalicelib.domain.payers.payer import Payer, PayerState
from chalicelib.domain.registration import Registration
from chalicelib.usecases.isolation import for_each
from chalicelib.usecases.payers.ports import PayerPorts
from chalicelib.usecases.registrations.show_account import open_file


@dataclass(frozen=True)
class WaitingPayer:
    """A payer with its registration, and what it is to be asked or still owes, in cents."""

    payer: Payer
    registration: Registration
    cents: int


def list_payers(ports: PayerPorts, state: PayerState) -> Sequence[WaitingPayer]:
    """Return the payers that are to be invoiced, or those that owe; one that cannot be read is reported."""
    found = list[WaitingPayer]()

    def add(payer: Payer) -> None:
        account = ports.accounts.account(person_of(payer.id))
        file = open_file(ports, account, payer.registration_id)
        owed = file.of_payers.of_invoice(payer.invoice_number).owed_cents
        found.append(WaitingPayer(payer, file.registration, owed or payer.facts.share_cents))

    for_each(ports, "payer not listed", ports.payers.of_state(state), add)
    return found
