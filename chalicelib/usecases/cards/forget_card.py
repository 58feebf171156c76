from contextlib import suppress

from chalicelib.domain.audit import SCHEDULE, Act
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.stored_cards import without_token
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.cards.ports import CardPorts


class CardNotForgotten(RuntimeError):
    """The gateway did not clearly say that the card is gone: the queue asks again, and alarms in the end."""


def forget_card(ports: CardPorts, entry: OutboxEntry) -> None:
    """Have the gateway forget a card, then forget its token and the entry that asked for it, at once.

    Asking twice does no harm. Who loses a race leaves the entry: it is gone already, or tried again.
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
