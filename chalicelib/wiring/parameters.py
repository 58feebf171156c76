"""The secrets in SSM. The gateway's HMAC keys are read again after a minute: warm sandboxes learn them."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.settings import StartRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.settings import Settings

WRITE_SECRET = "Write it as docs/deploy.md says (Secrets)."
KEPT_SECONDS = 60


class FreshSecret:
    """A secret that is read again once it is a minute old.

    If it cannot be read then, or is of another form, the last one that was right is used on, and a fault is
    counted: a slip of the pen in SSM stops no payment of a warm sandbox, and is heard.
    """

    def __init__(
        self,
        read: Callable[[], str],
        report: Callable[[str, BaseException], None],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._report = report
        self._seconds = seconds
        self._kept = ""
        self._until = 0.0

    def __call__(self) -> str:
        if not self._kept:
            self._kept, self._until = self._read(), self._seconds() + KEPT_SECONDS
        elif self._seconds() >= self._until:
            self._until = self._seconds() + KEPT_SECONDS
            self._kept = self._read_again()
        return self._kept

    def _read_again(self) -> str:
        try:
            return self._read()
        except Exception as error:  # noqa: BLE001 - whatever it is, the last key still signs
            self._report("secret not read again", error)
            return self._kept


class Secrets:
    """SecureStrings, by the names that the settings give."""

    if TYPE_CHECKING:
        _settings: Settings

        def _client(self, service: str) -> Any: ...

    @cached_property
    def _hmac_keys(self) -> FreshSecret:
        from chalicelib.gateway.environments import keys_fault
        from chalicelib.observability import report_fault
        from chalicelib.settings import Stage

        is_live = self._settings.stage is Stage.PRODUCTION
        name = self._settings.paybox_hmac_key_parameter
        return FreshSecret(
            lambda: self._secret(name, lambda text: keys_fault(text, is_live=is_live)), report_fault
        )

    def _secret(self, parameter: str, fault_of: Callable[[str], str]) -> str:
        """Read a SecureString; raise `StartRefused` with what to do if it is missing or of another form."""
        ssm = self._client("ssm")
        try:
            found = ssm.get_parameter(Name=parameter, WithDecryption=True)
        except ssm.exceptions.ParameterNotFound:
            raise StartRefused((f"{parameter} is missing. {WRITE_SECRET}",)) from None
        if fault := fault_of(value := str(found["Parameter"]["Value"])):
            raise StartRefused((f"{parameter} {fault}. {WRITE_SECRET}",))
        return value
