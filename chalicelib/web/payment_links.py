"""What API and pages share about links to pay."""

from chalicelib.settings import settings


def link_address(token: str) -> str:
    """Return the address of a link to pay, as it is given to a payer."""
    return f"{settings().base_url}/pay?token={token}"
