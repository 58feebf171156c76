"""`python -m tests.long_runs.rounds MINUTES`: the rounds of P4 and P9 on the local AWS, part after part.

A part that has begun is played to its end. The exit status is 1 if a part failed; its output is printed.
"""

import os
import subprocess
import sys
import time
from itertools import cycle

from tests.long_runs.record import MINUTE, PROOFS, ROOT, keep, run_of

DEBITS, PAYMENTS = "tests/integration/test_parallel_debits.py", "tests/integration/test_parallel_payments.py"
PARTS = {
    "P4": (f"{DEBITS}::test_p4_a_thousand_rounds", 62),
    "P9": (f"{PAYMENTS}::test_p9_a_thousand_times", 50),
    "P4 in storms": (f"{DEBITS}::test_p4_a_hundred_storms", 31),
}
"""Each with its test, and the rounds of a part; those of P4 have each number of workers from 2 to 32."""


def main(minutes: float) -> int:
    until, failed = time.monotonic() + MINUTE * minutes, 0
    for name in cycle(PARTS):
        if all(run_of(each).count >= PROOFS[each].asked for each in PARTS) or time.monotonic() > until:
            return failed
        if run_of(name).count < PROOFS[name].asked:
            failed |= played(name)
    return failed


def played(name: str) -> int:
    """Play one part, and record it; return 1 if it failed."""
    (test, rounds), run, began = PARTS[name], run_of(name), time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test]
    part = subprocess.run(  # noqa: S603 - our own program
        command,
        cwd=ROOT,
        env=os.environ | {"PROVE": "1", "ROUNDS": str(rounds)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    run.seconds += time.monotonic() - began
    if part.returncode:
        run.found.append(f"a part of {rounds} after round {run.count} failed")
        print(part.stdout)  # noqa: T201 - its page
    else:
        run.count += rounds
    keep(run)
    print(f"{name}: {run.count} of {PROOFS[name].asked} rounds", flush=True)  # noqa: T201 - its page
    return 1 if part.returncode else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
