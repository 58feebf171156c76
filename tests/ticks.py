"""The event by which EventBridge invokes a scheduled function."""

from datetime import UTC, datetime

from infra.local.functions import scheduled_event

TICK = scheduled_event("it", datetime(2022, 6, 24, 8, tzinfo=UTC))
