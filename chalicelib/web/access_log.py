"""The log of accepted and refused access: ids and words of ours, never a mail address."""

from http import HTTPStatus

from chalicelib.domain.errors import (
    CodeNotValid,
    GatewayUnavailable,
    IdentityProviderUnavailable,
    LinkNotValid,
    NotificationRejected,
    QuittanceError,
    ReauthenticationNeeded,
    SecondFactorUnavailable,
    SessionMissing,
)
from chalicelib.domain.limits import network_of
from chalicelib.domain.sessions import Session
from chalicelib.observability import note_access
from chalicelib.web.problems import status_of

KEPT_OUT = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}
TOLD_TOO = (
    CodeNotValid,
    LinkNotValid,
    NotificationRejected,
    IdentityProviderUnavailable,
    GatewayUnavailable,
    SecondFactorUnavailable,
)
"""Refusals logged although their status is another: failed tries, and other servers that are down."""
EVERYDAY = (SessionMissing, ReauthenticationNeeded)
"""Not a failed try: a page was opened after the end of the session."""


def note_entry(session: Session, address: str) -> None:
    """Log an accepted proof of identity; `outcome` is the step still missing."""
    note_access(
        "identity proved",
        session.stage.value,
        person=session.person_id,
        method=session.method.value,
        network=network_of(address),
    )


def note_refusal(error: QuittanceError, address: str, route: str) -> None:
    """Log a refusal: a wrong password or code, a missing right, a limit, a forged notification."""
    is_watched = status_of(error) in KEPT_OUT and not isinstance(error, EVERYDAY)
    if is_watched or isinstance(error, TOLD_TOO):
        note_access("kept out", error.code, network=network_of(address), route=route)
