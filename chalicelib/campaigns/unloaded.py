"""What stands for the campaign of a system that has none yet: pages and mails to the staff still work."""

from datetime import UTC, datetime

from chalicelib.campaigns.texts import TEXT_KEYS
from chalicelib.domain.calendar import Window
from chalicelib.domain.campaign import Campaign, Numbering, PostalAddress, School, Text

NAME = "Quittance"
NOTHING = Text("–", "–")
NEVER = Window(datetime(9000, 1, 1, tzinfo=UTC), datetime(9000, 12, 31, tzinfo=UTC))
"""Never open, and never over: nothing is erased for the end of a campaign that does not exist.

Decades after it are years that a date can hold.
"""

UNLOADED = Campaign(
    id="",
    label=Text("Aucune campagne", "No campaign"),
    school=School(NAME, PostalAddress((), "", "", "FR"), "", "", "", ""),
    guide_url="/",
    previous_steps=(),
    windows=(NEVER,),
    fee_situations={},
    programmes={},
    plans={},
    numbering=Numbering("", 1, 1),
    exemption_mention=NOTHING,
    texts=dict.fromkeys(TEXT_KEYS, NOTHING),
)
