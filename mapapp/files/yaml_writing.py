"""How a word, a text, a list or a group of fields is written as YAML that people edit.

Written by hand rather than by `yaml.dump`, which can neither put a unit's name beside its code nor choose
which lists stay on one line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import Enum

FieldTexts = dict[str, object]
"""The fields of a group as YAML; what is None or empty text is left out."""

_WORD = r"[^\W\d_][\w’'.,()«»–/-]*"
_PLAIN = re.compile(rf"{_WORD}(?: [\w’'.,()«»–/-]+)*")
_MEANS_SOMETHING = re.compile(r"(?i:true|false|yes|no|on|off|y|n|null)")


def yaml_word(member: Enum) -> str:
    """Return the word of a closed vocabulary."""
    return member.name.lower()


def yaml_text(text: str) -> str:
    """Return the text as YAML: as it is where that is safe, else in quotation marks."""
    is_safe = _PLAIN.fullmatch(text) is not None and _MEANS_SOMETHING.fullmatch(text) is None
    return text if is_safe else yaml_quoted(text)


def yaml_quoted(text: str) -> str:
    """Return a double-quoted scalar; a JSON string is one, once what YAML takes for a line end is escaped."""
    return "".join(
        sign if sign.isprintable() else _escape(sign) for sign in json.dumps(text, ensure_ascii=False)
    )


def _escape(sign: str) -> str:
    return f"\\U{ord(sign):08X}"


def yaml_list(words: Iterable[str]) -> str:
    """Return the list on one line."""
    return f"[{', '.join(words)}]"


def yaml_group(values: FieldTexts) -> str:
    """Return the fields on one line."""
    return f"{{{', '.join(f'{name}: {text}' for name, text in written_fields(values))}}}"


def written_fields(values: FieldTexts) -> Iterator[tuple[str, str]]:
    """Yield the names and texts of the fields that say something."""
    for name, value in values.items():
        match value:
            case None | "" | () | frozenset():
                continue
            case bool():
                yield name, "true" if value else "false"
            case Enum():
                yield name, yaml_word(value)
            case Decimal():
                yield name, format(value, "f")
            case _:
                yield name, str(value)


def yaml_degrees(degrees: float) -> str:
    """Return the shortest number that is read as the same, never with an exponent."""
    text = repr(degrees)
    return text if "e" not in text else format(Decimal(text), "f")
