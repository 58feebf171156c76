"""P28: an audit entry that cannot be read keeps nobody else from export and erasure; on the real engine."""

from dataclasses import replace

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.sessions import Credentials, Login
from chalicelib.storage.audit import DynamoAuditTrail
from chalicelib.storage.kinds import row_of
from chalicelib.storage.privacy import DynamoPersonalRecords
from chalicelib.storage.store import DynamoStore
from chalicelib.storage.table import Table
from infra.local.resources import Names
from tests.contract.conftest import CHRIS, audit


@pytest.mark.parametrize("facts", ["no JSON", "{}", '{"field_of_tomorrow": 1}'])
def test_export_erasure_and_sealing_pass_over_it_and_it_is_told_by_a_safe_name(
    names: Names, facts: str
) -> None:
    told: list[str] = []
    table = Table(names.table, "eu-west-3", lambda what, error: told.append(getattr(error, "log_name", what)))
    commit = DynamoStore(table).commit
    commit(Changes((CHRIS, Login(CHRIS.email, Credentials(CHRIS.id, "hash")))))
    trail, records = DynamoAuditTrail(table), DynamoPersonalRecords(table)
    commit(Changes(audit=replace(audit("good"), subject_id=CHRIS.id, reason="motif")))
    broken = row_of(table, audit("broken"))
    broken.facts = facts
    table.put(broken)

    assert [entry["id"] for entry in records.held(CHRIS.id)["audit"]] == ["good"]
    trail.forget_reasons(CHRIS.id)

    assert [(entry.id, entry.reason) for entry in trail.waiting(10)] == [("good", "")]
    assert len(told) == 3
    assert all(name.startswith("AuditEntry AUDIT sha256:") for name in told)
