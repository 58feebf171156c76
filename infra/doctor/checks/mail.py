"""SES: the sender is verified, signs with DKIM, and may write to anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infra.doctor.lines import Line, ok, only_on_aws, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.doctor.deployed import Deployed


def check(deployed: Deployed) -> Iterator[Line]:
    ses, sender = deployed.client("sesv2"), deployed.settings.mail_from
    identity = _identity(ses, sender)
    if identity is None or not identity.get("VerifiedForSendingStatus"):
        yield wrong(
            f"{sender} is not verified.",
            "Verify its domain in SES, in this Region: docs/deploy.md, Mail.",
        )
    else:
        yield ok(f"{sender} is verified")
    if deployed.is_local:
        yield only_on_aws("DKIM, and the way out of the sandbox")
        return
    yield _signs(identity or {})
    yield _is_out(ses.get_account())


def _identity(ses: Any, sender: str) -> dict[str, Any] | None:
    """Return the identity of the address, else of its domain; the address's own wins in SES."""
    for name in (sender, sender.rpartition("@")[2]):
        try:
            return dict(ses.get_email_identity(EmailIdentity=name))
        except ses.exceptions.NotFoundException:
            continue
    return None


def _signs(identity: dict[str, Any]) -> Line:
    dkim = identity.get("DkimAttributes", {})
    if dkim.get("SigningEnabled") and dkim.get("Status") == "SUCCESS":
        return ok("signed with DKIM")
    return wrong(
        f"DKIM is {dkim.get('Status', 'not set up')}: mails land among the unwanted.",
        "Add the three CNAME records that SES shows to the DNS.",
    )


def _is_out(account: dict[str, Any]) -> Line:
    if not account.get("SendingEnabled"):
        return wrong(
            "SES has stopped sending for this account.", "Read SES, Reputation metrics; write to AWS."
        )
    if not account.get("ProductionAccessEnabled"):
        return wrong(
            "SES is in its sandbox: 200 mails a day, to verified addresses alone.",
            "SES, Account dashboard, Request production access; AWS answers within a day.",
        )
    quota = account.get("SendQuota", {})
    return ok(f"out of the sandbox, {quota.get('Max24HourSend', 0):.0f} mails a day")
