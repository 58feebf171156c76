import hashlib

from chalicelib.domain.access import Action, permit
from chalicelib.domain.books.chart import Book
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.invoices import StoredDocument
from chalicelib.domain.parties import seller_of
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.treasury.rapprochement import Rapprochement, checked, prepared
from chalicelib.domain.treasury.rapprochement_paper import RapprochementPaper
from chalicelib.domain.treasury.rapprochement_refusals import RapprochementImpossible
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.cheques.list_cheques import campaign_of
from chalicelib.usecases.invoices.render_invoice import LINK_SECONDS
from chalicelib.usecases.races import again
from chalicelib.usecases.rapprochement.ports import RapprochementPorts
from chalicelib.usecases.reconciliation.bank_standing import bank_standing


def prepare_rapprochement(ports: RapprochementPorts, series: str, by: Person) -> Rapprochement:
    """Freeze how 512 and the bank's statements stand now, for another person to check.

    Raise `RapprochementImpossible` without a statement, `RapprochementTooLong`.
    """
    permit(by, Action.KEEP_BOOKS, "")
    standing = bank_standing(ports, series)
    if standing is None:
        raise RapprochementImpossible
    now = ports.now()
    name = f"{paris_day(now):%Y%m%d}-{ports.new_id()}"
    found = prepared(standing, series, name, by.id, now)
    _commit(ports, found, Act.RAPPROCHEMENT_PREPARED, by)
    return found


def check_rapprochement(
    ports: RapprochementPorts, rapprochement_id: str, digest: str, by: Person
) -> Rapprochement:
    """Sign what another person prepared, as the one who saw what has this digest.

    Raise `SamePerson`, `RapprochementChecked`, `RapprochementChanged`, `RapprochementUnequal`.
    """
    permit(by, Action.KEEP_BOOKS, "")
    return again(lambda: _check(ports, rapprochement_id, digest, by), ports.pause)


def print_rapprochement(ports: RapprochementPorts, rapprochement_id: str) -> tuple[StoredDocument, str]:
    """Render it as it is signed by now; return the stored PDF and a link that expires in minutes."""
    found = ports.rapprochements.find(rapprochement_id)
    campaign = campaign_of(ports.campaigns, found.series)
    signers = {each for each in (found.prepared_by, found.checked_by) if each}
    names = {each.id: f"{each.first_name} {each.last_name}" for each in ports.people.persons(signers)}
    paper = RapprochementPaper(
        seller=seller_of(campaign),
        account=campaign.chart[Book.BANK],
        found=found,
        prepared_by=names.get(found.prepared_by, found.prepared_by),
        checked_by=names.get(found.checked_by, found.checked_by),
    )
    pdf = ports.render_rapprochement(paper)
    key = f"certificates/rapprochements/{found.id}/{hashlib.sha256(pdf).hexdigest()}.pdf"
    return ports.documents.put_once(key, pdf), ports.documents.link(key, LINK_SECONDS)


def _check(ports: RapprochementPorts, rapprochement_id: str, digest: str, by: Person) -> Rapprochement:
    found = checked(ports.rapprochements.find(rapprochement_id), digest, by.id, ports.now())
    _commit(ports, found, Act.RAPPROCHEMENT_CHECKED, by)
    return found


def _commit(ports: RapprochementPorts, found: Rapprochement, act: Act, by: Person) -> None:
    entry = audited(
        ports,
        by.id,
        act,
        found.id,
        found.id,
        digest=found.digest,
        amount_cents=found.book_cents,
        difference_cents=found.difference_cents,
    )
    ports.store.commit(Changes((found,), entry))
