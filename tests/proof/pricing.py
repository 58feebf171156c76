"""An administrator's move in the histories: situations cost other sums from now on."""

from dataclasses import dataclass, replace
from random import Random

from chalicelib.domain.money import FeeLine
from tests.fakes.ports import FakePorts

PRICES = (60100, 60100, 70100, 40000, 377000, 90000, 15000)


@dataclass
class Pricing:
    """Who loads the versions. A free situation stays free."""

    ports: FakePorts
    registrations: list[str]
    chance: Random

    def acts(self) -> None:
        campaign = self.ports.campaigns.current()
        registration_id = self.chance.choice(self.registrations)
        programme = campaign.programme(self.ports.memory.registrations_by_id[registration_id].programme_code)
        situation = self.chance.choice([each for each, lines in programme.tariffs.items() if lines])
        lines = (FeeLine("Droits de scolarité", 1, self.chance.choice(PRICES)),)
        priced = replace(programme, tariffs={**programme.tariffs, situation: lines})
        self.ports.campaigns.change(
            replace(campaign, programmes={**campaign.programmes, programme.code: priced})
        )
