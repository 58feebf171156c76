"""Statements and their lines as the API answers them."""

from collections.abc import Sequence
from dataclasses import asdict

from chalicelib.domain.treasury.lines import Proposal, StatementLine
from chalicelib.domain.treasury.statements import BankStatement
from chalicelib.usecases.statements.import_statement import Imported
from chalicelib.usecases.statements.match_line import Match, Part
from chalicelib.usecases.statements.propose_matches import Matching
from chalicelib.web.schemas.books import statements as schemas


def statement_view(statement: BankStatement) -> schemas.StatementView:
    told = asdict(statement)
    names = schemas.StatementView.model_fields.keys() & told.keys()
    return schemas.StatementView(
        account=statement.iban,
        is_complete=statement.is_complete,
        **{name: told[name] for name in names},
    )


def imported_view(imported: Imported) -> schemas.ImportedView:
    return schemas.ImportedView(is_known=imported.is_known, **statement_view(imported.statement).model_dump())


def matching_view(matching: Matching) -> schemas.MatchingView:
    passed = matching.passed
    return schemas.MatchingView(
        matched=matching.matched,
        proposed=matching.proposed,
        failed=passed.failed,
        waiting=passed.left + passed.lost,
    )


def line_view(
    line: StatementLine,
    proposals: Sequence[Proposal] | None = None,
    slips: Sequence[str] = (),
    returns: Sequence[str] = (),
) -> schemas.LineView:
    """Return a line with the proposals kept with it, or with those found just now."""
    told = asdict(line)
    names = schemas.LineView.model_fields.keys() & told.keys()
    kept = {name: told[name] for name in names - {"explanations", "proposals", "details"}}
    return schemas.LineView(
        account=line.iban,
        statement=line.statement_id,
        open_cents=line.open_cents,
        suspense_cents=line.suspense_cents,
        explanations=[schemas.ExplanationView(**asdict(each)) for each in line.explanations],
        proposals=[_proposal(each) for each in (line.proposals if proposals is None else proposals)],
        slips=slips,
        returned_payments=returns,
        details=[schemas.DetailView(**asdict(each)) for each in line.details],
        **kept,
    )


def _proposal(proposal: Proposal) -> schemas.ProposalView:
    return schemas.ProposalView(
        registration=proposal.registration_id,
        holder=proposal.holder,
        cents=proposal.cents,
        owed_cents=proposal.owed_cents,
        score=proposal.score,
        reasons=proposal.reasons,
        payment=proposal.payment_id or None,
        payer_invoice=proposal.invoice_number or None,
    )


def match_of(asked: schemas.LineMatch) -> Match:
    parts = tuple(
        Part(
            each.registration,
            each.cents,
            each.payer_invoice,
            each.payment or "",
            frozenset(each.apart),
            each.owed_seen_cents,
        )
        for each in asked.parts
    )
    return Match(parts, asked.fee_cents, asked.rest_cents)
