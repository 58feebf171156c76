"""The event by which EventBridge invokes a scheduled function."""

from typing import Any

TICK: dict[str, Any] = {
    "version": "0",
    "account": "000000000000",
    "region": "eu-west-3",
    "detail": {},
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "time": "2022-06-24T08:00:00Z",
    "id": "1",
    "resources": [],
}
