"""A third-party payer as a form or a program gives it."""

from chalicelib.domain.campaign import PostalAddress
from chalicelib.domain.payers.naming import WHOLE
from chalicelib.domain.payers.payer import PayerFacts
from chalicelib.domain.payers.refusals import SiretNotValid
from chalicelib.web.schemas.payers import NewPayer


def read_siret(text: str) -> str:
    """Return the 14 digits of a SIRET; raise `SiretNotValid` unless they fit their key (La Poste's too)."""
    from stdnum.exceptions import ValidationError  # noqa: PLC0415 - needed by one request in a thousand
    from stdnum.fr import siret  # noqa: PLC0415 - the same

    try:
        return str(siret.validate(text))
    except ValidationError:
        raise SiretNotValid(text) from None


def payer_facts(asked: NewPayer) -> PayerFacts:
    """Return the facts of a request; without an amount the payer takes the whole."""
    address = asked.address
    lines = tuple(line for line in (address.line1, address.line2) if line)
    return PayerFacts(
        kind=asked.kind,
        name=asked.name,
        address=PostalAddress(lines, address.zip_code, address.city, address.country),
        siret=read_siret(asked.siret),
        email=asked.email,
        share_cents=asked.amount_cents or WHOLE,
        service_code=asked.service_code,
        engagement=asked.engagement,
        needs_engagement=asked.needs_engagement,
        language=asked.language,
    )
