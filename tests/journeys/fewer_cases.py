"""Hook of the fuzzer for each day's tests: of cases that differ by a value alone one is sent.

Its coverage phase sends five wrong types for each field, six wrong methods to each address, all 249 countries
of a postal address, and to each operation the same three oddities of headers that all operations read by the
same lines. One of such a group is sent, another one from field to field; of the values of a list and of those
that a query may have, the first of each kind; an oddity of headers to every third operation.
`make prove` sends all.
"""

from collections import Counter
from typing import Any
from zlib import crc32

import schemathesis

WRONG_METHOD, WRONG_TYPE = "Unspecified HTTP method", "Incorrect type"
KINDS = {WRONG_METHOD: 6, WRONG_TYPE: 3}
"""How many cases a group of each kind has at least."""
OF_A_LIST, MOST_OF_A_LIST = "Enum value", 3
ODD_HEADERS = {"Malformed Content-Type", "Object with unexpected properties", "Only required properties"}
_seen: Counter[tuple[str, ...]] = Counter()


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:
    """Tell whether the case is sent."""
    phase, mode = case.meta.phase, case.meta.generation.mode
    if phase.name != "coverage":
        return True
    what, where = phase.data.description, str(phase.data.parameter_location)
    if phase.data.parameter_location == "header" and any(what.startswith(each) for each in ODD_HEADERS):
        return crc32(f"{context.operation.label}{what}".encode()) % 3 == 0
    if (mode, phase.data.parameter_location) == ("positive", "body"):
        return OF_A_LIST not in what or _nth(context, where, what) <= MOST_OF_A_LIST
    kind = next((each for each in KINDS if each in what), "")
    group = (
        context.operation.label,
        where,
        str(phase.data.parameter),
        what if kind != WRONG_METHOD else kind,
    )
    _seen[group] += 1
    return _seen[group] == 1 + crc32("".join(group).encode()) % KINDS.get(kind, 1)


def _nth(context: Any, *group: str) -> int:
    _seen[(context.operation.label, *group)] += 1
    return _seen[(context.operation.label, *group)]
