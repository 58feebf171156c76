"""Hook of the fuzzer for each day's tests: of refusable cases that differ by a value alone one is sent.

Its coverage phase sends five wrong types for each field and six wrong methods to each address. One of such
a group is sent, another one from field to field; of values that a query may have, the first of each kind.
`make prove` sends all.
"""

from collections import Counter
from typing import Any
from zlib import crc32

import schemathesis

WRONG_METHOD, WRONG_TYPE = "Unspecified HTTP method", "Incorrect type"
KINDS = {WRONG_METHOD: 6, WRONG_TYPE: 3}
"""How many cases a group of each kind has at least."""
_seen: Counter[tuple[str, ...]] = Counter()


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:
    """Tell whether the case is sent."""
    phase, mode = case.meta.phase, case.meta.generation.mode
    if phase.name != "coverage" or (mode, phase.data.parameter_location) == ("positive", "body"):
        return True
    kind = next((each for each in KINDS if each in phase.data.description), "")
    what = kind if kind == WRONG_METHOD else phase.data.description
    group = (context.operation.label, str(phase.data.parameter_location), str(phase.data.parameter), what)
    _seen[group] += 1
    return _seen[group] == 1 + crc32("".join(group).encode()) % KINDS.get(kind, 1)
