"""Every answer comes from a real HTTP server on this machine, which `Site` makes behave well or badly."""

import hashlib
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from mapapp.domain.errors import InvalidInputError, UsageError
from mapapp.files.downloads import BoundarySource, fetch_boundaries, read_boundary_sources

CONTENT = bytes(range(256)) * 2_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Site(ThreadingHTTPServer):
    """Serves one file; what it was asked for is remembered in `ranges`."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Answer)
        self.content = CONTENT
        self.etag = '"one"'
        self.status = 200
        self.content_type = "application/zip"
        self.honours_range = True
        self.breaks_off_after = None
        self.location = None
        self.never_answers = False
        self.sends_length = True
        self.ranges = []
        self.released = threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/borders.zip"

    def handle_error(self, *_):
        """Keep quiet about visitors who leave early: these tests are about that."""


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        site = self.server
        asked = self.headers.get("Range")
        site.ranges.append(asked)
        if site.never_answers:
            site.released.wait(20)
            self.close_connection = True
            return
        if site.location and self.path != "/moved":
            self._head(302, 0, Location=site.location)
            return
        if site.status != 200:
            self._head(site.status, 0)
            return
        start = 0
        if asked and site.honours_range and self.headers.get("If-Range") == site.etag:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
        if start >= len(site.content) > 0:
            self._head(416, 0)
            return
        body = site.content[start:]
        marks = {"ETag": site.etag} if site.etag else {}
        if start:
            self._head(
                206,
                len(body),
                **marks,
                **{"Content-Range": f"bytes {start}-{len(site.content) - 1}/{len(site.content)}"},
            )
        else:
            self._head(200, len(body), **marks)
        self.wfile.write(body[: site.breaks_off_after])
        if site.breaks_off_after is not None:
            self.close_connection = True

    def _head(self, status, length, **headers):
        self.send_response(status)
        self.send_header("Content-Type", self.server.content_type)
        if self.server.sends_length or status != 200:
            self.send_header("Content-Length", str(length))
        else:
            self.send_header("Connection", "close")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def site():
    with serving() as server:
        yield server


@contextmanager
def serving():
    server = Site()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def without_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


def source(url, **changes):
    said = {
        "key": "test",
        "title": "Test",
        "url": url,
        "file_name": "borders.zip",
        "licence": "CC BY",
        "attribution": "Somebody",
        "page": "https://example.org/data",
    }
    return BoundarySource(**{**said, **changes})


def files_in(folder):
    return sorted(path.name for path in folder.iterdir())


def interrupted(site, folder, after=100_000):
    """Leave the folder as a download that broke off leaves it."""
    site.breaks_off_after = after
    with pytest.raises(UsageError, match="broke off"):
        fetch_boundaries(source(site.url), folder)
    site.breaks_off_after = None
    site.ranges.clear()


def test_file_arrives_whole_with_its_checksum_beside_it(site, tmp_path):
    told = []

    download = fetch_boundaries(
        source(site.url), tmp_path / "new", lambda step, done, total: told.append((step, done, total))
    )

    assert download.path.read_bytes() == CONTENT
    assert (download.sha256, download.size_bytes, download.resumed_from_bytes) == (SHA256, len(CONTENT), 0)
    assert files_in(tmp_path / "new") == ["borders.zip", "borders.zip.sha256"]
    assert (tmp_path / "new" / "borders.zip.sha256").read_text() == f"{SHA256}  borders.zip\n"
    assert told[-1] == ("Downloading boundaries", len(CONTENT), len(CONTENT))
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)


def test_interrupted_download_goes_on_where_it_stopped(site, tmp_path):
    interrupted(site, tmp_path)
    assert "borders.zip" not in files_in(tmp_path)
    arrived = (tmp_path / "borders.zip.part").stat().st_size
    assert 0 < arrived < len(CONTENT)

    download = fetch_boundaries(source(site.url), tmp_path)

    assert site.ranges == [f"bytes={arrived}-"]
    assert download.resumed_from_bytes == arrived
    assert download.path.read_bytes() == CONTENT
    assert files_in(tmp_path) == ["borders.zip", "borders.zip.sha256"]


def test_server_that_ignores_ranges_sends_the_whole_file_again(site, tmp_path):
    interrupted(site, tmp_path)
    site.honours_range = False

    download = fetch_boundaries(source(site.url), tmp_path)

    assert download.resumed_from_bytes == 0
    assert download.path.read_bytes() == CONTENT


def test_parts_of_two_editions_are_never_joined(site, tmp_path):
    interrupted(site, tmp_path)
    site.content, site.etag = CONTENT[::-1], '"two"'

    download = fetch_boundaries(source(site.url), tmp_path)

    assert download.path.read_bytes() == CONTENT[::-1]


@pytest.mark.parametrize("etag", ["", 'W/"weak"'])
def test_without_a_strong_mark_the_download_starts_anew(site, tmp_path, etag):
    site.etag = etag
    interrupted(site, tmp_path)

    fetch_boundaries(source(site.url), tmp_path)

    assert site.ranges == [None]


def test_part_of_another_address_is_not_gone_on_from(site, tmp_path):
    interrupted(site, tmp_path)

    fetch_boundaries(source(site.url.replace("borders", "other")), tmp_path)

    assert site.ranges == [None]


def test_file_that_became_shorter_is_downloaded_anew(site, tmp_path):
    interrupted(site, tmp_path, after=400_000)
    site.content = CONTENT[:1_000]

    download = fetch_boundaries(source(site.url), tmp_path)

    assert len(site.ranges) == 2
    assert download.path.read_bytes() == CONTENT[:1_000]


def test_wrong_checksum_throws_the_file_away(site, tmp_path):
    with pytest.raises(UsageError, match=f"checksum {SHA256} instead of {'0' * 64}"):
        fetch_boundaries(source(site.url, sha256="0" * 64), tmp_path)

    assert files_in(tmp_path) == []


def test_expected_checksum_is_accepted(site, tmp_path):
    assert fetch_boundaries(source(site.url, sha256=SHA256), tmp_path).sha256 == SHA256


def test_earlier_file_stays_until_the_new_one_is_whole(site, tmp_path):
    (tmp_path / "borders.zip").write_bytes(b"earlier")

    interrupted(site, tmp_path)

    assert (tmp_path / "borders.zip").read_bytes() == b"earlier"


def test_nobody_listening_is_said_plainly(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(UsageError, match=r"127\.0\.0\.1 cannot be reached .* check the network"):
        fetch_boundaries(source(f"http://127.0.0.1:{port}/borders.zip"), tmp_path)


def test_silent_server_is_given_up_on(site, tmp_path):
    site.never_answers = True

    with pytest.raises(UsageError, match=r"did not answer within 0\.2 s"):
        fetch_boundaries(source(site.url), tmp_path, timeout_s=0.2)


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (404, "no longer there"),
        (410, "no longer there"),
        (403, "refused with 403"),
        (503, "refused with 503"),
    ],
)
def test_refusal_is_said_with_where_to_look(site, tmp_path, status, says):
    site.status = status

    with pytest.raises(UsageError, match=f"{says}.*example.org/data"):
        fetch_boundaries(source(site.url), tmp_path)

    assert files_in(tmp_path) == []


def test_refusal_keeps_what_had_arrived(site, tmp_path):
    interrupted(site, tmp_path)
    site.status = 503
    with pytest.raises(UsageError, match="503"):
        fetch_boundaries(source(site.url), tmp_path)
    site.status = 200

    assert fetch_boundaries(source(site.url), tmp_path).resumed_from_bytes > 0


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("text/html; charset=utf-8", b"please log in"),
        ("application/zip", b"\n<!DOCTYPE html><html><body>please log in</body></html>"),
    ],
)
def test_web_page_in_place_of_data_is_refused(site, tmp_path, content_type, content):
    site.content_type, site.content = content_type, content

    with pytest.raises(UsageError, match="web page instead of a file"):
        fetch_boundaries(source(site.url), tmp_path)

    assert files_in(tmp_path) == []


@pytest.mark.parametrize("sends_length", [True, False])
def test_too_large_a_file_is_refused(site, tmp_path, sends_length):
    site.sends_length = sends_length

    with pytest.raises(UsageError, match=r"larger than 0\.1 MB"):
        fetch_boundaries(source(site.url), tmp_path, max_bytes=100_000)

    assert files_in(tmp_path) == []


def test_redirect_is_followed(site, tmp_path):
    site.location = "/moved"

    assert fetch_boundaries(source(site.url), tmp_path).sha256 == SHA256


def test_redirect_away_from_https_is_refused(site, tmp_path):
    site.location = "http://example.org/borders.zip"

    with pytest.raises(UsageError, match="not https"):
        fetch_boundaries(source(site.url), tmp_path)


def test_folder_that_cannot_be_written_is_said_plainly(site, tmp_path):
    (tmp_path / "taken").write_text("a file")

    with pytest.raises(UsageError, match="cannot be saved in"):
        fetch_boundaries(source(site.url), tmp_path / "taken")


def test_sources_that_come_with_mapapp_are_https_and_say_their_licence():
    sources = read_boundary_sources()

    assert set(sources) == {"ocha-cod-ab", "osm-ukraine-geo-data"}
    for one in sources.values():
        assert one.url.startswith("https://")
        assert one.licence
        assert one.attribution


def test_own_list_of_sources_replaces_the_one_that_comes_with_mapapp(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(
        "mine:\n"
        "  title: Моя\n"
        "  url: https://example.org/b.gpkg\n"
        "  file_name: b.gpkg\n"
        "  page: https://example.org\n"
        "  licence: CC0\n"
        "  attribution: Я\n",
        encoding="utf-8",
    )

    assert read_boundary_sources(path)["mine"].file_name == "b.gpkg"


def test_every_fault_in_a_list_of_sources_is_said(tmp_path):
    path = tmp_path / "mine.yaml"
    good = "title: T, page: p, licence: L, attribution: A"
    path.write_text(
        f"plain: {{url: 'http://example.org/b.gpkg', file_name: b.gpkg, {good}}}\n"
        f"outside: {{url: 'https://example.org/b.gpkg', file_name: ../b.gpkg, {good}}}\n"
        f"pinned: {{url: 'https://example.org/b.gpkg', file_name: b.gpkg, sha256: '12', {good}}}\n"
        f"short: {{url: 'https://example.org/b.gpkg', {good}}}\n"
        f"strange: {{url: 'https://example.org/b.gpkg', file_name: b.gpkg, speed: 9, {good}}}\n",
        encoding="utf-8",
    )

    with pytest.raises(InvalidInputError) as refused:
        read_boundary_sources(path)

    said = [str(fault) for fault in refused.value.faults]
    assert [fault.split(": ", 2)[1] for fault in said] == [
        f"source {key}" for key in ("plain", "outside", "pinned", "short", "strange")
    ]
    for fault, problem in zip(
        said, ["is not https", "plain file name", "64 hexadecimal", "file_name", "speed"], strict=True
    ):
        assert problem in fault


@pytest.mark.parametrize("text", ["a: [", "\t"])
def test_list_of_sources_that_is_no_yaml_is_refused(tmp_path, text):
    path = tmp_path / "mine.yaml"
    path.write_text(text)

    with pytest.raises(UsageError, match=r"mine\.yaml cannot be read"):
        read_boundary_sources(path)


def test_absent_list_of_sources_is_refused():
    with pytest.raises(UsageError, match="cannot be read"):
        read_boundary_sources(Path("nowhere.yaml"))
