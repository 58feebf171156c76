"""The archive that ships: no file that no function reads, byte code, the same bytes from the same sources.

Lambda's folder is read-only: what is not compiled here is compiled again at each cold start.
"""

from __future__ import annotations

import json
import py_compile
import re
import struct
import tempfile
import zipfile
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING

from infra.cloud.library_fonts import LIBRARY, without_unused_fonts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SERVICES = ("dynamodb", "events", "kms", "s3", "ses", "sqs", "ssm")
"""The services of AWS that the functions call (chalicelib/wiring)."""
LOCALES = ("en", "fr", "root")
DATED = (1980, 1, 1, 0, 0, 0)
ENDPOINTS = "botocore/data/endpoints.json"

COMPILED = "chalicelib/portal/compiled/"
"""Modules made of templates: they ship as byte code alone, which Python finds where a source would be."""

_UNREAD = re.compile(
    rf"""
      botocore/data/(?!({"|".join(SERVICES)})/)[^/]+/         # models of other services
    | (boto3|s3transfer)/                                     # clients are botocore's alone
    | babel/locale-data/(?!({"|".join(LOCALES)})\.dat$)       # other languages
    | pydantic/v1/                                            # the models of another age
    | aws_lambda_powertools/event_handler/                    # a router, and Chalice is the router
    | aws_lambda_powertools/utilities/(?!typing/|jmespath_utils/)[^/]+/  # only logs and metrics are used
    | stdnum/(imsi|isbn|oui)\.dat$                            # registers of other numbers than IBANs
    | xmlschema/locale/                                       # its messages in other languages
    | (cffi|pycparser)/                                       # makers of bindings; _cffi_backend uses them
    | dateutil/zoneinfo/[^/]+\.tar\.gz$                       # time zones beside those of the system
    | [^/]+\.dist-info/(sboms/|RECORD$)                       # lists of the parts of a wheel
    | .*\.pyi$                                                # types, for tools
    """,
    re.VERBOSE,
)


def slim(archive: Path, generated: Mapping[str, bytes] | None = None) -> None:
    """Rewrite the archive in place, with the files that were generated for it."""
    with zipfile.ZipFile(archive) as packaged:
        kept = {name: packaged.read(name) for name in packaged.namelist() if is_read(name)}
    kept |= generated or {}
    kept |= {name: without_symbols(kept[name]) for name in kept if name.endswith(".so")}
    if LIBRARY in kept:
        kept[LIBRARY] = without_unused_fonts(kept[LIBRARY])
    if ENDPOINTS in kept:
        kept[ENDPOINTS] = _endpoints(kept[ENDPOINTS])
    compiled = byte_code(kept)
    _write(archive, {name: kept[name] for name in kept if not _is_of_template(name)} | compiled)


def is_read(name: str) -> bool:
    """Return True for a file of the package that a function may read."""
    return not name.endswith("/") and not _UNREAD.match(name)


def without_symbols(library: bytes) -> bytes:
    """Cut off what follows the segments of an ELF library: names for debuggers, which no loader reads.

    Offsets are those of Elf64_Ehdr and Elf64_Phdr; what is no 64-bit little-endian ELF is returned as it is.
    """
    if not library.startswith(b"\x7fELF\x02\x01"):
        return library
    (segments,) = struct.unpack_from("<Q", library, 32)
    size, number = struct.unpack_from("<HH", library, 54)
    headers = range(segments, segments + number * size, size)
    ends = (sum(struct.unpack_from("<Q16xQ", library, header + 8)) for header in headers)
    cut = bytearray(library[: max(headers.stop, *ends)])
    struct.pack_into("<Q", cut, 40, 0)  # there is no table of sections any more
    struct.pack_into("<HHH", cut, 58, 0, 0, 0)
    return bytes(cut)


def byte_code(sources: Mapping[str, bytes]) -> dict[str, bytes]:
    """Compile each module; its byte code is not checked against the source, which the archive dates anew."""
    with tempfile.TemporaryDirectory() as folder:
        return dict(_compiled(sources, Path(folder)))


def _compiled(sources: Mapping[str, bytes], folder: Path) -> Iterable[tuple[str, bytes]]:
    source, target = folder / "source.py", folder / "target.pyc"
    for name, content in sources.items():
        if not name.endswith(".py"):
            continue
        source.write_bytes(content)
        try:
            py_compile.compile(
                str(source),
                str(target),
                dfile=name,
                doraise=True,
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
            )
        except py_compile.PyCompileError:
            continue  # a template that a library ships under a module's name
        yield f"{name}c" if _is_of_template(name) else cache_from_source(name), target.read_bytes()


def _is_of_template(name: str) -> bool:
    return name.startswith(COMPILED)


def _endpoints(content: bytes) -> bytes:
    endpoints = json.loads(content)
    for partition in endpoints["partitions"]:
        partition["services"] = {
            name: service for name, service in partition["services"].items() if name in SERVICES
        }
    return json.dumps(endpoints, separators=(",", ":")).encode()


def _write(archive: Path, files: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as shipped:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, DATED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            shipped.writestr(entry, content)
