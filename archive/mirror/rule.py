"""What a mirror is to hold, and what became of one step."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorRule:
    """Which posts stand in which folder."""

    folder: Path
    #: ``hexo`` or ``hugo``
    format: str = "hexo"
    #: only what a search for it finds; "" for all articles
    query: str = ""
    #: ``mark``: a post says that its article is gone; ``remove``: it is taken out
    gone: str = "mark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirrored:
    """What one step did."""

    written: int = 0
    removed: int = 0
    #: what was left alone and why, for people
    notes: tuple[str, ...] = ()
