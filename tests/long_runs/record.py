"""What the long runs did of which commit: kept in recorded.json, written to docs/proofs.md."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
KEPT = Path(__file__).with_name("recorded.json")
SURVIVORS = Path(__file__).with_name("survivors.json")
PAGE = ROOT / "docs" / "proofs.md"
MINUTE = 60
UNJUDGED = "not judged yet"
"""The reason of a mutant that lives until somebody writes one."""


@dataclass(frozen=True)
class Proof:
    """One long run: what it judges, what it counts, how much is asked of one commit, and its command."""

    judges: str
    unit: str
    asked: int
    command: str


_FUZZED = "whatever comes in, nothing but a refusal comes out, and {}"
PROOFS = {
    "histories": Proof(
        "P1, P2, P25 – P27, P31: at every commit of a history no more is asked than is owed, and the books "
        "are the gateway's",
        "seeds",
        1_000_000,
        "prove",
    ),
    "P4": Proof("2 to 32 workers and planners at once: one debit", "rounds", 1_000, "rounds"),
    "P4 in storms": Proof(
        "the same where transactions conflict and answers are lost", "rounds", 100, "rounds"
    ),
    "P9": Proof("one notification in 32 threads: one payment, order and invoice", "rounds", 1_000, "rounds"),
    "mutants": Proof(
        "a change of domain, use cases or gateway fails a test that reaches it (90 % of those tried)",
        "mutants",
        0,
        "mutants",
    ),
    "notification": Proof(
        _FUZZED.format("what is accepted carries a signature that verifies"), "minutes", 60, "fuzz"
    ),
    "direct answer": Proof(_FUZZED.format("what counts as paid echoes our question"), "minutes", 60, "fuzz"),
    "CAS answer": Proof(
        _FUZZED.format("who is logged in is the user another reader finds"), "minutes", 60, "fuzz"
    ),
    "CAS log-out": Proof(_FUZZED.format("the ticket is one of CAS"), "minutes", 0, "fuzz"),
    "file of students": Proof(_FUZZED.format("no cell turns into a formula"), "minutes", 60, "fuzz"),
    "file of staff": Proof(
        _FUZZED.format("nobody gets a role that is none of the staff's"), "minutes", 0, "fuzz"
    ),
    "bank's statement": Proof(_FUZZED.format("balances add up to the cent"), "minutes", 0, "fuzz"),
    "campaign file": Proof(_FUZZED.format("every error has its line"), "minutes", 60, "fuzz"),
}


@dataclass
class Run:
    """What was done of one commit, over all runs on it; `told` are further counts, by name."""

    proof: str
    commit: str
    day: str
    count: int = 0
    seconds: float = 0
    told: dict[str, int] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)


def run_of(proof: str) -> Run:
    """Return what was done of this commit, which a run goes on from."""
    commit = _commit()
    own = (each for each in stored() if (each.proof, each.commit) == (proof, commit))
    return next(own, Run(proof, commit, datetime.now(UTC).date().isoformat()))


def keep(run: Run) -> None:
    """Write the run in its place, and the page anew; others may have been kept meanwhile."""
    kept = {(each.proof, each.commit): each for each in stored()}
    kept[run.proof, run.commit] = run
    KEPT.write_text(json.dumps([asdict(each) for each in kept.values()], indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(list(kept.values()), survivors()), encoding="utf-8")


def survivors() -> list[dict[str, str]]:
    """Return the judged mutants that no test kills: `function`, `change` and `reason` of each."""
    found: list[dict[str, str]] = (
        json.loads(SURVIVORS.read_text(encoding="utf-8")) if SURVIVORS.exists() else []
    )
    return found


def page(runs: Sequence[Run], judged: Sequence[dict[str, str]]) -> str:
    return "\n".join(
        [
            "# What the long runs proved",
            "",
            "Written by `make prove MINUTES=`, `make rounds MINUTES=`, `make mutants MINUTES=` and",
            "`make fuzz MINUTES=`, of `tests/long_runs/recorded.json`. Each goes on where it stopped on",
            "the same commit; `+` after a commit says that the tree held changes beside it.",
            "[promises.md](promises.md) names the promises, [debits.md](debits.md) says what a history is",
            "and who judges it.",
            "",
            "## What is left",
            "",
            "| Run | What it judges | Asked of a commit | Most of one commit | Left |",
            "|---|---|--:|--:|--:|",
            *(_left(name, proof, runs) for name, proof in PROOFS.items()),
            "",
            "## What ran",
            "",
            "| Run | Commit | Day | Count | Minutes | Told | Found |",
            "|---|---|---|--:|--:|---|---|",
            *(_ran(run) for run in runs),
            "",
            "Minutes are of one process; of histories those of all cores together.",
            "",
            "## Mutants that live, and why",
            "",
            f"Of these {len(judged)}, {_unjudged(judged)} are not judged yet.",
            "",
            "| Function | Change | Reason |",
            "|---|---|---|",
            *(f"| `{each['function']}` | `{each['change']}` | {each['reason']} |" for each in judged),
            "",
        ]
    )


def _unjudged(judged: Sequence[dict[str, str]]) -> int:
    return sum(each["reason"] == UNJUDGED for each in judged)


def _left(name: str, proof: Proof, runs: Sequence[Run]) -> str:
    most = max((_amount(proof, run) for run in runs if run.proof == name), default=0)
    asked = f"{_grouped(proof.asked)} {proof.unit}" if proof.asked else "–"
    left = max(0, proof.asked - most)
    rest = f"{_grouped(left)} (`make {proof.command} MINUTES=`)" if left else "none" if proof.asked else "–"
    return f"| {name} | {proof.judges} | {asked} | {_grouped(most)} | {rest} |"


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def _amount(proof: Proof, run: Run) -> int:
    return int(run.seconds / MINUTE) if proof.unit == "minutes" else run.count


def _ran(run: Run) -> str:
    told = ", ".join(f"{name} {_grouped(count)}" for name, count in run.told.items())
    found = "; ".join(run.found) or "nothing"
    counts = f"{_grouped(run.count)} | {run.seconds / MINUTE:.1f}"
    return f"| {run.proof} | `{run.commit}` | {run.day} | {counts} | {told} | {found} |"


def stored() -> list[Run]:
    if not KEPT.exists():
        return []
    found: list[dict[str, Any]] = json.loads(KEPT.read_text(encoding="utf-8"))
    return [Run(**each) for each in found]


def _commit() -> str:
    changed = _told(
        "git", "status", "--porcelain", "--", "chalicelib", "tests", ":!tests/long_runs/recorded.json"
    )
    return _told("git", "rev-parse", "--short=8", "HEAD") + ("+" if changed else "")


def _told(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 - git
