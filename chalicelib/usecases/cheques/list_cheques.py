import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.invoices import StoredDocument
from chalicelib.domain.treasury.slip_paper import SlipPaper, paper_of
from chalicelib.domain.treasury.slips import Cheque, Slip, SlipState
from chalicelib.usecases.cheques.ports import ChequePorts
from chalicelib.usecases.invoices.render_invoice import LINK_SECONDS
from chalicelib.usecases.isolation import for_each
from chalicelib.usecases.ports import Campaigns


@dataclass(frozen=True)
class DrawnCheque:
    """A cheque, whose file it is for, and who drew it."""

    cheque: Cheque
    holder: str
    drawer: str


def list_cheques(ports: ChequePorts, after: str | None) -> tuple[Sequence[DrawnCheque], str | None]:
    """Return one page of the cheques that wait for a slip, the longest received first, and the cursor."""
    waiting, cursor = ports.cheques.waiting(after)
    return drawn(ports, waiting), cursor


def show_slip(ports: ChequePorts, slip_id: str) -> tuple[Slip, Sequence[DrawnCheque]]:
    """Return a slip with its cheques as they are now; raise `NotFound`."""
    slip = ports.cheques.slip(slip_id)
    return slip, drawn(ports, cheques_of(ports, slip))


def cheques_of(ports: ChequePorts, slip: Slip) -> tuple[Cheque, ...]:
    found = (ports.cheques.find(each.number, each.payment_id) for each in slip.cheques)
    return tuple(each for each in found if each is not None)


def print_slip(ports: ChequePorts, slip_id: str) -> tuple[StoredDocument, str]:
    """Render what a deposit froze; raise `NotFound`, also before the deposit.

    Return the stored PDF and a link that expires in minutes.
    """
    pdf = ports.render_slip(_paper(ports, ports.cheques.slip(slip_id)))
    key = f"certificates/slips/{slip_id}/{hashlib.sha256(pdf).hexdigest()}.pdf"
    return ports.documents.put_once(key, pdf), ports.documents.link(key, LINK_SECONDS)


def _paper(ports: ChequePorts, slip: Slip) -> SlipPaper:
    return paper_of(slip, ports.cheques.lines(slip.id), campaign_of(ports.campaigns, slip.series))


def drawn(ports: ChequePorts, cheques: Iterable[Cheque]) -> Sequence[DrawnCheque]:
    """Return the cheques with their names; one with an unreadable account is reported and skipped."""
    found = list[DrawnCheque]()

    def add(cheque: Cheque) -> None:
        account = ports.accounts.account(person_of(cheque.registration_id))
        holder = account.registration(cheque.registration_id).holder
        payment = next(each for each in account.every_payment if each.id == cheque.payment_id)
        found.append(DrawnCheque(cheque, holder, payment.drawer or holder))

    for_each(ports, "cheque not listed", cheques, add)
    return found


def campaign_of(campaigns: Campaigns, series: str) -> Campaign:
    """Return the latest campaign of the school with this series; raise `NotFound`."""
    for campaign in campaigns.every():
        if campaign.numbering.series == series:
            return campaign
    raise NotFound


def seen_slip(ports: ChequePorts, slip_id: str, seen: int) -> Slip:
    """Return a slip; raise `ConcurrentUpdate` if it is not at the version that was `seen`, 0 for any.

    One that was deposited meanwhile is returned: that it is locked says more.
    """
    slip = ports.cheques.slip(slip_id)
    if seen and slip.version != seen and slip.state is SlipState.OPEN:
        raise ConcurrentUpdate
    return slip
