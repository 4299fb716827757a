"""A YAML file as plain nodes that remember their lines, with everything odd in it said in plain words.

The nodes are built from parser events, not by `yaml.compose`: the C composer recurses, so that a line of
brackets crashes the process. YAML's guessing (`no` is a boolean, `9:00` is a number) is left out as well: a
value is the text as written, and its reader knows what it wants.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple, NoReturn

import yaml

from mapapp.domain.errors import Fault

MAX_BYTES = 64 * 1024 * 1024
MAX_NODES = 6_000_000
"""Counted with every alias unfolded, so that a few lines cannot grow into billions."""
MAX_DEPTH = 40


class Scalar(NamedTuple):
    """One value; `is_plain` tells text written without quotation marks."""

    text: str
    line: int
    is_plain: bool

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is written: `~`, `null`, an empty value or a pair of quotation marks."""
        return not self.text.strip() or (self.is_plain and self.text in _NULLS)


class Items(NamedTuple):
    """A list."""

    items: tuple[Node, ...]
    line: int


class Entries(NamedTuple):
    """A group of fields: their values and the lines their names stand on, by name."""

    values: dict[str, Node]
    lines: dict[str, int]
    line: int


Node = Scalar | Items | Entries

_NULLS = frozenset({"~", "null", "Null", "NULL"})
_Loader: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_PLAIN_WORDS = (
    (
        "mapping values are not allowed",
        Fault("a colon stands where none can: quote the text or mend the indentation (character {column})"),
    ),
    (
        "sequence entries are not allowed",
        Fault("a list item cannot begin here: start it on a line of its own (character {column})"),
    ),
    (
        "cannot start any token",
        Fault("a value cannot begin like this: indent with spaces and quote the text (character {column})"),
    ),
    (
        "tab character",
        Fault("lines are indented with spaces, never with tabs (character {column})"),
    ),
    (
        "unexpected end of stream",
        Fault("a quotation mark opens here and is never closed (character {column})"),
    ),
    (
        "could not find expected ':'",
        Fault("a field's name must be followed by a colon and a space (character {column})"),
    ),
    (
        "expected ',' or ']'",
        Fault("a list in [ ] is not closed, or a comma is missing in it (character {column})"),
    ),
    (
        "expected ',' or '}'",
        Fault("a group of fields in {{ }} is not closed, or a comma is missing in it (character {column})"),
    ),
    (
        "expected '-' indicator",
        Fault("the indentation does not match the lines above (character {column})"),
    ),
    (
        "expected key",
        Fault("the indentation or a quotation mark does not match the lines above (character {column})"),
    ),
    (
        "expected <block end>",
        Fault("the indentation or a quotation mark does not match the lines above (character {column})"),
    ),
    (
        "unknown escape character",
        Fault("a backslash inside quotation marks is written twice (character {column})"),
    ),
)
_MET_TOO_LATE = ("unexpected end of stream", "could not find expected ':'")
"""Complaints whose cause stands before the place where the parser gave up."""
_CONTROL_CHARACTER = Fault("the file holds a control character, which YAML does not allow")
_OTHER = Fault("this cannot be read as YAML: {problem} (character {column})")


def read_document(path: Path, faults: list[Fault]) -> Node | None:
    """Return the file's only document, adding to `faults` what is wrong with it as YAML.

    None means that nothing can be made of the file; duplicate fields are reported and the first one kept.
    """
    content = _read_content(path, faults)
    return None if content is None else document_of(content, str(path), faults)


def document_of(content: bytes, file: str, faults: list[Fault], most_nodes: int = MAX_NODES) -> Node | None:
    """Return the only document in the content of a file, as `read_document` does."""
    text = _decoded(content, file, faults)
    if text is None:
        return None
    builder = _Builder(file, faults, most_nodes)
    try:
        # What yaml.parse does in two calls for each of a million events.
        return builder.build(iter(_Loader(text).get_event, None))
    except yaml.YAMLError as error:
        faults.append(_syntax_fault(file, error))
    except _StopReading:
        pass
    return None


def _read_content(path: Path, faults: list[Fault]) -> bytes | None:
    try:
        if path.stat().st_size > MAX_BYTES:
            limit_mb = MAX_BYTES // 2**20
            faults.append(Fault("the file is larger than {limit_mb} MB", {"limit_mb": limit_mb}, str(path)))
            return None
        return path.read_bytes()
    except OSError as error:
        faults.append(
            Fault("the file cannot be read: {reason}", {"reason": error.strerror or error}, str(path))
        )
        return None


def _decoded(content: bytes, file: str, faults: list[Fault]) -> str | None:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        faults.append(Fault("the file is not UTF-8 text: save it in that encoding", {}, file, line))
        return None


def _syntax_fault(file: str, error: yaml.YAMLError) -> Fault:
    """Return the parser's complaint in plain words; libyaml and PyYAML word theirs a little differently."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return replace(_CONTROL_CHARACTER, file=file)
    problem, mark = error.problem or "", error.problem_mark
    if any(piece in problem for piece in _MET_TOO_LATE):
        mark = error.context_mark or mark
    fault = next((said for piece, said in _PLAIN_WORDS if piece in problem), _OTHER)
    values = {"column": mark.column + 1, "problem": problem}
    return replace(fault, values=values, file=file, line=mark.line + 1)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


class _StopReading(Exception):  # noqa: N818 - no error of its own: the fault is on the list
    """The rest of the file is not worth reading."""


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet; `size` counts its nodes, aliases unfolded."""

    line: int
    anchor: str | None
    is_mapping: bool
    items: list[Node] = field(default_factory=list)
    values: dict[str, Node] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    key: Scalar | None = None
    size: int = 1

    def node(self) -> Node:
        if self.is_mapping:
            return Entries(self.values, self.lines, self.line)
        return Items(tuple(self.items), self.line)


class _Builder:
    """Stacks open collections instead of recursing, so that no nesting can exhaust the stack."""

    def __init__(self, file: str, faults: list[Fault], most_nodes: int) -> None:
        self._file = file
        self._most_nodes = most_nodes
        self._faults = faults
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._root: Node | None = None

    def build(self, events: Iterator[yaml.Event]) -> Node | None:
        for event in events:
            line = _line(event)
            if isinstance(event, yaml.ScalarEvent):
                self._refuse_tag(event.tag, line)
                self._attach(Scalar(event.value, line, is_plain=event.implicit[0]), 1, line, event.anchor)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._refuse_tag(event.tag, line)
                self._open(event, line)
            elif isinstance(event, yaml.CollectionEndEvent):
                done = self._stack.pop()
                self._attach(done.node(), done.size, done.line, done.anchor)
            elif isinstance(event, yaml.AliasEvent):
                self._attach(*self._aliased(event.anchor, line), line)
            elif isinstance(event, yaml.DocumentStartEvent) and self._root is not None:
                self._stop(Fault("a second document begins here: keep one, without «---»"), line)
        return self._root

    def _open(self, event: yaml.CollectionStartEvent, line: int) -> None:
        if len(self._stack) == MAX_DEPTH:
            self._stop(
                Fault("lists and fields are nested more than {limit} deep", {"limit": MAX_DEPTH}), line
            )
        self._stack.append(_Open(line, event.anchor, isinstance(event, yaml.MappingStartEvent)))

    def _aliased(self, anchor: str | None, line: int) -> tuple[Node, int]:
        if anchor is None or anchor not in self._anchors:
            self._stop(Fault("*{anchor} refers to nothing written above", {"anchor": anchor}), line)
        return self._anchors[anchor]

    def _attach(self, node: Node, size: int, line: int, anchor: str | None = None) -> None:
        if anchor is not None:
            self._anchors[anchor] = (node, size)
        if not self._stack:
            self._root = node
            return
        parent = self._stack[-1]
        parent.size += size
        if parent.size > self._most_nodes:
            limit = self._most_nodes
            self._stop(Fault("the file unfolds into more than {limit} values", {"limit": limit}), line)
        if not parent.is_mapping:
            parent.items.append(node)
        elif parent.key is not None:
            self._add_field(parent, parent.key, node)
            parent.key = None
        elif isinstance(node, Scalar):
            parent.key = node
        else:
            self._stop(Fault("a field's name is a word, not a list or a group of fields"), line)

    def _add_field(self, group: _Open, name: Scalar, value: Node) -> None:
        if name.text in group.values:
            values = {"field": name.text, "first_line": group.lines[name.text]}
            self._add(Fault("field «{field}» stands twice: first on line {first_line}", values), name.line)
            return
        group.values[name.text] = value
        group.lines[name.text] = name.line

    def _refuse_tag(self, tag: str | None, line: int) -> None:
        if tag is not None:
            self._add(Fault("the tag {tag} means nothing here: remove it", {"tag": tag}), line)

    def _add(self, fault: Fault, line: int) -> None:
        self._faults.append(replace(fault, file=self._file, line=line))

    def _stop(self, fault: Fault, line: int) -> NoReturn:
        self._add(fault, line)
        raise _StopReading
