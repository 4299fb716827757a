"""The made-up country with its scattered registry, in both stores, and what should be answered from it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

import plain_rules  # noqa: E402 - found through the line above
import pytest  # noqa: E402
import scattered  # noqa: E402

from mapapp.domain.progress import no_progress  # noqa: E402
from mapapp.referral import Referral  # noqa: E402
from mapapp.storage.store import Store, open_store  # noqa: E402

BOTH_STORES = ["sqlite", pytest.param("postgis", marks=pytest.mark.postgis)]


@pytest.fixture(scope="session")
def country():
    return scattered.country()


@pytest.fixture(scope="session")
def registry(country):
    return scattered.registry(country)


@pytest.fixture(scope="session")
def rules(registry, country):
    return plain_rules.PlainRules(registry, country, scattered.SERVICES)


@pytest.fixture(scope="session")
def asked(country, registry, rules):
    """Questions, each with what should be answered."""
    questions = scattered.questions(country, registry, 2_000)
    return [(question, rules.answer(question)) for question in questions]


@pytest.fixture(scope="module", params=BOTH_STORES)
def empty_store(request, tmp_path_factory, country) -> Iterator[Store]:
    """Each store in turn, with the country and the services but no registry."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('referral')}/store.sqlite3"
    else:
        url = request.getfixturevalue("module_postgis_url")
    store = open_store(url, create=True)
    try:
        store.migrate()
        store.replace_geography(country, no_progress)
        store.replace_services(scattered.SERVICES)
        yield store
    finally:
        store.dispose()


@pytest.fixture(scope="module")
def referral(empty_store, country, registry) -> Referral:
    """Referral over each store in turn, with the scattered registry in it."""
    empty_store.replace_registry(registry, no_progress)
    return Referral(empty_store, country, scattered.SERVICES)
