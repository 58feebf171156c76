from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain.books.journal import missing_entries
from chalicelib.domain.books.journaling import recorded
from chalicelib.domain.books.ledger import ledger_of
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.changes import Changes
from chalicelib.domain.exports.catch_up import JournalCatchUp
from chalicelib.domain.exports.refusals import JournalIncomplete
from chalicelib.domain.trail.audit import SCHEDULE, Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.exports.ports import CatchUpPorts
from chalicelib.usecases.isolation import HasTime, Passed, always, for_each, within
from chalicelib.usecases.races import again
from chalicelib.usecases.registrations.show_account import open_file

SLICE = 50
"""Accounts between two checkpoints."""
MOST_FAILED = 100
"""Unreadable accounts after which a run stops: then it is not they that are at fault."""
LONGEST_REQUEST = timedelta(seconds=12)
"""The time that a request spends on it before it makes a file: it has 29 seconds."""
WHAT = "account not completed"


@dataclass
class Completing(Passed):
    """The result of a run: how many entries it wrote, and how many accounts it has not looked at."""

    written: int = 0


def complete_journal(ports: CatchUpPorts, has_time: HasTime = always) -> Completing:
    """Write the entries of documents of releases that kept no journal, dated as the documents are.

    A checkpoint remembers how far a campaign is, and that it is done: then a run reads one row of it. An
    account that fails is passed over, and tried again by each run.
    """
    report = Completing()
    for campaign in ports.campaigns.every():
        _complete(ports, campaign, report, has_time)
    return report


def require_complete_journal(ports: CatchUpPorts) -> None:
    """Complete what a request has time for; raise `JournalIncomplete` if accounts are left."""
    report = complete_journal(ports, within(ports.now, LONGEST_REQUEST))
    if report.left:
        raise JournalIncomplete(report.left)


def _complete(ports: CatchUpPorts, campaign: Campaign, report: Completing, has_time: HasTime) -> None:
    """Look at the failed accounts again, then at those behind the checkpoint."""
    kept = ports.batches.catch_up(campaign.id)
    failed, _ = _look(ports, campaign, kept.failed, report, has_time)
    if kept.is_done:
        _keep(ports, kept, kept.moved(kept.after, failed, is_done=True))
        return
    found = {each.person_id for each in ports.campaign_use.registrations(campaign.id)}
    ahead = tuple(sorted(each for each in found if each > kept.after))
    while ahead and len(failed) <= MOST_FAILED:
        undone, is_whole = _look(ports, campaign, ahead[:SLICE], report, has_time)
        if not is_whole:
            report.left += len(ahead[SLICE:])
            return
        failed += undone
        kept = _keep(ports, kept, kept.moved(ahead[:SLICE][-1], failed, is_done=False))
        ahead = ahead[SLICE:]
    report.left += len(ahead)
    _keep(ports, kept, kept.moved(kept.after, failed, is_done=not ahead))


def _look(
    ports: CatchUpPorts,
    campaign: Campaign,
    persons: Sequence[str],
    report: Completing,
    has_time: HasTime,
) -> tuple[tuple[str, ...], bool]:
    """Complete some accounts; return those that were not, and whether there was time for all."""
    done: set[str] = set()

    def complete(person_id: str) -> None:
        report.written += again(lambda: _complete_account(ports, campaign, person_id))
        done.add(person_id)

    passed = for_each(ports, WHAT, persons, complete, has_time)
    report.add(passed)
    return tuple(each for each in persons if each not in done), not passed.left


def _keep(ports: CatchUpPorts, before: JournalCatchUp, after: JournalCatchUp) -> JournalCatchUp:
    if after is not before:
        ports.store.commit(Changes((after,)))
    return after


def _complete_account(ports: CatchUpPorts, campaign: Campaign, person_id: str) -> int:
    """Write what an account lacks, one commit a registration; return how many entries that were."""
    account, written = ports.accounts.account(person_id), 0
    for registration in account.registrations:
        if registration.campaign_id != campaign.id:
            continue
        file = open_file(ports, account, registration.id)
        ledger = ledger_of(file.campaign, ports.now())
        entries = tuple(missing_entries(file.journal, file.invoices, file.payments, ledger))
        if entries:
            trace = audited(ports, SCHEDULE, Act.JOURNAL_COMPLETED, person_id, registration.id)
            ports.store.commit(recorded(Changes(audit=trace), entries))
            written += len(entries)
    return written
