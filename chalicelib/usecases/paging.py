from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Listed = TypeVar("Listed")


def every(page_after: Callable[[str | None], tuple[Sequence[Listed], str | None]]) -> Iterator[Listed]:
    """Yield what all pages of a list hold; `page_after` returns one and the cursor of the next."""
    after: str | None = None
    while True:
        page, after = page_after(after)
        yield from page
        if after is None:
            return
