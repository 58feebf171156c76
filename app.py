"""Quittance as Lambda imports it: routes, schedules and queues bound to their handlers, no rule."""

from chalice.app import Chalice, Rate

from chalicelib.handlers.apply_retention import apply_retention as retain
from chalicelib.handlers.audit import audit
from chalicelib.handlers.auth import auth
from chalicelib.handlers.card_payments import card_payments
from chalicelib.handlers.cas import cas
from chalicelib.handlers.debit_due_instalments import debit_due_instalments as plan
from chalicelib.handlers.debit_instalment import debit_instalment as debit
from chalicelib.handlers.deliver_outbox import deliver_outbox as deliver
from chalicelib.handlers.instalments import instalments
from chalicelib.handlers.invoices import invoices
from chalicelib.handlers.openapi import openapi
from chalicelib.handlers.pages import PAGES
from chalicelib.handlers.people import people
from chalicelib.handlers.plans import plans
from chalicelib.handlers.privacy import privacy
from chalicelib.handlers.reconcile_payments import reconcile_payments as reconcile
from chalicelib.handlers.registrations import registrations
from chalicelib.handlers.seal_audit import seal_audit as seal
from chalicelib.handlers.send_mails import send_mails as send
from chalicelib.handlers.staff import staff
from chalicelib.handlers.surround import surround
from chalicelib.handlers.webhooks import webhooks

app = Chalice(app_name="quittance")
app.middleware("http")(surround)
IDENTITY = (auth, cas, people, audit, privacy)
API = (registrations, plans, card_payments, instalments, invoices, staff, webhooks, openapi)
for blueprint in (*IDENTITY, *API, *PAGES):
    app.register_blueprint(blueprint)

# Lambda finds each by the name of its handler; Chalice's ticks are UTC.
send_mails = app.schedule(Rate(1, unit=Rate.MINUTES))(send)
seal_audit = app.schedule(Rate(1, unit=Rate.MINUTES))(seal)
reconcile_payments = app.schedule(Rate(5, unit=Rate.MINUTES))(reconcile)
debit_due_instalments = app.schedule(Rate(1, unit=Rate.HOURS))(plan)
apply_retention = app.schedule(Rate(1, unit=Rate.DAYS))(retain)

debit_instalment = app.on_sqs_message("quittance-debits", batch_size=1, maximum_concurrency=5)(debit)
deliver_outbox = app.on_sqs_message("quittance-outbox", batch_size=10)(deliver)
