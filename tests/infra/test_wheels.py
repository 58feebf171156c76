import zipfile
from pathlib import Path

import pytest

from infra.cloud.package import examine, runs_on_lambda


@pytest.mark.parametrize(
    ("tag", "fits"),
    [
        ("py3-none-any", True),
        ("cp311-abi3-manylinux2014_x86_64", True),
        ("cp311-abi3-manylinux_2_17_x86_64", True),
        ("cp311-abi3-manylinux_2_39_x86_64", False),
        ("cp311-abi3-manylinux_2_17_aarch64", False),
        ("cp311-cp311-linux_x86_64", False),
        ("cp311-cp311-musllinux_1_2_x86_64", False),
        ("cp311-cp311-macosx_11_0_arm64", False),
    ],
)
def test_wheel_for_another_system_is_told_apart(tag: str, fits: bool) -> None:  # noqa: FBT001 - a table
    assert runs_on_lambda(tag) is fits


def test_package_without_a_wheel_or_with_a_foreign_one_is_unfit(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "deployment.zip", "w") as archive:
        archive.writestr(
            "boto3-1.44.5.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: cp311-cp311-macosx_11_0_arm64\n"
        )

    findings = examine(tmp_path / "deployment.zip")

    assert "typst is missing." in findings
    assert "boto3-1.44.5.dist-info does not run on Lambda: cp311-cp311-macosx_11_0_arm64." in findings
    assert "boto3 is missing." not in findings
