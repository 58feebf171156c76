"""Fetch the wheels that packaging needs, so that `chalice package` works without a network.

Twice: as this machine resolves them, which Chalice does first, and as Lambda's Linux needs them.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements.txt"
# The C library of Lambda's Linux for a Python runtime: Amazon Linux 2 up to 3.11, 2023 after.
GLIBC_MINOR = 26 if sys.version_info < (3, 12) else 34


def main(folder: str) -> int:
    """Fill the folder; give pip's exit code."""
    download = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--requirement",
        str(REQUIREMENTS),
        "--dest",
        folder,
    ]
    return _run(download) or _run([*download, *lambda_platform()])


def _run(command: list[str]) -> int:
    return subprocess.call(command)  # noqa: S603 - pip, with the arguments above


def lambda_platform() -> list[str]:
    """Name every platform tag that Lambda takes: pip takes each literally."""
    platforms = [f"manylinux_2_{minor}_x86_64" for minor in range(GLIBC_MINOR, 16, -1)] + [
        "manylinux2014_x86_64"
    ]
    return ["--only-binary=:all:", *(part for each in platforms for part in ("--platform", each))]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
