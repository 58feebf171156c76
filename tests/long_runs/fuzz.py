"""`python -m tests.long_runs.fuzz MINUTES [TARGET …]`: fuzz each target for its share of the time.

What reached something new is kept in `.fuzz/`, so the next run goes on from there. The exit status is 1 if a
target found something; the input lies in its folder of findings.
"""

import json
import re
import subprocess
import sys
import time
from pathlib import Path

from tests.fuzz.targets import TARGETS
from tests.long_runs.record import MINUTE, ROOT, Run, keep, run_of

KEPT = ROOT / ".fuzz"
TOLD_EVERY = 20
_PULSE = re.compile(r"#(\d+)\s.*cov: (\d+)")
_UNITS = re.compile(r"stat::number_of_executed_units: (\d+)")
_RAISED = re.compile(r"^(?!INFO)[A-Za-z_.]*(?:Error|Exception|Signature|Overflow)\b.*")


def main(minutes: float, names: list[str]) -> int:
    chosen = names or list(TARGETS)
    share = max(1, round(minutes * MINUTE / len(chosen)))
    ended = [fuzzed(name, share) for name in chosen]
    return 1 if any(ended) else 0


def fuzzed(name: str, seconds: int) -> int:
    """Fuzz one target, and record it; return 0 if it found nothing."""
    folder, run, began = KEPT / name.replace(" ", "-"), run_of(name), time.monotonic()
    (folder / "seen.json").unlink(missing_ok=True)
    command = [sys.executable, "-m", "tests.fuzz.guided", name, str(seconds), str(folder)]
    with subprocess.Popen(  # noqa: S603 - our own program
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        lines = _followed(name, process)
    run.seconds += time.monotonic() - began
    _count(run, lines, folder)
    if process.returncode:
        raised = next((line for line in lines if _RAISED.match(line)), "ended")
        print("\n".join(lines[-20:]), flush=True)  # noqa: T201 - its page
        run.found.append(raised)
    keep(run)
    return process.returncode


def _followed(name: str, process: "subprocess.Popen[str]") -> list[str]:
    """Return what the fuzzer prints, and print a line of it now and then."""
    lines, told_at = [], time.monotonic()
    for line in process.stdout or ():
        lines.append(line.rstrip())
        pulse = _PULSE.match(line)
        if pulse and (time.monotonic() > told_at + TOLD_EVERY or "DONE" in line):
            told_at = time.monotonic()
            print(f"{name}: {pulse[1]} inputs, {pulse[2]} edges", flush=True)  # noqa: T201 - its page
    return lines


def _count(run: Run, lines: list[str], folder: Path) -> None:
    pulses = [found for line in lines if (found := _PULSE.match(line))]
    units = [found for line in lines if (found := _UNITS.match(line))]
    seen = folder / "seen.json"
    accepted = json.loads(seen.read_text()).get("accepted", 0) if seen.exists() else 0
    run.count += int((units or pulses)[-1][1]) if units or pulses else 0
    run.told["accepted"] = run.told.get("accepted", 0) + accepted
    if pulses:
        run.told["edges"] = int(pulses[-1][2])


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2:]))
