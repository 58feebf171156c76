"""References given to the gateway: `<site>-<rang>-<attempt id>`.

The gateway signs the notifications of every merchant and environment with one key, and no field names them;
the prefix shows a notification for another site. It is no proof: another merchant could choose a reference
with our prefix, and only an inquiry asks about our own account.
"""

import re

_ATTEMPT_ID = re.compile(r"[a-z0-9-]{1,200}")


def reference_of(attempt_id: str, site: str, rang: str) -> str:
    if not _ATTEMPT_ID.fullmatch(attempt_id):
        raise ValueError(f"an attempt id holds a-z, 0-9 and -, not {attempt_id!r}")
    return f"{site}-{rang}-{attempt_id}"


def attempt_id_in(reference: str, site: str, rang: str) -> str | None:
    """Return the attempt's id; None if the reference is not one of this site and rang."""
    prefix = f"{site}-{rang}-"
    attempt_id = reference.removeprefix(prefix)
    if attempt_id == reference or not _ATTEMPT_ID.fullmatch(attempt_id):
        return None
    return attempt_id
