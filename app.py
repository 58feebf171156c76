"""Quittance as Lambda imports it: routes, schedules and queues bound to their handlers, no rule."""

from typing import Any

from chalice.app import Chalice, Rate

from chalicelib.handlers.card_payments import card_payments
from chalicelib.handlers.deliver_outbox import deliver_outbox as deliver
from chalicelib.handlers.invoices import invoices
from chalicelib.handlers.openapi import openapi
from chalicelib.handlers.pages_payment import pages_payment
from chalicelib.handlers.pages_session import pages_session
from chalicelib.handlers.pages_staff import pages_staff
from chalicelib.handlers.pages_student import pages_student
from chalicelib.handlers.reconcile_payments import reconcile_payments as reconcile
from chalicelib.handlers.registrations import registrations
from chalicelib.handlers.send_mails import send_mails as send
from chalicelib.handlers.sessions import sessions
from chalicelib.handlers.staff import staff
from chalicelib.handlers.surround import surround
from chalicelib.handlers.webhooks import webhooks

app = Chalice(app_name="quittance")
app.middleware("http")(surround)
API = (sessions, registrations, card_payments, invoices, staff, webhooks, openapi)
PAGES = (pages_session, pages_student, pages_payment, pages_staff)
for blueprint in (*API, *PAGES):
    app.register_blueprint(blueprint)


@app.schedule(Rate(1, unit=Rate.MINUTES))
def send_mails(event: Any) -> Any:
    return send(event)


@app.schedule(Rate(5, unit=Rate.MINUTES))
def reconcile_payments(event: Any) -> Any:
    return reconcile(event)


@app.on_sqs_message(queue="quittance-outbox", batch_size=10)
def deliver_outbox(event: Any) -> Any:
    return deliver(event)
