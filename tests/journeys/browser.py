"""A person's browser on the portal's pages."""

import html
import re
from dataclasses import dataclass, field
from urllib.parse import urljoin

import httpx

from tests.conftest import Stack
from tests.journeys.conftest import Payer, client, forms


@dataclass
class Browser:
    """One person's browser on the portal; it follows redirects and keeps the session's cookie."""

    stack: Stack
    http: httpx.Client = field(default_factory=lambda: client(follow_redirects=True))

    def opens(self, path: str) -> httpx.Response:
        return self.http.get(urljoin(self.stack.portal, path))

    def opens_the_file_of(self, queue: httpx.Response, holder: str) -> httpx.Response:
        """Follow the link of a name in the staff's list of registrations."""
        (address,) = re.findall(rf'href="(/staff/registrations/[^"]+)">{re.escape(holder)}<', queue.text)
        return self.opens(html.unescape(address))

    def goes_to_the_desk(self, label: str) -> httpx.Response:
        """Follow a link of the navigation on the page where staff begin."""
        page = html.unescape(self.opens("/staff/desk").text).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        (address,) = re.findall(rf'href="(/staff/[^"]+)"[^>]*>{re.escape(label)}<', page)
        return self.opens(address)

    def sends(self, page: httpx.Response, path: str, **given: str) -> httpx.Response:
        action, fields = next(each for each in forms(page) if each[0].endswith(path))
        return self.http.post(action, data=fields | given)

    def logs_in(self, email: str) -> httpx.Response:
        return self.sends(self.opens("/login?again=1"), "/login", email=email, password="quittance-demo")

    def declares(self, code: str) -> httpx.Response:
        return self.sends(self.opens("/dossier?edit=1"), "/dossier", code=code)

    def goes_to_pay(self, **address: str) -> httpx.Response:
        return self.sends(self.opens("/pay-once"), "/pay-once", **address)

    def pays(self, card: str, **address: str) -> httpx.Response:
        """Pay on the gateway's pages and come back by the address it gives; return the last page seen."""
        return self.pays_on(self.goes_to_pay(**({"mode": "none"} | address)), card)

    def pays_instalment(self, rank: int, card: str) -> httpx.Response:
        page = self.opens("/pay-plan" if rank == 1 else f"/pay-plan/{rank}")
        return self.pays_on(self.sends(page, f"/pay-plan/{rank}", mode="none"), card)

    def leaves(self, payment: httpx.Response) -> str:
        """Click on the button of a payment's page; return the gateway's address that it leads to."""
        action, fields = next(each for each in forms(payment) if each[0].endswith("/leave"))
        answer = self.http.post(action, data=fields, follow_redirects=False)
        address: str = answer.headers["location"]
        assert (answer.status_code, address.startswith(self.stack.paybox)) == (303, True)
        return address

    def pays_on(self, payment: httpx.Response, card: str) -> httpx.Response:
        payer = Payer()
        last = payer.pays(payer.goes_to(self.leaves(payment)), card)
        return self.opens(last.headers["location"]) if last.is_redirect else last


def read(page: httpx.Response) -> str:
    """Return the page with plain spaces and apostrophes: how a sentence is set is another test's."""
    plain = re.sub(r"\s+", " ", html.unescape(page.text))
    return plain.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
