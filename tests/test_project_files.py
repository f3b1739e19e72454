"""The project's own files agree: dependencies, constraints, documents, make targets."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]


def normal(requirement: str) -> str:
    """The normalised name of a requirement: ``psycopg[binary]>=3.2`` → ``psycopg``."""
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match
    return re.sub(r"[-_.]+", "-", match[0]).lower()


DECLARED = {normal(line) for line in PROJECT["dependencies"]}
OPTIONAL = {normal(line) for lines in EXTRAS.values() for line in lines}


def imported(folder: str) -> dict[str, Path]:
    """Top-level names that the files of a folder import, each with one file that does."""
    found: dict[str, Path] = {}
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            found.update({name.partition(".")[0]: path for name in names})
    return found


@pytest.mark.parametrize("folder", ["pipeline", "dashboard"])
def test_every_library_imported_is_declared(folder: str) -> None:
    homes = packages_distributions()
    # Starlette and uvicorn come with streamlit, whose app they are.
    known = {*DECLARED, *OPTIONAL, "starlette", "uvicorn"}
    undeclared = {
        name: str(path.relative_to(ROOT))
        for name, path in imported(folder).items()
        if name not in sys.stdlib_module_names
        and name not in ("pipeline", "dashboard", "__future__")
        and not {normal(home) for home in homes.get(name, [name])} & known
    }
    assert not undeclared


def test_the_pipeline_never_imports_streamlit() -> None:
    assert not {"streamlit", "dashboard", "plotly"} & set(imported("pipeline"))


def test_every_dependency_has_an_exact_version() -> None:
    lines = (ROOT / ".ci" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==\S+", line) for line in pins)
    assert not (DECLARED | OPTIONAL) - {normal(line) for line in pins}


def needed(lines: list[str]) -> set[str]:
    """The normalised names of requirements and of all that these need in turn."""
    found: set[str] = set()
    seen: set[tuple[str, frozenset[str]]] = set()
    todo = [(Requirement(line), frozenset[str]()) for line in lines]
    while todo:
        requirement, extras = todo.pop()
        chosen = [{"extra": normal(extra)} for extra in extras] or [{"extra": ""}]
        if requirement.marker and not any(map(requirement.marker.evaluate, chosen)):
            continue
        name, wanted = normal(requirement.name), frozenset(requirement.extras)
        found.add(name)
        if (name, wanted) in seen:
            continue
        seen.add((name, wanted))
        try:
            todo += [(Requirement(line), wanted) for line in requires(name) or []]
        except PackageNotFoundError:
            found.add(f"{name} (not installed)")
    return found


def test_what_the_dependencies_need_is_installed_and_has_an_exact_version() -> None:
    """An old pip misses an extra that two packages spell differently, and says nothing."""
    lines = (ROOT / ".ci" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert not needed(PROJECT["dependencies"]) - {normal(line) for line in lines[2:]}


def test_every_dependency_has_a_reason() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    told = {normal(word) for word in re.findall(r"[a-z][a-z0-9_.-]*", page)}
    missing = {name for name in DECLARED | OPTIONAL if name not in told}
    assert not {name for name in missing if not name.startswith("types-")}


def test_every_make_target_that_the_papers_name_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    papers = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / ".ci" / "run"]
    named = {
        word
        for paper in papers
        for word in re.findall(r"(?:`|^ *)make ([a-z]+)", paper.read_text("utf-8"), re.MULTILINE)
    }
    assert {"run", "test", "check", "refresh", "bench", "clean"} <= targets
    assert named <= targets


def test_the_ci_script_is_sound_shell_and_executable() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert "set -euo pipefail" in script.read_text(encoding="utf-8")
    subprocess.run(["bash", "-n", str(script)], check=True)


def test_data_files_are_not_kept_from_the_wheel() -> None:
    """Hatch leaves out what git ignores: no data file may look like rubbish."""
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    data = [
        path
        for folder in ("pipeline", "dashboard", "sample_data")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    assert data
    assert not [path for path in data for rule in ignored if path.match(rule.strip("/"))]
