"""What can be seen and ordered from beside the wire: books, accidents, warnings, key, availability."""

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from infra.local.paybox.cards import CARDS
from infra.local.paybox.faults import BadRule, current_rules, read_rules, replace_rules
from infra.local.paybox.ledger import Ledger
from infra.local.paybox.merchants import MERCHANTS
from infra.local.paybox.settings import SETTINGS, BadSetting, replace_settings
from infra.local.paybox.simulator import current_simulator

inspection = Blueprint("inspection", __name__)
AVAILABLE = '<html><body><div id="server_status" style="text-align:center;">OK</div></body></html>'


@inspection.get("/")
def home() -> str:
    values = current_simulator().settings()
    return render_template(
        "home.html", cards=CARDS.values(), merchants=MERCHANTS, settings=SETTINGS.values(), values=values
    )


@inspection.get("/load.html")
def load() -> Response:
    """Up, unless a rule such as `{"match": {"page": "load.html"}, "effect": "http_500"}` says otherwise."""
    return current_simulator().answer({"page": "load.html"}, lambda _rule: Response(AVAILABLE))


@inspection.get("/pubkey.pem")
def public_key() -> Response:
    return Response(current_simulator().key.public_pem(), mimetype="application/x-pem-file")


@inspection.get("/_ledger")
def show_ledger() -> Response:
    simulator = current_simulator()
    with simulator.store.transaction() as db:
        return jsonify(operations=Ledger(db, simulator.paris_now()).operations())


@inspection.get("/_warnings")
def show_warnings() -> Response:
    with current_simulator().store.transaction() as db:
        rows = db.execute("SELECT * FROM warnings ORDER BY rowid").fetchall()
    return jsonify(items=[dict(row) for row in rows])


@inspection.get("/_faults")
def show_faults() -> Response:
    with current_simulator().store.transaction() as db:
        return jsonify(rules=current_rules(db))


@inspection.put("/_faults")
def put_faults() -> Response:
    """Replaces every rule; 400 with a sentence when one cannot be followed."""
    rules = read_rules(request.get_json(force=True, silent=True))
    with current_simulator().store.transaction() as db:
        replace_rules(db, rules)
    return show_faults()


@inspection.post("/_reset")
def begin_again() -> AnyResponse:
    """Forget books, tokens, pages, counters, rules and warnings; the key stays."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return Response(status=403)
    current_simulator().store.reset()
    return Response(status=204)


@inspection.get("/_settings")
def show_settings() -> Response:
    return jsonify(settings=current_simulator().settings())


@inspection.put("/_settings")
def put_settings() -> Response:
    """Replaces every setting; 400 with a sentence for one that does not exist."""
    with current_simulator().store.transaction() as db:
        replace_settings(db, request.get_json(force=True, silent=True))
    return show_settings()


@inspection.post("/_settings")
def choose_settings() -> AnyResponse:
    """The form of the home page; one that comes from another site is not followed."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none"):
        with current_simulator().store.transaction() as db:
            replace_settings(db, {"settings": request.form.to_dict()})
    return redirect("/", 303)


@inspection.errorhandler(BadSetting)
@inspection.errorhandler(BadRule)
def _bad_rule(error: BadRule | BadSetting) -> tuple[Response, int]:
    return jsonify(detail=str(error)), 400
