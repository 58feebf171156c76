"""The only builder of clients and the only caller of the real clock. Everything is built when first used."""

from __future__ import annotations

import random
import secrets
import time
from functools import cache, cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Any

from chalicelib.settings import Settings, Stage, StartRefused, faults_of, settings, split
from chalicelib.wiring.brakes import Brakes
from chalicelib.wiring.clocks import real_now
from chalicelib.wiring.evidence import Sources
from chalicelib.wiring.papers import Papers
from chalicelib.wiring.parameters import Secrets
from chalicelib.wiring.start_check import refuse_start, school_refusals
from chalicelib.wiring.storage import Stores
from chalicelib.wiring.webhooks import Outgoing

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from chalicelib.domain.refunds.transfer_files import TransferOrder
    from chalicelib.identity.kms_sealing import KmsSealer
    from chalicelib.identity.sealing import Sealer as LocalSealer
    from chalicelib.usecases.audit.ports import AuditHeads
    from chalicelib.usecases.campaigns.ports import CampaignReader
    from chalicelib.usecases.debits.ports import DebitQueue
    from chalicelib.usecases.delivery.ports import OutboxQueue
    from chalicelib.usecases.exports.ports import Downloads
    from chalicelib.usecases.imports.ports import ImportFiles
    from chalicelib.usecases.invoices.ports import CreditNoteRenderer, InvoiceRenderer
    from chalicelib.usecases.lists.ports import RegistrationLines
    from chalicelib.usecases.ports import (
        Campaigns,
        Clock,
        Documents,
        Gateway,
        IdentityProvider,
        Mailer,
        Passwords,
        Sealer,
        Totp,
    )

LONGEST_PAUSE_SECONDS = 0.5
CLIENTS: dict[str, dict[str, Any]] = {
    "s3": {"signature_version": "s3v4"},
    # A user waits for a code to be verified, and API Gateway waits 29 seconds: two tries end well before.
    "kms": {
        "connect_timeout": 2,
        "read_timeout": 3,
        "retries": {"mode": "standard", "total_max_attempts": 2},
    },
}
"""The options of a service's clients beyond the region."""


def pause(race: int) -> None:
    """Sleep with full jitter, so that writers that collided once do not collide again."""
    time.sleep(random.uniform(0, min(LONGEST_PAUSE_SECONDS, 0.01 * 2**race)))  # noqa: S311 - not for secrets  # nosec B311


class Services(Stores, Papers, Sources, Secrets, Outgoing, Brakes):
    """The ports of the use cases with their real adapters; heavy libraries are imported when first needed."""

    def __init__(self, chosen: Settings, now: Clock = real_now) -> None:
        refuse_start(chosen)
        self._settings = chosen
        self.now = now
        self.pause = pause

    @property
    def new_id(self) -> Callable[[], str]:
        return lambda: secrets.token_hex(8)

    @property
    def new_token(self) -> Callable[[], str]:
        return lambda: secrets.token_urlsafe(32)

    @cached_property
    def campaigns(self) -> Campaigns:
        from chalicelib.campaigns.rehearsal import RehearsedCampaigns
        from chalicelib.campaigns.stored import StoredCampaigns

        stored = StoredCampaigns(self.campaign_versions, self._moment, time.monotonic)
        return RehearsedCampaigns(stored) if self._settings.stage is Stage.REHEARSAL else stored

    def _moment(self) -> datetime:
        """Return the time of the clock as it is now: the local stack replaces the clock."""
        return self.now()

    @property
    def campaign_reader(self) -> CampaignReader:
        from chalicelib.campaigns.stored import FileReader
        from chalicelib.domain.rehearsal import rehearsed

        if self._settings.stage is Stage.REHEARSAL:
            return FileReader(served=rehearsed)
        return FileReader(partial(school_refusals, self._settings))

    @cached_property
    def lines(self) -> RegistrationLines:
        from chalicelib.storage.lists.lines import DynamoRegistrationLines

        # Of the real clock: lines are ordered by when they were written; the other clock can be moved.
        return DynamoRegistrationLines(self.table, real_now)

    @cached_property
    def passwords(self) -> Passwords:
        from chalicelib.identity.passwords import Argon2Passwords

        return Argon2Passwords()

    @property
    def requires_second_factor(self) -> bool:
        return self._settings.requires_second_factor

    @cached_property
    def totp(self) -> Totp:
        from chalicelib.identity.second_factor import Totp

        return Totp()

    @cached_property
    def sealer(self) -> Sealer:
        from chalicelib.identity.sealing_by_prefix import SealerByPrefix

        return SealerByPrefix(
            lambda: self._kms_sealer,
            lambda: self._local_sealer,
            seals_by_kms=bool(self._settings.sealing_kms_key),
        )

    @cached_property
    def _kms_sealer(self) -> KmsSealer:
        from chalicelib.identity.kms_sealing import KmsSealer

        return KmsSealer(self._client("kms"), self._settings.sealing_kms_key)

    @cached_property
    def _local_sealer(self) -> LocalSealer:
        from chalicelib.identity.sealing import Sealer as LocalSealer
        from chalicelib.identity.sealing import sealing_key_fault

        return LocalSealer(
            bytes.fromhex(self._secret(self._settings.sealing_key_parameter, sealing_key_fault))
        )

    @cached_property
    def identity_provider(self) -> IdentityProvider | None:
        from chalicelib.identity.cas import CasServer
        from chalicelib.observability import note_validation

        url = self._settings.cas_url
        service = f"{self._settings.base_url}/api/v1/auth/cas/callback"
        return CasServer(url, service, note=note_validation) if url else None

    @cached_property
    def audit_heads(self) -> AuditHeads:
        from chalicelib.delivery.audit_heads import S3AuditHeads

        return S3AuditHeads(self._client("s3"), self._settings.bucket)

    @cached_property
    def outbox_queue(self) -> OutboxQueue:
        from chalicelib.delivery.outbox_queue import SqsOutboxQueue

        return SqsOutboxQueue(self._client("sqs"), self._settings.outbox_queue_url)

    @cached_property
    def debit_queue(self) -> DebitQueue:
        from chalicelib.delivery.debit_queue import SqsDebitQueue

        return SqsDebitQueue(self._client("sqs"), self._settings.debit_queue_url)

    @property
    def asks_before_debits(self) -> bool:
        return self._settings.is_table_restored

    @property
    def gateway_key_ends(self) -> date | None:
        return self._settings.paybox_hmac_key_ends

    @property
    def gateway(self) -> Gateway:
        """Return the gateway with the keys as SSM has them now, or had them a minute ago."""
        return self._gateway_with(self._hmac_keys())

    def forget_gateway(self) -> None:
        """Forget which of the gateway's hosts are up, for the local stack."""
        self._gateway_with.cache_clear()

    @lru_cache(maxsize=1)  # noqa: B019 - there is one of these objects a process
    def _gateway_with(self, keys: str) -> Gateway:
        from chalicelib.gateway.account import PayboxAccount
        from chalicelib.gateway.environments import hmac_keys
        from chalicelib.gateway.paybox import Paybox
        from chalicelib.observability import note_question

        chosen = self._settings
        key, *others = hmac_keys(keys)
        return Paybox(
            PayboxAccount(
                site=chosen.paybox_site,
                rang=chosen.paybox_rang,
                identifiant=chosen.paybox_identifiant,
                hmac_key=key,
                other_hmac_keys=tuple(others),
                page_urls=split(chosen.paybox_page_urls),
                direct_urls=split(chosen.paybox_direct_urls),
                public_keys=_trusted_keys(chosen),
                base_url=chosen.base_url,
                is_live=chosen.stage is Stage.PRODUCTION,
            ),
            note=note_question,
        )

    @cached_property
    def documents(self) -> Documents:
        from chalicelib.invoicing.store import S3Documents

        return S3Documents(self._client("s3"), self._settings.bucket)

    @cached_property
    def import_files(self) -> ImportFiles:
        from chalicelib.delivery.import_files import S3ImportFiles

        return S3ImportFiles(self._client("s3"), self._settings.bucket)

    @cached_property
    def downloads(self) -> Downloads:
        from chalicelib.delivery.downloads import S3Downloads

        return S3Downloads(self._client("s3"), self._settings.bucket)

    @cached_property
    def render_invoice(self) -> InvoiceRenderer:
        from chalicelib.invoicing.render import render_invoice

        return render_invoice

    @cached_property
    def render_credit_note(self) -> CreditNoteRenderer:
        from chalicelib.invoicing.render import render_credit_note

        return render_credit_note

    @cached_property
    def render_transfers(self) -> Callable[[TransferOrder], str]:
        from chalicelib.invoicing.credit_transfer import render_transfers

        return render_transfers

    @cached_property
    def mailer(self) -> Mailer:
        from chalicelib.delivery.mailer import SesMailer
        from chalicelib.invoicing.logo import render_logo
        from chalicelib.observability import note_mail

        chosen = self._settings
        return SesMailer(self._client("ses"), chosen.mail_from, chosen.base_url, render_logo, note_mail)

    def _client(self, service: str) -> Any:
        """Return a client of the table's own session: another one would read botocore's data again."""
        from botocore.config import Config

        from chalicelib.storage.rows.session import session_of

        config, session = Config(**CLIENTS.get(service, {})), session_of(self.table.row)
        return session.create_client(service, region_name=self._settings.region, config=config)


def _trusted_keys(chosen: Settings) -> tuple[str, ...]:
    """Return the trusted public keys; the start was refused if one on AWS is not vouched for."""
    from chalicelib.gateway.signature import OFFICIAL_KEY

    return split(chosen.paybox_public_keys) or (OFFICIAL_KEY,)


@cache
def services() -> Services:
    from pydantic import ValidationError

    try:
        return Services(settings())
    except ValidationError as error:
        raise StartRefused(faults_of(error)) from None


def use_clock(now: Clock) -> None:
    """Replace the clock from now on, for the local stack."""
    services().now = now


def ports() -> Services:
    return services()
