from chalicelib.domain.campaign import Campaign
from chalicelib.domain.lists.names import NamedPerson, people_named
from chalicelib.domain.people import Person
from chalicelib.usecases.lists.ports import ListPorts

MOST = 50


def find_people(
    ports: ListPorts, campaign: Campaign, staff: tuple[Person, ...], typed: str
) -> tuple[NamedPerson, ...]:
    """Return the people of a campaign and of the staff with such a name, so many at most."""
    return people_named(ports.lines.of_campaign(campaign.id).lines, staff, typed)[:MOST]
