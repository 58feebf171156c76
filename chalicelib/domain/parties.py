"""The parties of a document: the seller, the client, and the session it is about."""

from chalicelib.domain.campaign import Campaign, PostalAddress
from chalicelib.domain.invoices import Client, Seller
from chalicelib.domain.people import Address, Person
from chalicelib.domain.registration import Registration


def seller_of(campaign: Campaign) -> Seller:
    school = campaign.school
    return Seller(school.name, school.address, school.siren)


def client_of(person: Person, address: Address | None = None) -> Client:
    """Return the person as client with the given address, else with the first one saved."""
    known = address or next(iter(person.addresses), None)
    return Client(person.first_name, person.last_name, _postal(known) if known else None)


def session_of(registration: Registration, campaign: Campaign) -> str:
    code = registration.programme_code
    return f"{code} - {campaign.programme_label(code).fr}"


def _postal(address: Address) -> PostalAddress:
    lines = tuple(line for line in (address.line1, address.line2) if line)
    return PostalAddress(lines, address.zip_code, address.city, address.country)
