"""Names of this machine: *.localhost is the loopback (RFC 6761), which not every resolver knows."""

from urllib.parse import urlsplit, urlunsplit


def by_loopback(url: str) -> tuple[str, dict[str, str]]:
    """Return the address to call and the headers it needs, so that no resolver is asked for *.localhost."""
    parts = urlsplit(url)
    if not (parts.hostname or "").endswith(".localhost"):
        return url, {}
    return urlunsplit(parts._replace(netloc=f"127.0.0.1:{parts.port or 80}")), {"Host": parts.netloc}
