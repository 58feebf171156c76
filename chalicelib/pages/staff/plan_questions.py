"""What is asked before a plan is decided on, or an instalment released: names person and amount."""

from collections.abc import Iterable
from urllib.parse import urlencode

from chalicelib.domain.causes import PlanMoved
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.languages import Language, amount, day
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.plan.plan_requests import PlanDecision, PlanRequestState
from chalicelib.domain.plan.refusals import ReleaseMoved
from chalicelib.domain.plan.request_checks import checks_hash, checks_of
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.pages.books.confirmation import Asked, Pairs
from chalicelib.pages.desks import PLAN_REQUESTS, of_campaign
from chalicelib.pages.page_request import PageRequest
from chalicelib.portal.check_words import check_word
from chalicelib.portal.texts import marked
from chalicelib.usecases.plans.recut_plan import Part, RecutPreview
from chalicelib.usecases.registrations.show_account import show_file
from chalicelib.web.schemas.plans import PlanDecisionRequest

CONSEQUENCES = {
    PlanDecision.APPROVE: marked("L'étudiant est prévenu par mail, et peut payer sa première échéance."),
    PlanDecision.REFUSE: marked("L'étudiant est prévenu par mail, avec le motif."),
}
TITLES = {
    PlanDecision.APPROVE: marked("Accepter l'échéancier de %(name)s ?"),
    PlanDecision.REFUSE: marked("Refuser l'échéancier de %(name)s ?"),
}
BUTTONS = {
    PlanDecision.APPROVE: marked("Accepter : %(amount)s, %(name)s"),
    PlanDecision.REFUSE: marked("Refuser : %(amount)s, %(name)s"),
}


def decision_asked(
    page_request: PageRequest, registration_id: str, asked: PlanDecisionRequest
) -> Asked | None:
    """Return the question; None for a decision that is refused anyway, which the act says.

    `moved` is set if the form was of another schedule, or of other results of the checks, than those of now.
    """
    file, say = _file(page_request, registration_id), page_request.said
    request = file.plan_request
    lacks_reason = asked.decision is PlanDecision.REFUSE and not asked.reason
    if request is None or request.state is not PlanRequestState.REQUESTED or lacks_reason:
        return None
    name, total = file.registration.holder, amount(request.total_cents, page_request.language)
    label = file.campaign.plan_label(request.plan_code).in_language(page_request.language)
    campaign = of_campaign(page_request.field("campaign"))
    read = checks_hash(file, request)
    reason: Pairs = ((say(marked("Motif")), asked.reason),) if asked.reason else ()
    return Asked(
        title=say(TITLES[asked.decision], name=name),
        consequence=say(CONSEQUENCES[asked.decision]),
        facts=(
            *_holder(page_request, file),
            (say(marked("Échéancier")), label),
            (say(marked("Montant total")), total),
            *((say(marked("Vérifié")), each) for each in warnings_of(page_request, file)),
            *reason,
        ),
        button=say(BUTTONS[asked.decision], amount=total, name=name),
        action=f"{PLAN_REQUESTS.path}/{registration_id}/decision",
        back=f"{PLAN_REQUESTS.path}?{urlencode(campaign)}" if campaign else PLAN_REQUESTS.path,
        fields=(
            ("decision", asked.decision.value),
            ("reason", asked.reason),
            ("checks_hash", read),
            *campaign.items(),
        ),
        moved="" if page_request.field("checks_hash") == read else page_request.sentence(PlanMoved()),
    )


def warnings_of(page_request: PageRequest, file: RegistrationFile) -> tuple[str, ...]:
    """Return what speaks against the plan that is asked for, as the queue says it."""
    if file.plan_request is None:
        return ()
    checks = checks_of(file, file.plan_request).items()
    return tuple(f"! {page_request.said(check_word(each, passes))}" for each, passes in checks if not passes)


def release_asked(page_request: PageRequest, registration_id: str, rank: int) -> Asked | None:
    """Return the question; None for an instalment that is not in conflict.

    `moved` is set if the form names another debit than the one in conflict now.
    """
    file, say, language = _file(page_request, registration_id), page_request.said, page_request.language
    found = next((each for each in file.instalments if each.rank == rank), None)
    if found is None or found.state is not InstalmentState.CONFLICT:
        return None
    debit = next(each for each in file.debits if each.id == found.debit_id)
    name, cents = file.registration.holder, amount(found.remaining_cents, language)
    is_as_read = page_request.field("debit") == debit.id
    where = f"/staff/instalments/{registration_id}"
    return Asked(
        title=say(marked("Libérer %(amount)s, %(name)s ?"), amount=cents, name=name),
        consequence=say(
            marked(
                "La passerelle est interrogée d'abord : ce qu'elle retrouve est enregistré comme réglé, "
                "ce qu'elle ne retrouve pas sera prélevé de nouveau."
            )
        ),
        facts=(
            *_holder(page_request, file),
            (say(marked("Échéance")), f"{rank}, {day(found.due_on, language)}"),
            (say(marked("Montant")), cents),
            (say(marked("Prélèvement")), f"{debit.reference}, {day(debit.planned_on, language)}"),
        ),
        button=say(marked("Libérer %(amount)s, %(name)s"), amount=cents, name=name),
        action=f"{where}/{rank}/release",
        back=where,
        fields=(("debit", debit.id),),
        moved="" if is_as_read else page_request.sentence(ReleaseMoved()),
    )


def _file(page_request: PageRequest, registration_id: str) -> RegistrationFile:
    return show_file(page_request.ports, person_of(registration_id), registration_id)


def _holder(page_request: PageRequest, file: RegistrationFile) -> Pairs:
    say, registration = page_request.said, file.registration
    programme = f"{file.programme.label.in_language(page_request.language)} ({registration.programme_code})"
    return (say(marked("Étudiant")), registration.holder), (say(marked("Formation")), programme)


def recut_asked(page_request: PageRequest, preview: RecutPreview, fields: Pairs) -> Asked:
    """Return the question before a recut: what is cancelled and what follows, day by day."""
    file, say, language = preview.file, page_request.said, page_request.language
    rest = amount(sum(each.amount_cents for each in preview.after), language)
    where = f"/staff/instalments/{file.registration.id}"
    typed = dict(fields)
    reason = ((say(marked("Motif")), typed["reason"]),)
    warning: Pairs = ()
    if typed["beyond_card"]:
        warning = ((say(marked("Carte")), say(marked("L'étudiant devra en donner une autre."))),)
    return Asked(
        title=say(marked("Répartir %(amount)s, %(name)s ?"), amount=rest, name=file.registration.holder),
        consequence=say(marked("L'étudiant est prévenu par mail, avec le motif et ses nouvelles échéances.")),
        facts=(
            *_holder(page_request, file),
            *((say(marked("Annulée")), _part(each, language)) for each in preview.before),
            *((say(marked("Nouvelle échéance")), _part(each, language)) for each in preview.after),
            *reason,
            *warning,
        ),
        button=say(marked("Répartir %(amount)s, %(name)s"), amount=rest, name=file.registration.holder),
        action=f"{where}/recut",
        back=where,
        fields=(*fields, ("seen", seen_parts(preview.after))),
    )


def seen_parts(parts: Iterable[Part]) -> str:
    """Return the new instalments as the confirmation sends them back."""
    return " ".join(f"{each.due_on.isoformat()}:{each.amount_cents}" for each in parts)


def _part(part: Part, language: Language) -> str:
    return f"{day(part.due_on, language)} : {amount(part.amount_cents, language)}"
