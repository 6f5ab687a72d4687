"""The archive copied while it is written to, and brought back.

A backup is a whole archive in one file, ``FILE``, with the WARC files its rows name in
``FILE.warc/``. WARC files only ever grow, so backing up to the same place again copies what is new.
Saved searches go with it, in ``FILE.watch``, unread.
"""

import errno
import os
import shutil
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from archive.errors import ArchiveError, ArchiveFull, Corrupt
from archive.schema import APPLICATION_ID, copy_whole, open_archive, warc_ends
from archive.tombstones import tombstones
from archive.verify import verify

#: The first record of a WARC file, which holds an id, lies in so many bytes.
_HEAD = 4096
_CHUNK = 1 << 20
#: Where a file of SQLite says whose it is (https://sqlite.org/fileformat2.html).
_MARK = slice(68, 72)
#: The saved searches of the crawling half, beside the archive.
_WATCHES = "watch.db"


def backup(path: Path, target: Path, *, warc: Path | None = None) -> None:
    """Copy the archive at ``path`` to ``target``, as it is at one moment, replacing what is there.

    Writers go on meanwhile. What stood at ``target`` stays whole until the copy is. Raises
    ArchiveFull; Corrupt where a WARC file lacks what rows name; ArchiveError where ``target`` is
    the archive itself or a file that is no backup.
    """
    if target.exists() and not _is_backup(target, path):
        raise ArchiveError(f"{target} is no backup of an archive: name another file")
    with _room(target), _beside(target) as part:
        with closing(open_archive(path, read_only=True)) as conn:
            copy_whole(conn, part)
        _copy_captures(part, warc or path.parent / "warc", _folder_of(target))
    if (watches := path.with_name(_WATCHES)).exists():
        _copy_watches(watches, _watches_of(target))


def restore(backup_file: Path, path: Path, *, warc: Path | None = None) -> Path | None:
    """Put a backup in the place of the archive at ``path``; return where that lies now, if any.

    Nothing is deleted: the archive that stood there keeps another name, and at any moment one of
    the two stands at ``path``. The copy is verified first, and Corrupt raised where it is not what
    was stored; ArchiveFull where it has no room. No other process may have the archive open.
    """
    open_archive(backup_file, read_only=True).close()
    with _room(path), _beside(path) as part:
        shutil.copyfile(backup_file, part)
        folder = warc or path.parent / "warc"
        _replace_damaged(part, _folder_of(backup_file), folder)
        _copy_captures(part, _folder_of(backup_file), folder)
        for finding in verify(part, warc=folder):
            raise Corrupt(str(backup_file), f"{finding.where}: {finding.what}")
        # Those that stand know what was delivered since.
        watches, saved = path.with_name(_WATCHES), _watches_of(backup_file)
        if saved.exists() and not watches.exists():
            _copy_watches(saved, watches)
        return _set_aside(path)


def _is_backup(target: Path, path: Path) -> bool:
    """Tell whether a file may be replaced by a backup: an archive, and not the one to be copied."""
    if not target.is_file() or (path.exists() and target.samefile(path)):
        return False
    with target.open("rb") as file:
        head = file.read(_MARK.stop)
    return not head or head[_MARK] == APPLICATION_ID.to_bytes(4)


def _watches_of(backup_file: Path) -> Path:
    return backup_file.with_name(f"{backup_file.name}.watch")


def _copy_watches(source: Path, target: Path) -> None:
    """Copy saved searches as they are at one moment, for their owner's eyes alone."""
    with _room(target), _beside(target) as part:
        os.close(os.open(part, os.O_CREAT | os.O_RDWR, 0o600))
        try:
            with closing(sqlite3.connect(source)) as conn, closing(sqlite3.connect(part)) as copy:
                conn.backup(copy)
        except sqlite3.Error as error:
            raise ArchiveError(f"{source} cannot be copied: {error}") from error


def _folder_of(backup_file: Path) -> Path:
    return backup_file.with_name(f"{backup_file.name}.warc")


@contextmanager
def _room(target: Path) -> Iterator[None]:
    """Raise ArchiveFull where copying to ``target`` finds no room."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise ArchiveFull(str(target), os.strerror(error.errno)) from error
        raise


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
    """Give an archive a second name, its log too; return it. The first is left to be taken over."""
    if not path.exists():
        return None
    aside = _free_name(path)
    # Then the file holds everything, and is whole without its log; if it can be read at all.
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    log = path.with_name(f"{path.name}-wal")
    if log.exists():
        _keep_as(log, aside.with_name(f"{aside.name}-wal"))
    _keep_as(path, aside)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return aside


def _keep_as(old: Path, new: Path) -> None:
    try:
        os.link(old, new)
    except OSError:  # a file system without links
        old.rename(new)


def _free_name(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.replaced-{number}")).exists():
        number += 1
    return aside


def _replace_damaged(archive: Path, source: Path, target: Path) -> None:
    """Rename the WARC files in ``target`` that say something else than those in ``source``."""
    with closing(open_archive(archive, read_only=True)) as conn:
        ends = warc_ends(conn)
    for name, end in ends.items():
        good, held = source / name, target / name
        if good.is_file() and held.is_file() and not _agree(good, held, end):
            held.rename(_free_name(held))


def _agree(one: Path, other: Path, most: int) -> bool:
    """Tell whether two files are equal, as far as both go, within ``most`` bytes."""
    left = min(most, one.stat().st_size, other.stat().st_size)
    with one.open("rb") as a, other.open("rb") as b:
        while left > 0:
            step = min(1 << 20, left)
            if a.read(step) != b.read(step):
                return False
            left -= step
    return True


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
    if not source.is_file():
        return
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


def _open_alike(one: bytes, other: bytes) -> bool:
    """Tell whether two beginnings of WARC files are of one file, as far as both go.

    That is their first record; a deletion may have changed the next.
    """
    unpacker = zlib.decompressobj(31)
    try:
        unpacker.decompress(other)
    except zlib.error:
        return one == other
    first = len(other) - len(unpacker.unused_data)
    return one[:first] == other[: min(first, len(one))]


def _copy_on(source: Path, target: Path, end: int) -> None:
    """Lengthen ``target`` to ``end`` bytes from ``source``; only a deletion changes the rest."""
    with target.open("ab+") as out:
        held = out.tell()
        if held < end and (not source.is_file() or source.stat().st_size < end):
            raise Corrupt(str(source), f"is shorter than the {end:,} bytes that the archive names")
        if not source.is_file():
            return
        with source.open("rb") as file:
            out.seek(0)
            if not _open_alike(out.read(_HEAD), file.read(_HEAD)):
                raise ArchiveError(f"{target} holds the captures of another archive")
            if held >= end:
                return
            file.seek(held)
            while held < end and (chunk := file.read(min(_CHUNK, end - held))):
                out.write(chunk)
                held += len(chunk)
        out.flush()
        os.fsync(out.fileno())
