from contextlib import suppress

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.stored_cards import without_token
from chalicelib.domain.trail.audit import SCHEDULE, Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.cards.ports import CardPorts


class CardNotForgotten(RuntimeError):
    """The gateway did not clearly confirm the removal of the card.

    The queue retries, and alarms in the end.
    """


def forget_card(ports: CardPorts, entry: OutboxEntry) -> None:
    """Remove a card at the gateway, then its token and its outbox entry in one transaction.

    Safe to repeat. After a lost race the entry is left: it is already gone, or will be tried again.
    """
    if not ports.gateway.forget_card(entry.subscriber, ports.questions.next_question, ports.now()):
        raise CardNotForgotten
    account = ports.accounts.account(entry.person_id)
    mandate = account.mandate(entry.registration_id)
    holds_token = mandate and mandate.token and mandate.subscriber == entry.subscriber
    audit = audited(
        ports,
        SCHEDULE,
        Act.CARD_FORGOTTEN,
        entry.person_id,
        entry.registration_id,
        subscriber=entry.subscriber,
    )
    with suppress(ConcurrentUpdate):
        kept = (without_token(mandate),) if mandate and holds_token else ()
        ports.store.commit(Changes(kept, audit, ended=(entry,)))
