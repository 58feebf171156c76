"""SES: the sender is verified, signs with DKIM, and may write to anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infra.doctor.lines import Line, ok, only_on_aws, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.doctor.deployed import Deployed

BUSIEST_DAY, BUSIEST_SECOND = 10_000, 5
"""Mails of 10 000 dossiers on a 10th (docs/capacity.md), gone within an hour."""


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
    a_day, a_second = quota.get("Max24HourSend", 0), quota.get("MaxSendRate", 0)
    if a_day < BUSIEST_DAY or a_second < BUSIEST_SECOND:
        return wrong(
            f"SES sends {a_day:.0f} mails a day, {a_second:.0f} a second; a 10th has {BUSIEST_DAY}.",
            "Service Quotas, SES: ask for 50 000 a day and 14 a second, days before the opening.",
        )
    return ok(f"out of the sandbox, {a_day:.0f} mails a day, {a_second:.0f} a second")
