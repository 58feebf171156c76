"""Quittance as Chalice packages it: routes, schedules and queues bound to their handlers, no rule."""

from collections.abc import Iterator

from chalicelib.functions.cold_start import begin_cold_start, end_cold_start

begin_cold_start()

from chalice.app import Blueprint  # noqa: E402 - after the line above

from chalicelib.functions.correlation import correlate  # noqa: E402 - the same
from chalicelib.functions.on_demand import OnDemand  # noqa: E402 - the same
from chalicelib.functions.routes import answer_nowhere  # noqa: E402 - the same
from chalicelib.functions.time_left import watch_time  # noqa: E402 - the same
from chalicelib.pages.frame.browsers import answer_browsers  # noqa: E402 - the same
from chalicelib.pages.frame.shown import SHOWN  # noqa: E402 - the same
from chalicelib.web.response_headers import add_response_headers  # noqa: E402 - the same


def every_blueprint() -> Iterator[Blueprint]:
    """Import all that is served: where it is packaged, each path imports its own."""
    from chalicelib.api.blueprints import API  # noqa: PLC0415 - see above
    from chalicelib.functions.background import background  # noqa: PLC0415 - see above
    from chalicelib.functions.webhooks import webhooks  # noqa: PLC0415 - see above
    from chalicelib.pages.blueprints import PAGES  # noqa: PLC0415 - see above

    yield from (*API, *PAGES, webhooks, background)


app = OnDemand(app_name="quittance")
# Uploads keep the bytes of any encoding. Chalice's own list is long, and read at each request.
app.api.binary_types = ["text/csv", "multipart/form-data", "application/octet-stream", "application/zip"]
app.middleware("all")(end_cold_start)
app.middleware("all")(correlate)
app.middleware("all")(watch_time)
app.middleware("http")(add_response_headers)
app.middleware("http")(answer_browsers)
app.middleware("http")(answer_nowhere)
SHOWN.update(app.serve(every_blueprint))
