"""Starts Datasette on the archive: read-only, and beside a daemon that goes on writing.

The file is never opened as immutable. SQLite then ignores the write-ahead log, and a file that is
being written shows wrong rows, or seems damaged.
"""

import asyncio
import logging
import socket
import webbrowser
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import uvicorn
import yaml
from datasette.app import DEFAULT_SETTINGS, Datasette  # type: ignore[import-untyped]

from archive.errors import ArchiveError
from archive.schema import open_archive

#: Settings of Datasette, where the metadata file has none. The database is not to be had whole:
#: while it is being written, the file alone is not the archive.
SETTINGS: dict[str, Any] = {
    "allow_download": False,
    "sql_time_limit_ms": 3000,
    "facet_time_limit_ms": 500,
    "suggest_facets": False,
    "default_page_size": 50,
    "max_returned_rows": 1000,
    "truncate_cells_html": 200,
}

_LAST_PORT = 65_535


def browse(
    data: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8001,
    open_browser: bool = False,
    metadata: Path | None = None,
    announce: Callable[[str], None] = print,
) -> None:
    """Serve the archive in the folder ``data`` until SIGINT or SIGTERM comes.

    ``port`` 0 takes a free one; ``announce`` is told the address. ``metadata`` is a file of titles
    and queries as Datasette takes it. Raises NotAnArchive, or ArchiveError for a taken port or a
    metadata file that cannot be read.
    """
    path = data / "archive.db"
    open_archive(path, read_only=True).close()
    said = _read_metadata(metadata)
    with closing(_listen(host, port)) as listener:
        bound = listener.getsockname()[1]
        address = f"http://{f'[{host}]' if ':' in host else host}:{bound}/"
        announce(f"{path} is open at {address} (Ctrl-C ends it)")
        if open_browser:
            webbrowser.open(address)
        # The server has stopped in good order by then, and only passes the signal on.
        with suppress(KeyboardInterrupt):
            asyncio.run(_serve(path, said, listener))


def _listen(host: str, port: int) -> socket.socket:
    if not 0 <= port <= _LAST_PORT:
        raise ArchiveError(f"cannot listen on port {port}: ports go from 0 to {_LAST_PORT}")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise ArchiveError(f"cannot listen on {host} port {port}: {error.strerror}") from error


def _read_metadata(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        raise ArchiveError(f"{path}: {error}") from error
    if not isinstance(said, dict) or not isinstance(said.get("settings", {}), dict):
        raise ArchiveError(f"{path}: not a mapping of names to values")
    if unknown := said.get("settings", {}).keys() - DEFAULT_SETTINGS.keys():
        raise ArchiveError(f"{path}: Datasette has no setting {', '.join(sorted(unknown))}")
    return said


def application(path: Path, metadata: dict[str, Any]) -> Datasette:
    """Return Datasette on the archive at ``path``; ``settings`` in the metadata go before ours."""
    said = dict(metadata)
    settings = {**SETTINGS, **said.pop("settings", {})}
    return Datasette([str(path)], metadata=said, settings=settings)


async def _serve(path: Path, metadata: dict[str, Any], listener: socket.socket) -> None:
    datasette = application(path, metadata)
    await datasette.invoke_startup()
    config = uvicorn.Config(datasette.app(), log_level=logging.WARNING, lifespan="on")
    await uvicorn.Server(config).serve(sockets=[listener])
