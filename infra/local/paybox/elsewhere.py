"""The gateway's other addresses: subscriptions and 3-D Secure of direct calls are not played, and say so."""

from flask import Blueprint, Response, render_template, request

from infra.local.paybox.form_check import NOT_SIMULATED

elsewhere = Blueprint("elsewhere", __name__)
NO_SUBSCRIPTION = "9"
"""ERREUR of the manual's own example."""


@elsewhere.route("/cgi-bin/ResAbon.cgi", methods=["GET", "POST"])
def end_subscription() -> Response:
    """No page here begins a subscription, so none can be ended."""
    asked = request.values
    told = {"ACQ": "NO", "ERREUR": NO_SUBSCRIPTION, "IDENTIFIANT": asked.get("IDENTIFIANT", "")}
    told |= {name: asked[name] for name in ("REFERENCE", "ABONNEMENT") if name in asked}
    return Response("&".join(f"{name}={value}" for name, value in told.items()), mimetype="text/plain")


@elsewhere.route("/cgi/RemoteMPI.cgi", methods=["GET", "POST"])
def authenticate_elsewhere() -> Response:
    hint = "RemoteMPI (3-D Secure des appels directs) non simulé"
    return Response(render_template("error.html", title=NOT_SIMULATED, detail="", hint=hint))
