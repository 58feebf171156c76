"""A question to the gateway over https, beside the same over http: what TLS costs a warm process."""

from __future__ import annotations

import os
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from infra.bench import local_app as product
from infra.bench.sections import Mark, Section
from infra.bench.tables import comparisons
from infra.bench.timing import Timing, compare_all
from infra.local.ministack import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WARM_UP, RUNS = 3, 40
MARK_MS = 3.0
HOST = "127.0.0.1"
LONGEST = 65_536

TEXT = """\
The product's client of PAYBOX (`gateway/direct.py`) asks the simulator one question, a new connection
each, with the context of the process: over https by way of a local end of TLS 1.3 with a certificate of
its own beside the system's authorities, and over http. The processor's time is that of the client's process
alone.

{table}

A question over https takes {ms:.1f} ms of CPU. A notification asks two, a debit one. The floor is one over
http and a handshake alone, {floor:.1f} ms: a question is one POST on a connection of its own, and nothing is
resumed.
"""


def measure() -> Section:
    with product.running() as at_home, _tls_before(at_home.gateway.url) as address, _asking() as asked:
        over = "a question over https", lambda: asked(address)
        shaken = "a handshake alone", lambda: asked(f"handshake {address}")
        under = "the same over http", lambda: asked(at_home.gateway.url)
        found = compare_all([over, shaken], under, warm_up=WARM_UP, runs=RUNS)
    ms, floor = found[0].processor_seconds[0] * 1000, sum(found[1].processor_seconds) * 1000
    marks = [Mark("a question to PAYBOX over https", ms, MARK_MS, unit="ms of CPU", floor=floor)]
    return Section("https", TEXT.format(table=comparisons(found), ms=ms, floor=floor), marks)


@contextmanager
def _asking() -> Iterator[Callable[[str], Timing]]:
    """Give what asks one question of an address, in a process that asks nothing else."""
    command = [sys.executable, "-m", "infra.bench.asking"]
    with subprocess.Popen(  # noqa: S603 - our own program
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def asked(address: str) -> Timing:
            if process.stdin is None or process.stdout is None:
                raise RuntimeError("a pipe is missing")
            process.stdin.write(f"{address}\n")
            process.stdin.flush()
            return Timing(*map(float, process.stdout.readline().split()))

        yield asked
        process.communicate()


@contextmanager
def _tls_before(url: str) -> Iterator[str]:
    """Serve TLS before an http address; give the https address, which this process trusts."""
    behind = urlsplit(url)
    with TemporaryDirectory(prefix="quittance-tls-") as folder:
        certificate, key = _certificate(Path(folder))
        authorities = Path(folder) / "authorities.pem"
        system = Path(ssl.get_default_verify_paths().cafile or ssl.get_default_verify_paths().openssl_cafile)
        authorities.write_bytes((system.read_bytes() if system.exists() else b"") + certificate.read_bytes())
        os.environ["SSL_CERT_FILE"] = str(authorities)
        served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        served.load_cert_chain(certificate, key)

        class Passed(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with (
                    served.wrap_socket(self.request, server_side=True) as near,
                    socket.create_connection((HOST, behind.port or 80)) as far,
                ):
                    for end in (near, far):
                        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    threading.Thread(target=_pass_on, args=(near, far), daemon=True).start()
                    _pass_on(far, near)

        with socketserver.ThreadingTCPServer((HOST, 0), Passed) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"https://{HOST}:{server.server_address[1]}"
            server.shutdown()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    try:
        while got := source.recv(LONGEST):
            target.sendall(got)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return  # the other end is gone: so is the request


def _certificate(folder: Path) -> tuple[Path, Path]:
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)]),
    )
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    paths[1].write_bytes(key.private_bytes(*form))
    return paths
