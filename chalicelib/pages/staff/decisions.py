"""One decision on many files: a page to confirm it, and a page with the result for each."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.lists.filters import Entry
from chalicelib.domain.registration import Decision
from chalicelib.pages.desks import PLAN_REQUESTS, REGISTRATIONS
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.staff.list_address import back_to, carried, list_address
from chalicelib.pages.staff.plan_questions import warnings_of
from chalicelib.portal.texts import marked
from chalicelib.portal.words.decisions import FILES, REQUESTS, UNKNOWN, ManyWords, asks
from chalicelib.usecases.lists.decide_many import MOST, Decided, decide_many, decide_many_plans
from chalicelib.usecases.lists.find_registrations import show_entry
from chalicelib.usecases.registrations.show_account import show_file
from chalicelib.web.schemas import decisions as schemas

pages_decisions = Blueprint(__name__)
MANY = f"{REGISTRATIONS.path}/decisions"
MANY_PLANS = f"{PLAN_REQUESTS.path}/decisions"
WORDS: Mapping[str, Mapping[str, ManyWords]] = {MANY: FILES, MANY_PLANS: REQUESTS}
NO_REASON = marked("Donnez un motif.")
FAULT = marked("Une erreur est survenue de notre côté : rien n'a changé. Recommencez.")


@page(pages_decisions, "POST", MANY, action=Action.DECIDE_REGISTRATIONS)
def decide_on_many(page_request: PageRequest) -> Response:
    """Ask once more before anything is written; what was ticked stays on the page."""
    query = back_to(page_request.field("back"))
    back = list_address(query, page=query.page)
    carries = {"back": carried(query)}

    def act() -> Sequence[Decided]:
        asked = schemas.ManyDecisions.model_validate(_given(page_request), strict=False)
        person, ports = page_request.person, page_request.ports
        return decide_many(ports, asked.ids, asked.decision, asked.reason, person, _seen(page_request))

    return _answer(page_request, MANY, back, carries, act, lambda entry: entry.seen_hash)


@page(pages_decisions, "POST", MANY_PLANS, action=Action.DECIDE_PLAN_REQUESTS)
def decide_on_many_plans(page_request: PageRequest) -> Response:
    back = PLAN_REQUESTS.path

    def warns(registration_id: str) -> tuple[str, ...]:
        file = show_file(page_request.ports, person_of(registration_id), registration_id)
        return warnings_of(page_request, file)

    def act() -> Sequence[Decided]:
        asked = schemas.ManyPlanDecisions.model_validate(_given(page_request), strict=False)
        person, ports = page_request.person, page_request.ports
        return decide_many_plans(ports, asked.ids, asked.decision, asked.reason, person, _seen(page_request))

    return _answer(page_request, MANY_PLANS, back, {}, act, warns=warns)


def _given(page_request: PageRequest) -> dict[str, object]:
    named = ("decision", "reason")
    return {"ids": _ids(page_request), **{name: page_request.field(name) for name in named}}


def _ids(page_request: PageRequest) -> list[str]:
    return list(_seen(page_request))[:MOST]


def _seen(page_request: PageRequest) -> dict[str, str]:
    """Return for each file that is ticked the hash of what was read, "" if its box tells none."""
    parts = (each.partition(":") for each in page_request.form.get("id", []))
    return {registration_id: seen_hash for registration_id, _, seen_hash in parts}


def _answer(
    page_request: PageRequest,
    action: str,
    back: str,
    carries: dict[str, str],
    act: Callable[[], Sequence[Decided]],
    read_hash: Callable[[Entry], str] = lambda _: "",
    warns: Callable[[str], Sequence[str]] = lambda _: (),
) -> Response:
    """`read_hash` gives the hash of a ticked file whose form field told none.

    `warns` returns what the question tells beside a file.
    """
    ids, decision = _ids(page_request), page_request.field("decision")
    needs_reason = decision == Decision.REFUSE.value
    reason = page_request.field("reason")
    is_confirmed = page_request.field("confirmed") == "1" and (reason or not needs_reason)
    results = act() if is_confirmed else ()
    entries = {entry.line.id: entry for each in ids if (entry := _entry(page_request, each))}
    is_without_reason = page_request.field("confirmed") and not is_confirmed
    mistake = page_request.said(NO_REASON) if is_without_reason else ""
    words = WORDS[action].get(decision, UNKNOWN)
    shown, seen = [each for each in ids if each in entries], _seen(page_request)
    return page_request.page(
        "staff_decisions",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if mistake else HTTPStatus.OK,
        action=action,
        back=back,
        carries=carries,
        ids=shown,
        seen={each: seen[each] or read_hash(entries[each]) for each in shown},
        entries=entries,
        warned={} if results else {each: warns(each) for each in shown},
        decision=decision,
        words=words,
        button=asks(words, len(shown), page_request.language),
        needs_reason=needs_reason,
        reason=reason,
        mistake=mistake,
        results=results,
        done=sum(each.is_done for each in results),
        said=lambda decided: _said(page_request, decided),
    )


def _said(page_request: PageRequest, decided: Decided) -> str:
    return page_request.sentence(decided.refusal) if decided.refusal else page_request.said(FAULT)


def _entry(page_request: PageRequest, registration_id: str) -> Entry | None:
    try:
        return show_entry(page_request.ports, registration_id)
    except NotFound:
        return None
