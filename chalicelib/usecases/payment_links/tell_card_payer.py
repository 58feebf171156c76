from chalicelib.domain.outbox import OutboxEntry
from chalicelib.usecases.delivery.ports import DeliveryPorts
from chalicelib.usecases.registrations.show_account import open_file, show_account


def tell_card_payer(ports: DeliveryPorts, entry: OutboxEntry) -> None:
    """Mail the card payer of a payment link about the payment; send nothing once the payer is erased."""
    account = show_account(ports, entry.person_id)
    transaction = entry.id.removeprefix(f"{entry.topic}-").partition("-")[0]
    payment = next(each for each in account.payments if each.transaction == transaction)
    attempt = account.attempt(payment.attempt_id)
    payer = attempt.link.card_payer if attempt and attempt.link else None
    if payer:
        campaign = open_file(ports, account, entry.registration_id).campaign
        ports.mailer.send_to_card_payer(payer, entry, payment, account.person, campaign)
