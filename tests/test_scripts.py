"""The scripts make what is missing, survive being cut short, and say in one sentence what they cannot do."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from zipfile import ZipFile

import psycopg
import pytest

# A build backend small enough to read: all it installs is a `mapapp` that repeats what it was told.
BACKEND = """
from zipfile import ZipFile

FILES = {
    "mapapp-1.dist-info/METADATA": "Metadata-Version: 2.1\\nName: mapapp\\nVersion: 1\\n",
    "mapapp-1.dist-info/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    "mapapp-1.dist-info/entry_points.txt": "[console_scripts]\\nmapapp = serving:main\\n",
    "mapapp-1.dist-info/RECORD": "",
    "serving.py": "import os, sys\\ndef main(): print(os.getenv('MAPAPP_DATA_DIR', ''), *sys.argv[1:])\\n",
}

def build_editable(directory, config_settings=None, metadata_directory=None):
    with ZipFile(f"{directory}/mapapp-1-py3-none-any.whl", "w") as wheel:
        for name, text in FILES.items():
            wheel.writestr(name, text)
    return "mapapp-1-py3-none-any.whl"
"""
PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "mapapp"
version = "1"
"""


@pytest.fixture
def checkout(repo_root, tmp_path):
    """A checkout, with a space in its path, of a project that needs one package which no registry has."""
    root = tmp_path / "a checkout"
    shutil.copytree(repo_root / "scripts", root / "scripts")
    (root / "backend.py").write_text(BACKEND)
    (root / "pyproject.toml").write_text(PROJECT)
    lock(root, "1")
    return root


def lock(root: Path, version: str) -> None:
    """Lock the one package at a version, and offer it."""
    wheel = root / "wheels" / f"bandura-{version}-py3-none-any.whl"
    wheel.parent.mkdir(exist_ok=True)
    info = f"bandura-{version}.dist-info"
    with ZipFile(wheel, "w") as archive:
        archive.writestr("bandura.py", "")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: bandura\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    for name in ("requirements.lock", "requirements-dev.lock"):
        (root / name).write_text(f"bandura=={version} --hash=sha256:{digest}\n")


def start(root: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAPAPP_", "PIP_"))
    }
    offline = {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": (root / "wheels").as_uri(),
        "PIP_CONFIG_FILE": os.devnull,
    }
    return subprocess.Popen(
        [root / "scripts" / "run", *arguments],
        cwd="/",
        env={**inherited, **offline, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run(root: Path, *arguments: str, **environment: str) -> tuple[int, str, str]:
    process = start(root, *arguments, **environment)
    printed, said = process.communicate()
    return process.returncode, printed, said


def test_run_makes_the_environment_once_and_again_when_the_lock_changes(checkout):
    code, printed, said = run(checkout, "--port", "8600")
    assert (code, printed) == (0, " serve --port 8600\n"), said
    assert "Making the Python environment" in said

    code, printed, said = run(checkout, MAPAPP_DATA_DIR="/elsewhere")
    assert (code, printed, said) == (0, "/elsewhere serve\n", "")

    lock(checkout, "2")
    code, _, said = run(checkout)
    assert code == 0, said
    assert "made from other locked packages" in said
    assert list(checkout.glob(".venv/lib/*/site-packages/bandura-2.dist-info"))
    assert not list(checkout.glob(".venv/lib/*/site-packages/bandura-1.dist-info"))


def test_an_environment_cut_short_is_made_again(checkout):
    first = start(checkout)
    while not (checkout / ".venv" / "made-of").exists():
        assert first.poll() is None
        time.sleep(0.01)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()

    code, printed, said = run(checkout)
    assert (code, printed) == (0, " serve\n"), said
    assert "it is unfinished" in said


def test_two_runs_at_once_make_one_environment(checkout):
    runs = [start(checkout), start(checkout)]
    said = [process.communicate() for process in runs]
    assert [process.returncode for process in runs] == [0, 0], said
    assert sorted("Making the Python environment" in stderr for _, stderr in said) == [False, True]


def test_an_environment_made_by_something_else_is_left_alone(checkout):
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / "mine").touch()
    code, _, said = run(checkout)
    assert code == 1
    assert said == f"{checkout}/.venv was not made by scripts/run: move it away and try again.\n"
    assert (checkout / ".venv" / "mine").exists()


def test_a_checkout_that_cannot_be_written_is_told_in_one_sentence(checkout):
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    checkout.chmod(0o555)
    code, _, said = run(checkout)
    assert code == 1
    assert said.splitlines()[1:] == [f"Cannot write {checkout}/.venv: Permission denied."]


def test_without_python_one_sentence_says_what_to_install(checkout, tmp_path):
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("bash", "dirname"):
        (programs / name).symlink_to(shutil.which(name))
    code, _, said = run(checkout, PATH=str(programs))
    assert code == 1
    assert said == "Python 3.11 or newer is missing; on Debian: apt-get install python3 python3-venv\n"


@pytest.fixture
def private_postgis(repo_root, postgis_server):  # noqa: ARG001 - where it is, PostgreSQL is installed
    return [sys.executable, repo_root / "scripts" / "private_postgis.py"]


TELL_URL = "import os, sys; print(os.environ['MAPAPP_TEST_POSTGIS_URL'], flush=True); "


def test_a_private_postgis_lasts_as_long_as_its_command(private_postgis):
    script = TELL_URL + "sys.exit(7)"
    ended = subprocess.run(
        [*private_postgis, "--", sys.executable, "-c", script], check=False, capture_output=True, text=True
    )
    assert ended.returncode == 7
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(ended.stdout.strip())


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_a_private_postgis_is_taken_away_when_interrupted(private_postgis, end, tmp_path):
    script = TELL_URL + "sys.stdin.read()"
    process = subprocess.Popen(
        [*private_postgis, "--", sys.executable, "-c", script],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    with psycopg.connect(url) as database:
        (directory,) = database.execute("SHOW data_directory").fetchone()
    os.killpg(process.pid, end)
    process.communicate()
    assert process.returncode == 128 + end
    assert not Path(directory).parent.exists()


def test_a_private_postgis_asks_for_its_password(private_postgis):
    script = TELL_URL + "sys.stdin.read()"
    with subprocess.Popen(
        [*private_postgis, "--", sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(url, password="wrong")
        process.communicate("")
