"""Quittance as Lambda imports it: routes, schedules and queues bound to their handlers, no rule."""

import gc

gc.disable()  # until the first answer: chalicelib/functions/cold_start.py

from chalice.app import Chalice, Rate  # noqa: E402 - after the line above

from chalicelib.api.blueprints import API  # noqa: E402 - the same
from chalicelib.functions import queues, schedules  # noqa: E402 - the same
from chalicelib.functions.cold_start import end_cold_start  # noqa: E402 - the same
from chalicelib.functions.webhooks import webhooks  # noqa: E402 - the same
from chalicelib.pages.blueprints import PAGES  # noqa: E402 - the same
from chalicelib.pages.page import answer_browsers  # noqa: E402 - the same
from chalicelib.web.response_headers import add_response_headers  # noqa: E402 - the same

app = Chalice(app_name="quittance")
app.api.binary_types.extend(
    ["text/csv", "application/pdf", "multipart/form-data"]
)  # uploads keep the bytes of any encoding
app.middleware("all")(end_cold_start)
app.middleware("http")(add_response_headers)
app.middleware("http")(answer_browsers)
for blueprint in (*API, *PAGES, webhooks):
    app.register_blueprint(blueprint)

# Lambda finds each by the name of its handler; Chalice's ticks are UTC.
publish_outbox = app.schedule(Rate(1, unit=Rate.MINUTES))(schedules.publish_outbox)
seal_audit = app.schedule(Rate(1, unit=Rate.MINUTES))(schedules.seal_audit)
number_journal = app.schedule(Rate(1, unit=Rate.HOURS))(schedules.number_journal)
reconcile_payments = app.schedule(Rate(5, unit=Rate.MINUTES))(schedules.reconcile_payments)
reconcile_debits = app.schedule(Rate(5, unit=Rate.MINUTES))(schedules.reconcile_debits)
plan_debits = app.schedule(Rate(1, unit=Rate.HOURS))(schedules.plan_debits)
check_debits = app.schedule(Rate(1, unit=Rate.HOURS))(schedules.check_debits)
apply_retention = app.schedule(Rate(1, unit=Rate.DAYS))(schedules.apply_retention)

debit_instalment = app.on_sqs_message("quittance-debits", batch_size=1, maximum_concurrency=5)(
    queues.debit_instalment
)
deliver_outbox = app.on_sqs_message("quittance-outbox", batch_size=10)(queues.deliver_outbox)
