"""A file written whole or not at all: what stood there stays until the new one is complete."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from mapapp.domain.errors import UsageError


def write_whole(file: Path, content: bytes) -> None:
    """Write the file, readable by its owner alone.

    Raises
    ------
    UsageError
        The folder is missing, full or not to be written.

    """
    try:
        with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}-", delete=False) as unfinished:
            try:
                unfinished.write(content)
                unfinished.flush()
                os.fsync(unfinished.fileno())
                Path(unfinished.name).replace(file)
            except BaseException:
                Path(unfinished.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise UsageError(
            "{file} cannot be written: {problem}", file=file, problem=error.strerror or error
        ) from error
