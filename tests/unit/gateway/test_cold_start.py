import subprocess
import sys

LOADED_LATER = ("cryptography", "urllib3", "iso3166")


def test_importing_the_gateway_loads_no_slow_library() -> None:
    program = "import sys, chalicelib.gateway.paybox; print(*sys.modules)"
    command = [sys.executable, "-c", program]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own line

    assert set(LOADED_LATER).isdisjoint(loaded.stdout.split())
