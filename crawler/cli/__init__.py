"""The ``gazette`` command: crawling here, searching from the archive's half.

Exit codes: 0 done · 1 finished with failed sources, or nothing found where that matters · 2 bad
usage or config · 3 the archive needs attention.
"""

from typing import Any

import click

from archive import ArchiveError
from archive.cli import COMMANDS
from crawler import __version__
from crawler.cli.demo import demo
from crawler.cli.importing import import_
from crawler.cli.options import data_folder
from crawler.cli.pages import extract_pages, links
from crawler.cli.rereading import reextract
from crawler.cli.run import crawl, daemon, status
from crawler.cli.sites import add, check
from crawler.errors import ConfigError, CrawlError, FrontierFull


class Gazette(click.Group):
    """Catches what is expected to go wrong, once for every command."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; expected errors become a message and an exit code, bugs a traceback."""
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            for fault in error.faults:
                click.secho(f"error: {fault}", fg="red", err=True)
            ctx.exit(2)
        except CrawlError as error:
            click.secho(f"error: {error}", fg="red", err=True)
            ctx.exit(1)
        except (ArchiveError, FrontierFull) as error:
            click.secho(f"error: {error}", fg="red", err=True)
            ctx.exit(3)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List commands in the order of a day's work rather than by the alphabet."""
        return list(self.commands)


@click.group(cls=Gazette, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gazette")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Watch government news sites, archive what they publish, and search it."""
    ctx.obj = data_folder


for command in (
    demo,
    add,
    check,
    crawl,
    daemon,
    status,
    *COMMANDS,
    import_,  # which takes what the archive's own does, and more
    extract_pages,
    links,
    reextract,
):
    main.add_command(command)
