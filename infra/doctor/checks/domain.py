"""The portal's host: served by API Gateway there alone, with a lasting certificate, known to the DNS."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from infra.doctor.lines import Line, ok, only_on_aws, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.doctor.deployed import Deployed

LASTS = timedelta(days=30)


def check(deployed: Deployed) -> Iterator[Line]:
    if deployed.is_local:
        yield only_on_aws("domain, DNS and certificate")
        return
    host = urlsplit(deployed.settings.base_url).hostname or ""
    served = deployed.resources.get("PortalDomain")
    if served is None or served.id != host:
        yield wrong(
            f"API Gateway does not serve {host}.", "Deploy with DomainName set to the host of BaseUrl."
        )
        return
    gateway = deployed.client("apigateway")
    found = gateway.get_domain_name(domainName=host)
    yield _status(host, found)
    yield _certificate(deployed, found)
    yield _dns(host, deployed.outputs.get("PortalTarget", ""))
    yield _old_address(deployed, gateway)


def _status(host: str, found: dict[str, Any]) -> Line:
    if found.get("domainNameStatus") == "AVAILABLE":
        return ok(f"API Gateway serves {host}")
    return wrong(f"{host} is {found.get('domainNameStatus')}.", "Wait some minutes and look again.")


def _certificate(deployed: Deployed, found: dict[str, Any]) -> Line:
    arn = found["regionalCertificateArn"]
    told = deployed.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
    ends_at: datetime | None = told.get("NotAfter")
    if told["Status"] != "ISSUED" or ends_at is None:
        return wrong(
            f"the certificate is {told['Status']}.", "Add the CNAME record that ACM shows to the DNS."
        )
    if ends_at - datetime.now(tz=UTC) < LASTS:
        return wrong(
            f"the certificate ends on {ends_at:%d/%m/%Y}.",
            "ACM renews by itself while its CNAME record stands in the DNS: put it back.",
        )
    return ok(f"the certificate lasts until {ends_at:%d/%m/%Y}")


def _dns(host: str, target: str) -> Line:
    """Compare the addresses: a CNAME and an alias of Route 53 look the same from here."""
    here, there = _addresses(host), _addresses(target)
    if here & there:
        return ok(f"the DNS leads {host} to the portal")
    said = "leads elsewhere" if here else "does not know it"
    return wrong(f"the DNS {said}: {host}.", f"Make it a CNAME (or an alias) of {target}.")


def _addresses(host: str) -> set[str]:
    try:
        return {str(each[4][0]) for each in socket.getaddrinfo(host, 443)}
    except OSError:
        return set()


def _old_address(deployed: Deployed, gateway: Any) -> Line:
    api = deployed.resources["RestAPI"].id
    if not gateway.get_rest_api(restApiId=api).get("disableExecuteApiEndpoint"):
        return wrong("API Gateway's own address is open too.", "Deploy with DomainName.")
    own = f"https://{api}.execute-api.{deployed.region}.amazonaws.com/production/login"
    if deployed.fetch(own).status == 200:  # noqa: PLR2004 - the status itself is the clearest name
        return wrong("API Gateway's own address still answers.", "Deploy its stage again in API Gateway.")
    return ok("API Gateway's own address is closed")
