"""Moves around links to pay: made, opened by two payers, kept in tabs, revoked; forms are paid as others."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.payment_links.link import WantedLink
from chalicelib.usecases.payment_links.make_link import MadeLink, make_link, revoke_link
from chalicelib.usecases.payment_links.pay_by_link import asked_cents, pay_by_link, show_link
from tests.fakes.ports import FakePorts
from tests.proof.payer_acts import Act
from tests.usecases.conftest import ACCOUNTANT, CHRIS
from tests.usecases.link_steps import OTHER_PARENT, PARENT, PHONE

AMOUNTS = (None, None, 100, 20_000, 30_000, 30_100, 60_100, 377_000)
DAYS = (0, 1, 16, 60)


@dataclass
class LinkPayers:
    """The student or accounting, who make links, and two payers; `seen` are the amounts of their tabs."""

    ports: FakePorts
    chance: Random
    made: dict[str, list[MadeLink]] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)

    def acts(self, registration_id: str) -> Iterator[tuple[float, Act]]:
        """Yield each act with its weight: seldom where there is nothing to do it to."""
        has_links = bool(self.made.get(registration_id))
        registration = self.ports.memory.registrations_by_id[registration_id]
        is_payable = registration.fee_situation_code is not None and not registration.is_paid
        yield (6 if is_payable else 0.05), self.makes
        yield (14 if has_links and is_payable else 0.3 if has_links else 0), self.opens
        yield (0.8 if has_links else 0), self.revokes

    def makes(self, registration_id: str) -> None:
        until = paris_day(self.ports.at) + timedelta(days=self.chance.choice(DAYS))
        wanted, by = WantedLink(self.chance.choice(AMOUNTS), until), self.chance.choice((CHRIS, ACCOUNTANT))
        made = make_link(self.ports, registration_id, wanted, by)
        self.made.setdefault(registration_id, []).append(made)

    def opens(self, registration_id: str) -> None:
        """Leave for the gateway with the amount of a page read now, or of one read long ago in a tab."""
        made = self._one(registration_id)
        if made is None:
            return
        payer = self.chance.choice((PARENT, PARENT, OTHER_PARENT))
        if made.token not in self.seen or self.chance.random() < 0.8:
            opened = show_link(self.ports, made.token, PHONE)
            self.seen[made.token] = asked_cents(opened, self.ports.at)
        pay_by_link(self.ports, made.token, payer, self.seen[made.token], PHONE, payer.email)

    def revokes(self, registration_id: str) -> None:
        if made := self._one(registration_id):
            revoke_link(self.ports, made.link.id, self.chance.choice((CHRIS, ACCOUNTANT)))

    def _one(self, registration_id: str) -> MadeLink | None:
        """Return one of the last links, most often, or any."""
        links = self.made.get(registration_id)
        return self.chance.choice((links[-1], *links[-3:], self.chance.choice(links))) if links else None
