"""What `make restored` reads in the bucket and refuses; test_deployed_school.py rehearses the whole."""

from pathlib import Path

import pytest

from chalicelib.usecases.restoration.raise_numbers import Issued
from infra import restored
from infra.restored import follow, issued, main
from tests.infra.doctors import changed
from tests.infra.test_doctor_on_aws import on_aws


def test_highest_numbers_are_those_of_the_stored_documents_of_each_seller() -> None:
    keys = [
        "invoices/123456789/2022/9196/1.pdf",
        "invoices/123456789/2023/10001/2.pdf",
        "invoices/123456789/2022/9999/1.pdf",
        "invoices/credit-notes/123456789/2022/7/1.pdf",
        "invoices//2022/3/1.pdf",
        "invoices/987654321/2022/5/1.pdf",
        "invoices/credit-notes/111111111/2022/2/1.pdf",
        "invoices/strange",
    ]
    assert issued(keys) == {
        "111111111": Issued(0, 2),
        "123456789": Issued(10001, 7),
        "987654321": Issued(5, 0),
    }


def test_stack_that_uses_its_own_table_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(restored, "of_aws", lambda *_: on_aws())
    assert main(["--stack", "ecole"]) == 1
    assert "Give RestoredTable and deploy first" in capsys.readouterr().err


def test_stack_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stack", "ecole", "--local", "1"]) == 2
    assert "make run PORT=1" in capsys.readouterr().err


def test_file_that_is_none_of_the_gateway_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = changed(on_aws(), is_table_restored=True)
    file = tmp_path / "other.csv"
    file.write_bytes(b"a;b\n1;2\n")
    stack.services._hmac_keys = lambda: "0f" * 64  # type: ignore[assignment,misc]  # noqa: SLF001 - of SSM
    for each in (file, tmp_path / "none.csv"):
        assert follow(stack, "", [each]) == 1
        assert "cannot be read" in capsys.readouterr().err
