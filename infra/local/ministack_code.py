"""The code of a function on the local AWS: unpacked once for all the processes that run it.

Ministack unpacks the whole package, 140 MB, for each process that it starts. On AWS a function cannot write
to its code, and ours do not: all may share one folder. It lies in the scratch folder of this ministack.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

_turn = threading.Lock()


class UnpackedOnce(zipfile.ZipFile):
    """An archive whose folder is a link to what the same archive was unpacked to before."""

    def extractall(self, path: Any = None, members: Any = None, pwd: bytes | None = None) -> None:
        """Put a link where the empty folder `path` is."""
        with _turn:
            whole = self._unpacked(members, pwd)
        Path(path).rmdir()
        Path(path).symlink_to(whole, target_is_directory=True)

    def _unpacked(self, members: Any, pwd: bytes | None) -> Path:
        with Path(str(self.filename)).open("rb") as archive:
            digest = hashlib.file_digest(archive, "sha256").hexdigest()
        whole = Path(tempfile.gettempdir()) / f"ministack-code-{digest}"
        if not whole.exists():
            part = whole.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            super().extractall(part, members, pwd)
            part.rename(whole)
        return whole


def share(runtime: Any) -> None:
    """Let ministack's `lambda_runtime` unpack by this."""
    runtime.zipfile = SimpleNamespace(**(vars(zipfile) | {"ZipFile": UnpackedOnce}))
    for left in Path(tempfile.gettempdir()).glob("ministack-code-*"):  # of a run before this one
        shutil.rmtree(left, ignore_errors=True)
