"""The school's sign-on on this machine: a CAS 3.0 server (Apereo, CAS Protocol 3.0 Specification).

It imports nothing of the application, so that it can judge it. `create_app` makes the WSGI application,
`serve` runs it with its single logout, `reset` ends every session without a word to the services.

Where the specification leaves a choice: services are registered by their address, whatever query follows, and
a ticket is good for the very letters that it was issued for (2.2.1); a password typed again goes on with the
same session (2.1.1); `method=POST` answers with a form, HEADER with a redirect; nobody may proxy
(UNAUTHORIZED_SERVICE_PROXY), and there is no remember-me. /samlValidate answers CAS 1 to 3's older clients.
"""

from infra.local.cas.server import create_app, reset, serve
from infra.local.cas.sessions import Account

__all__ = ["Account", "create_app", "reset", "serve"]
