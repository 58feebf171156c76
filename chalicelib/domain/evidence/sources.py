"""How a source of evidence fails; neither holds anything of an answer."""


class SourceUnavailable(Exception):
    """No clear answer: down, slow, limited, or not as promised. `retry_in` is in seconds if it was told."""

    def __init__(self, retry_in: int | None = None) -> None:
        super().__init__(retry_in)
        self.retry_in = retry_in


class SourceRefused(Exception):
    """The source refuses the school itself: its token, its rights or the request. An operator must act."""
