"""The portal as a browser meets it: it answers, by its own host, and says which stage it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.settings import Stage
from infra.doctor.lines import Line, ok, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.doctor.deployed import Deployed

SHOWN = 200
SAYS = {Stage.LOCAL: "Pile locale de démonstration", Stage.REHEARSAL: "TEST – répétition"}


def check(deployed: Deployed) -> Iterator[Line]:
    stage = deployed.settings.stage
    address = f"{deployed.settings.base_url}/login"
    answer = deployed.fetch(address)
    said = [each for each, words in SAYS.items() if words in " ".join(answer.text.split())]
    if answer.status != SHOWN:
        yield wrong(
            f"{address} answered {answer.status or 'nothing'}.",
            f"Read the log group /quittance/{deployed.stack}/APIHandler: a refused start lists its reasons.",
        )
    elif said != [stage for each in SAYS if each is stage]:
        yield wrong(f"{address} does not look like the stage {stage}.", "Deploy again; look at BaseUrl.")
    else:
        yield ok(f"{address} answers, as the stage {stage}")
