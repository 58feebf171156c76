"""Each refusal is drawn in its tree, and an operation declares the codes that it answers."""

import app  # noqa: F401 - declares every operation
from chalicelib.api.endpoint import OPERATIONS
from chalicelib.domain import causes, decisions, errors
from chalicelib.domain.books import as_of, lettering_refusals, period_refusals
from chalicelib.domain.brakes import refusals as brake_refusals
from chalicelib.domain.campaigns import refusals
from chalicelib.domain.collection import refusals as collection
from chalicelib.domain.corrections import refusals as corrections
from chalicelib.domain.errors import DecisionNotPossible, QuittanceError
from chalicelib.domain.evidence import refusals as evidence
from chalicelib.domain.exports import refusals as exports
from chalicelib.domain.imports import mistakes
from chalicelib.domain.lists import comments
from chalicelib.domain.payers import refusals as payer_refusals
from chalicelib.domain.payment_links import refusals as payment_link_refusals
from chalicelib.domain.plan import refusals as plan_refusals
from chalicelib.domain.programs import refusals as key_refusals
from chalicelib.domain.reconciliation import refusals as reconciliation_refusals
from chalicelib.domain.refunds import refusals as refund_refusals
from chalicelib.domain.trail import search, undo
from chalicelib.domain.treasury import (
    rapprochement_refusals,
    remittance_refusals,
    slip_refusals,
    undo_refusals,
)
from chalicelib.domain.treasury import refusals as treasury
from chalicelib.domain.webhooks import refusals as endpoint_refusals


def kinds_of(error: type[QuittanceError]) -> set[type[QuittanceError]]:
    return {error}.union(*(kinds_of(kind) for kind in error.__subclasses__()))


def test_every_refusal_of_the_rules_is_in_the_tree() -> None:
    drawn = f"{errors.__doc__}{decisions.__doc__}{causes.__doc__}{mistakes.__doc__}{refusals.__doc__}"
    drawn += corrections.__doc__ or ""
    drawn += f"{collection.__doc__}"
    drawn += f"{comments.__doc__}{as_of.__doc__}{undo.__doc__}{search.__doc__}"
    drawn += f"{refund_refusals.__doc__}{evidence.__doc__}"
    drawn += f"{payer_refusals.__doc__}{payment_link_refusals.__doc__}"
    drawn += f"{plan_refusals.__doc__}{key_refusals.__doc__}{endpoint_refusals.__doc__}"
    drawn += f"{rapprochement_refusals.__doc__}"
    drawn += f"{lettering_refusals.__doc__}{period_refusals.__doc__}"
    drawn += f"{slip_refusals.__doc__}{undo_refusals.__doc__}"
    drawn += f"{treasury.__doc__}{remittance_refusals.__doc__}{reconciliation_refusals.__doc__}"
    drawn += f"{treasury.__doc__}{exports.__doc__}{brake_refusals.__doc__}"
    names = {
        kind.__name__ for kind in kinds_of(QuittanceError) if kind.__module__.startswith("chalicelib.domain")
    }
    assert {name for name in names if name not in drawn.split()} == set()


def test_operations_declare_the_kind_of_a_decision_that_was_not_possible() -> None:
    declared = {error for operation in OPERATIONS for error in operation.errors}
    assert DecisionNotPossible not in declared
    assert set(DecisionNotPossible.__subclasses__()) <= declared
