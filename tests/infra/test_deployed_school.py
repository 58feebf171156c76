"""A school goes live on the package: deployed, then used by its API Gateway, queues and schedules.

In its first year it loses its table and has it restored; on the restored one it begins its second year.
The local AWS runs the functions of the package, by its own Python; only their clock is that of `make run`. It
ticks in real time, so schedules of an hour are invoked by their event; that of a minute, and the queues, run
as they do on AWS.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.campaigns.reader import shipped_text
from tests.infra.deployed import Deployed, deployed_school, digest_of
from tests.infra.lost_table import table_is_lost_and_restored
from tests.infra.school_steps import (
    FIRST,
    IN_PARTS,
    LATER,
    ONCE,
    PARTS,
    RETURNING,
    STUDENTS,
    TOTAL,
    a_year_later,
    begin_a_plan,
    captures,
    first_connection,
    green,
    import_students,
    last_year_is_still_there,
    load_campaign,
    pay_in_parts,
    pay_once,
    schedules_tick,
    staff_are_imported,
    two_people_begin,
    wrong_but_for_the_campaign,
)
from tests.journeys.conftest import _closed_clients as closed_clients  # noqa: F401 - a fixture
from tests.journeys.test_imports_over_http import PROGRAMMES


@pytest.fixture
def school(built: Path, tmp_path: Path) -> Iterator[Deployed]:
    with deployed_school(built, tmp_path) as deployed:
        yield deployed


def test_school_goes_live_has_its_lost_table_restored_and_begins_its_second_year(
    school: Deployed, built: Path, tmp_path: Path
) -> None:
    assert school.digests() == {digest_of(built)}
    assert "Add     APIHandler  AWS::Lambda::Function" in school.told
    wrong_but_for_the_campaign(school)
    two_people_begin(school)
    load_campaign(school, FIRST, shipped_text(FIRST))
    staff_are_imported(school)
    green(school)
    import_students(school, new=STUDENTS)
    for email in (ONCE, IN_PARTS, LATER):
        first_connection(school, email)
        school.student(email).declares("01").raise_for_status()
    begin_a_plan(school)
    school.invokes("SealAudit")
    school.says("a school with a plan that has begun")
    table_is_lost_and_restored(school, built, tmp_path)
    assert captures(school) == [PARTS[0], TOTAL, PARTS[1], TOTAL, PARTS[2]]

    school.operator.moves_the_clock_to("2023-06-24T10:00:00+02:00")
    second, text = a_year_later(shipped_text(FIRST))
    load_campaign(school, second, text)
    again = [a_year_later(each)[1] for each in PROGRAMMES]
    import_students(school, new=0, programmes=again, students=RETURNING)
    pay_once(school.student(ONCE), school, nth=1)
    pay_in_parts(school, "2023-07-10", "2023-08-10", nth=1)
    assert captures(school)[5:] == [TOTAL, *PARTS]
    last_year_is_still_there(school)
    schedules_tick(school)
    green(school)
