import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from infra.local.clock import PARIS, START, MovableClock

SOON = timedelta(seconds=10)
IN_JULY = datetime(2022, 7, 25, 9, 0, tzinfo=PARIS)


def test_new_clock_starts_on_the_day_of_the_manuals_invoice() -> None:
    now = MovableClock().now()

    assert START <= now < START + SOON
    assert now.isoformat().startswith("2022-06-24T08:00")
    assert now.utcoffset() == timedelta()


def test_clock_runs_on_at_real_speed() -> None:
    clock = MovableClock()
    machine_time = datetime.now(UTC)

    assert clock.at(machine_time + timedelta(hours=3)) - clock.at(machine_time) == timedelta(hours=3)
    assert clock.now() < clock.now() + timedelta(microseconds=1)


def test_moved_clock_goes_forwards_and_back() -> None:
    clock = MovableClock()

    clock.move_to(IN_JULY)
    assert IN_JULY <= clock.now() < IN_JULY + SOON

    clock.move_to(START)
    assert START <= clock.now() < START + SOON


def test_clock_goes_on_after_a_stop_and_a_start(tmp_path: Path) -> None:
    file = tmp_path / "state" / "clock.json"
    before = MovableClock(file)
    before.move_to(IN_JULY)
    before.keep()

    after = MovableClock(file)

    assert IN_JULY <= after.now() < IN_JULY + SOON


def test_eight_hours_are_eight_hours_in_the_night_in_which_summer_time_ends() -> None:
    clock = MovableClock()
    clock.move_to(datetime(2022, 10, 30, 0, 0, tzinfo=PARIS))

    over = clock.now() + timedelta(hours=8)
    clock.move_to(datetime(2022, 10, 30, 7, 30, tzinfo=PARIS))

    assert over <= clock.now(), "by the clocks of Paris alone half an hour would be left"


def test_clocks_of_one_file_say_the_same_when_one_of_them_moves(tmp_path: Path) -> None:
    here, there = MovableClock(tmp_path / "clock.json"), MovableClock(tmp_path / "clock.json")

    here.move_to(IN_JULY)
    machine_time = datetime.now(UTC)
    assert there.at(machine_time) == here.at(machine_time)

    here.keep()
    assert there.at(machine_time) == here.at(machine_time), "keeping the time moves nothing"


def test_time_in_which_nothing_ran_did_not_pass(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    file.write_text(json.dumps({"now": IN_JULY.isoformat(), "machine": "2020-01-01T00:00:00+00:00"}))

    clock = MovableClock(file)
    clock.go_on()

    assert IN_JULY <= clock.now() < IN_JULY + SOON


def test_clock_that_a_former_version_kept_is_read(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    file.write_text(json.dumps({"now": IN_JULY.isoformat()}))

    assert abs(MovableClock(file).now() - IN_JULY) < SOON


def test_clock_moved_by_many_threads_keeps_one_of_their_moments(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    clock = MovableClock(file)
    moments = [START + timedelta(days=day) for day in range(20)]
    threads = [threading.Thread(target=clock.move_to, args=(moment,)) for moment in moments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    kept = MovableClock(file).now()

    assert any(moment <= kept < moment + SOON for moment in moments)
    assert abs(kept - clock.now()) < SOON
