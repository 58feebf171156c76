"""Direct calls to the gateway (PPPS), server to server: one question, one POST, never repeated.

A question that may have been received is never asked again: only if no connection was made, so that no byte
was sent, is it sent to the next URL. An answer that cannot be understood counts as none (None). Source: the
integration manuals of PAYBOX System and PAYBOX Direct Plus.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from urllib.parse import unquote_to_bytes, urlencode

from chalicelib.deadline import within
from chalicelib.domain.calendar import PARIS
from chalicelib.gateway.account import PayboxAccount
from chalicelib.gateway.signature import hmac_of
from chalicelib.tls import tls_context

LONGEST_ANSWER = 8192
ACCESS_REFUSED = "00006"
"""Site, rank or signature were refused, before anything of the question was read."""
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_OK = 200
Note = Callable[[str, int, str | None], None]

Fields = dict[str, str]


def no_note(_operation: str, _number: int, _code: str | None) -> None:
    """Note nothing."""


@dataclass(frozen=True)
class DirectClient:
    """A client for one account. `next_question` returns a number that the site has not used for 24 hours.

    `note` is called with each question's type and number, and with the answer's code, None without an answer.
    """

    account: PayboxAccount
    next_question: Callable[[], int]
    now: datetime
    connect_seconds: float
    read_seconds: float
    note: Note = no_note

    def ask(self, kind: str, question: Fields) -> Fields | None:
        """Ask one question of type `kind`; return the answer if it echoes this question, else None.

        One that is refused for its signature was not read, and its number is free: it is signed by the next
        key, if the account has one.
        """
        number = self.next_question()
        answer = self._asked(kind, number, question)
        self.note(kind, number, answer.get("CODEREPONSE", "") if answer else None)
        return answer

    def _asked(self, kind: str, number: int, question: Fields) -> Fields | None:
        for key in self.account.hmac_keys:
            fields = self._signed(kind, number, question, key)
            answer = within(self._patience_seconds, partial(self._post, fields))
            if answer is None or not self._is_echo(answer, number, question):
                return None
            if answer.get("CODEREPONSE") != ACCESS_REFUSED:
                break
        return answer

    @property
    def _patience_seconds(self) -> float:
        """The maximum duration of one question in seconds, for a slowly dripping answer too."""
        return self.connect_seconds * len(self.account.direct_urls) + self.read_seconds

    def _signed(self, kind: str, number: int, question: Fields, key: str) -> list[tuple[str, str]]:
        fields = {
            "VERSION": "00104",
            "TYPE": kind,
            "SITE": self.account.site,
            "RANG": self.account.rang,
            "IDENTIFIANT": self.account.identifiant,
            "NUMQUESTION": f"{number:010d}",
            "DATEQ": self.now.astimezone(PARIS).strftime("%d%m%Y%H%M%S"),
            **question,
            "HASH": "SHA512",
        }
        return [*fields.items(), ("HMAC", hmac_of(fields.items(), key))]

    def _post(self, fields: Sequence[tuple[str, str]]) -> Fields | None:
        from urllib3 import PoolManager, Timeout  # noqa: PLC0415 - slow to import: cold start
        from urllib3.exceptions import ConnectTimeoutError, HTTPError  # noqa: PLC0415 - the same

        wait = Timeout(connect=self.connect_seconds, read=self.read_seconds)
        with PoolManager(timeout=wait, retries=False, headers=_FORM, ssl_context=tls_context()) as network:
            for url in self.account.direct_urls:
                try:
                    response = network.request(
                        "POST", url, body=urlencode(fields), redirect=False, preload_content=False
                    )
                    body = response.read(LONGEST_ANSWER)
                except ConnectTimeoutError:  # raised for a refused connection and an unknown host too
                    continue
                except HTTPError:
                    return None
                return parse_answer(body) if response.status == _OK else None
        return None

    def _is_echo(self, answer: Fields, number: int, question: Fields) -> bool:
        asked = {"SITE": self.account.site, "RANG": self.account.rang, "NUMQUESTION": str(number)}
        is_ours = all(answer.get(name, "").lstrip("0") == value.lstrip("0") for name, value in asked.items())
        return is_ours and _is_same("REFABONNE", question, answer)


def parse_answer(body: bytes) -> Fields:
    """Parse `NAME=value&…`, latin-1, accents percent-encoded or not; drop names that occur twice."""
    pairs = [pair.partition(b"=") for pair in body.strip().split(b"&")]
    told = [(_text(name), _text(value)) for name, _, value in pairs]
    times = Counter(name for name, _ in told)
    return {name: value for name, value in told if times[name] == 1}


def _is_same(name: str, question: Fields, answer: Fields) -> bool:
    """Return True if question and answer agree on the field; either may omit it."""
    return name not in question or answer.get(name, question[name]) == question[name]


def _text(raw: bytes) -> str:
    decoded = unquote_to_bytes(raw)
    try:
        return decoded.decode("utf-8").strip()
    except UnicodeDecodeError:
        return decoded.decode("latin-1").strip()


def is_number(text: str) -> bool:
    """Return True for a complete NUMTRANS or NUMAPPEL other than zero.

    A truncated answer could end within one.
    """
    return bool(re.fullmatch(r"[0-9]{10}", text)) and int(text) > 0
