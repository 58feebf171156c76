"""IBANs as people type them."""

from chalicelib.domain.refunds.ibans import is_reached
from chalicelib.domain.refunds.refusals import IbanNotValid, IbanOutsideSepa


def read_iban(text: str) -> str:
    """Return an IBAN without spaces; raise `IbanNotValid` if its country, length or key is wrong.

    Raise `IbanOutsideSepa` for one that a euro transfer does not reach.
    """
    from stdnum import iban  # noqa: PLC0415 - needed by one request in a thousand: cold start
    from stdnum.exceptions import ValidationError  # noqa: PLC0415 - the same

    try:
        read = str(iban.validate(text))
    except ValidationError:
        raise IbanNotValid from None
    if not is_reached(read):
        raise IbanOutsideSepa
    return read
