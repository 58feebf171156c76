"""Schedules and queues as Lambda imports them: without the API and the pages, most of the import."""

from chalicelib.functions.cold_start import begin_cold_start, end_cold_start

begin_cold_start()

from chalice.app import Blueprint, Chalice, Rate  # noqa: E402 - after the line above

from chalicelib.functions import queues, schedules  # noqa: E402 - the same
from chalicelib.functions.correlation import correlate  # noqa: E402 - the same
from chalicelib.functions.time_left import watch_time  # noqa: E402 - the same

background = Blueprint(__name__)

# Lambda finds each by the name of its handler; Chalice's ticks are UTC.
publish_outbox = background.schedule(Rate(1, unit=Rate.MINUTES))(schedules.publish_outbox)
seal_audit = background.schedule(Rate(1, unit=Rate.MINUTES))(schedules.seal_audit)
number_journal = background.schedule(Rate(1, unit=Rate.HOURS))(schedules.number_journal)
reconcile_payments = background.schedule(Rate(5, unit=Rate.MINUTES))(schedules.reconcile_payments)
reconcile_debits = background.schedule(Rate(5, unit=Rate.MINUTES))(schedules.reconcile_debits)
reconcile_days = background.schedule(Rate(1, unit=Rate.HOURS))(schedules.reconcile_days)
plan_debits = background.schedule(Rate(1, unit=Rate.HOURS))(schedules.plan_debits)
check_debits = background.schedule(Rate(1, unit=Rate.HOURS))(schedules.check_debits)
apply_retention = background.schedule(Rate(1, unit=Rate.DAYS))(schedules.apply_retention)

debit_instalment = background.on_sqs_message("quittance-debits", batch_size=1, maximum_concurrency=5)(
    queues.debit_instalment
)
deliver_event = background.on_sqs_message("quittance-deliveries", batch_size=1, maximum_concurrency=5)(
    queues.deliver_event
)
deliver_outbox = background.on_sqs_message("quittance-outbox", batch_size=10)(queues.deliver_outbox)

app = Chalice(app_name="quittance")
"""The application of these handlers alone: in their functions `app.py` is not imported."""
app.middleware("all")(end_cold_start)
app.middleware("all")(correlate)
app.middleware("all")(watch_time)
app.register_blueprint(background)
