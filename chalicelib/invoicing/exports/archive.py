"""Files put together: the same files and moment give the same bytes."""

import json
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from chalicelib.domain.calendar import PARIS


def zipped(files: Mapping[str, bytes], at: datetime) -> bytes:
    archive = BytesIO()
    with ZipFile(archive, "w") as out:
        for name, data in files.items():
            info = ZipInfo(name, at.astimezone(PARIS).timetuple()[:6])
            info.external_attr = 0o644 << 16
            out.writestr(info, data, ZIP_DEFLATED)
    return archive.getvalue()


def as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str).encode()
