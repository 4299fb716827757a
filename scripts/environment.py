"""Make .venv, the Python environment with the locked packages and mapapp itself, and keep it up to date.

Run by any Python 3.11 or newer: `python3 scripts/environment.py`, with `--dev` for the tools of the tests.
When nothing has changed it takes no time and writes nothing.
"""

# ruff: noqa: S603 - the programs started are the environment's own Python and pip

from __future__ import annotations

import argparse
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LOCK, DEV_LOCK, PROJECT = "requirements.lock", "requirements-dev.lock", "pyproject.toml"


class EnvironmentMakingError(Exception):
    """The environment cannot be made; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The environment of one checkout.

    What went into it is listed in `.venv/made-of`. The list is emptied before anything changes and written
    when all is done, so an environment whose making was cut short is known by its empty list.
    """

    root: Path

    @property
    def directory(self) -> Path:
        """Where the environment is."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.directory / "bin" / "python"

    @property
    def list(self) -> Path:
        """The list of what went into it."""
        return self.directory / "made-of"

    def bring_up_to_date(self, *, dev: bool) -> None:
        """Install what is not installed yet; start afresh where the old environment is of no use."""
        with _one_at_a_time(self.root):
            present = self._present()
            wanted = [LOCK, *([DEV_LOCK] if dev else []), PROJECT]
            missing = [name for name in wanted if self._entry(name) not in present]
            if not missing:
                return
            if self._entry(LOCK) not in present:
                self._create()
                present, missing = set(), wanted
            self.list.write_text("")
            for name in missing:
                self._install(name)
            entries = present | {self._entry(name) for name in wanted}
            self.list.write_text("".join(f"{entry}\n" for entry in sorted(entries)))
            _say("The Python environment is ready.")

    def _entry(self, name: str) -> str:
        digest = hashlib.sha256((self.root / name).read_bytes()).hexdigest()
        # Programs in an environment know its path by heart: one that was moved is of no use.
        return f"{name} {digest} {self.root}"

    def _present(self) -> set[str]:
        """Return what the environment lists, nothing if it is absent or its Python is gone."""
        if not self.directory.exists():
            return set()
        if not self.list.exists():
            raise EnvironmentMakingError(
                f"{self.directory} was not made by scripts/run: move it away and try again."
            )
        try:
            subprocess.run([self.python, "-c", ""], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            return set()
        return set(self.list.read_text().splitlines())

    def _create(self) -> None:
        if importlib.util.find_spec("ensurepip") is None:
            package = f"python3.{sys.version_info.minor}-venv"
            raise EnvironmentMakingError(
                f"Python lacks its venv module; on Debian: apt-get install {package}"
            )
        if self.directory.exists():
            _say(f"Removing {self.directory}: it is unfinished or made from other locked packages.")
            shutil.rmtree(self.directory)
        _say(f"Making the Python environment in {self.directory} (once; a minute or two) …")
        self.directory.mkdir()
        self.list.touch()
        subprocess.run([sys.executable, "-m", "venv", self.directory], check=True)

    def _install(self, name: str) -> None:
        if name == PROJECT:
            self._pip("--quiet", "--no-build-isolation", "--no-deps", "--editable", str(self.root))
        else:
            _say(f"Installing the packages of {name} …")
            self._pip("--progress-bar=off", "--require-hashes", "--requirement", str(self.root / name))

    def _pip(self, *arguments: str) -> None:
        command = [str(self.python), "-m", "pip", "--disable-pip-version-check", "install", *arguments]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as pip:
            assert pip.stdout is not None
            fetched = 0
            for line in pip.stdout:
                named = line.startswith(("Collecting ", "Processing "))
                fetched += named
                if named and fetched % 20 == 0:
                    _say(f"  {fetched} packages fetched …")
                elif line.startswith("Installing collected"):
                    _say(f"  {fetched} packages fetched, unpacking them …")
        if pip.returncode:
            raise EnvironmentMakingError("The packages could not be installed: pip says above why.")


@contextmanager
def _one_at_a_time(directory: Path) -> Iterator[None]:
    """Hold the directory for this process; a second one waits here."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Waiting for another run to finish the Python environment …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def main() -> int:
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="add the tools of the tests")
    dev = parser.parse_args().dev
    environment = Environment(Path(__file__).resolve().parent.parent)
    try:
        environment.bring_up_to_date(dev=dev)
    except EnvironmentMakingError as fault:
        _say(str(fault))
    except subprocess.CalledProcessError as error:
        _say(f"The Python environment could not be made: {error}")
    except OSError as error:
        _say(f"Cannot write {environment.directory}: {error.strerror}.")
    except KeyboardInterrupt:
        return 130
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
