"""The house stands as drawn: who may import whom, and a first sentence in every module.

app.py  asgi.py  cli/  …           composition: the only places that wire everything
   |        |       |
   v        v       |
  ui      public    |
   |        |       |
   v        v       v
presentation    analysis  storage  files      none of these three imports another
       |            |        |       |
       +------------+--------+-------+
                    v
                 domain                       standard library only
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest

COMPOSITION = "composition"
MAY_IMPORT = {
    "domain": set(),
    "analysis": {"domain"},
    "files": {"domain"},
    "storage": {"domain"},
    "presentation": {"domain"},
    "ui": {"presentation", "domain"},
    "public": {"presentation", "domain"},
    COMPOSITION: {"domain", "analysis", "files", "storage", "presentation", "ui", "public"},
}
LIVES_IN = {
    "alembic": {"storage"},
    "branca": {"presentation"},
    "folium": {"presentation"},
    "geoalchemy2": {"storage"},
    "psycopg": {"storage"},
    "sqlalchemy": {"storage"},
    "starlette": {"public", "mapapp.asgi"},
    "streamlit": {"ui", "mapapp.app", "mapapp.asgi"},
    "streamlit_folium": {"ui"},
}
LONGEST_MODULE_LINES = 500


@dataclass(frozen=True)
class Module:
    """A module of the package as its source reads."""

    name: str
    is_package: bool
    source: str

    @property
    def room(self) -> str:
        """The subpackage it belongs to; the top of the package and its command line are composition."""
        _, *rooms = self.name.split(".")
        is_in_a_room = len(rooms) > 1 or (rooms and self.is_package)
        return rooms[0] if is_in_a_room and rooms[0] != "cli" else COMPOSITION

    def imports(self) -> Iterator[str]:
        """Yield the dotted name of everything imported, at the top or inside a function."""
        for node in ast.walk(ast.parse(self.source)):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = self._absolute(node)
                yield from (f"{base}.{alias.name}" for alias in node.names)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        package = self.name.split(".") if self.is_package else self.name.split(".")[:-1]
        above = package[: len(package) - node.level + 1]
        return ".".join([*above, *filter(None, [node.module])])


def modules_of(package: Path) -> dict[str, Module]:
    modules = {}
    for file in sorted(package.rglob("*.py")):
        parts = file.relative_to(package.parent).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        modules[name] = Module(name, is_package, file.read_text(encoding="utf-8"))
    return modules


def imported_modules(module: Module, modules: dict[str, Module]) -> set[str]:
    """Return the modules of the package that the module imports; `from a.b import name` may name either."""
    found = {name if name in modules else name.rpartition(".")[0] for name in module.imports()}
    return {name for name in found if name in modules and name != module.name}


def direction_faults(modules: dict[str, Module]) -> list[str]:
    return [
        f"{module.name} imports {imported}: {module.room} may not import {modules[imported].room}"
        for module in modules.values()
        for imported in sorted(imported_modules(module, modules))
        if "." in imported
        and modules[imported].room != module.room
        and modules[imported].room not in MAY_IMPORT[module.room]
    ]


def library_faults(modules: dict[str, Module]) -> list[str]:
    faults = []
    for module in modules.values():
        for library in sorted({name.partition(".")[0] for name in module.imports()}):
            homes = LIVES_IN.get(library)
            if homes is not None and not homes & {module.room, module.name}:
                faults.append(f"{module.name} imports {library}, which lives in {', '.join(sorted(homes))}")
            if module.room == "domain" and library not in {*sys.stdlib_module_names, "mapapp"}:
                faults.append(f"{module.name} imports {library}: the domain knows the standard library only")
    return faults


def cycle_faults(modules: dict[str, Module]) -> list[str]:
    graph = {name: imported_modules(module, modules) for name, module in modules.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [" -> ".join(error.args[1])]
    return []


def first_sentence_faults(modules: dict[str, Module]) -> list[str]:
    faults = []
    for module in modules.values():
        if module.is_package and not module.source:
            continue  # the package's name says it all
        first_line = (ast.get_docstring(ast.parse(module.source)) or "").partition("\n")[0]
        if not first_line.endswith(".") or re.search(r"[.!?] [A-ZА-ЯІЇЄҐ]", first_line):
            faults.append(f"{module.name} does not open with one sentence: «{first_line}»")
    return faults


def length_faults(modules: dict[str, Module]) -> list[str]:
    lengths = {name: len(module.source.splitlines()) for name, module in modules.items()}
    return [f"{name} has {lines} lines" for name, lines in lengths.items() if lines > LONGEST_MODULE_LINES]


CHECKS = [direction_faults, library_faults, cycle_faults, first_sentence_faults, length_faults]


@pytest.mark.parametrize("faults_of", CHECKS)
def test_the_package_stands_as_drawn(faults_of, repo_root):
    modules = modules_of(repo_root / "mapapp")
    assert "mapapp.domain.katottg" in modules
    assert faults_of(modules) == []


def test_every_room_is_in_the_drawing(repo_root):
    assert {module.room for module in modules_of(repo_root / "mapapp").values()} <= set(MAY_IMPORT)


def normal_name(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def test_every_library_imported_is_declared(repo_root):
    project = tomllib.loads((repo_root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    names = (re.match(r"[\w.-]+", needed) for needed in chain(project["dependencies"], *extras))
    declared = {normal_name(name.group()) for name in names}
    imported = {
        name.partition(".")[0]
        for module in modules_of(repo_root / "mapapp").values()
        for name in module.imports()
    }
    distributions = packages_distributions()
    undeclared = {
        library
        for library in imported - sys.stdlib_module_names - {"mapapp"}
        if not declared & {normal_name(found) for found in distributions.get(library, ())}
    }
    assert undeclared == set()


BAD_TREES = [
    (direction_faults, {"domain/a.py": "from mapapp.storage import b", "storage/b.py": ""}),
    (direction_faults, {"domain/a.py": "import mapapp.ui.b", "ui/b.py": ""}),
    (direction_faults, {"files/a.py": "from ..analysis.b import thing", "analysis/b.py": ""}),
    (direction_faults, {"presentation/a.py": "from mapapp import settings", "settings.py": ""}),
    (direction_faults, {"ui/a.py": "def late():\n    from mapapp.storage.b import x", "storage/b.py": ""}),
    (library_faults, {"domain/a.py": "import shapely.geometry"}),
    (library_faults, {"presentation/a.py": "import streamlit as st"}),
    (library_faults, {"ui/a.py": "from folium import Map"}),
    (library_faults, {"cli.py": "import sqlalchemy.orm"}),
    (cycle_faults, {"domain/a.py": "from mapapp.domain.b import x", "domain/b.py": "from . import a"}),
    (first_sentence_faults, {"domain/a.py": "x = 1"}),
    (first_sentence_faults, {"domain/a.py": '"""Two sentences. On one line."""'}),
    (first_sentence_faults, {"domain/a.py": '"""No full stop"""'}),
    (length_faults, {"domain/a.py": "x = 1\n" * (LONGEST_MODULE_LINES + 1)}),
]


@pytest.mark.parametrize(("faults_of", "files"), BAD_TREES)
def test_a_crooked_house_is_noticed(faults_of, files, tmp_path):
    for name, source in files.items():
        file = tmp_path / "mapapp" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source, encoding="utf-8")
    assert faults_of(modules_of(tmp_path / "mapapp"))


def test_a_straight_house_passes(tmp_path):
    file = tmp_path / "mapapp" / "storage" / "search.py"
    file.parent.mkdir(parents=True)
    file.write_text(
        '"""Which points are near."""\nimport sqlalchemy\nfrom mapapp import __version__\n', encoding="utf-8"
    )
    modules = modules_of(tmp_path / "mapapp")
    assert [fault for check in CHECKS for fault in check(modules)] == []
