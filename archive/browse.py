"""Starts Datasette on the archive: read-only, and beside a daemon that goes on writing.

The file is never opened as immutable. SQLite then ignores the write-ahead log, and a file that is
being written shows wrong rows, or seems damaged.
"""

import asyncio
import logging
import re
import socket
import webbrowser
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import uvicorn
import yaml
from datasette.app import DEFAULT_SETTINGS, Datasette  # type: ignore[import-untyped]
from datasette.version import __version__  # type: ignore[import-untyped]

from archive.datasette_plugin.watch import hand_over
from archive.errors import ArchiveError
from archive.health import Watch
from archive.language import _
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

#: For the public, these go before all others: SQL is for those who may stop the machine.
PUBLIC: dict[str, Any] = {
    "default_allow_sql": False,
    "allow_download": False,
    "allow_csv_stream": False,
    "trace_debug": False,
    "template_debug": False,
    "sql_time_limit_ms": 1500,
    "facet_time_limit_ms": 300,
    "max_returned_rows": 500,
    "max_csv_mb": 10,
}

#: Datasette 0.65, which we are built for, has it all in its metadata.
_OLD = __version__.startswith("0.")
_CONFIG = ("databases", "plugins", "allow", "permissions")

_LAST_PORT = 65_535


def browse(
    data: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8001,
    open_browser: bool = False,
    metadata: Path | None = None,
    public: bool = False,
    base_url: str = "/",
    watch: Watch | None = None,
    announce: Callable[[str], None] = print,
) -> None:
    """Serve the archive in the folder ``data`` until SIGINT or SIGTERM comes.

    ``port`` 0 takes a free one; ``announce`` is told the address. ``metadata`` is a file of titles
    and queries as Datasette takes it. ``public`` leaves out what a stranger needs not: SQL, and
    what Datasette tells of itself. ``base_url`` is the path a proxy has it under. ``watch`` knows
    the health of sources. Raises NotAnArchive, or ArchiveError for a taken port, a metadata file
    that cannot be read, a base that is no path.
    """
    path = data / "archive.db"
    open_archive(path, read_only=True).close()
    said = _read_metadata(metadata)
    datasette = application(path, said, public=public, base_url=_base(base_url), watch=watch)
    with closing(_listen(host, port)) as listener:
        bound = listener.getsockname()[1]
        address = f"http://{f'[{host}]' if ':' in host else host}:{bound}/"
        told = _("{path} is open at {address} (Ctrl-C ends it)")
        announce(told.format(path=path, address=address))
        if open_browser:
            webbrowser.open(address)
        # The server has stopped in good order by then, and only passes the signal on.
        with suppress(KeyboardInterrupt):
            asyncio.run(_serve(datasette, listener))


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


def _base(path: str) -> str:
    """Return a path as Datasette's base_url wants it; ArchiveError where it is none."""
    if not re.fullmatch(r"[A-Za-z0-9._~/-]*", path) or "//" in path or "/." in f"/{path}":
        raise ArchiveError(f"--base-url {path!r} is no path such as /gazette/")
    return f"/{path.strip('/')}/" if path.strip("/") else "/"


def application(
    path: Path,
    metadata: dict[str, Any],
    *,
    public: bool = False,
    base_url: str = "/",
    watch: Watch | None = None,
) -> Datasette:
    """Return Datasette on the archive at ``path``; ``settings`` in the metadata go before ours."""
    said = dict(metadata)
    settings = {**SETTINGS, **said.pop("settings", {}), "base_url": base_url}
    if public:
        settings |= PUBLIC
        plugins = dict(said.get("plugins") or {})
        said["plugins"] = {**plugins, "gazette": {**(plugins.get("gazette") or {}), "public": True}}
    # Datasette 1.0 takes queries, plugins and what visitors may do as configuration.
    more = {} if _OLD else {"config": {key: said[key] for key in _CONFIG if key in said}}
    datasette = Datasette([str(path)], metadata=said, settings=settings, **more)
    if watch is not None:
        hand_over(datasette, watch)
    return datasette


async def _serve(datasette: Datasette, listener: socket.socket) -> None:
    await datasette.invoke_startup()
    config = uvicorn.Config(datasette.app(), log_level=logging.WARNING, lifespan="on")
    await uvicorn.Server(config).serve(sockets=[listener])
