"""The other side of the wire: a PAYBOX gateway that runs on this machine.

It imports nothing of the application, so that it can judge it. `create_app` makes the WSGI application,
`serve` runs it, `reset` puts its books back to zero.

Where the public documents are silent it decides, and each decision is written at its place: what an error
page says (form_check), which code ends a page (payment), what a repeated NUMQUESTION answers (direct_frame),
when a debit is remitted to the bank (ledger), what a lost request has already done (faults).
"""

from infra.local.paybox.server import create_app, reset, serve

__all__ = ["create_app", "reset", "serve"]
