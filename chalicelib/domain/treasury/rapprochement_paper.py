"""The paper of an état de rapprochement, with the names of who prepared and who checked it."""

from dataclasses import dataclass

from chalicelib.domain.invoices import Seller
from chalicelib.domain.treasury.rapprochement import Rapprochement


@dataclass(frozen=True)
class RapprochementPaper:
    """What the paper says; `checked_by` is "" until a second person has signed."""

    seller: Seller
    account: str
    found: Rapprochement
    prepared_by: str
    checked_by: str
