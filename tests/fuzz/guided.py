"""Guided fuzzing of one target by atheris: `python -m tests.fuzz.guided TARGET SECONDS FOLDER`.

`FOLDER` keeps the inputs that reached something new, so the next run goes on from there, and each input that
was a finding; `seen.json` in it is what became of the inputs, as of the last second.
"""

import hashlib
import json
import sys
import time
from collections import Counter
from pathlib import Path

import atheris

LONGEST = 4096
SLOWEST_SECONDS = 10
MOST_MEGABYTES = 1024
_ASCII = 0x7F


def main(name: str, seconds: int, folder: Path) -> None:
    with atheris.instrument_imports(include=["chalicelib"]):
        from tests.fuzz.targets import TARGETS  # noqa: PLC0415 - instrumented as it is imported
    target, seen, told_at = TARGETS[name], Counter[str](), 0.0
    corpus, findings, words = folder / "corpus", folder / "findings", folder / "words"
    for each in (corpus, findings):
        each.mkdir(parents=True, exist_ok=True)
    for place, seed in enumerate(target.seeds):
        (corpus / f"seed-{place}").write_bytes(seed)
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in target.words), encoding="ascii")

    def once(data: bytes) -> None:
        nonlocal told_at
        try:
            seen[target.judge(data)] += 1
        except Exception:
            (findings / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
            raise
        if time.monotonic() > told_at + 1:  # the fuzzer ends the process itself: nothing runs after it
            told_at = time.monotonic()
            (folder / "seen.json").write_text(json.dumps(seen), encoding="ascii")

    longest = max(LONGEST, *(2 * len(seed) for seed in target.seeds))
    atheris.Setup(
        [
            sys.argv[0],
            str(corpus),
            f"-artifact_prefix={findings}/",
            f"-dict={words}",
            f"-max_len={longest}",
            f"-max_total_time={seconds}",
            f"-timeout={SLOWEST_SECONDS}",
            f"-rss_limit_mb={MOST_MEGABYTES}",
            "-print_final_stats=1",
        ],
        once,
    )
    atheris.Fuzz()


def _escaped(word: str) -> str:
    return "".join(
        chr(byte) if byte <= _ASCII and chr(byte).isalnum() else f"\\x{byte:02x}" for byte in word.encode()
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
