"""The merchant account at the gateway, as data: all that differs between environments."""

from dataclasses import dataclass, field

RETURNS = ("effectue", "refuse", "annule", "attente")
LONGEST_URL = 150
"""The maximum length of PBX_EFFECTUE and its siblings."""


@dataclass(frozen=True)
class PayboxAccount:
    """One contract in one environment. An invalid value raises ValueError here, before any payment.

    `rang` is sent as the bank wrote it (2 or 3 digits). `hmac_key` is hexadecimal; while it is
    renewed, `other_hmac_keys` are tried where the gateway refuses it. `page_urls` and
    `direct_urls` are whole URLs, the preferred one first. `public_keys` are PEM; a signature by any of them
    is genuine. `base_url` is the portal's public URL. `is_live` says that test money is an anomaly.
    """

    site: str
    rang: str
    identifiant: str
    hmac_key: str = field(repr=False)
    page_urls: tuple[str, ...]
    direct_urls: tuple[str, ...]
    public_keys: tuple[str, ...]
    base_url: str
    is_live: bool = True
    other_hmac_keys: tuple[str, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        for name in ("site", "rang", "identifiant"):
            value = getattr(self, name)
            if not (value.isascii() and value.isdigit()):
                raise ValueError(f"{name} holds digits alone, not {value!r}")
        for key in self.hmac_keys:
            if not key or len(bytes.fromhex(key)) * 2 != len(key):
                raise ValueError("hmac_key is hexadecimal, without spaces")
        if "&" in self.base_url or any(
            len(url) > LONGEST_URL for url in (*self.return_urls, self.webhook_url)
        ):
            raise ValueError(f"base_url makes an address that the gateway does not take: {self.base_url}")

    @property
    def hmac_keys(self) -> tuple[str, ...]:
        """Return the key that signs first, then the others."""
        return (self.hmac_key, *self.other_hmac_keys)

    @property
    def return_urls(self) -> tuple[str, ...]:
        """Return the URLs to which the browser comes back, in the order of RETURNS."""
        return tuple(f"{self.base_url}/payments/return/{way}" for way in RETURNS)

    @property
    def webhook_url(self) -> str:
        return f"{self.base_url}/webhooks/paybox"
