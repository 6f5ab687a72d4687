"""``gazette mirror``: the folder of posts that gazette.toml names, brought in step by hand."""

from pathlib import Path

import click

from archive import ArchiveError, Mirrored
from archive.cli.options import ArchiveCommand, complain, existing, note
from archive.language import _
from crawler import sources
from crawler.cli.options import config_folder, data_folder, folders
from crawler.mirroring import mirror as step
from crawler.mirroring import rule_of
from crawler.settings import Settings


@click.command(cls=ArchiveCommand)
@click.option(
    "--rebuild", is_flag=True, help="Compare every post with its file, and mend what differs."
)
@folders
def mirror(rebuild: bool, config: Path | None, data: Path | None) -> None:
    """Bring the folder of posts of gazette.toml in step with the archive.

    The daemon and gazette crawl do so after every pass. Only files that Gazette wrote are touched.
    """
    settings = sources.load_settings(config_folder(config))
    folder = data_folder(config, data)
    if rule_of(settings.mirror) is None:
        raise click.UsageError(
            _('no mirror is set: write posts = "DIR" under [mirror] in gazette.toml')
        )
    existing(folder)
    told = keep(settings, folder, rebuild=rebuild)
    if told is not None:
        click.echo(said(told, settings.mirror.posts))


def keep(settings: Settings, data: Path, *, rebuild: bool = False) -> Mirrored | None:
    """Make a step of the mirror, if there is to be one, and print what was left alone."""
    rule = rule_of(settings.mirror)
    if rule is None or not (data / "archive.db").is_file():
        return None
    done = step(rule, data, rebuild=rebuild)
    for remark in done.notes:
        note(remark)
    return done


def keep_after_pass(settings: Settings, data: Path, *, quiet: bool) -> bool:
    """Make a step after a crawl and say what it did unless ``quiet``; False where it failed."""
    try:
        done = keep(settings, data)
    except (ArchiveError, OSError) as error:
        complain(f"mirror: {error}")
        return False
    if done is not None and not quiet:
        click.echo(said(done, settings.mirror.posts))
    return True


def said(done: Mirrored, folder: str) -> str:
    """Return in a line what a step did."""
    return _("mirror {folder}: {written} posts written, {removed} removed").format(
        folder=folder, written=done.written, removed=done.removed
    )
