"""A folder of posts, a file an article: names that lead nowhere else, files that are whole.

Exported posts are not forced to the disk one by one: that would cost more than writing them, and
what a power cut takes the next export writes again.
"""

import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from archive.errors import ArchiveError
from archive.export import hexo, hugo
from archive.export.job import Job, Walk
from archive.ids import FIRST_DATED, SLOTS_PER_DAY
from archive.records import Stored

# What a file system refuses; and what means something in an address, on which Hexo stops (%) or
# makes a link to elsewhere (#).
_DROPPED = frozenset('/\\:*?"<>|%#')
_SLUG_BYTES = 180
_EVERYTHING = 1 << 62


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A kind of post: how an article becomes one, and how its file ends."""

    render: Callable[[Stored], str]
    suffix: str


FORMS = {
    "hexo": Form(render=hexo.as_post, suffix=hexo.SUFFIX),
    "hugo": Form(render=hugo.as_page, suffix=hugo.SUFFIX),
}


def post_path(stored: Stored, suffix: str = hexo.SUFFIX) -> Path:
    """Return where a post goes below its folder: ``2024/03/15/<id>-<slug>.md``, or ``undated/…``.

    The day is that of the id, so that a corrected date moves no file.
    """
    name = f"{stored.id}-{slug(stored.article.title)}{suffix}"
    if stored.id < FIRST_DATED:
        return Path("undated", name)
    day = date.fromordinal(stored.id // SLOTS_PER_DAY)
    return Path(*day.isoformat().split("-"), name)


def slug(title: str) -> str:
    """Return ``title`` as part of a file name that every file system and shell takes.

    At most 180 bytes of UTF-8, without controls, marks of direction, blanks and ``/\\:*?"<>|%#``,
    no dot or hyphen at either end. Names that Windows keeps for itself, and two that differ by
    capitals alone, cannot arise: an id stands in front.
    """
    kept = (
        "-" if character.isspace() else character
        for character in unicodedata.normalize("NFC", title)
        if character not in _DROPPED
        and (character.isspace() or not unicodedata.category(character).startswith("C"))
    )
    short = re.sub("-+", "-", "".join(kept)).strip(".-").encode()[:_SLUG_BYTES]
    return short.decode("utf-8", "ignore").strip(".-") or "post"


def folder_of(form: Form, what: str) -> Callable[[Walk, Job], Iterator[bool]]:
    """Return the exporter that writes one post a file.

    A post whose title has changed takes the place of the old file; one that stands there just so
    is not touched.
    """

    def export(walk: Walk, job: Job) -> Iterator[bool]:
        if job.out is None:
            raise ArchiveError(f"{what} are many files: name a folder to write them to")
        root = job.out.resolve()
        folder, names = root, dict[str, list[Path]]()
        for stored in walk(_EVERYTHING):
            path = root / post_path(stored, form.suffix)
            if path.parent != folder:
                folder = path.parent
                make_below(root, folder)
                names = _posts_by_id(folder, form.suffix)
            yield put(path, form.render(stored).encode())
            for before in names.get(str(stored.id), ()):
                if before != path:
                    before.unlink()

    return export


def make_below(root: Path, folder: Path) -> None:
    """Make a folder below ``root``; ArchiveError where a link leads out of it."""
    if not folder.resolve().is_relative_to(root):
        raise ArchiveError(f"{folder} leads out of {root}")
    folder.mkdir(parents=True, exist_ok=True)


def _posts_by_id(folder: Path, suffix: str) -> dict[str, list[Path]]:
    named = re.compile(rf"([0-9]+)-.*{re.escape(suffix)}", re.DOTALL)
    found: dict[str, list[Path]] = defaultdict(list)
    for path in folder.iterdir():
        if name := named.fullmatch(path.name):
            found[name[1]].append(path)
    return found


def put(path: Path, content: bytes, *, lasting: bool = False) -> bool:
    """Write a file whole; return False, and touch nothing, where it stands there just so.

    ``lasting``: what was written outlives a power cut.
    """
    if path.is_file() and not path.is_symlink() and path.read_bytes() == content:
        return False
    # By the id in front: what a crash leaves is found and replaced by the next export.
    waiting = path.with_name(f".{path.name.partition('-')[0]}.tmp")
    waiting.unlink(missing_ok=True)
    try:
        with waiting.open("xb") as file:
            file.write(content)
            if lasting:
                file.flush()
                os.fsync(file.fileno())
        waiting.replace(path)
    except BaseException:
        waiting.unlink(missing_ok=True)
        raise
    return True
