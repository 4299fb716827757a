"""Where a point is, by whatever a table says of it: codes, names, coordinates or an address."""

from __future__ import annotations

from typing import Any, Final

from mapapp.domain.errors import Fault
from mapapp.domain.geo import LonLat
from mapapp.domain.geography import Settlement
from mapapp.domain.imports import ImportContext
from mapapp.domain.katottg import Katottg
from mapapp.domain.registry import LocationPolicy, PointPrecision
from mapapp.files.gazetteer_checks import FAR_KM, NEAR_KM
from mapapp.files.registry_values import Refusal
from mapapp.files.tabular.column import CONFIDENTIAL, POINT
from mapapp.files.tabular.distance import distance_km
from mapapp.files.tabular.drafts import Draft
from mapapp.files.tabular.rules import Rules, Said
from mapapp.files.tabular.understanding import AddressPlaces
from mapapp.files.tabular.units import NamedUnit, Surroundings, Units

GAZETTEER: Final = "gazetteer"
"""The source of coordinates that no table gave."""


class Places:
    """Completes what a draft says of its place, and judges it."""

    def __init__(self, context: ImportContext, units: Units, rules: Rules) -> None:
        self._context = context
        self._gazetteer = context.gazetteer
        self._units = units
        self._rules = rules
        self._addresses = AddressPlaces(context.gazetteer)

    def complete(self, draft: Draft, policy: LocationPolicy) -> None:
        """Fill in the units, the coordinates and their precision; report what is wrong with them."""
        said = draft.said
        self._resolve(draft, POINT)
        self._resolve_unit(draft, "point.relocated_from", Surroundings())
        if policy is LocationPolicy.PUBLIC:
            self._fill_public(draft)
        draft.faults(self._rules.disclosure_faults(said, policy))
        hromada: Any = said.get("point.hromada")
        if hromada in self._gazetteer.hromadas:
            said.setdefault("point.oblast", self._gazetteer.hromadas[hromada].oblast)
        draft.faults(self._rules.unit_faults(POINT, said))
        relocated_from = said.get("point.relocated_from")
        if relocated_from is not None and (fault := self._rules.hromada(relocated_from)) is not None:
            draft.fault("point.relocated_from", fault)
        if policy is LocationPolicy.PUBLIC:
            self._coordinates(draft, POINT)
            if not draft.is_faulty and "point.point" not in said and hromada in self._gazetteer.hromadas:
                self._place_by_gazetteer(draft)
        else:
            self._confidential(draft)

    # Units

    def _resolve(self, draft: Draft, part: str) -> None:
        """Turn names into codes: the hromada within oblast and raion, the settlement within the hromada."""
        said = draft.said
        oblast = said.get("point.oblast")
        raions = said.pop("point.raion", frozenset()) if part == POINT else frozenset()
        if isinstance(said.get(f"{part}.hromada"), NamedUnit):
            self._resolve_unit(draft, f"{part}.hromada", Surroundings(oblast, raions))
        if isinstance(said.get(f"{part}.settlement"), NamedUnit):
            around = Surroundings(oblast, raions, said.get(f"{part}.hromada"))
            self._resolve_unit(draft, f"{part}.settlement", around)
        settlement = self._settlement(said, part)
        if f"{part}.hromada" not in said and draft.was_refused(f"{part}.settlement"):
            # Whoever mends the settlement has named the hromada too.
            draft.findings.refused.add((draft.rows[0], f"{part}.hromada"))
        if settlement is None or f"{part}.hromada" in said or draft.was_refused(f"{part}.hromada"):
            return
        if settlement.hromada is not None or settlement.area in self._gazetteer.hromadas:
            said[f"{part}.hromada"] = settlement.hromada or settlement.area

    def _settlement(self, said: Said, part: str) -> Settlement | None:
        code = said.get(f"{part}.settlement")
        return None if code is None else self._gazetteer.settlements.get(code)

    def _resolve_unit(self, draft: Draft, name: str, around: Surroundings) -> None:
        named = draft.said.get(name)
        if not isinstance(named, NamedUnit):
            return
        is_settlement = name.endswith(".settlement")
        find = self._units.settlement if is_settlement else self._units.hromada
        try:
            draft.said[name] = find(named.text, around)
        except Refusal as refusal:
            del draft.said[name]
            draft.fault(name, refusal.fault)
            draft.findings.refused.add((draft.row_of(name), name))

    def _fill_public(self, draft: Draft) -> None:
        """Find the hromada of a point that names none, and the settlement of one without coordinates."""
        said = draft.said
        if "point.settlement" in said or any(
            draft.was_refused(name) for name in ("point.hromada", "point.settlement")
        ):
            return
        position = self._position(draft, POINT)
        if "point.hromada" in said:
            # Coordinates say more than an address; without them its settlement is better than the hromada.
            if position is None:
                self._fill_by_address(draft)
            return
        if position is not None and self._context.locate is not None:
            found = self._context.locate(position)
            if found is not None:
                said["point.hromada"] = found
                draft.note(
                    "point.lat",
                    Fault(
                        "hromada {name} was found by the coordinates",
                        {"name": self._rules.country.name(found)},
                    ),
                )
                return
        self._fill_by_address(draft)

    def _fill_by_address(self, draft: Draft) -> None:
        """Find the settlement or the hromada by the address, and tell what was found, or why nothing."""
        said = draft.said
        address = said.get("point.address")
        if not address:
            return
        place = self._addresses.find(address, said.get("point.oblast"), said.get("point.hromada"))
        if place.hromada is not None:
            said.setdefault("point.hromada", place.hromada)
        if place.settlement is not None:
            said["point.settlement"] = place.settlement
        found = place.settlement or place.hromada
        if found is not None:
            name = self._rules.country.name(found)
            draft.note(
                "point.address",
                Fault("the address was understood as {name} ({code})", {"name": name, "code": found}),
            )
        if place.problem:
            draft.note("point.address", Fault(place.problem, dict(place.problem_values)))

    # Coordinates

    def _position(self, draft: Draft, part: str) -> LonLat | None:
        lat, lon = draft.said.get(f"{part}.lat"), draft.said.get(f"{part}.lon")
        if lat is None or lon is None or self._rules.country.position(lon, lat) is not None:
            return None
        return LonLat(lon=lon, lat=lat)

    def _coordinates(self, draft: Draft, part: str) -> None:
        """Judge the coordinates and put them together as `point.point` or `confidential.point`."""
        said = draft.said
        lat, lon = said.get(f"{part}.lat"), said.get(f"{part}.lon")
        if lat is None or lon is None:
            for name, other in (("lat", lon), ("lon", lat)):
                if other is not None and not draft.was_refused(f"{part}.{name}"):
                    draft.fault(f"{part}.{name}", Fault("coordinates are two numbers: add the other one"))
            return
        if part == POINT and "point.precision" not in said and not draft.was_refused(f"{part}.precision"):
            draft.fault(f"{part}.precision", Fault("coordinates need their precision: add it"))
        fault = self._rules.country.position(lon, lat)
        if fault is not None:
            draft.fault(f"{part}.lat", fault)
            return
        position = LonLat(lon=lon, lat=lat)
        said[f"{part}.point"] = position
        hromada: Any = said.get(f"{part}.hromada")
        if hromada in self._gazetteer.hromadas:
            self._inside(draft, part, position, hromada)

    def _inside(self, draft: Draft, part: str, position: LonLat, hromada: Katottg) -> None:
        """Judge that the position is in the hromada, and say when it is far from the settlement named."""
        settlement = self._settlement(draft.said, part)
        centre = None if settlement is None else settlement.point
        away_km = None if centre is None else distance_km(position, centre)
        belongs = settlement is not None and hromada in {settlement.hromada, settlement.area}
        # Near one settlement of the hromada is near enough: no need to measure to all of them.
        if away_km is None or away_km > NEAR_KM or not belongs:
            fault = self._rules.country.inside(position, hromada)
            if fault is not None:
                draft.fault(f"{part}.lat", fault)
                return
        if away_km is not None and away_km > FAR_KM and settlement is not None:
            draft.note(
                f"{part}.lat",
                Fault(
                    "these coordinates lie {distance_km} km from {settlement}: look whether both are right",
                    {"distance_km": round(away_km), "settlement": settlement.name},
                ),
            )

    def _place_by_gazetteer(self, draft: Draft) -> None:
        said = draft.said
        if any(draft.was_refused(name) for name in ("point.lat", "point.lon")):
            return
        settlement = self._settlement(said, POINT)
        if settlement is not None and settlement.point is not None:
            position, precision, name = settlement.point, PointPrecision.SETTLEMENT, settlement.name
        else:
            hromada = self._gazetteer.hromadas[said["point.hromada"]]
            position, precision, name = hromada.centre, PointPrecision.HROMADA, hromada.name
        said["point.point"], said["point.precision"] = position, precision
        said.setdefault("point.coordinates_source", GAZETTEER)
        draft.note(
            "point.lat",
            Fault(
                "without coordinates: placed in the middle of {name}, precision «{precision}»",
                {"name": name, "precision": precision.value},
            ),
        )

    # Places that are not for everyone

    def _confidential(self, draft: Draft) -> None:
        said = draft.said
        if not any(name.startswith("confidential.") for name in said):
            return
        self._resolve(draft, CONFIDENTIAL)
        hromada: Any = said.get("confidential.hromada")
        if hromada is None:
            if not draft.was_refused("confidential.hromada"):
                draft.fault("confidential.hromada", Fault("a confidential place names its hromada: add it"))
            return
        draft.faults(self._rules.unit_faults(CONFIDENTIAL, said))
        self._coordinates(draft, CONFIDENTIAL)
        oblast = said.get("point.oblast")
        if oblast is not None and self._rules.hromada(hromada) is None:
            fault = self._rules.country.belongs(hromada, oblast)
            if fault is not None:
                draft.fault("confidential.hromada", fault)
        if said.get("point.hromada", hromada) != hromada:
            draft.fault(
                "confidential.hromada",
                Fault("this is not the hromada of the point itself: correct one of them"),
            )
