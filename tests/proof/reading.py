"""Every kind of page that staff and student keep in the histories."""

from random import Random

from tests.fakes.ports import FakePorts
from tests.proof.judges import Judges
from tests.proof.kept_pages import Reader
from tests.proof.money_pages import MoneyPages
from tests.proof.staff_pages import StaffPages
from tests.proof.student_pages import Files, StudentPages


def reader_of(ports: FakePorts, judges: Judges, chance: Random) -> Reader:
    files = Files(ports, judges.accounts)
    rooms = (
        StudentPages(ports, files, chance),
        StaffPages(ports, files, chance),
        MoneyPages(ports, files, chance),
    )
    return Reader(ports, judges.pages, chance, tuple(page for room in rooms for page in room.all()))
