#!/usr/bin/env python3
"""Time what one referral costs the server on both stores: the question alone, and the whole run of the page.

    scripts/private_postgis.py -- python scripts/bench_find_page.py --points 20000

The page is the real script of the application, run as Streamlit runs it for a visitor who chooses another
place; drawing in the browser is not in it. The page about the data, which asks nothing, is the floor.
Without MAPAPP_TEST_POSTGIS_URL only the embedded store is timed.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import streamlit as st
from bench_nearest import ROOT, stores
from scattered_registry import scattered_registry
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

import mapapp.atlas
from mapapp.atlas import StoreAtlas, share_atlas
from mapapp.boundaries import install_approximate_boundaries
from mapapp.domain.clock import KYIV
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geography import Settlement
from mapapp.domain.progress import no_progress
from mapapp.domain.referral import ReferralQuestion
from mapapp.files.gazetteer import read_areas_outside_hromadas, read_gazetteer
from mapapp.files.reference_tables import read_services

_SCRIPT = Path(mapapp.atlas.__file__).with_name("app.py")
_LONGEST_RUN_S = 60


def main() -> None:
    """Print the medians and 95th percentiles for each store."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--points", type=int, default=20_000)
    options.add_argument("--questions", type=int, default=40)
    chosen = options.parse_args()
    gazetteer = read_gazetteer(ROOT / "geodata")
    registry = scattered_registry(gazetteer, list(read_services()), chosen.points)
    asked = places(gazetteer, chosen.questions)
    other_areas_km2 = read_areas_outside_hromadas(ROOT / "geodata")
    with stores(gazetteer, registry) as filled:
        for name, store in filled.items():
            install_approximate_boundaries(store, gazetteer, other_areas_km2, no_progress)
            atlas = StoreAtlas(store)
            share_atlas(atlas)
            st.cache_resource.clear()
            print(f"\n{name}, {chosen.points:,} points, {len(asked)} questions")
            report("the question alone", [question_s(atlas, place) for place in asked])
            floor = report("a page that asks nothing", page_s("about", asked))
            whole = report("the page of the answer", page_s("find", asked))
            print(f"{'the answer costs, over the floor':<34}{(whole - floor) * 1000:>9.1f} ms")


def places(gazetteer: Gazetteer, number: int) -> list[Settlement]:
    """Return random settlements of free hromadas, the first of them to warm up with."""
    rng = random.Random(11)  # noqa: S311 - the same questions every time
    return rng.sample(
        [it for it in gazetteer.settlements.values() if it.hromada is not None and it.point is not None],
        number + 1,
    )


def question_s(atlas: StoreAtlas, place: Settlement) -> float:
    """Return how long the atlas takes to answer."""
    assert place.point is not None
    moment = datetime.now(KYIV)
    question = ReferralQuestion("home-care", place.point, place.hromada, moment.date(), moment)
    began = time.perf_counter()
    atlas.refer(question)
    return time.perf_counter() - began


def page_s(page: str, asked: Sequence[Settlement]) -> list[float]:
    """Return how long each run of the page takes, one visitor asking about one place after another."""
    taken = []
    app = AppTest.from_file(str(_SCRIPT), default_timeout=_LONGEST_RUN_S)
    app.query_params["service"] = "home-care"
    for place in asked:
        app.query_params["place"] = place.katottg
        app._page_hash = calc_hash(page)  # noqa: SLF001 - AppTest opens pages of st.navigation in no other way
        began = time.perf_counter()
        app.run()
        taken.append(time.perf_counter() - began)
        if app.exception:
            raise SystemExit(f"the page failed: {app.exception[0].message}")
    return taken


def report(title: str, seconds: Sequence[float]) -> float:
    """Print a line and return the median in seconds; the first measurement is a warm-up."""
    p50, p95 = np.percentile(seconds[1:], [50, 95])
    print(f"{title:<34}{p50 * 1000:>9.1f} ms p50 {p95 * 1000:>9.1f} ms p95")
    return float(p50)


if __name__ == "__main__":
    main()
