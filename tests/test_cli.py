"""The command line as a person meets it: its sentences, its exit codes, and the server it starts."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from urllib.error import URLError

import pytest


@pytest.fixture
def data_dir(built_store, tmp_path):
    """A data folder with a finished store of its own."""
    shutil.copy(built_store, tmp_path / "mapapp.sqlite3")
    return tmp_path


@pytest.fixture
def mapapp(data_dir):
    def run(*arguments, lang="en", **environment):
        return subprocess.run(
            [sys.executable, "-m", "mapapp", *arguments],
            env={**os.environ, "MAPAPP_DATA_DIR": str(data_dir), "MAPAPP_LANG": lang, **environment},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_geography_check_prints_every_count(mapapp):
    answer = mapapp("geography", "check")
    assert answer.returncode == 0
    assert "hromadas: 1469" in answer.stdout
    assert "settlements: 29707" in answer.stdout


def test_faults_of_a_registry_file_are_listed_in_the_language_of_the_terminal(mapapp, tmp_path):
    file = tmp_path / "broken.yaml"
    file.write_text("scope: [UA53000000000028050]\nsurprise: 1\n", encoding="utf-8")
    english = mapapp("registry", "check", str(file))
    assert english.returncode == 2
    assert f"{file}:2" in english.stderr
    ukrainian = mapapp("registry", "check", str(file), lang="")
    assert "surprise" in ukrainian.stderr
    assert ukrainian.stderr != english.stderr
    assert "Traceback" not in english.stderr + ukrainian.stderr


def test_loading_a_registry_replaces_the_one_in_the_store(mapapp, repo_root):
    assert "250" in mapapp("registry", "load", str(repo_root / "providers.yaml")).stdout
    assert "service_points: 250" in mapapp("store", "info").stdout


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://root:hunter2@localhost/x", "A «mysql» database cannot be a store"),
        ("postgresql://mapapp:hunter2@127.0.0.1:1/mapapp", "127.0.0.1"),
        ("hunter2", "not a URL"),
    ],
)
def test_a_wrong_database_address_gets_one_sentence_without_the_password(mapapp, url, sentence):
    answer = mapapp("serve", "--no-browser", "--port", str(free_port()), "--database-url", url)
    assert answer.returncode == 2
    assert sentence in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1
    assert "hunter2" not in answer.stderr + answer.stdout


def test_a_taken_port_is_named(mapapp):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = mapapp("serve", "--no-browser", "--port", str(taken.getsockname()[1]))
    assert answer.returncode == 2
    assert "--port" in answer.stderr


def test_an_unknown_boundary_source_names_those_there_are(mapapp):
    answer = mapapp("boundaries", "fetch", "nowhere")
    assert answer.returncode == 2
    assert "ocha-cod-ab" in answer.stderr


def test_real_boundaries_of_a_pilot_oblast_replace_approximate_ones(mapapp, shared_dir):
    file = shared_dir / "geodata" / "real" / "pilot_poltava_hromadas_full.geojson"
    refused = mapapp("boundaries", "import", str(file))
    assert refused.returncode == 2
    assert "hromadas missing" in refused.stderr
    imported = mapapp("boundaries", "import", "--partial", "--attribution", "© OpenStreetMap", str(file))
    assert "60" in imported.stdout
    # Most of the country is still approximate, and the map goes on saying so.
    assert "boundaries_approximate: True" in mapapp("store", "info").stdout


def test_serve_answers_healthz_and_says_where(data_dir):
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "mapapp", "serve", "--no-browser", "--port", str(port)],
        env={**os.environ, "MAPAPP_DATA_DIR": str(data_dir), "MAPAPP_LANG": "en"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert f"http://127.0.0.1:{port}/" in server.stdout.readline()
        assert healthz(port) == {
            "status": "ok",
            "store": "sqlite",
            "hromadas": 1469,
            "settlements": 29_707,
            "service_points": 250,
            "boundaries_approximate": True,
            "demo_records": True,
        }
    finally:
        server.terminate()
        server.communicate()


def healthz(port):
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
                return json.load(answer)
        except (URLError, ConnectionError):
            time.sleep(0.1)
    return None
