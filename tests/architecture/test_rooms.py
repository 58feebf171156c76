"""The house: how large a room may grow, who reads the clock; `make check` says who may import whom."""

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "chalicelib"
LONGEST_FILE = 300
LONGEST_FUNCTION = 60
MEDIAN_FUNCTION = 10
LONGEST_APP = 50
MOST_FILES = 25
MOST_FILES_FLAT = 40

STANDARD_ONLY = {"domain"}
NO_CLOCK = {
    "domain",
    "usecases",
    "storage",
    "banking",
    "gateway",
    "invoicing",
    "web",
    "api",
    "pages",
    "functions",
    "portal",
    "campaigns",
}
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}

FILES = sorted(HOUSE.rglob("*.py"))


@pytest.fixture(autouse=True, scope="module")
def trees() -> Iterator[None]:
    """Keep the 400 000 nodes of all files no longer than these tests read them."""
    yield
    functions.cache_clear()
    parsed.cache_clear()


def room_of(file: Path) -> str:
    first = file.relative_to(HOUSE).parts[0]
    return first.removesuffix(".py")


def where(file: Path, node: ast.AST) -> str:
    return f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def imported(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "chalicelib":
                yield from ((node, f"chalicelib.{alias.name}") for alias in node.names)
            else:
                yield node, node.module


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


@cache
def functions(file: Path) -> tuple[ast.FunctionDef, ...]:
    return tuple(node for node in ast.walk(parsed(file)) if isinstance(node, ast.FunctionDef))


def length(function: ast.FunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_rules_need_the_standard_library_alone() -> None:
    import sys  # noqa: PLC0415 - its list of itself

    allowed = sys.stdlib_module_names | {"chalicelib"}
    wrong = [
        f"{where(file, node)} imports {name}"
        for file in FILES
        if room_of(file) in STANDARD_ONLY
        for node, name in imported(parsed(file))
        if name.split(".")[0] not in allowed
    ]
    assert wrong == []


def test_environment_has_one_reader_and_clients_one_builder() -> None:
    wrong = [
        f"{where(file, node)} uses {name}"
        for file in FILES
        for node, name in imported(parsed(file))
        if (name == "os" and room_of(file) != "settings")
        or (name.split(".")[0] == "boto3" and room_of(file) != "wiring")
    ]
    assert wrong == []


def test_rules_and_adapters_are_told_the_time() -> None:
    wrong = [
        f"{where(file, node)} asks the clock"
        for file in FILES
        if room_of(file) in NO_CLOCK
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "today", "utcnow"}
        and isinstance(node.value, ast.Name)
        and node.value.id in {"datetime", "date"}
    ]
    assert wrong == []


def test_money_is_never_a_float() -> None:
    wrong = [
        f"{where(file, node)} holds a float"
        for file in FILES
        if room_of(file) == "domain"
        for node in ast.walk(parsed(file))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
    ]
    assert wrong == []


def test_no_room_is_too_large_and_none_is_vague() -> None:
    wrong = [
        f"{file.relative_to(ROOT)}: {lines} lines"
        for file in [*FILES, *(ROOT / "infra").rglob("*.py")]
        if (lines := len(file.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    ]
    assert wrong == []
    assert [file for file in FILES if VAGUE & set(file.stem.split("_"))] == []
    assert len((ROOT / "app.py").read_text(encoding="utf-8").splitlines()) <= LONGEST_APP


def test_no_folder_holds_more_files_than_a_reader_can_hold() -> None:
    folders = Counter(file.parent for file in FILES if file.stem != "__init__")
    # Nouns of the domain refer to each other across any cut: one flat room.
    flat = {HOUSE / "domain": MOST_FILES_FLAT}
    wrong = {str(folder): n for folder, n in folders.items() if n > flat.get(folder, MOST_FILES)}
    assert wrong == {}


def test_functions_are_short() -> None:
    long = [
        f"{where(file, function)} {function.name}: {length(function)} lines"
        for file in FILES
        for function in functions(file)
        if length(function) > LONGEST_FUNCTION
    ]
    assert long == []
    assert median(length(each) for file in FILES for each in functions(file)) < MEDIAN_FUNCTION


def test_one_use_case_a_file_is_named_by_its_verb() -> None:
    for file in (HOUSE / "usecases").rglob("*_*.py"):
        if file.stem != "__init__" and not file.stem.endswith("_ports"):
            names = {function.name for function in functions(file)}
            assert file.stem in names or file.stem == "apply_gateway_answer", (
                f"{file.name} has no {file.stem}()"
            )
