from chalicelib.usecases.drawn import Drawn, drawn_by
from chalicelib.web.caller import Caller


def drawn(caller: Caller, key: str | None, *words: object) -> Drawn | None:
    """Return what this session draws again by the same `key` and words, None without a key or a session.

    The key is that of a form, an idempotency key, or the state that was read.
    """
    return drawn_by(caller.token, key, *words) if key and caller.token else None
