"""`python -m infra.bench.asking`: a process that asks the gateway one question for each address of its input.

A line `handshake ADDRESS` is a TLS connection that is opened and closed. Each line of its output is the
seconds by the clock and of the processor, of this process alone.
"""

from __future__ import annotations

import socket
import sys
import time
from datetime import datetime
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from chalicelib.gateway.direct import DirectClient
from chalicelib.settings import settings
from chalicelib.tls import tls_context
from chalicelib.wiring import Services
from infra.local.clock import PARIS

NOW = datetime(2022, 9, 5, 12, 0, tzinfo=PARIS)
QUESTION = {"NUMTRANS": "1", "NUMAPPEL": "1"}


def client(address: str, numbers: count[int]) -> DirectClient:
    chosen = settings().model_copy(update={"paybox_direct_urls": f"{address}/PPPS.php"})
    gateway: Any = Services(chosen, lambda: NOW).gateway
    return DirectClient(gateway.account, lambda: next(numbers), NOW, 5, 7)


def shake_hands(address: str) -> None:
    host = urlsplit(address)
    with (
        socket.create_connection((host.hostname, host.port)) as connection,
        tls_context().wrap_socket(connection, server_hostname=host.hostname),
    ):
        return


def main() -> None:
    clients: dict[str, DirectClient] = {}
    numbers = count(1)
    for line in sys.stdin:
        kind, _, address = line.strip().rpartition(" ")
        asked = clients.setdefault(address, client(address, numbers))
        began, worked = time.perf_counter(), time.process_time()
        if kind:
            shake_hands(address)
        elif asked.ask("00017", QUESTION) is None:
            raise RuntimeError(f"{address} does not answer")
        print(time.perf_counter() - began, time.process_time() - worked, flush=True)


if __name__ == "__main__":
    main()
