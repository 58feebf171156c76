"""Which fields of rows the last release does not know, and how each is written."""

RECEIVED = frozenset({"reference", "bank", "received_on", "request_hash", "drawer", "from_suspense"})
SHOWN = frozenset({"version", "line_id", "return_line", "undone_line"})
TAKEN_BACK = frozenset({"bounced_cents", "bounced_on", "bounce_reason", "bounced_at_bank", "dispute"})
CORRECTED = frozenset({"kept_cents", "corrections", "provisional_until", "refund_acts", "written_off_cents"})
CHANGED = frozenset({"stopped_at", "stopped_by", "stop_reason", "resumptions", "recut_by", "recut_at"})
GIVEN_BACK = frozenset({"banked_on", "refunded_cents", "refunding_cents", "transferred_cents"})
TRIED = frozenset({"tries", "last_failure", "queued_until", "given_up_at", "version", "correlation_id"})
YOUNG: dict[str, frozenset[str]] = {
    "Answer": frozenset({"banked_on", "refunded_cents"}),
    "Attempt": frozenset({"left_at", "returned_at", "late_looks", "refunded", "link", "correlation_id"}),
    "Debit": frozenset({"moved"}),
    "Identity": frozenset({"written"}),
    "Invoice": frozenset({"buyer"}),
    "Instalment": frozenset({"credited_cents", "moves", "received_cents", "correlation_id"}),
    "OutboxEntry": TRIED,
    "Payment": SHOWN | RECEIVED | TAKEN_BACK | GIVEN_BACK,
    "Person": frozenset({"access_version", "language"}),
    "Registration": frozenset({"allowed_situations", "evidence", "reminded_of", "reminders"}) | CORRECTED,
    "PlanRequest": CHANGED | {"decided_at"},
    "RoleChange": frozenset({"over"}),
}
"""Fields unknown to the last release: written only if not at their default. A new release removes these."""

BESIDE: dict[str, frozenset[str]] = {
    "Answer": frozenset({"banked_on"}),
    "Debit": frozenset({"moved"}),
    "Identity": frozenset({"written"}),
    "Payment": frozenset({"banked_on"}),
    "Person": frozenset({"access_version"}),
    "PlanRequest": frozenset({"decided_at"}),
    "Registration": frozenset({"evidence", "refund_acts"}),
    "RoleChange": frozenset({"over"}),
    **dict.fromkeys(("Attempt", "Instalment", "OutboxEntry"), frozenset({"correlation_id"})),
}
"""Young fields that the last release may ignore: written beside the facts, where it does not look.

It loses them if it writes the row again: so nothing that lets money move is one of them. Without its
`refund_acts` a registration lets refunds that are prepared lapse.
"""
