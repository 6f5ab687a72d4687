"""What an exporter is given: the articles to go through, and where they go."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from archive.records import Stored

#: The articles asked for whose ids are below one, newest first; what a half-written file lacks.
Walk = Callable[[int], Iterable[Stored]]


class Records(Protocol):
    """What hands out the WARC records of an article."""

    def records(self, article_id: int, known: Callable[[int], bool]) -> Iterator[bytes]:
        """Yield them; see ``Reader.records``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One export."""

    #: a file or a folder; None: standard output
    out: Path | None = None
    #: leave values as they are rather than make them safe for a spreadsheet
    raw: bool = False
    #: what was asked for, in words of any kind: a half-written file goes on only for the same
    asked: str = ""
    #: the archive that the articles come from; needed for what lies in its WARC files
    archive: Records | None = None


#: Yields for each article whether it was written (True) or stood there already just so (False); a
#: single file is in its place when the last was yielded.
Exporter = Callable[[Walk, Job], Iterator[bool]]
