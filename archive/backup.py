"""The archive copied while it is written to, and brought back.

A backup is a whole archive in one file, ``FILE``, with the WARC files its rows name in
``FILE.warc/``. WARC files only ever grow, so backing up to the same place again copies what is new.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from archive.errors import ArchiveError, Corrupt
from archive.schema import copy_whole, open_archive, warc_ends
from archive.tombstones import tombstones
from archive.verify import verify

#: So many of its first bytes tell a WARC file from any other: they hold the id of its first record.
_HEAD = 512
_CHUNK = 1 << 20


def backup(path: Path, target: Path, *, warc: Path | None = None) -> None:
    """Copy the archive at ``path`` to ``target``, as it is at one moment, replacing what is there.

    Writers go on meanwhile. Raises ArchiveFull; Corrupt where a WARC file lacks what rows name.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with _beside(target) as part:
        with closing(open_archive(path, read_only=True)) as conn:
            copy_whole(conn, part)
        _copy_captures(part, warc or path.parent / "warc", _folder_of(target))


def restore(backup_file: Path, path: Path, *, warc: Path | None = None) -> Path | None:
    """Put a backup in the place of the archive at ``path``; return where that lies now, if any.

    Nothing is deleted: the archive that stood there is renamed. The copy is verified first, and
    Corrupt raised where it is not what was stored. No other process may have the archive open.
    """
    open_archive(backup_file, read_only=True).close()
    path.parent.mkdir(parents=True, exist_ok=True)
    with _beside(path) as part:
        shutil.copyfile(backup_file, part)
        folder = warc or path.parent / "warc"
        _copy_captures(part, _folder_of(backup_file), folder)
        for finding in verify(part, warc=folder):
            raise Corrupt(str(backup_file), f"{finding.where}: {finding.what}")
        return _set_aside(path)


def _folder_of(backup_file: Path) -> Path:
    return backup_file.with_name(f"{backup_file.name}.warc")


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Give a path beside ``target`` that takes its place, safe on disk, if all goes well."""
    part = target.with_name(f".{target.name}.part")
    _remove(part)
    try:
        yield part
        _sync(part)
        part.replace(target)
        _sync(target.parent)
    finally:
        _remove(part)


def _remove(part: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        part.with_name(part.name + suffix).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _set_aside(path: Path) -> Path | None:
    """Rename an archive, and the log without which it would be damaged."""
    if not path.exists():
        return None
    number = 1
    while (aside := path.with_name(f"{path.name}.replaced-{number}")).exists():
        number += 1
    for suffix in ("-wal", "-shm", ""):
        old = path.with_name(path.name + suffix)
        if old.exists():
            old.rename(aside.with_name(aside.name + suffix))
    return aside


def _copy_captures(archive: Path, source: Path, target: Path) -> None:
    """Lengthen the WARC files in ``target`` to all that ``archive`` names, out of ``source``."""
    with closing(open_archive(archive, read_only=True)) as conn:
        ends, deleted = warc_ends(conn), bool(tombstones(conn))
    for name, end in ends.items():
        target.mkdir(parents=True, exist_ok=True)
        _copy_on(source / name, target / name, end)
        if deleted:
            _overwrite(source / name, target / name, end)


def _overwrite(source: Path, target: Path, end: int) -> None:
    """Copy what differs in the first ``end`` bytes: records of articles deleted meanwhile."""
    with source.open("rb") as file, target.open("r+b") as out:
        for at in range(0, end, _CHUNK):
            file.seek(at)
            out.seek(at)
            chunk = file.read(min(_CHUNK, end - at))
            if out.read(len(chunk)) != chunk:
                out.seek(at)
                out.write(chunk)
        out.flush()
        os.fsync(out.fileno())


def _copy_on(source: Path, target: Path, end: int) -> None:
    """Lengthen ``target`` to ``end`` bytes from ``source``; only a deletion changes the rest."""
    with target.open("ab+") as out:
        held = out.tell()
        if held >= end:
            return
        if not source.is_file() or source.stat().st_size < end:
            raise Corrupt(str(source), f"is shorter than the {end:,} bytes that the archive names")
        with source.open("rb") as file:
            out.seek(0)
            head = min(_HEAD, held)
            if out.read(head) != file.read(head):
                raise ArchiveError(f"{target} holds the captures of another archive")
            file.seek(held)
            while held < end and (chunk := file.read(min(_CHUNK, end - held))):
                out.write(chunk)
                held += len(chunk)
        out.flush()
        os.fsync(out.fileno())
