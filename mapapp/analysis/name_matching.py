"""Which names are, begin with, sound like or resemble a text, in one way of spelling them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum, auto
from typing import Generic, TypeVar

from rapidfuzz import fuzz, process

from mapapp.domain.geography import Hromada, Settlement

_EXACTLY = 100.0

Unit = TypeVar("Unit", Settlement, Hromada)


class Closeness(IntEnum):
    """How a name agrees with the text, best first."""

    SAME = auto()
    SAME_AS_FORMER = auto()
    PROBABLE = auto()
    """The name begins with the text, or sounds the same: of these the more populous is meant more often."""
    WORD_BEGINS = auto()
    LIKE = auto()


@dataclass(frozen=True, slots=True)
class Name(Generic[Unit]):
    """A present or former name and who bears it."""

    written: str
    unit: Unit
    is_former: bool = False


@dataclass(frozen=True, slots=True)
class Hit(Generic[Unit]):
    """A name that agrees with the text; `score` says how much, 0 to 100."""

    closeness: Closeness
    score: float
    name: Name[Unit]

    @property
    def order(self) -> tuple[Closeness, float, int, bool, str]:
        """Closest first; among equals the more populous; then the code, so that answers repeat."""
        unit = self.name.unit
        likeness = self.score if self.closeness is Closeness.LIKE else 0.0
        persons = 0 if unit.population is None else unit.population.persons
        return self.closeness, -likeness, -persons, self.name.is_former, unit.katottg


class Spellings(Generic[Unit]):
    """Every name in one alphabet, folded, with the units that bear it."""

    def __init__(self, names: Iterable[Name[Unit]], fold: Callable[[str], str]) -> None:
        self.fold = fold
        self._bearers: defaultdict[str, list[Name[Unit]]] = defaultdict(list)
        for name in names:
            self._bearers[fold(name.written)].append(name)
        self._folded = list(self._bearers)

    def begun(self, text: str) -> Iterator[Hit[Unit]]:
        """Yield the names that are the folded text, begin with it or have a word that does."""
        for folded in self._folded if text else ():
            if folded.startswith(text) or f" {text}" in folded:
                score = fuzz.ratio(text, folded)
                for name in self._bearers[folded]:
                    yield Hit(_closeness(text, folded, is_former=name.is_former), score, name)

    def same(self, text: str) -> Iterator[Hit[Unit]]:
        """Yield the names that fold to the text, as probable ones: for folds that blur what names are."""
        yield from (Hit(Closeness.PROBABLE, _EXACTLY, name) for name in self._bearers.get(text, ()))

    def beginning(self, text: str, score: float) -> Iterator[Hit[Unit]]:
        """Yield the names that fold to something that begins with the text, all as like it as the score."""
        for folded in self._folded if text else ():
            if folded.startswith(text):
                yield from (Hit(Closeness.LIKE, score, name) for name in self._bearers[folded])

    def alike(self, text: str, cutoff: float) -> Iterator[Hit[Unit]]:
        """Yield the names that resemble the folded text by the cutoff or more."""
        if text:
            for folded, score, _ in process.extract(
                text, self._folded, scorer=fuzz.ratio, score_cutoff=cutoff, limit=None
            ):
                yield from (Hit(Closeness.LIKE, score, name) for name in self._bearers[folded])


def _closeness(text: str, folded: str, *, is_former: bool) -> Closeness:
    if text == folded:
        return Closeness.SAME_AS_FORMER if is_former else Closeness.SAME
    return Closeness.PROBABLE if folded.startswith(text) else Closeness.WORD_BEGINS
