"""Which hromada a row of a table of people is of: by its code, or by names of oblast, raion and hromada."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mapapp.domain.errors import Fault
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geography import Hromada
from mapapp.domain.imports import SourceRow
from mapapp.domain.katottg import Katottg
from mapapp.files.people_columns import TOTAL_WORDS, PeopleColumns, Place
from mapapp.files.registry_values import Refusal
from mapapp.files.tabular.cells import Noted, fold_word
from mapapp.files.tabular.formula_guard import is_dashes, unguarded
from mapapp.files.tabular.units import NamedUnit, Surroundings, Units

Report = Callable[[SourceRow, str, Fault], None]
"""Takes what is wrong with a row under a header, or what is to be known of it."""


class PeoplePlaces:
    """Finds the hromadas of rows."""

    def __init__(self, gazetteer: Gazetteer, columns: PeopleColumns, fault: Report, note: Report) -> None:
        self._gazetteer = gazetteer
        self._units = Units(gazetteer)
        self._headers = columns.places
        self._says_total = (*columns.places.values(), *columns.not_taken)
        self._fault = fault
        self._note = note
        self._by_prefix = {hromada.hromada_prefix: hromada for hromada in gazetteer.hromadas}

    def is_total(self, row: SourceRow) -> bool:
        """Tell whether the row sums up others: «Разом», «Всього по району»."""
        return any(
            fold_word(row.values.get(header, "")).partition(" ")[0] in TOTAL_WORDS
            for header in self._says_total
        )

    def hromada(self, row: SourceRow) -> Katottg | None:
        """Return the hromada; None where it cannot be told, which is then reported."""
        around = self._surroundings(row)
        by_code = self._read(row, Place.CODE, self._unit(around or Surroundings()))
        if around is None:
            return None
        by_name = self._read(row, Place.HROMADA, self._name(around, by_code))
        if _REFUSED in {by_code, by_name}:
            return None
        if by_code and by_name and by_code != by_name:
            self._complain(
                row,
                Place.HROMADA,
                Fault(
                    "the code is that of {name} and not of «{value}»: correct one of them",
                    {"name": self._told(by_code), "value": self._text(row, Place.HROMADA)},
                ),
            )
            return None
        found: Katottg | None = by_code or by_name
        if found is None:
            self._fault(row, self._first_header(), Fault("this row names no hromada: write its code"))
            return None
        return found if self._lies_there(row, found, around) else None

    def _surroundings(self, row: SourceRow) -> Surroundings | None:
        oblast = self._read(row, Place.OBLAST, self._units.read_oblast)
        raions = self._read(row, Place.RAION, self._units.read_raions)
        if _REFUSED in {oblast, raions}:
            return None
        return Surroundings(oblast, raions or frozenset())

    def _read(self, row: SourceRow, place: Place, read: Callable[[str], Any]) -> Any:
        """Return what the cell says, None for an empty one, `_REFUSED` for a fault that was reported."""
        text = self._text(row, place)
        if not text or is_dashes(text):
            return None
        try:
            said = read(text)
        except Refusal as refusal:
            self._complain(row, place, refusal.fault)
            return _REFUSED
        if isinstance(said, Noted):
            self._note(row, self._headers[place], said.note)
            return said.value
        return said

    def _unit(self, around: Surroundings) -> Callable[[str], Any]:
        """Return what reads a code, or a name where people wrote one."""

        def read(text: str) -> Any:
            said = self._units.read_unit(text)
            if isinstance(said, NamedUnit):
                return self._units.hromada(said.text, around)
            code = said.value if isinstance(said, Noted) else said
            self._check(code, text)
            return said

        return read

    def _name(self, around: Surroundings, by_code: Any) -> Callable[[str], Any]:
        """Return what reads the hromada's name, which beside a code is only compared with it."""
        read = self._unit(around)
        if not isinstance(by_code, Katottg):
            return read
        unit = self._gazetteer.hromadas[by_code]

        def compared(text: str) -> Any:
            raions = frozenset({unit.raion} if unit.raion else ())
            try:
                return self._unit(Surroundings(unit.oblast, raions))(text)
            except Refusal:
                # The code says enough; a name written in a way of its own does not gainsay it.
                return by_code

        return compared

    def _check(self, code: Katottg, written: str) -> None:
        if code in self._gazetteer.hromadas:
            return
        places = self._gazetteer
        if code in places.raions:
            raise Refusal(
                Fault(
                    "«{value}» is the code of a raion, {name}: write a hromada's",
                    {"value": written, "name": places.raions[code].name},
                )
            )
        if code in places.oblasts:
            raise Refusal(
                Fault(
                    "«{value}» is the code of an oblast, {name}: write a hromada's",
                    {"value": written, "name": places.oblasts[code].name},
                )
            )
        if code in places.settlements:
            settlement = places.settlements[code]
            raise Refusal(
                Fault(
                    "«{value}» is the code of a settlement, {name}: write that of its hromada, {hromada}",
                    {
                        "value": written,
                        "name": settlement.name,
                        "hromada": self._told(settlement.hromada) if settlement.hromada else "–",
                    },
                )
            )
        raise self._unknown(code, written)

    def _unknown(self, code: Katottg, written: str) -> Refusal:
        meant = self._by_prefix.get(code.hromada_prefix)
        if meant is None:
            return Refusal(Fault("no hromada has the code «{value}»", {"value": written}))
        return Refusal(
            Fault(
                "no hromada has the code «{value}»: did you mean {suggestion}?",
                {"value": written, "suggestion": self._told(meant)},
            )
        )

    def _lies_there(self, row: SourceRow, hromada: Katottg, around: Surroundings) -> bool:
        unit: Hromada = self._gazetteer.hromadas[hromada]
        if around.oblast not in {None, unit.oblast}:
            elsewhere = Place.OBLAST
        elif around.raions and unit.raion not in around.raions:
            elsewhere = Place.RAION
        else:
            return True
        self._complain(
            row,
            elsewhere,
            Fault(
                "{name} does not lie in «{value}»: correct one of them",
                {"name": self._told(hromada), "value": self._text(row, elsewhere)},
            ),
        )
        return False

    def _told(self, hromada: Katottg) -> str:
        return f"{self._gazetteer.hromadas[hromada].name} ({hromada})"

    def _text(self, row: SourceRow, place: Place) -> str:
        header = self._headers.get(place)
        return "" if header is None else unguarded(row.values.get(header, ""))

    def _first_header(self) -> str:
        return self._headers.get(Place.CODE) or self._headers.get(Place.HROMADA, "")

    def _complain(self, row: SourceRow, place: Place, fault: Fault) -> None:
        self._fault(row, self._headers[place], fault)


_REFUSED = object()
