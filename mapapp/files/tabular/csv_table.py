"""A text file of values apart by semicolons, commas or tabs: which encoding, which separator, which rows."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from typing import BinaryIO, Final

from charset_normalizer import from_bytes

from mapapp.domain.errors import Fault, UsageError
from mapapp.files.tabular.raw_table import Limits, RawTable, make_table, too_many_rows

_BLOCK_BYTES = 1 << 20
_SAMPLE_SIGNS = 1 << 16
_SAMPLE_RECORDS = 20
_FIELD_SIGNS = 1_000_000
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CYRILLIC: Final = ("cp1251", "koi8_u", "cp1125")
"""What Ukrainian programs wrote before UTF-8, the commonest first."""
_UKRAINIAN: Final = frozenset("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя")


def read_csv_table(stream: BinaryIO, file_name: str, limits: Limits) -> RawTable:
    """Return the table; `stream` is at its beginning and can go back to it.

    Raises
    ------
    UsageError
        It is no text, in no encoding known here, without headers or broken.

    """
    encoding, line_ends = _encoding(stream, file_name)
    notes = [] if encoding.startswith("utf") else [_encoding_note(encoding)]
    delimiter, skipped = _delimiter(stream, encoding)
    if line_ends > limits.rows and _has_more_records(stream, encoding, delimiter, limits.rows + 1 + skipped):
        raise too_many_rows(file_name, limits)
    try:
        records = _records(stream, encoding, delimiter)
        header = _header(records, skipped)
        return make_table("csv", header, records, file_name=file_name, limits=limits, notes=notes)
    except csv.Error as error:
        raise UsageError(
            "{file} is broken ({problem}): a quotation mark may be open. Save the file anew",
            file=file_name,
            problem=error,
        ) from error


def _header(records: Iterator[tuple[int, list[str]]], skipped: int) -> list[str]:
    for number, cells in records:
        if number > skipped and any(cells):
            return cells
    return []


def _records(stream: BinaryIO, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with its number: as a spreadsheet counts, an empty line is a row too."""
    csv.field_size_limit(_FIELD_SIGNS)
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        for number, cells in enumerate(csv.reader(text, delimiter=delimiter), start=1):
            yield number, list(map(str.strip, cells))
    finally:
        text.detach()


def _has_more_records(stream: BinaryIO, encoding: str, delimiter: str, count: int) -> bool:
    """Tell whether there are more records, keeping none: line ends may stand inside quotation marks."""
    return any(number > count for number, _ in _records(stream, encoding, delimiter))


def _encoding(stream: BinaryIO, file_name: str) -> tuple[str, int]:
    """Return the encoding and how many line ends there are."""
    stream.seek(0)
    start = stream.read(_BLOCK_BYTES)
    marked = next((name for mark, name in _BYTE_ORDER_MARKS if start.startswith(mark)), None)
    if marked is None and b"\0" in start:
        raise UsageError("{file} is not a table: save it as CSV or XLSX", file=file_name)
    decoder = codecs.getincrementaldecoder(marked or "utf-8")()
    line_ends = 0
    block = start
    try:
        while block:
            line_ends += block.count(b"\n")
            decoder.decode(block)
            block = stream.read(_BLOCK_BYTES)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        if marked is not None:
            raise UsageError(
                "{file} is broken: it says it is {encoding} and is not. Save the file anew",
                file=file_name,
                encoding=marked.upper(),
            ) from error
        line_ends += sum(more.count(b"\n") for more in iter(lambda: stream.read(_BLOCK_BYTES), b""))
        return _older_encoding(start, block, file_name), line_ends
    return marked or "utf-8", line_ends


def _older_encoding(start: bytes, undecoded: bytes, file_name: str) -> str:
    """Return the eight-bit encoding in which most is lower-case Ukrainian: KOI8 read as 1251 is capitals."""
    sample = start if start is undecoded else undecoded
    told = from_bytes(sample[:_SAMPLE_SIGNS], cp_isolation=list(_CYRILLIC)).best()
    candidates = [told.encoding] if told is not None else []
    likely = max((*candidates, *_CYRILLIC), key=lambda name: _ukrainian_share(sample, name))
    if _ukrainian_share(sample, likely) == 0:
        raise UsageError(
            "the encoding of {file} is not known here: save the file as CSV UTF-8", file=file_name
        )
    return likely


def _ukrainian_share(sample: bytes, encoding: str) -> float:
    signs = [sign for sign in sample.decode(encoding, errors="replace") if sign > "\x7f"]
    return sum(sign in _UKRAINIAN for sign in signs) / len(signs) if signs else 0


def _encoding_note(encoding: str) -> Fault:
    return Fault(
        "the file is not UTF-8: read as {encoding}. Look whether names are right", {"encoding": encoding}
    )


def _delimiter(stream: BinaryIO, encoding: str) -> tuple[str, int]:
    """Return the separator that parts the first records into most columns, and how many records to skip."""
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
    sample = text.read(_SAMPLE_SIGNS)
    text.detach()
    first = sample.partition("\n")[0].strip()
    # Excel's own way of saying it.
    if first.lower().startswith("sep=") and len(first) == len("sep=;"):
        return first[-1], 1
    return max(";,\t|", key=lambda sign: _columns(sample, sign)), 0


def _columns(sample: str, delimiter: str) -> tuple[int, int]:
    """Return how many columns the header has, and how many records have as many."""
    records: list[list[str]] = []
    try:
        for record in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            if record:
                records.append(record)
            if len(records) > _SAMPLE_RECORDS:
                break
    except csv.Error:
        pass
    if not records:
        return 0, 0
    width = len(records[0])
    return width, sum(len(record) == width for record in records)
