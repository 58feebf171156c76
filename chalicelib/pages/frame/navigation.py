"""The permanent navigation of a student: the manual's menus, with their numbers."""

from typing import TYPE_CHECKING

from chalicelib.domain.menu import MenuItem, MenuKey, MenuState
from chalicelib.domain.people import Role
from chalicelib.portal.render import MenuLink

if TYPE_CHECKING:
    from chalicelib.pages.page_request import PageRequest

MENU_PATHS = {
    MenuKey.DOSSIER: "/dossier",
    MenuKey.PAY_ONCE: "/pay-once",
    MenuKey.CHOOSE_PLAN: "/choose-plan",
    MenuKey.PAY_PLAN: "/pay-plan",
    MenuKey.INVOICES: "/invoices",
    MenuKey.ACCOUNT: "/account",
}


def menu_links(page_request: "PageRequest") -> tuple[MenuLink, ...]:
    """Return the links; none at a desk, which has its own, and at home, which shows the menus at length."""
    path = str(page_request.request.path)
    if path == "/" or page_request.chosen_file is None or not page_request.person.holds(Role.STUDENT):
        return ()
    shown = (item for item in page_request.menu if item.state is not MenuState.HIDDEN)
    return tuple(_link(page_request, item, path) for item in shown)


def _link(page_request: "PageRequest", item: MenuItem, path: str) -> MenuLink:
    if item.key is MenuKey.GUIDE:
        return MenuLink(item.key, page_request.campaign.guide_url, is_here=False)
    own = MENU_PATHS[item.key]
    is_here = path == own or path.startswith(f"{own}/")
    is_open = item.state is not MenuState.CLOSED
    return MenuLink(item.key, page_request.to(own) if is_open else "", is_here)
