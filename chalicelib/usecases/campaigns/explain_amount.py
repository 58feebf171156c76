from dataclasses import dataclass

from chalicelib.domain.campaign import Campaign, Text
from chalicelib.domain.campaigns.versions import CampaignVersion
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.usecases.people.list_people import names_of
from chalicelib.usecases.people.ports import PeoplePorts


@dataclass(frozen=True)
class Explanation:
    """Why a file costs what it does.

    `orders` are the numbers of what is ordered, which no later version changes. `source` and `version` are
    None where the version that holds no longer has the ordered price, or names neither.
    """

    campaign: Campaign
    orders: tuple[int, ...] = ()
    source: Text | None = None
    version: CampaignVersion | None = None
    loaded_by: str = ""


def explain_amount(ports: PeoplePorts, file: RegistrationFile) -> Explanation:
    """Return the rule or decision behind an amount, its year, who loaded it and when."""
    orders = tuple(order.number for order in file.orders)
    code = file.registration.fee_situation_code or ""
    ordered = tuple(line for order in file.orders for line in order.lines)
    if ordered and ordered != file.programme.tariffs.get(code):
        return Explanation(file.campaign, orders)
    version = file.campaign.version
    return Explanation(
        campaign=file.campaign,
        orders=orders,
        source=file.campaign.source(file.registration.programme_code, code),
        version=version,
        loaded_by=names_of(ports, {version.loaded_by}).get(version.loaded_by, "") if version else "",
    )
