"""The addresses of the hosted page: the shop's form comes in, cards are typed, the browser goes back."""

import re
from collections.abc import Callable, Sequence

from flask import Blueprint, Response, make_response, redirect, render_template, request

from infra.local.paybox import payment
from infra.local.paybox.cards import CardEntry
from infra.local.paybox.faults import PAGE_EFFECTS, Rule
from infra.local.paybox.form_check import Form, FormRefused, check_form
from infra.local.paybox.pages import MOST_ATTEMPTS, Page, PageState, open_page
from infra.local.paybox.payment import ALREADY_PAID, PageIsOver, PageNotFound
from infra.local.paybox.settings import SETTINGS
from infra.local.paybox.simulator import Simulator, current_simulator, forced_code, received_fields
from infra.local.paybox.variables import values_without_attempt

pages = Blueprint("pages", __name__)
DONE = {
    PageState.PAID: "Votre paiement a été accepté.",
    PageState.REFUSED: "Votre paiement a été refusé.",
    PageState.CANCELLED: "Votre paiement a été annulé.",
    PageState.TIMED_OUT: "Le délai de saisie est dépassé. Aucun paiement n'a été effectué.",
    PageState.PENDING: "Votre paiement est en attente de validation.",
}
REFUSED = "Votre paiement a été refusé. Vous pouvez essayer de nouveau."


@pages.route("/php/", methods=["GET", "POST"])
@pages.route("/cgi/MYchoix_pagepaiement.cgi", methods=["GET", "POST"])
@pages.route("/cgi/FramepagepaiementRWD.cgi", methods=["GET", "POST"])
@pages.route("/cgi/MYframepagepaiement_ip.cgi", methods=["GET", "POST"])
@pages.route("/cgi/ChoixPaiementMobile.cgi", methods=["GET", "POST"])
def choose_payment() -> Response:
    simulator = current_simulator()
    raw = request.get_data() if request.method == "POST" else request.query_string
    received = received_fields(raw)
    name = request.path.rstrip("/").rpartition("/")[2]

    def process(_rule: Rule | None) -> Response:
        return _open(simulator, check_form(received, simulator.settings(), simulator.paris_now()))

    return simulator.answer({**dict(received), "page": name}, process)


def _open(simulator: Simulator, form: Form) -> Response:
    now, fields = simulator.paris_now(), form.fields
    fields.setdefault("PBX_NOM_MARCHAND", form.merchant.name)
    with simulator.store.transaction() as db:
        if payment.is_paid(db, fields, now):
            values = values_without_attempt(fields, ALREADY_PAID)
            back_to = payment.address_back(simulator, fields, PageState.REFUSED, values)
            return _over("Cette commande a déjà été payée (00015).", back_to)
        page = open_page(db, fields, now)
    return _show(page, hints=[SETTINGS[name].label for name in form.used])


@pages.get("/paiement/<page_id>")
def see_page(page_id: str) -> Response:
    return _show(payment.look_at(current_simulator(), page_id))


@pages.post("/paiement/<page_id>")
def type_card(page_id: str) -> Response:
    form = request.form
    entry = CardEntry(
        number=form.get("NUMERO_CARTE", "").replace(" ", ""),
        month=form.get("MOIS_VALIDITE", ""),
        year=form.get("AN_VALIDITE", "")[-2:],
        security_code=form.get("CVVX", ""),
    )

    def process(simulator: Simulator, page: Page, forced: str) -> Response:
        if mistake := entry.mistake():
            return _show(page, mistake)
        return _after(payment.submit_card(simulator, page.id, entry, forced))

    return _act("card", page_id, process)


@pages.post("/acs/<page_id>")
def answer_challenge(page_id: str) -> Response:
    code = request.form.get("CODE", "")

    def process(simulator: Simulator, page: Page, forced: str) -> Response:
        if not re.fullmatch(r"[0-9]{6}", code):
            return _show(page, "Le code comporte six chiffres.")
        passed = code != "000000"
        return _after(payment.answer_challenge(simulator, page.id, passed=passed, forced=forced))

    return _act("challenge", page_id, process)


@pages.post("/paiement/<page_id>/annulation")
def give_up(page_id: str) -> Response:
    def process(simulator: Simulator, page: Page, _forced: str) -> Response:
        return _after(payment.cancel(simulator, page.id))

    return _act("cancel", page_id, process)


def _act(name: str, page_id: str, process: Callable[[Simulator, Page, str], Response]) -> Response:
    simulator = current_simulator()
    page = payment.look_at(simulator, page_id)
    fields = {**page.fields, **request.form.to_dict(), "page": name}
    return simulator.answer(fields, lambda rule: process(simulator, page, forced_code(rule)), PAGE_EFFECTS)


def _after(page: Page) -> Response:
    if page.is_over:
        leave = _back(page) if _is_sent_back(page) else _over(DONE[page.state], page.back_to, page)
        leave.headers["Cache-Control"] = "no-store"
        return leave
    return _show(page, REFUSED if page.attempts and page.state is PageState.OPEN else "")


def _is_sent_back(page: Page) -> bool:
    """Who gives up goes back at once; the others see a ticket, unless the contract says otherwise."""
    given_up = page.state is PageState.CANCELLED
    return bool(page.back_to) and (given_up or current_simulator().settings()["return"] == "immediate")


def _back(page: Page) -> Response:
    return make_response(redirect(page.back_to, 303))


def _show(page: Page, message: str = "", hints: Sequence[str] = ()) -> Response:
    template = "challenge.html" if page.state is PageState.CHALLENGED else "card.html"
    attempt = min(page.attempts + 1, MOST_ATTEMPTS)
    body = render_template(
        template, page=page, message=message, attempt=attempt, most=MOST_ATTEMPTS, hints=hints
    )
    return Response(body, headers={"Cache-Control": "no-store"})


def _over(sentence: str, back_to: str, page: Page | None = None) -> Response:
    """The last page: with `page` a ticket that tells order and amount too."""
    return Response(render_template("over.html", sentence=sentence, back_to=back_to, page=page))


@pages.errorhandler(PageIsOver)
def _page_is_over(error: PageIsOver) -> Response:
    return _over(DONE[error.page.state], error.page.back_to, error.page)


@pages.errorhandler(PageNotFound)
def _page_not_found(_error: PageNotFound) -> Response:
    response = _over("Cette page de paiement n'existe pas.", "")
    response.status_code = 404
    return response


@pages.errorhandler(FormRefused)
def _form_refused(error: FormRefused) -> Response:
    return Response(render_template("error.html", title=error.title, detail=error.detail, hint=error.hint))
