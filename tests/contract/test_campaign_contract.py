"""The same suite for the versions of campaigns and what uses them, in memory and in DynamoDB."""

from dataclasses import replace

import pytest

from chalicelib.domain.campaigns.versions import (
    CampaignRegister,
    CampaignText,
    CampaignValues,
    CampaignVersion,
    VersionState,
    decide,
    propose,
)
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.domain.plan.plan_requests import PlanRequest, PlanRequestState
from chalicelib.domain.registration import Registration, RegistrationStatus
from tests.contract.conftest import CHRIS, FILE, Store, audit
from tests.fakes.ports import MANUAL_DAY

PROPOSED = CampaignVersion(
    FILE.campaign_id, 1, "digest", "Inscriptions", MANUAL_DAY, MANUAL_DAY, "b1", MANUAL_DAY
)
TEXT = CampaignText(FILE.campaign_id, 1, "id: é\n", "digest")
VALUES = CampaignValues(FILE.campaign_id, 1, 1, "digest", '{"id":"é"}', "seal")


def test_system_without_a_campaign_has_an_empty_register(store: Store) -> None:
    assert store.campaign_versions.register() == CampaignRegister()
    with pytest.raises(NotFound):
        store.campaign_versions.text(FILE.campaign_id, 1)


def test_version_is_kept_with_its_text_and_its_decision(store: Store) -> None:
    first = propose(CampaignRegister(), PROPOSED)
    store.commit(Changes((first, TEXT), audit=audit()))
    assert store.campaign_versions.register() == first
    assert store.campaign_versions.text(FILE.campaign_id, 1) == TEXT
    applied = decide(first, PROPOSED, is_approved=True, by="b2", now=MANUAL_DAY)
    store.commit(Changes((applied,), audit=audit()))
    (kept,) = store.campaign_versions.register().versions
    assert (kept.state, kept.decided_by, kept.decided_at) == (VersionState.APPLIED, "b2", MANUAL_DAY)


def test_text_is_never_written_over(store: Store) -> None:
    store.commit(Changes((TEXT,), audit=audit()))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((replace(TEXT, text="other"),), audit=audit()))
    assert store.campaign_versions.text(FILE.campaign_id, 1) == TEXT


def test_values_are_kept_beside_the_text_by_their_shape(store: Store) -> None:
    store.commit(Changes((TEXT, VALUES, replace(VALUES, shape=2, values="later")), audit=audit()))
    assert store.campaign_versions.values(FILE.campaign_id, 1, 1) == VALUES
    assert store.campaign_versions.values(FILE.campaign_id, 1, 3) is None
    assert store.campaign_versions.values(FILE.campaign_id, 2, 1) is None
    assert store.campaign_versions.text(FILE.campaign_id, 1) == TEXT


def test_of_two_acts_at_once_one_is_refused_with_its_text(store: Store) -> None:
    store.commit(Changes((propose(CampaignRegister(), PROPOSED),), audit=audit()))
    other = propose(CampaignRegister(), replace(PROPOSED, loaded_by="b3"))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((other, TEXT), audit=audit()))
    with pytest.raises(NotFound):
        store.campaign_versions.text(FILE.campaign_id, 1)


def test_use_of_a_campaign_is_all_of_its_registrations_and_requests(store: Store) -> None:
    refused = replace(FILE, id=f"{CHRIS.id}-2", status=RegistrationStatus.REFUSED)
    elsewhere = replace(FILE, id=f"{CHRIS.id}-3", campaign_id="another-year")
    wish = PlanRequest(
        FILE.id, CHRIS.id, FILE.campaign_id, FILE.holder, "paybox-3", 377000, "hash", MANUAL_DAY
    )
    withdrawn = replace(wish, registration_id=refused.id, state=PlanRequestState.WITHDRAWN)
    store.commit(Changes((refused, elsewhere, wish, withdrawn), audit=audit()))
    found: list[Registration] = sorted(
        store.campaign_use.registrations(FILE.campaign_id), key=lambda each: each.id
    )
    assert found == [FILE, refused]
    requests = sorted(store.campaign_use.plan_requests(FILE.campaign_id), key=lambda r: r.registration_id)
    assert requests == [wish, withdrawn]
