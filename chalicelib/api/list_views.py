"""Conversion of list entries into responses of the API."""

from chalicelib.api.views import programme_view, situation_view
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.languages import Language
from chalicelib.domain.lists.filters import Anomaly, Entry
from chalicelib.domain.registration import block_hash
from chalicelib.usecases.lists.find_registrations import Found
from chalicelib.web.schemas import lists as schemas


def list_entry(entry: Entry, campaign: Campaign, language: Language) -> schemas.QueueEntry:
    line, hit, code = entry.line, entry.hit, entry.line.fee_situation_code
    return schemas.QueueEntry(
        id=line.id,
        holder=line.holder,
        programme=programme_view(campaign, line.programme_code, language),
        status=line.status,
        status_label=campaign.text(f"status.{line.status}", language),
        reason=line.reason,
        fee_situation=situation_view(campaign, code, language) if code else None,
        seen_steps=line.seen_steps,
        paid=line.is_settled,
        blocked=line.is_blocked,
        block_reason=line.block_reason,
        email=line.email,
        birth_on=line.birth_on,
        owed_cents=entry.owed_cents,
        paid_cents=line.paid_cents,
        rest_cents=entry.rest_cents,
        credit_cents=entry.give_back_cents,
        paid_state=entry.paid,
        anomalies=[each for each in Anomaly if entry.has(each)],
        match=schemas.Match(why=hit.why, value=hit.value) if hit.why else None,
        partial=line.is_partial,
        seen_hash=entry.seen_hash,
        block_hash=block_hash(line.id, line.block_reason),
    )


def list_page(found: Found, campaign: Campaign, language: Language) -> schemas.QueuePage:
    return schemas.QueuePage(
        items=[list_entry(each, campaign, language) for each in found.entries],
        first=found.first,
        total=found.total,
        near=[schemas.NearMissView(word=each.word, files=each.files) for each in found.near],
        waiting=found.waiting,
        next=found.next,
    )
