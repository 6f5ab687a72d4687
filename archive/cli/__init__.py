"""The archive's commands of ``gazette``: finding, moving and keeping what it holds.

Exit codes: 0 done · 1 nothing found, or something failed and the rest went on · 2 bad usage ·
3 the archive needs attention.
"""

import click

from archive.cli.evidence import attest, delete, verify
from archive.cli.filing import files
from archive.cli.finding import search
from archive.cli.following import changes, history
from archive.cli.keeping import backup, browse, restore
from archive.cli.moving import export, import_
from archive.cli.reading import show
from archive.cli.similar import similar
from archive.cli.vanished import gone
from archive.terminal import print_results

__all__ = ["COMMANDS", "print_results"]

COMMANDS: tuple[click.Command, ...] = (
    search,
    show,
    history,
    files,
    changes,
    similar,
    gone,
    browse,
    import_,
    export,
    verify,
    attest,
    delete,
    backup,
    restore,
)
