"""What the page for a partner's iframe says: the map, its words and credits, as one HTML document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from mapapp.domain.coverage import CoverageState
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.questions import Atlas, CoverageAnswer, CoverageQuery
from mapapp.presentation.escaping import script_json
from mapapp.presentation.labels import area_name, hromada_name, hromada_whereabouts, label, service_name
from mapapp.presentation.map_assets import map_assets
from mapapp.presentation.map_scene import MapScene, points_url
from mapapp.presentation.map_view import MapView
from mapapp.presentation.messages import Translator, translator
from mapapp.presentation.palette import STATE_FILLS

_STYLES = ("leaflet/leaflet.css", "palette.css", "hromada-map.css", "embed.css")
_SCRIPTS = ("leaflet/leaflet.js", "point-layer.js", "hromada-map.js", "embed.js")


@dataclass(frozen=True, slots=True)
class EmbedQuestion:
    """What an address of the embedded page asks for; without a service the map shows providers only."""

    day: date
    service: str | None = None
    area: Katottg | None = None
    language: str = "uk"
    with_points: bool = True


def render_embed(question: EmbedQuestion, atlas: Atlas, scene: MapScene) -> str:
    """Return the page; every text in it passes through the template's escaping."""
    t = translator(question.language)
    service, area, day = question.service, question.area, question.day
    coverage = None if service is None else atlas.coverage(CoverageQuery(service, day, area))
    view = MapView(
        bounds=atlas.bounds_of(area),
        coverage=coverage,
        points_url=points_url(day=day, service=service, area=area) if question.with_points else None,
    )
    heading = (
        t("Providers of social services") if service is None else service_name(t, atlas.services[service])
    )
    where = area_name(t, atlas.gazetteer, NATION if area is None else area)
    return (
        _environment()
        .get_template("embed.html")
        .render(
            t=t,
            title=f"{heading} – {where}",
            heading=heading,
            area_name=where,
            day=day,
            is_demo=atlas.health().demo_records,
            service=service,
            services=[(slug, service_name(t, found)) for slug, found in atlas.services.items()],
            kept=_kept_parameters(question),
            counts=_counts(coverage, t),
            missing=_missing(coverage, atlas, t),
            credits=_credits(atlas),
            full_map_url=full_map_url(question),
            style_urls=[map_assets().url(path) for path in _STYLES],
            script_urls=[map_assets().url(path) for path in _SCRIPTS],
            furniture=script_json(scene.furniture(t)),
            view=script_json(scene.state(view, t)),
        )
    )


def render_refusal(sentence: str, t: Translator) -> str:
    """Return the page for an address that asks for something impossible: one sentence and a way out."""
    return (
        _environment()
        .get_template("refusal.html")
        .render(
            t=t,
            sentence=sentence,
            full_map_url="/",
            style_urls=[map_assets().url(path) for path in ("palette.css", "embed.css")],
        )
    )


def full_map_url(question: EmbedQuestion) -> str:
    """Return the address of the app's map with the same question."""
    asked = {
        "service": question.service,
        "area": question.area,
        "points": None if question.with_points else "0",
        "lang": question.language,
    }
    return f"/?{urlencode({name: value for name, value in asked.items() if value})}"


def _kept_parameters(question: EmbedQuestion) -> list[tuple[str, str]]:
    """Return what the address keeps when somebody chooses another service."""
    kept = [("lang", question.language), ("points", str(int(question.with_points)))]
    return kept if question.area is None else [("area", question.area), *kept]


def _counts(coverage: CoverageAnswer | None, t: Translator) -> list[tuple[str, str, str]]:
    if coverage is None:
        return []
    return [(state, label(t, state), t.number(coverage.count(state))) for state in STATE_FILLS]


def _missing(coverage: CoverageAnswer | None, atlas: Atlas, t: Translator) -> list[tuple[str, str]]:
    """Return name and whereabouts of each hromada without the service, in the language's alphabet."""
    if coverage is None:
        return []
    gazetteer = atlas.gazetteer
    unserved = [
        gazetteer.hromadas[code]
        for code, found in coverage.hromadas.items()
        if found.state is CoverageState.NOT_SERVED
    ]
    named = [(hromada_name(t, hromada), hromada_whereabouts(t, gazetteer, hromada)) for hromada in unserved]
    return sorted(named, key=lambda row: (t.sort_key(row[0]), t.sort_key(row[1])))


def _credits(atlas: Atlas) -> str:
    attributions = [atlas.boundary_set().attribution]
    attributions += [source.attribution for source in atlas.gazetteer.sources.values()]
    return " · ".join(dict.fromkeys(filter(None, attributions)))


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("mapapp.presentation"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
