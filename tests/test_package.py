"""The wheel carries everything mapapp needs, and works far from the repository."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


@pytest.fixture(scope="module")
def wheel(repo_root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=repo_root,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def carried(wheel):
    with ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The wheel alone, unpacked; the libraries it depends on come from the environment of the tests."""
    site = tmp_path_factory.mktemp("site")
    options = ["--quiet", "--no-deps", "--no-index", "--disable-pip-version-check"]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, "--target", site, wheel], check=True)
    return site


def run_installed(site: Path, *command: str | Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAPAPP_")}
    ended = subprocess.run(
        command,
        cwd=site.parent,
        env={**environment, "PYTHONPATH": str(site), "MAPAPP_LANG": "en", "COLUMNS": "110"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_the_wheel_carries_every_file_of_the_package(carried, repo_root):
    files = {
        file.relative_to(repo_root).as_posix()
        for file in (repo_root / "mapapp").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert {"mapapp/py.typed", "mapapp/locale/uk/LC_MESSAGES/mapapp.po"} <= files
    assert files <= carried


def test_the_wheel_carries_the_tables_and_the_registry(carried, repo_root):
    tables = {file.name for file in (repo_root / "geodata").iterdir()}
    assert {"hromadas.csv", "settlements.csv", "README.md"} <= tables
    assert {f"mapapp/_data/geodata/{table}" for table in tables} <= carried
    assert "mapapp/_data/providers.yaml" in carried


def test_the_wheel_carries_nothing_else(carried):
    assert {name.partition("/")[0].partition("-")[0] for name in carried} == {"mapapp"}
    assert not [name for name in carried if "__pycache__" in name or name.endswith((".pyc", ".sqlite3"))]


def test_the_installed_command_says_what_it_can_do(installed):
    help_text = run_installed(installed, installed / "bin" / "mapapp", "--help")
    for command in ("serve", "store", "boundaries", "registry", "geography"):
        assert command in help_text


def test_the_installed_package_reads_its_own_tables(installed):
    where = run_installed(installed, sys.executable, "-c", "import mapapp; print(mapapp.__file__)")
    assert Path(where.strip()).is_relative_to(installed)
    counts = run_installed(installed, installed / "bin" / "mapapp", "geography", "check").splitlines()
    assert "hromadas: 1469" in counts
    assert "settlements: 29707" in counts


def test_the_installed_package_reads_its_own_registry(installed):
    registry = installed / "mapapp" / "_data" / "providers.yaml"
    assert "No fault found" in run_installed(
        installed, installed / "bin" / "mapapp", "registry", "check", registry
    )


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_locks_hold_what_the_project_asks_for(lock, repo_root):
    text = (repo_root / lock).read_text(encoding="utf-8")
    pins = re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE)
    project = tomllib.loads((repo_root / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    asked = [*project["project"]["dependencies"], *groups["build"]]
    if lock == "requirements-dev.lock":
        asked += groups["dev"]
    for requirement in map(Requirement, asked):
        locked = [version for name, version in pins if canonicalize_name(requirement.name) == name]
        assert locked, f"{requirement} is not in {lock}: run scripts/lock"
        assert all(requirement.specifier.contains(version) for version in locked), (
            f"{requirement}: run scripts/lock"
        )


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_locks_name_no_place_and_hash_every_package(lock, repo_root):
    text = (repo_root / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|^-|file:", text, re.MULTILINE)
    packages = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert [package for package in packages if "--hash=sha256:" not in package] == []


def test_the_two_locks_agree(repo_root):
    pinned, pinned_dev = (
        set(re.findall(r"^[\w.-]+==[\w.]+", (repo_root / lock).read_text(encoding="utf-8"), re.MULTILINE))
        for lock in ("requirements.lock", "requirements-dev.lock")
    )
    assert pinned < pinned_dev
