from chalice.app import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.errors import NotificationRejected
from chalicelib.observability import note_notification, report_fault
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.web.access_log import note_refusal
from chalicelib.web.caller import source_address
from chalicelib.web.problems import refusal, unexpected

webhooks = Blueprint(__name__)


@webhooks.route(
    "/webhooks/paybox", methods=["POST"], content_types=["application/x-www-form-urlencoded"], name="paybox"
)
def paybox() -> Response:
    """Receive a notification of the gateway: the raw body is signed, so nothing may parse it first."""
    try:
        record_notification(wiring.ports(), _raw_body())
    except NotificationRejected as error:
        note_refusal(error, source_address(webhooks.current_request), "/webhooks/paybox")
        return refusal(error)
    except Exception as error:  # noqa: BLE001 - a fault of ours is logged and counted; the gateway is told 500
        report_fault("notification not recorded", error)
        return unexpected()
    note_notification()
    return Response("", headers={"Content-Type": "text/plain"})


def _raw_body() -> bytes:
    body = webhooks.current_request.raw_body
    return body if isinstance(body, bytes) else body.encode()
