"""A row that was read is what pynamodb would make of it, found in a fraction of its time."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pynamodb.models import Model

from chalicelib.storage.table import Row, Table

TEXT = st.text(max_size=20).map(lambda text: {"S": text})
NUMBER = st.integers(-(10**20), 10**20).map(lambda number: {"N": str(number)})
KEYS = {"pk": TEXT, "sk": TEXT, "facts": TEXT}
OTHERS = {
    **dict.fromkeys(("beside", "queue_pk", "queue_sk"), TEXT | st.just({"NULL": True})),
    **dict.fromkeys(("version", "shape", "purge_at"), NUMBER | st.just({"NULL": True})),
    "of_another_release": TEXT | NUMBER,
}


@given(st.fixed_dictionaries(KEYS, optional=OTHERS))
def test_row_is_read_as_pynamodb_reads_it(data: dict[str, dict[str, Any]]) -> None:
    row = Table("t", "eu-west-3").row
    assert isinstance(row, type(Row))
    theirs = Model.from_raw_data.__func__(row, data)  # type: ignore[attr-defined]  # the inherited one

    ours = row.from_raw_data(data)

    assert type(ours) is type(theirs)
    assert ours.attribute_values == theirs.attribute_values
    assert vars(ours) == vars(theirs)


def test_row_of_keys_alone_has_the_version_of_a_row_without_one() -> None:
    read = Table("t", "eu-west-3").row.from_raw_data({"queue_sk": {"S": "2022-09-01"}})

    assert (read.queue_sk, read.version, read.shape) == ("2022-09-01", 1, None)
