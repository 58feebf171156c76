"""Quittance as Lambda imports it: routes, schedules and queues bound to their handlers, no rule."""

from chalice.app import Chalice, Rate

from chalicelib.handlers.card_payments import card_payments
from chalicelib.handlers.debit_due_instalments import debit_due_instalments as plan
from chalicelib.handlers.debit_instalment import debit_instalment as debit
from chalicelib.handlers.deliver_outbox import deliver_outbox as deliver
from chalicelib.handlers.instalments import instalments
from chalicelib.handlers.invoices import invoices
from chalicelib.handlers.openapi import openapi
from chalicelib.handlers.pages_accounting import pages_accounting
from chalicelib.handlers.pages_payment import pages_payment
from chalicelib.handlers.pages_plan import pages_plan
from chalicelib.handlers.pages_session import pages_session
from chalicelib.handlers.pages_staff import pages_staff
from chalicelib.handlers.pages_student import pages_student
from chalicelib.handlers.plans import plans
from chalicelib.handlers.reconcile_payments import reconcile_payments as reconcile
from chalicelib.handlers.registrations import registrations
from chalicelib.handlers.send_mails import send_mails as send
from chalicelib.handlers.sessions import sessions
from chalicelib.handlers.staff import staff
from chalicelib.handlers.surround import surround
from chalicelib.handlers.webhooks import webhooks

app = Chalice(app_name="quittance")
app.middleware("http")(surround)
API = (sessions, registrations, plans, card_payments, instalments, invoices, staff, webhooks, openapi)
PAGES = (pages_session, pages_student, pages_payment, pages_plan, pages_staff, pages_accounting)
for blueprint in (*API, *PAGES):
    app.register_blueprint(blueprint)

# Lambda finds each by the name of its handler; Chalice's ticks are UTC.
send_mails = app.schedule(Rate(1, unit=Rate.MINUTES))(send)
reconcile_payments = app.schedule(Rate(5, unit=Rate.MINUTES))(reconcile)
debit_due_instalments = app.schedule(Rate(1, unit=Rate.HOURS))(plan)

debit_instalment = app.on_sqs_message("quittance-debits", batch_size=1, maximum_concurrency=5)(debit)
deliver_outbox = app.on_sqs_message("quittance-outbox", batch_size=10)(deliver)
