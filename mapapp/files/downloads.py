"""Fetches boundary files from a list of sources: resumable, checked, and plain about what went wrong."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Final

import httpx
import yaml

from mapapp.domain.errors import Fault, InvalidInputError, UsageError
from mapapp.domain.progress import Progress, no_progress

_STEP: Final = "Downloading boundaries"
_MAX_BYTES: Final = 500_000_000
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_FILE_NAME: Final = re.compile(r"[\w][\w.-]*", re.ASCII)
_CONTENT_RANGE: Final = re.compile(r"bytes (\d+)-\d+/(?:\d+|\*)", re.ASCII)
_HTML_START: Final = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_THIS_MACHINE: Final = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class BoundarySource:
    """Where a boundary file is published, under what terms, and how it is saved.

    `sha256` is the expected checksum, empty where the publisher's file changes over time; `page` is for a
    person to look at when the address has moved.

    Raises
    ------
    ValueError
        The address is not https (plain http is for this very machine only), `file_name` is not a plain file
        name or `sha256` not 64 hexadecimal digits.

    """

    key: str
    title: str
    url: str
    file_name: str
    licence: str
    attribution: str
    page: str
    sha256: str = ""

    def __post_init__(self) -> None:
        url = httpx.URL(self.url)
        if not _is_safe(url, is_local=url.host in _THIS_MACHINE):
            raise ValueError(f"the address {self.url} is not https")
        if _FILE_NAME.fullmatch(self.file_name) is None:
            raise ValueError(f"«{self.file_name}» is not a plain file name")
        if self.sha256 and _SHA256.fullmatch(self.sha256) is None:
            raise ValueError(f"sha256 «{self.sha256}» is not 64 hexadecimal digits in lower case")


@dataclass(frozen=True, slots=True)
class Download:
    """A file that arrived whole; its checksum is recorded beside it as `<name>.sha256`."""

    path: Path
    sha256: str
    size_bytes: int
    resumed_from_bytes: int


def read_boundary_sources(path: Path | None = None) -> Mapping[str, BoundarySource]:
    """Return the sources of a YAML list by key; without a path, of the list that comes with mapapp.

    Raises
    ------
    UsageError
        The file is absent or not YAML.
    InvalidInputError
        A source lacks something or is not acceptable; every fault is listed.

    """
    name = "boundary_sources.yaml" if path is None else path.name
    try:
        text = (path or files("mapapp.files").joinpath(name)).read_text(encoding="utf-8")
        entries = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UsageError(
            "the list of boundary sources {file} cannot be read: {problem}", file=name, problem=error
        ) from error
    sources: dict[str, BoundarySource] = {}
    faults: list[Fault] = []
    for key, entry in entries.items() if isinstance(entries, dict) else [("?", entries)]:
        try:
            sources[str(key)] = BoundarySource(key=str(key), **entry)
        except (TypeError, ValueError, httpx.InvalidURL) as error:
            problem = str(error).replace("BoundarySource.__init__() ", "")
            faults.append(Fault("source {key}: {problem}", {"key": key, "problem": problem}, file=name))
    if faults:
        raise InvalidInputError(
            "Faults in the list of boundary sources {file}: {count}", faults, file=name, count=len(faults)
        )
    return MappingProxyType(sources)


def fetch_boundaries(
    source: BoundarySource,
    to_dir: Path,
    progress: Progress = no_progress,
    *,
    timeout_s: float = 30.0,
    max_bytes: int = _MAX_BYTES,
) -> Download:
    """Download the source's file into the folder, going on where an interrupted download stopped.

    What has arrived waits in `<name>.part`, and takes the file's place only when whole and of the expected
    checksum. It goes on only from bytes of the very same file (HTTP `If-Range`).

    Parameters
    ----------
    source
        What to download.
    to_dir
        Where to; made if absent.
    progress
        Told the bytes that have arrived and the total, 0 while that is unknown.
    timeout_s
        How long to wait for a connection and for each next piece.
    max_bytes
        A larger file is refused.

    Raises
    ------
    UsageError
        The server cannot be reached, is too slow, refuses, answers with a web page, the file is too large or
        its checksum is wrong; the sentence says what to do.

    """
    part = _Part(to_dir / f"{source.file_name}.part", source.url)
    with _said_plainly(source, to_dir, timeout_s):
        to_dir.mkdir(parents=True, exist_ok=True)
        with _client(source, timeout_s) as client:
            resumed_from = _receive(client, source, part, progress, max_bytes)
        digest, size = _sha256_of(part.path)
        if source.sha256 and digest != source.sha256:
            part.discard()
            raise UsageError(
                "{file} from {host} has the checksum {found} instead of {expected}: it was changed or damaged"
                " on its way and was thrown away",
                file=source.file_name,
                host=httpx.URL(source.url).host,
                found=digest,
                expected=source.sha256,
            )
        path = part.finish(to_dir / source.file_name, digest)
    return Download(path, digest, size, resumed_from)


@dataclass(frozen=True, slots=True)
class _Part:
    """What has arrived so far, and beside it the mark (`ETag` or date) of the file it belongs to."""

    path: Path
    url: str

    @property
    def _mark_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}.json")

    def size_and_mark(self) -> tuple[int, str]:
        """Return how many bytes can be gone on from and the mark to ask with; 0 where that is unsafe."""
        try:
            note = json.loads(self._mark_path.read_text(encoding="utf-8"))
            if note["url"] == self.url and note["mark"]:
                return self.path.stat().st_size, str(note["mark"])
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return 0, ""

    def remember(self, response: httpx.Response) -> None:
        """Note which file the bytes belong to; a weak ETag does not promise the same bytes."""
        etag = response.headers.get("ETag", "")
        mark = response.headers.get("Last-Modified", "") if not etag or etag.startswith("W/") else etag
        self._mark_path.write_text(json.dumps({"url": self.url, "mark": mark}), encoding="utf-8")

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)
        self._mark_path.unlink(missing_ok=True)

    def finish(self, target: Path, digest: str) -> Path:
        """Put the whole file in its place, its checksum beside it in the format of `sha256sum`."""
        self.path.replace(target)
        target.with_name(f"{target.name}.sha256").write_text(f"{digest}  {target.name}\n", encoding="utf-8")
        self._mark_path.unlink(missing_ok=True)
        return target


def _client(source: BoundarySource, timeout_s: float) -> httpx.Client:
    is_local = httpx.URL(source.url).host in _THIS_MACHINE

    def refuse_unsafe(request: httpx.Request) -> None:
        if not _is_safe(request.url, is_local=is_local):
            raise UsageError(
                "{host} leads on to {url}, which is not https: nothing was downloaded",
                host=httpx.URL(source.url).host,
                url=request.url,
            )

    return httpx.Client(timeout=timeout_s, follow_redirects=True, event_hooks={"request": [refuse_unsafe]})


def _is_safe(url: httpx.URL, *, is_local: bool) -> bool:
    """Tell whether the address may be asked: https, or http from this machine to itself."""
    return url.scheme == "https" or (is_local and url.scheme == "http" and url.host in _THIS_MACHINE)


def _receive(
    client: httpx.Client, source: BoundarySource, part: _Part, progress: Progress, max_bytes: int
) -> int:
    """Receive what is still missing of the file and return how many bytes were there already."""
    have, mark = part.size_and_mark()
    # Compressed on the way, byte positions would mean something else.
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": mark}
    with client.stream("GET", source.url, headers=headers) as response:
        start = _start_of(response)
        if start and not have:
            raise httpx.RemoteProtocolError("the server sent a part of the file that was not asked for")
        if start in {0, have}:
            _check_answer(response, source)
            _write(response, part, start, source, progress=progress, max_bytes=max_bytes)
            return start
    # The server has no such part of the file, so it is another file now.
    part.discard()
    return _receive(client, source, part, progress, max_bytes)


def _start_of(response: httpx.Response) -> int:
    """Return the position of the answer's first byte, 0 where it is the whole file, -1 where it is none."""
    if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
        return -1
    if response.status_code != httpx.codes.PARTIAL_CONTENT:
        return 0
    content_range = _CONTENT_RANGE.match(response.headers.get("Content-Range", ""))
    return -1 if content_range is None else int(content_range[1])


def _check_answer(response: httpx.Response, source: BoundarySource) -> None:
    if response.status_code in {httpx.codes.NOT_FOUND, httpx.codes.GONE}:
        raise UsageError(
            "{url} is no longer there ({status}): find the new address on {page} and put it in the list of"
            " sources",
            url=source.url,
            status=response.status_code,
            page=source.page,
        )
    if response.is_error:
        raise UsageError(
            "{host} refused with {status}: try again later, or download the file from {page} yourself and"
            " import it",
            host=response.url.host,
            status=response.status_code,
            page=source.page,
        )
    if response.headers.get("Content-Type", "").startswith("text/html"):
        raise _web_page(source)


def _web_page(source: BoundarySource) -> UsageError:
    return UsageError(
        "{url} answers with a web page instead of a file: download the file from {page} yourself and"
        " import it",
        url=source.url,
        page=source.page,
    )


def _write(
    response: httpx.Response,
    part: _Part,
    start: int,
    source: BoundarySource,
    *,
    progress: Progress,
    max_bytes: int,
) -> None:
    """Write the answer's bytes from the start position on."""
    length = response.headers.get("Content-Length", "")
    total = start + int(length) if length.isdecimal() else 0
    done = start
    is_web_page = False
    if not start:
        part.discard()
    part.remember(response)
    with part.path.open("ab" if start else "wb") as out:
        for piece in response.iter_bytes():
            is_web_page = not done and _HTML_START.match(piece) is not None
            done += len(piece)
            if is_web_page or max(done, total) > max_bytes:
                break
            out.write(piece)
            progress(_STEP, done, total)
        out.flush()
        os.fsync(out.fileno())
    if is_web_page:
        part.discard()
        raise _web_page(source)
    if max(done, total) > max_bytes:
        part.discard()
        raise UsageError(
            "{file} from {host} is larger than {limit_mb} MB: nothing was kept of it",
            file=source.file_name,
            host=response.url.host,
            limit_mb=max_bytes / 1_000_000,
        )


@contextmanager
def _said_plainly(source: BoundarySource, to_dir: Path, timeout_s: float) -> Iterator[None]:
    """Turn what went wrong on the way into a sentence for the person waiting."""
    host = httpx.URL(source.url).host
    try:
        yield
    except httpx.ConnectError as error:
        raise UsageError(
            "{host} cannot be reached ({problem}): check the network, or download the file from {page} on"
            " another machine and import it",
            host=host,
            problem=error,
            page=source.page,
        ) from error
    except httpx.TimeoutException as error:
        raise UsageError(
            "{host} did not answer within {timeout_s} s: run the command again, it goes on where it stopped",
            host=host,
            timeout_s=timeout_s,
        ) from error
    except httpx.HTTPError as error:
        raise UsageError(
            "the download from {host} broke off ({problem}): run the command again, it goes on where it"
            " stopped",
            host=host,
            problem=error,
        ) from error
    except OSError as error:
        raise UsageError(
            "the file cannot be saved in {folder}: {problem}", folder=to_dir, problem=error.strerror or error
        ) from error


def _sha256_of(path: Path) -> tuple[str, int]:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest(), path.stat().st_size
