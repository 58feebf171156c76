"""Runs, differences and remittances as the API answers them."""

from datetime import date

from chalicelib.domain.reconciliation.policies import Difference, Reconciliation
from chalicelib.domain.treasury.remittances import Remittance
from chalicelib.web.schemas import reconciliations as schemas


def run_view(run: Reconciliation) -> schemas.RunView:
    return schemas.RunView(
        id=run.id,
        policy=run.policy,
        day=run.day,
        at=run.at,
        by=run.by,
        checked=run.checked,
        left=run.left,
        found=run.found,
        found_cents=run.found_cents,
        unexplained=run.unexplained,
        unexplained_cents=run.unexplained_cents,
        closes=run.closes,
        source=run.source,
        findings=[
            schemas.FindingView(
                kind=each.kind, subject=each.subject, cents=each.cents, registration=each.registration_id
            )
            for each in run.findings
        ],
    )


def difference_view(each: Difference, today: date) -> schemas.DifferenceView:
    return schemas.DifferenceView(
        id=each.id,
        policy=each.policy,
        kind=each.kind,
        subject=each.subject,
        cents=each.cents,
        registration=each.registration_id,
        state=each.state,
        found_on=each.found_on,
        age_days=each.age_days(today),
        owner=each.owner,
        explanation=each.explanation,
        explained_by=each.explained_by,
        explained_at=each.explained_at,
        settled_on=each.settled_on,
    )


def remittance_view(each: Remittance) -> schemas.RemittanceView:
    return schemas.RemittanceView(
        number=each.number,
        contract=each.contract,
        day=each.day,
        count=each.count,
        cents=each.cents,
        told_count=each.told_count,
        told_cents=each.told_cents,
        credited_on=each.credited_on,
        credited_cents=each.credited_cents,
        fee_cents=each.fee_cents,
        statement_line=each.line_id,
    )
