"""The templates that have no English yet: their pages are in French whatever the reader asked for."""

FRENCH_ALONE = frozenset(
    {
        "books/balances",
        "books/batch",
        "books/batches",
        "books/difference",
        "books/exports",
        "books/letters",
        "books/line",
        "books/line_confirmation",
        "books/lines",
        "books/periods",
        "books/rapprochement",
        "books/rapprochements",
        "books/reconciliation",
        "books/reconciliations",
        "books/remittances",
        "books/rights",
        "books/slip",
        "books/slips",
        "books/statements",
        "books/waiver",
        "books/waivers",
    }
)
