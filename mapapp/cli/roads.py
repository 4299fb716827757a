"""The commands that look after roads: imported from OpenStreetMap, closed and opened, asked for a way."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from mapapp import roads
from mapapp.cli.terminal import shown_progress, terminal_translator
from mapapp.domain.clock import today_in_kyiv
from mapapp.domain.errors import UsageError
from mapapp.domain.geo import LonLat
from mapapp.domain.travel import TravelMode
from mapapp.files.road_closures import RoadClosure
from mapapp.files.road_files import RoadsAbout
from mapapp.presentation.messages import Translator
from mapapp.settings import read_settings

commands = typer.Typer(help="Roads for travel times and routes.", no_args_is_help=True)

Place = Annotated[str, typer.Argument(metavar="LON,LAT")]


@commands.command("import")
def roads_import(
    file: Annotated[Path, typer.Argument(help="An OpenStreetMap extract: FILE.osm.pbf.")],
) -> None:
    """Prepare the roads of an extract; they replace those imported before, closures stay."""
    t = terminal_translator()
    with shown_progress(t) as progress:
        about = roads.import_roads(read_settings(), file, progress)
    typer.echo(t("Roads are in place: {roads} between {junctions} junctions", **_counts(about)))
    _tell_source(t, about)


@commands.command("status")
def roads_status() -> None:
    """Say which roads there are, whether their files are whole, and what is closed."""
    t = terminal_translator()
    settings = read_settings()
    about = roads.check_roads(settings)
    if about is None:
        typer.echo(t("No roads: distances are in a straight line. Now: mapapp roads import FILE.osm.pbf"))
    else:
        typer.echo(t("Roads: {roads} between {junctions} junctions, {road_km} km", **_counts(about)))
        box = about.bounds
        typer.echo(f"{box.west}…{box.east}° E, {box.south}…{box.north}° N")
        _tell_source(t, about)
    for closure in roads.list_closures(settings):
        typer.echo(_closure_line(t, closure))


@commands.command("close")
def roads_close(
    name: Annotated[str, typer.Argument(help="A name for the closure; one of this name is replaced.")],
    file: Annotated[Path, typer.Argument(help="The closed areas: polygons in GeoJSON.")],
    *,
    from_: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day.")
    ] = None,
    to: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day.")] = None,
    reason: Annotated[str, typer.Option(help="Why, for whoever asks later.")] = "",
) -> None:
    """Close every road that touches an area: a front line, a broken bridge."""
    t = terminal_translator()
    closure = roads.close_roads(
        read_settings(),
        name,
        file,
        reason=reason,
        first_day=from_.date() if from_ else None,
        last_day=to.date() if to else None,
    )
    typer.echo(_closure_line(t, closure))


@commands.command("open")
def roads_open(name: Annotated[str, typer.Argument(help="The closure to end.")]) -> None:
    """End a closure."""
    t = terminal_translator()
    roads.open_roads(read_settings(), name)
    typer.echo(t("The closure «{name}» is ended", name=name))


@commands.command("remove")
def roads_remove() -> None:
    """Take the imported roads away; closures stay."""
    t = terminal_translator()
    was_here = roads.remove_roads(read_settings())
    typer.echo(t("The roads are removed") if was_here else t("There were no roads"))


@commands.command("route")
def roads_route(
    origin: Place,
    to: Place,
    *,
    foot: Annotated[bool, typer.Option("--foot", help="On foot instead of by car.")] = False,
) -> None:
    """Tell how long the way between two places is, today."""
    t = terminal_translator()
    network = roads.load_roads(read_settings())
    if network is None:
        raise UsageError("There are no roads yet: mapapp roads import FILE.osm.pbf")
    mode = TravelMode.FOOT if foot else TravelMode.CAR
    begin, end = _place(origin), _place(to)
    for place in (begin, end):
        if not network.covers(place, mode):
            raise UsageError("There is no open road near {place}", place=f"{place.lon},{place.lat}")
    route = network.route(begin, end, mode)
    if route is None:
        raise UsageError("No open road leads there")
    minutes, km = round(route.trip.travel_s / 60), round(route.trip.road_m / 1000, 1)
    typer.echo(t("{minutes} min, {km} km by road", minutes=minutes, km=km))


def _place(text: str) -> LonLat:
    try:
        lon, lat = (float(part) for part in text.split(","))
        return LonLat(lon, lat)
    except ValueError as error:
        raise UsageError("«{text}» is not a place: write LON,LAT as 34.5514,49.5883", text=text) from error


def _counts(about: RoadsAbout) -> dict[str, object]:
    return {"roads": about.roads, "junctions": about.junctions, "road_km": round(about.road_km)}


def _tell_source(t: Translator, about: RoadsAbout) -> None:
    typer.echo(
        t(
            "Made of {file}, the map as of {day}. {attribution}, {licence}",
            file=about.source_file,
            day=about.replicated_at[:10] or "—",
            attribution=about.attribution,
            licence=about.licence,
        )
    )


def _closure_line(t: Translator, closure: RoadClosure) -> str:
    days = f"{closure.first_day or '…'} – {closure.last_day or '…'}"
    line = (
        t("closed today: «{name}» ({days})", name=closure.name, days=days)
        if closure.holds_on(today_in_kyiv())
        else t("not closed today: «{name}» ({days})", name=closure.name, days=days)
    )
    return f"{line}: {closure.reason}" if closure.reason else line
