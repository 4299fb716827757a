"""A dask cluster, here or elsewhere, as something that coverage can be computed on part by part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from mapapp.analysis.partitions import Map
from mapapp.domain.errors import UsageError

_PATIENCE_S: Final = 10


@contextmanager
def cluster_map(address: str) -> Iterator[Map]:
    """Give a `map` that calls its function on the workers of a dask scheduler, such as "tcp://host:8786".

    Each call deals its items out to the workers in turn and returns a list when all is done. Who can reach a
    scheduler without TLS can run anything on its workers: keep it in a network of its own.

    Raises
    ------
    UsageError
        Dask is not installed, or nothing answers at the address.

    """
    try:
        import distributed  # noqa: PLC0415 - an extra: all else works without it
    except ImportError as error:
        raise UsageError(
            "Computing on a cluster needs dask, which is missing: pip install {extra}",
            extra='"mapapp[cluster]"',
        ) from error
    try:
        client: Any = distributed.Client(  # type: ignore[no-untyped-call]
            address, timeout=_PATIENCE_S, set_as_default=False
        )
    except (OSError, ValueError) as error:
        raise UsageError(
            "No dask scheduler answers at {address}: {reason}", address=address, reason=error
        ) from error

    def run(function: Callable[..., Any], /, *items: Iterable[Any]) -> list[Any]:
        # Scattered, not sent inside the calls: the scheduler would hold every part in its own memory.
        dealt = [client.scatter(list(several), hash=False) for several in items]
        done: list[Any] = client.gather(client.map(function, *dealt, pure=False))
        return done

    with client:
        yield run
