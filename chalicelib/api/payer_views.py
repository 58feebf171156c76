"""Conversion of a third-party payer into a response."""

from chalicelib.domain.payers.payer import Payer
from chalicelib.web.schemas import payers as schemas


def payer_view(payer: Payer, owed_cents: int) -> schemas.PayerView:
    facts = payer.facts
    return schemas.PayerView(
        id=payer.id,
        registration=payer.registration_id,
        kind=facts.kind,
        name=facts.name,
        siret=facts.siret,
        service_code=facts.service_code,
        engagement=facts.engagement,
        email=facts.email,
        language=facts.language,
        amount_cents=facts.share_cents,
        owed_cents=owed_cents,
        state=payer.state,
        named_at=payer.named_at,
        invoice_number=payer.invoice_number,
        due_on=payer.due_on,
        version=payer.version,
        seen_hash=payer.seen_hash,
    )
