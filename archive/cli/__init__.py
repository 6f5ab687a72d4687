"""The archive's commands of ``gazette``: finding, moving and keeping what it holds.

Exit codes: 0 done · 1 nothing found, or something failed and the rest went on · 2 bad usage ·
3 the archive needs attention.
"""

import click

from archive.cli.finding import history, search, show
from archive.cli.keeping import backup, browse, restore, verify
from archive.cli.moving import export, import_
from archive.cli.similar import similar
from archive.cli.vanished import gone
from archive.terminal import print_results

__all__ = ["COMMANDS", "print_results"]

COMMANDS: tuple[click.Command, ...] = (
    search,
    show,
    history,
    similar,
    gone,
    browse,
    import_,
    export,
    verify,
    backup,
    restore,
)
