"""README's sentence on speed, as docs/benchmarks.md tells it."""

from __future__ import annotations

import re
import textwrap

BEGIN, END = "<!-- of docs/benchmarks.md, by make bench -->", "<!-- end -->"
WIDTH = 140
_ROW = re.compile(
    r"^\| (?P<what>[^|]+) \| (?P<found>[\d,.]+)[^|]* \| [≤≥] [^|]*(?:\|[^|]*)?\| (?P<ended>[^|]+) \|$",
    re.MULTILINE,
)
SHIPPED = (
    "cold, import of app",
    "cold, api_handler: the recap by the API",
    "cold, api_handler: the recap page",
)
WARM = "warm, recap (GET …/quote)", "warm, recap page (GET /pay-once/recap)"


def with_figures(readme: str, page: str) -> str:
    """Return README with the sentence of the page between its two comments."""
    before, _, rest = readme.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{quoted(page)}\n{END}{after}"


def quoted(page: str) -> str:
    """Tell the figures of the page's table of marks; those that it has not are left out."""
    rows = list(_ROW.finditer(page))
    found = {row["what"]: row["found"] for row in rows}
    ended = [row["ended"] for row in rows]
    at_floor, missed = ended.count("at its floor"), ended.count("**missed**")
    parts = [
        "As it ships the import of `app` takes {} times what the mandated packages alone take, a first recap "
        "{} and a first page {} times their bare calls".format(*(found.get(each, "?") for each in SHIPPED)),
        *([_warm(found)] if all(each in found for each in WARM) else []),
    ]
    marks = f"Of {len(rows)} marks {ended.count('held')} are held, {at_floor} at their floor, {missed} missed"
    sentence = f"{', '.join(parts)}. {marks} ([benchmarks](docs/benchmarks.md))."
    return "\n".join(textwrap.wrap(sentence, WIDTH, break_long_words=False, break_on_hyphens=False))


def _warm(found: dict[str, str]) -> str:
    recap, page = (found[each] for each in WARM)
    return f"warm ones {recap} and {page}"
