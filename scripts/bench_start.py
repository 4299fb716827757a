"""How long a first and a later start take until /healthz answers, on the embedded store and on PostGIS."""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

_LATER_STARTS = 3


def main() -> None:
    """Print a table of starts."""
    print(f"{'store':<10}{'start':<8}{'seconds':>9}  healthz")
    with tempfile.TemporaryDirectory(prefix="mapapp-bench-") as folder:
        _measure("sqlite", Path(folder), "")
        if url := os.environ.get("MAPAPP_TEST_POSTGIS_URL"):
            _measure("postgis", Path(folder), url)
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory of one process: {peak_mb:.0f} MB")


def _measure(name: str, data_dir: Path, database_url: str) -> None:
    first_s, health = _start(data_dir, database_url)
    print(f"{name:<10}{'first':<8}{first_s:>9.1f}  {json.dumps(health)}")
    later_s = min(_start(data_dir, database_url)[0] for _ in range(_LATER_STARTS))
    print(f"{name:<10}{'later':<8}{later_s:>9.1f}  first/later {first_s / later_s:.1f}x")


def _start(data_dir: Path, database_url: str) -> tuple[float, dict[str, object]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "mapapp", "serve", "--no-browser", "--port", str(port)]
    if database_url:
        command += ["--database-url", database_url]
    began = time.perf_counter()
    server = subprocess.Popen(  # noqa: S603 - our own command
        command,
        env={**os.environ, "MAPAPP_DATA_DIR": str(data_dir)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            if server.poll() is not None:
                raise SystemExit(f"the server ended with {server.returncode} before it answered")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                    return time.perf_counter() - began, json.load(answer)
            except (URLError, ConnectionError):
                time.sleep(0.05)
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
