"""The adapters of the table, each imported when first needed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chalicelib.settings import Settings
    from chalicelib.storage.lists.waivers import DynamoWaivers
    from chalicelib.usecases.audit.ports import AuditTrail
    from chalicelib.usecases.campaigns.ports import CampaignUse, CampaignVersions
    from chalicelib.usecases.cheques.ports import Cheques
    from chalicelib.usecases.closing.ports import Periods
    from chalicelib.usecases.collection.ports import Unpaid
    from chalicelib.usecases.credits.ports import Credits
    from chalicelib.usecases.debits.ports import Debits
    from chalicelib.usecases.events.ports import Events
    from chalicelib.usecases.exports.ports import Batches
    from chalicelib.usecases.identities.ports import Identities
    from chalicelib.usecases.imports.ports import Imports, Roster
    from chalicelib.usecases.journal.ports import Journal
    from chalicelib.usecases.passwords.ports import Links
    from chalicelib.usecases.payers.ports import Payers
    from chalicelib.usecases.payment_links.ports import PaymentLinkKeys
    from chalicelib.usecases.payments.ports import Notifications
    from chalicelib.usecases.people.ports import RoleChanges
    from chalicelib.usecases.plans.ports import PlanRequests
    from chalicelib.usecases.ports import Alarms
    from chalicelib.usecases.programs.ports import ServiceKeys
    from chalicelib.usecases.rapprochement.ports import Rapprochements
    from chalicelib.usecases.reconciliation.kept_ports import Reconciliations
    from chalicelib.usecases.refunds.ports import IbanLinks, Refunds, TransferFiles
    from chalicelib.usecases.registrations.ports import Registrations
    from chalicelib.usecases.statements.ports import Statements
    from chalicelib.usecases.storage_ports import (
        Accounts,
        Limits,
        Outbox,
        People,
        PersonalRecords,
        Questions,
        SecondFactors,
        Sessions,
        Store,
    )


class Stores:
    """Rows of the table that the settings name."""

    _settings: Settings

    @cached_property
    def campaign_versions(self) -> CampaignVersions:
        from chalicelib.storage.campaigns import DynamoCampaignVersions

        return DynamoCampaignVersions(self.table)

    @cached_property
    def campaign_use(self) -> CampaignUse:
        from chalicelib.storage.campaigns import DynamoCampaignUse

        return DynamoCampaignUse(self.table)

    @cached_property
    def alarms(self) -> Alarms:
        from chalicelib.observability import MetricAlarms

        return MetricAlarms()

    @cached_property
    def table(self) -> Any:
        from chalicelib.storage.rows.session import session_of
        from chalicelib.storage.table import Table

        table = Table(self._settings.table, self._settings.region, self.alarms.raise_failure)
        session_of(table.row)  # before its client is made
        return table

    @cached_property
    def store(self) -> Store:
        from chalicelib.storage.store import DynamoStore
        from chalicelib.wiring.commit_log import note_commit

        return DynamoStore(self.table, note_commit)

    @cached_property
    def people(self) -> People:
        from chalicelib.storage.people import DynamoPeople

        return DynamoPeople(self.table)

    @cached_property
    def sessions(self) -> Sessions:
        from chalicelib.storage.sessions import DynamoSessions

        return DynamoSessions(self.table)

    @cached_property
    def links(self) -> Links:
        from chalicelib.storage.proofs import DynamoLinks

        return DynamoLinks(self.table)

    @cached_property
    def iban_links(self) -> IbanLinks:
        from chalicelib.storage.proofs import DynamoIbanLinks

        return DynamoIbanLinks(self.table)

    @cached_property
    def payment_link_keys(self) -> PaymentLinkKeys:
        from chalicelib.storage.proofs import DynamoPaymentLinkKeys

        return DynamoPaymentLinkKeys(self.table)

    @cached_property
    def limits(self) -> Limits:
        from chalicelib.storage.limits import DynamoLimits

        return DynamoLimits(self.table)

    @cached_property
    def second_factors(self) -> SecondFactors:
        from chalicelib.storage.proofs import DynamoSecondFactors

        return DynamoSecondFactors(self.table)

    @cached_property
    def identities(self) -> Identities:
        from chalicelib.storage.identities import DynamoIdentities

        return DynamoIdentities(self.table)

    @cached_property
    def roster(self) -> Roster:
        from chalicelib.storage.imports import DynamoRoster

        return DynamoRoster(self.table)

    @cached_property
    def imports(self) -> Imports:
        from chalicelib.storage.imports import DynamoImports

        return DynamoImports(self.table)

    @cached_property
    def role_changes(self) -> RoleChanges:
        from chalicelib.storage.role_changes import DynamoRoleChanges

        return DynamoRoleChanges(self.table)

    @cached_property
    def audit(self) -> AuditTrail:
        from chalicelib.storage.audit import DynamoAuditTrail

        return DynamoAuditTrail(self.table)

    @cached_property
    def waivers(self) -> DynamoWaivers:
        from chalicelib.storage.lists.waivers import DynamoWaivers

        return DynamoWaivers(self.table)

    @cached_property
    def batches(self) -> Batches:
        from chalicelib.storage.exports.batches import DynamoBatches

        return DynamoBatches(self.table)

    @cached_property
    def journal(self) -> Journal:
        from chalicelib.storage.journal import DynamoJournal

        return DynamoJournal(self.table)

    @cached_property
    def events(self) -> Events:
        from chalicelib.storage.events.events import DynamoEvents

        return DynamoEvents(self.table)

    @cached_property
    def service_keys(self) -> ServiceKeys:
        from chalicelib.storage.events.service_keys import DynamoServiceKeys

        return DynamoServiceKeys(self.table)

    @property
    def key_prefix(self) -> str:
        return "qtc_test_" if self._settings.uses_test_money else "qtc_live_"

    @cached_property
    def personal(self) -> PersonalRecords:
        from chalicelib.storage.privacy import DynamoPersonalRecords

        return DynamoPersonalRecords(self.table)

    @cached_property
    def registrations(self) -> Registrations:
        from chalicelib.storage.registrations import DynamoRegistrations

        return DynamoRegistrations(self.table)

    @cached_property
    def accounts(self) -> Accounts:
        from chalicelib.storage.accounts import DynamoAccounts

        return DynamoAccounts(self.table)

    @cached_property
    def notifications(self) -> Notifications:
        from chalicelib.storage.notifications import DynamoNotifications

        return DynamoNotifications(self.table)

    @cached_property
    def outbox(self) -> Outbox:
        from chalicelib.storage.outbox import DynamoOutbox

        return DynamoOutbox(self.table)

    @cached_property
    def plan_requests(self) -> PlanRequests:
        from chalicelib.storage.plan_requests import DynamoPlanRequests

        return DynamoPlanRequests(self.table)

    @cached_property
    def credits(self) -> Credits:
        from chalicelib.storage.credits import DynamoCredits

        return DynamoCredits(self.table)

    @cached_property
    def unpaid(self) -> Unpaid:
        from chalicelib.storage.credits import DynamoUnpaid

        return DynamoUnpaid(self.table)

    @cached_property
    def rapprochements(self) -> Rapprochements:
        from chalicelib.storage.books.rapprochements import DynamoRapprochements

        return DynamoRapprochements(self.table)

    @cached_property
    def periods(self) -> Periods:
        from chalicelib.storage.books.periods import DynamoPeriods

        return DynamoPeriods(self.table)

    @cached_property
    def cheques(self) -> Cheques:
        from chalicelib.storage.books.slips import DynamoCheques

        return DynamoCheques(self.table)

    @cached_property
    def payers(self) -> Payers:
        from chalicelib.storage.lists.payers import DynamoPayers

        return DynamoPayers(self.table)

    @cached_property
    def refunds(self) -> Refunds:
        from chalicelib.storage.credits import DynamoRefunds

        return DynamoRefunds(self.table)

    @cached_property
    def transfer_files(self) -> TransferFiles:
        from chalicelib.storage.credits import DynamoTransferFiles

        return DynamoTransferFiles(self.table)

    @cached_property
    def statements(self) -> Statements:
        from chalicelib.storage.books.statements import DynamoStatements

        return DynamoStatements(self.table)

    @cached_property
    def reconciliations(self) -> Reconciliations:
        from chalicelib.storage.books.reconciliations import DynamoReconciliations

        return DynamoReconciliations(self.table)

    @cached_property
    def debits(self) -> Debits:
        from chalicelib.storage.debits import DynamoDebits

        return DynamoDebits(self.table)

    @cached_property
    def questions(self) -> Questions:
        from chalicelib.storage.questions import DynamoQuestions

        return DynamoQuestions(self.table)
