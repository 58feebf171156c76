"""The evidence of a payment, for a dispute: stored once, taken away by a link that expires."""

import pytest

from chalicelib.domain.errors import NotFound
from chalicelib.usecases.collection.issue_evidence import issue_evidence
from tests.usecases.conftest import Student


def test_evidence_of_a_payment_is_stored_once_and_linked(chris: Student) -> None:
    chris.starts_the_plan()
    (payment,) = chris.account.payments
    first, again = issue_evidence(chris.ports, payment.id), issue_evidence(chris.ports, payment.id)
    assert first == again
    assert first[0].key.startswith(f"certificates/{chris.registration_id}/")


def test_payment_that_is_not_there_has_no_evidence(chris: Student) -> None:
    with pytest.raises(NotFound):
        issue_evidence(chris.ports, f"{chris.person.id}-t1")
