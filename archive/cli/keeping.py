"""``gazette backup``, ``restore`` and ``browse``: keeping the archive, opening it."""

from contextlib import suppress
from pathlib import Path

import click

from archive.backup import backup as save
from archive.backup import restore as bring_back
from archive.cli.options import (
    SHIPPED,
    WATCH,
    ArchiveCommand,
    existing,
    folders,
    note,
)
from archive.language import _


@click.command(cls=ArchiveCommand)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@folders
def backup(file: Path, data: Path) -> None:
    """Copy the archive to FILE, and its captured pages beside it, while it is written to.

    Backing up to the same FILE again copies only the pages that are new.
    """
    save(existing(data), file)
    told = _("{archive} backed up to {file}; `gazette restore {file}` brings it back")
    note(told.format(archive=data / "archive.db", file=file))


@click.command(cls=ArchiveCommand)
@click.argument("file", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@folders
def restore(file: Path, data: Path) -> None:
    """Put the backup FILE, once it is verified, in the place of the archive.

    The archive that stands there is renamed, not deleted. Stop the daemon first.
    """
    aside = bring_back(file, data / "archive.db")
    told = (
        _("{archive} is as it was backed up; what stood there is now {aside}")
        if aside
        else _("{archive} is as it was backed up")
    )
    note(told.format(archive=data / "archive.db", aside=aside))


@click.command(cls=ArchiveCommand)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8001, show_default=True, help="0 takes a free one.")
@click.option("--open", "open_browser", is_flag=True, help="Open it in a browser.")
@click.option("--public", is_flag=True, help="For strangers: no SQL, nothing told of this machine.")
@click.option(
    "--base-url",
    default="/",
    metavar="PATH",
    help="Path that a reverse proxy has it under, such as /gazette/.",
)
@folders
@click.pass_context
def browse(
    ctx: click.Context,
    host: str,
    port: int,
    open_browser: bool,
    public: bool,
    base_url: str,
    data: Path,
) -> None:
    """Open the archive in a browser, read-only, while it goes on being written."""
    # Here, not above: Datasette takes a second to load, and brings httpx.
    from archive.browse import browse as serve

    existing(data)
    config = ctx.params["config"] or Path("config")
    metadata = (folder / "datasette.yaml" for folder in (config, SHIPPED))
    # Ctrl-C is how one leaves.
    with suppress(KeyboardInterrupt):
        serve(
            data,
            host=host,
            port=port,
            open_browser=open_browser,
            metadata=next(filter(Path.is_file, metadata), None),
            public=public,
            base_url=base_url,
            # The crawling half leaves word of who knows how the sources do; this half does not.
            watch=watch(data) if (watch := ctx.find_root().meta.get(WATCH)) else None,
            announce=click.echo,
        )
