from dataclasses import dataclass

from chalicelib.domain.access import Action, permit
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import AddressMissing, NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.parties import client_of
from chalicelib.domain.payment_links.link import PaymentLink, WantedLink, key_of, registration_of, revoked
from chalicelib.domain.payment_links.refusals import LinkMadeOver
from chalicelib.domain.payment_links.sharing import require_makeable
from chalicelib.domain.payment_links.standing import LIVE, state_of
from chalicelib.domain.people import Person
from chalicelib.domain.registration import counted
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.drawn import Drawn
from chalicelib.usecases.payment_links.ports import PaymentLinkPorts
from chalicelib.usecases.races import again
from chalicelib.usecases.registrations.show_account import show_file
from chalicelib.usecases.sign_in.open_session import digest


@dataclass(frozen=True)
class MadeLink:
    """A new link, and the token that opens it: it is told once, and never stored."""

    link: PaymentLink
    token: str


def make_link(
    ports: PaymentLinkPorts, registration_id: str, wanted: WantedLink, by: Person, drawn: Drawn | None = None
) -> MadeLink:
    """Make a link by which somebody else pays a share of what a registration owes.

    Its invoice stays the student's, so their address must be known: raise `AddressMissing` without one. What
    is `drawn` again finds the link that it made; raise `LinkMadeOver` if that is over.
    """
    _permit(by, registration_id)
    new = drawn or Drawn(ports.new_id(), ports.new_token())
    return again(lambda: _make(ports, registration_id, wanted, by, new), ports.pause)


def revoke_link(ports: PaymentLinkPorts, link_id: str, by: Person) -> PaymentLink:
    """Let nothing more be started by a link; repeating changes nothing.

    A page of the gateway that is open already may still be paid: it is received like any other payment.
    """
    _permit(by, registration_of(link_id))
    return again(lambda: _revoke(ports, link_id, by), ports.pause)


def show_links(ports: PaymentLinkPorts, registration_id: str, by: Person) -> RegistrationFile:
    """Return the file whose links a person may see: their own, or as accounting."""
    _permit(by, registration_id)
    return show_file(ports, person_of(registration_id), registration_id)


def _permit(by: Person, registration_id: str) -> None:
    owner = person_of(registration_id)
    permit(by, Action.USE_STUDENT_MENUS if by.id == owner else Action.SHARE_PAYMENT, owner)


def _make(
    ports: PaymentLinkPorts, registration_id: str, wanted: WantedLink, by: Person, drawn: Drawn
) -> MadeLink:
    file, now = show_file(ports, person_of(registration_id), registration_id), ports.now()
    link_id = f"{registration_id}-l{drawn.id}"
    if known := _link_of(file, link_id):
        if state_of(file, known, paris_day(now)) not in LIVE:
            raise LinkMadeOver
        return MadeLink(known, drawn.token)
    require_makeable(file, wanted, now, paris_day(now))
    person = ports.accounts.account(file.registration.person_id).person
    if client_of(person).address is None:
        raise AddressMissing
    link = PaymentLink(
        id=link_id,
        registration_id=registration_id,
        person_id=person.id,
        made_by=by.id,
        made_at=now,
        until=wanted.until,
        amount_cents=wanted.amount_cents,
    )
    asked = "rest" if wanted.amount_cents is None else wanted.amount_cents
    act = Act.PAYMENT_LINK_MADE
    entry = audited(ports, by.id, act, person.id, link.id, amount_cents=asked, until=wanted.until)
    rows = (link, key_of(link, digest(drawn.token)))
    ports.store.commit(Changes(rows, entry, unchanged=(file.registration,)))
    return MadeLink(link, drawn.token)


def _revoke(ports: PaymentLinkPorts, link_id: str, by: Person) -> PaymentLink:
    """Count the registration: of a revocation and a start at once, the later one reads again."""
    file = show_file(ports, person_of(link_id), registration_of(link_id))
    link = _link_of(file, link_id)
    if link is None:
        raise NotFound
    ended = revoked(link, by.id, ports.now())
    if ended is link:
        return link
    entry = audited(ports, by.id, Act.PAYMENT_LINK_REVOKED, link.person_id, link.id)
    ports.store.commit(Changes((ended, counted(file.registration)), entry))
    return ended


def _link_of(file: RegistrationFile, link_id: str) -> PaymentLink | None:
    return next((each for each in file.payment_links if each.id == link_id), None)
