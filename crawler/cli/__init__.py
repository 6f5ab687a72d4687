"""The ``gazette`` command: crawling here, searching from the archive's half.

Exit codes: 0 done · 1 finished with failed sources, or nothing found where that matters · 2 bad
usage or config · 3 the archive needs attention.
"""

import os
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from archive import ArchiveError
from archive.cli import COMMANDS
from archive.cli.options import WATCH, complain
from archive.cli.speaking import speaking_as_told, spoken
from archive.health import Watch
from archive.language import _, retold
from crawler import __version__
from crawler.cli.options import data_folder
from crawler.errors import ConfigError, CrawlError, Fault, FrontierFull


class Later(click.Command):
    """A command that is loaded when it is asked for; until then its first sentence is known.

    What reads pages takes the better part of a second to load, and finding an article needs none
    of it.
    """

    def __init__(self, name: str, where: str, sentence: str) -> None:
        super().__init__(name, help=sentence)
        self.where = where

    def loaded(self) -> click.Command:
        """Return the command itself."""
        room, _, name = self.where.partition(":")
        found = getattr(import_module(room), name)
        assert isinstance(found, click.Command)
        return found


class Gazette(click.Group):
    """Catches what is expected to go wrong, once for every command, and speaks to people."""

    def main(self, *args: Any, **rest: Any) -> Any:
        """Run in the language of the process."""
        with speaking_as_told(os.environ):
            return click.Group.main(spoken(self), *args, **rest)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; expected errors become a message and an exit code, bugs a traceback."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            error.message = retold(error.message)  # type: ignore[misc]
            raise
        except ConfigError as error:
            for fault in error.faults:
                complain(_told(fault))
            ctx.exit(2)
        except CrawlError as error:
            complain(str(error))
            ctx.exit(1)
        except (ArchiveError, FrontierFull) as error:
            complain(str(error))
            ctx.exit(3)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is asked for, loaded; listing all of them loads none."""
        name, command, rest = super().resolve_command(ctx, args)
        if isinstance(command, Later):
            command = command.loaded()
        return name, command and spoken(command), rest

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name, in the language spoken."""
        command = super().get_command(ctx, cmd_name)
        return command and spoken(command)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List commands in the order of a day's work rather than by the alphabet."""
        return list(self.commands)


def _watch(data: Path) -> Watch:
    """Return what tells the browsing how the sources do."""
    # Here, not above: no other command needs it.
    from crawler.cli.health import CrawlWatch
    from crawler.cli.options import watched

    return CrawlWatch(data, watched(click.get_current_context().params.get("config")))


def _told(fault: Fault) -> str:
    said = str(replace(fault, what=retold(fault.what), hint=""))
    return said + (_(" ({hint})").format(hint=retold(fault.hint)) if fault.hint else "")


@click.group(cls=Gazette, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gazette")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Watch government news sites, archive what they publish, and search it."""
    ctx.obj = data_folder
    ctx.meta[WATCH] = _watch


for command in (
    Later(
        "demo",
        "crawler.cli.demo:demo",
        "Try everything on five made-up government sites served on this machine.",
    ),
    Later(
        "add",
        "crawler.cli.adding:add",
        "Look at a site, show what can be watched there, write config/sources/<id>.toml.",
    ),
    Later(
        "sources",
        "crawler.cli.catalogue:catalogue",
        "List the catalogue: every source with its place, sets and system, and which are watched.",
    ),
    Later(
        "check",
        "crawler.cli.checking:check",
        "Dry run: what each listing names, its first article, what is wrong; nothing is stored.",
    ),
    Later(
        "crawl",
        "crawler.cli.crawling:crawl",
        "Visit the given sources once, or all that are watched, now.",
    ),
    Later(
        "daemon",
        "crawler.cli.crawling:daemon",
        "Watch sources for ever; stop with SIGTERM or Ctrl-C.",
    ),
    Later(
        "mirror",
        "crawler.cli.mirroring:mirror",
        "Bring the folder of posts of gazette.toml in step with the archive.",
    ),
    Later(
        "status",
        "crawler.cli.status:status",
        "Show every source: how it does, why and since when; of those named all that is known.",
    ),
    *COMMANDS,
    Later(
        "watch",
        "crawler.cli.watching:watch",
        "Saved searches: what is new and matches goes to an Atom feed and to a webhook.",
    ),
    # Takes what the archive's own does, and more.
    Later(
        "import",
        "crawler.cli.importing:import_",
        "Put posts, and the articles of WARC files, into the archive: files, or folders of them.",
    ),
    Later(
        "extract",
        "crawler.cli.pages:extract_pages",
        "Read pages from files or addresses: an article a line, as JSON, with its witnesses.",
    ),
    Later(
        "links",
        "crawler.cli.pages:links",
        "Read a listing from a file: a line of {url, title, date} for each article it names.",
    ),
    Later(
        "reextract",
        "crawler.cli.rereading:reextract",
        "Read stored pages again, without asking any site, and store what is read otherwise today.",
    ),
):
    main.add_command(command)
