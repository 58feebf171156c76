import tempfile
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from infra.local.ministack_code import UnpackedOnce, share


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def worker(scratch: Path, name: str, code: str) -> Path:
    """Let ministack unpack a function's code as it does for a process; return where."""
    target = scratch / name / "code"
    target.mkdir(parents=True)
    archive = target.with_name("code.zip")
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr(zipfile.ZipInfo("package/app.py"), code)
    with UnpackedOnce(archive) as opened:
        opened.extractall(str(target))
    return target


def test_processes_of_one_package_share_what_was_unpacked_once(scratch: Path) -> None:
    first, second, other = (worker(scratch, name, code) for name, code in zip("abc", "112", strict=True))

    assert [(each / "package/app.py").read_text() for each in (first, second, other)] == ["1", "1", "2"]
    assert first.resolve() == second.resolve() != other.resolve()


def test_what_a_kill_left_half_unpacked_is_unpacked_again(scratch: Path) -> None:
    whole = worker(scratch, "a", "1").resolve()
    whole.rename(whole.with_suffix(".part"))
    (whole.with_suffix(".part") / "package/app.py").unlink()

    assert (worker(scratch, "b", "1") / "package/app.py").read_text() == "1"


def test_start_forgets_the_code_of_the_run_before(scratch: Path) -> None:
    left = worker(scratch, "a", "1").resolve()
    runtime = SimpleNamespace(zipfile=zipfile)

    share(runtime)

    assert not left.exists()
    assert runtime.zipfile.ZipFile is UnpackedOnce
    assert runtime.zipfile.BadZipFile is zipfile.BadZipFile
