"""The desks of the staff: the roles that may read each, and the page on which all begin."""

from dataclasses import dataclass
from functools import cache

from chalicelib.domain.access import RULES, Action
from chalicelib.domain.people import Person, Role
from chalicelib.portal.render import DeskLink
from chalicelib.portal.texts import marked


@dataclass(frozen=True)
class Desk:
    path: str
    label: str
    action: Action
    """The action that reading it requires, see `domain/access.py`."""
    group: str = ""
    """The name of the group of desks that it belongs to, "" for the first one."""

    def is_for(self, roles: frozenset[Role]) -> bool:
        return not roles.isdisjoint(RULES[self.action].roles)


BOOKS = marked("Comptabilité")
HOME = Desk("/staff/desk", marked("À faire"), Action.READ_DESK)
REGISTRATIONS = Desk("/staff/registrations", marked("Dossiers d'inscription"), Action.READ_REGISTRATIONS)
PLAN_REQUESTS = Desk("/staff/plan-requests", marked("Demandes d'échéancier"), Action.READ_PLAN_REQUESTS)
CREDITS = Desk("/staff/credits", marked("Crédits à rendre"), Action.READ_CREDITS)
STATEMENTS = Desk("/staff/statements", marked("Relevés de banque"), Action.READ_BOOKS, BOOKS)
RECONCILIATIONS = Desk("/staff/reconciliations", marked("Rapprochements"), Action.READ_BOOKS, BOOKS)
REMITTANCES = Desk("/staff/remittances", marked("Remises CB"), Action.READ_BOOKS, BOOKS)
UNPAID = Desk("/staff/unpaid", marked("Impayés et contestations"), Action.READ_INSTALMENTS)
ARREARS = Desk("/staff/arrears", marked("Arriérés"), Action.READ_INSTALMENTS)
PAYERS = Desk("/staff/payers", marked("Tiers payeurs"), Action.READ_PAYERS)
REFUNDS = Desk("/staff/refunds", marked("Remboursements"), Action.READ_CREDITS)
TRANSFERS = Desk("/staff/transfers", marked("Virements"), Action.READ_CREDITS)
SLIPS = Desk("/staff/cheque-slips", marked("Chèques"), Action.READ_BOOKS, BOOKS)
BALANCES = Desk("/staff/balances", marked("Balance 411"), Action.READ_BOOKS, BOOKS)
RAPPROCHEMENTS = Desk("/staff/rapprochements", marked("État de rapprochement"), Action.READ_BOOKS, BOOKS)
PERIODS = Desk("/staff/periods", marked("Clôtures"), Action.READ_BOOKS, BOOKS)
TITLES = Desk("/staff/titles", marked("Titres collectifs"), Action.READ_TITLES, BOOKS)
BATCHES = Desk("/staff/batches", marked("Lots et exports"), Action.READ_BOOKS, BOOKS)
WAIVERS = Desk("/staff/waivers", marked("Remises et non-valeurs"), Action.READ_WAIVERS, BOOKS)
PEOPLE = Desk("/staff/people", marked("Personnes et rôles"), Action.READ_PEOPLE)
CAMPAIGNS = Desk("/staff/campaigns", marked("Campagnes"), Action.READ_CAMPAIGNS)
IMPORTS = Desk("/staff/imports", marked("Importations"), Action.READ_IMPORTS)
OUTBOX = Desk("/staff/outbox", marked("Envois en échec"), Action.READ_GIVEN_UP)
WEBHOOKS = Desk("/staff/webhook-endpoints", marked("Points de réception"), Action.READ_ENDPOINTS)
SERVICE_KEYS = Desk("/staff/service-keys", marked("Clés de service"), Action.READ_KEYS)
AUDIT = Desk("/staff/audit", marked("Journal d'audit"), Action.READ_AUDIT)
DESKS = (
    HOME,
    REGISTRATIONS,
    PLAN_REQUESTS,
    CREDITS,
    REFUNDS,
    PAYERS,
    TRANSFERS,
    STATEMENTS,
    RECONCILIATIONS,
    REMITTANCES,
    UNPAID,
    ARREARS,
    SLIPS,
    BALANCES,
    RAPPROCHEMENTS,
    PERIODS,
    WAIVERS,
    TITLES,
    BATCHES,
    PEOPLE,
    CAMPAIGNS,
    IMPORTS,
    OUTBOX,
    SERVICE_KEYS,
    WEBHOOKS,
    AUDIT,
)


def desks_of(person: Person, path: str) -> tuple[DeskLink, ...]:
    """Return the links to the desks that a person may read; the one of `path` is marked as current."""
    return tuple(
        DeskLink(desk.path, desk.label, desk.path == path, desk.group) for desk in _desks_for(person.roles)
    )


@cache
def _desks_for(roles: frozenset[Role]) -> tuple[Desk, ...]:
    return tuple(desk for desk in DESKS if desk.is_for(roles))


def first_desk(person: Person) -> str | None:
    """Return the page on which a person of the staff begins: what is to be done; None without a desk."""
    return HOME.path if HOME.is_for(person.roles) else None


def of_campaign(campaign_id: str | None) -> dict[str, str]:
    """Return the query parameter that selects a campaign's queue; none for the current campaign."""
    return {"campaign": campaign_id} if campaign_id else {}
