"""What a process holds of the rows and of the gateway, and lets go when the demo begins again."""

from __future__ import annotations

from chalicelib.wiring import services

HOLDERS = ("lines", "journal")
"""Adapters that hold rows as long as the process lives: the next one that is asked for begins with none."""


def forget() -> None:
    """Forget what is held of the table's rows, and which of the gateway's hosts are up."""
    held = services()
    for name in HOLDERS:
        vars(held).pop(name, None)
    held.campaigns.refresh()
    held.brakes.current()
    held.forget_gateway()
