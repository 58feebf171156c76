"""Quittance as Chalice packages it: routes, schedules and queues bound to their handlers, no rule."""

import gc

gc.disable()  # until the first answer: chalicelib/functions/cold_start.py

from chalice.app import Chalice  # noqa: E402 - after the line above

from chalicelib.api.blueprints import API  # noqa: E402 - the same
from chalicelib.functions.background import background  # noqa: E402 - the same
from chalicelib.functions.cold_start import end_cold_start  # noqa: E402 - the same
from chalicelib.functions.correlation import correlate  # noqa: E402 - the same
from chalicelib.functions.time_left import watch_time  # noqa: E402 - the same
from chalicelib.functions.webhooks import webhooks  # noqa: E402 - the same
from chalicelib.pages.blueprints import PAGES  # noqa: E402 - the same
from chalicelib.pages.page import answer_browsers  # noqa: E402 - the same
from chalicelib.web.response_headers import add_response_headers  # noqa: E402 - the same

app = Chalice(app_name="quittance")
app.api.binary_types.extend(["text/csv", "multipart/form-data"])  # uploads keep the bytes of any encoding
app.middleware("all")(end_cold_start)
app.middleware("all")(correlate)
app.middleware("all")(watch_time)
app.middleware("http")(add_response_headers)
app.middleware("http")(answer_browsers)
for blueprint in (*API, *PAGES, webhooks, background):
    app.register_blueprint(blueprint)
