"""The feed of a saved search (Atom, RFC 4287): pure text, and a file that is never half written."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from archive import Stored, atom_entry, atom_feed, passage
from crawler.watch.records import Noted, Watch, WatchError

#: Entries that a feed holds.
MOST = 100


def digest_of(watch: Watch, entries: Sequence[tuple[Noted, Stored]]) -> str:
    """Return what is another whenever the feed would be."""
    return hashlib.sha256(repr((watch.key, watch.query, entries)).encode()).hexdigest()


def as_atom(watch: Watch, entries: Sequence[tuple[Noted, Stored]]) -> str:
    """Return the feed as XML, the entries in the order given.

    An entry is known by the article's address and dated by when it was found, so that neither
    changes however often the file is written.
    """
    return atom_feed(
        f"{watch.name}: {watch.query}",
        f"urn:uuid:{watch.key}",
        max([watch.created, *(noted.at for noted, _stored in entries)]),
        entries=[
            atom_entry(stored, noted.at, summary=passage(stored, watch.query))
            for noted, stored in entries
        ],
    )


def write(path: Path, text: str) -> None:
    """Put ``text`` in the place of the file, so that a reader sees the one or the other, whole.

    Raises WatchError where something else than a feed stands there: it is never replaced.
    """
    if not is_free(path):
        raise WatchError(path.name, f"{path} is no feed, so it is not written over")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_free(path: Path) -> bool:
    """Tell whether a feed may be written there: nothing is in the way, or a feed."""
    if not path.exists():
        return True
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return b'<feed xmlns="http://www.w3.org/2005/Atom"' in file.read(200)
