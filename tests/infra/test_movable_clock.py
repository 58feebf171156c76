import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from infra.local.clock import PARIS, START, MovableClock

SOON = timedelta(seconds=10)
IN_JULY = datetime(2022, 7, 25, 9, 0, tzinfo=PARIS)


def test_new_clock_starts_on_the_day_of_the_manuals_invoice() -> None:
    now = MovableClock().now()

    assert START <= now < START + SOON
    assert now.isoformat().startswith("2022-06-24T10:00")
    assert now.utcoffset() == timedelta(hours=2)


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


def test_summer_time_ends_on_the_clock_too() -> None:
    clock = MovableClock()
    clock.move_to(datetime(2022, 10, 30, 0, 59, 59, tzinfo=UTC))

    assert clock.now().utcoffset() == timedelta(hours=2)
    assert clock.at(datetime.now(UTC) + SOON).utcoffset() == timedelta(hours=1)


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
