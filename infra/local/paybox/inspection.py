"""What can be seen and ordered from beside the wire: books, accidents, warnings, key, availability."""

from flask import Blueprint, Response, jsonify, render_template, request

from infra.local.paybox.cards import CARDS
from infra.local.paybox.faults import BadRule, current_rules, read_rules, replace_rules
from infra.local.paybox.ledger import Ledger
from infra.local.paybox.merchants import MERCHANTS
from infra.local.paybox.simulator import current_simulator

inspection = Blueprint("inspection", __name__)
AVAILABLE = '<html><body><div id="server_status" style="text-align:center;">OK</div></body></html>'


@inspection.get("/")
def home() -> str:
    return render_template("home.html", cards=CARDS.values(), merchants=MERCHANTS)


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


@inspection.errorhandler(BadRule)
def _bad_rule(error: BadRule) -> tuple[Response, int]:
    return jsonify(detail=str(error)), 400
