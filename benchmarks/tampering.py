"""Changes an archive behind Gazette's back many times over, and asks ``gazette verify --deep``.

    python -m benchmarks.tampering [--number 1000] [--seed 0]
    python -m benchmarks.tampering --only N [--seed 0] [--keep FOLDER]

Rows of every table are edited, deleted, inserted and exchanged, bits flipped in the database and in
the WARC files, records cut, doubled and exchanged, tables and indexes dropped. A change counts only
where it can be seen: where a full dump of all tables, of what the index says and of all records of
the WARC differs, or can no longer be made. Exit code 1 where one that counts is not found. A miss
names its number: the second form makes that change alone and keeps the spoiled archive.
"""

import argparse
import hashlib
import random
import shutil
import sqlite3
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from archive import Archive, ArchiveError, Article, Attachment, Capture, FileFiling
from archive.verify import Finding, verify

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
INDEX = "articles_fts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one change was, whether it can be seen, and what verify said."""

    number: int
    kind: str
    what: str
    visible: bool
    findings: tuple[str, ...]


# --- the archive --------------------------------------------------------------------------------


def make(path: Path) -> None:
    """Make an archive with everything in it: revisions, rereadings, reprints, articles of several
    pages, revisits, one that is gone, imports, and one that was deleted.
    """
    with Archive.open(path) as archive:
        ids = [archive.put(_article(n), _page(n), now=NOW).id for n in range(24)]
        for n in range(0, 24, 3):
            later = NOW + timedelta(days=1 + n)
            archive.put(_article(n, title=f"更正 {n}"), _page(n, b"corrected", later), now=later)
        for n in range(1, 24, 4):
            later = NOW + timedelta(days=30 + n)
            archive.seen(_article(n).url, capture=_page(n, at=later), now=later)
        several = _page(30), _page(31), _page(32)
        archive.put(_article(30), several[0], further=several[1:], now=NOW)
        for n in (40, 41, 42):
            archive.put(replace(_article(n), text=_article(1).text), _page(n), now=NOW)
        for n in (50, 51):
            archive.put(_article(n), None, now=NOW)
        for n in (4, 6):
            said = _article(n, title=f"读作 {n}", extractor="gazette-extract/2")
            archive.reread(ids[n], said, now=NOW + timedelta(days=90))
        for n in (7, 9):
            for day in (91, 100, 110):
                at = NOW + timedelta(days=day + n)
                missed = _page(n, b"not found", at, status=404)
                archive.absent(_article(n).url, missed, how="404", now=at)
        archive.listed([], [_article(10).url], now=NOW + timedelta(days=91))
        for n in range(4, 14):
            later = NOW + timedelta(days=n)
            url = _article(n).attachments[0].url
            # Two and two are of equal bytes.
            file = replace(_page(n // 2, b"%PDF", later), url=url, final_url=url)
            archive.keep_files([FileFiling(capture=file, articles=(ids[n],))], now=later)
        archive.delete(ids[8], reason="判决书 8 号", now=NOW + timedelta(days=92))
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _article(n: int, **over: Any) -> Article:
    text = "\n".join(
        f"第{n}号公告第{line}段：各有关单位认真落实{n * line}项任务。" for line in range(9)
    )
    made = Article(
        source="city",
        url=f"https://www.city.example/{n}.html",
        title=f"关于第{n}号事项的通知",
        html="".join(f"<p>{line}</p>" for line in text.split("\n")),
        text=text,
        published=NOW - timedelta(days=n),
        zone="Asia/Shanghai",
        categories=("政务公开",),
        origin="市政府",
        doc_number=f"平政发〔2026〕{n}号",
        pictures=(f"https://www.city.example/{n}.jpg",),
        attachments=(Attachment(url=f"https://www.city.example/{n}.pdf", name="附件.pdf"),),
        witnesses=(("title", "meta:ArticleTitle"),),
        extractor="gazette-extract/1",
    )
    return replace(made, **over)


def _page(n: int, body: bytes = b"page", at: datetime = NOW, status: int = 200) -> Capture:
    url = f"https://www.city.example/{n}.html"
    payload = b"<html>" + body + str(n).encode() * 300 + b"</html>"
    return Capture(
        url=url,
        final_url=url,
        status=status,
        reason="OK",
        headers=(("Content-Type", "text/html"), ("ETag", f'"{n}"')),
        payload=payload,
        body=payload,
        fetched_at=at,
        ip="203.0.113.7",
    )


# --- what can be seen ---------------------------------------------------------------------------


def dump(folder: Path) -> str:
    """Return a digest of all that an archive says, or why it cannot be read."""
    found = hashlib.sha256()
    try:
        for part in _database(folder / "archive.db"):
            found.update(repr(part).encode(errors="surrogateescape"))
    except (sqlite3.Error, ArchiveError, UnicodeError) as error:
        return f"unreadable: {error}"
    for path in sorted((folder / "warc").iterdir()):
        found.update(path.name.encode())
        for record in _records(path.read_bytes()):
            found.update(hashlib.sha256(record).digest())
    return found.hexdigest()


def _database(path: Path) -> Iterator[object]:
    with closing(sqlite3.connect(path)) as conn:
        conn.text_factory = bytes
        yield conn.execute("PRAGMA application_id").fetchone()
        yield conn.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()
        for table in _tables(conn):
            if table not in (f"{INDEX}_data", f"{INDEX}_idx"):
                # Through no index: one that is broken shows in other ways.
                yield conn.execute(f"SELECT * FROM {table} NOT INDEXED").fetchall()  # noqa: S608
        # How the index lies in its pages is its own business; what it says is not.
        conn.execute(f"CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, {INDEX}, instance)")
        yield from conn.execute("SELECT * FROM temp.terms")
        # What a search finds, which goes another way than reading all in turn.
        conn.execute(f"CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, {INDEX}, row)")
        yield from conn.execute(
            "SELECT one.term, led.doc FROM temp.words one"
            " LEFT JOIN temp.words led ON led.term = one.term"
        )
        conn.execute(f"INSERT INTO {INDEX}({INDEX}) VALUES ('integrity-check')")  # noqa: S608
        conn.rollback()
        yield conn.execute("PRAGMA integrity_check(1)").fetchone()


def _tables(conn: sqlite3.Connection) -> list[str]:
    sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> ? ORDER BY name"
    found = [row[0] for row in conn.execute(sql, (INDEX,))]
    return [name.decode() if isinstance(name, bytes) else name for name in found]


def _records(raw: bytes) -> Iterator[bytes]:
    while raw:
        unpacker = zlib.decompressobj(31)
        try:
            plain = unpacker.decompress(raw)
        except zlib.error:
            yield raw
            return
        yield plain if unpacker.eof else raw
        raw = unpacker.unused_data if unpacker.eof else b""


# --- changes ------------------------------------------------------------------------------------

Change = Callable[[Path, random.Random], str]


def _rows(folder: Path, chance: random.Random, change: Callable[..., str]) -> str:
    """Change rows of any table, as another program would: without our triggers."""
    with closing(sqlite3.connect(folder / "archive.db", isolation_level=None)) as conn:
        conn.execute("BEGIN")
        triggers = conn.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in triggers:
            conn.execute(f"DROP TRIGGER {name}")
        table = chance.choice([t for t in _tables(conn) if _count(conn, t)])
        said = change(conn, chance, table)
        for _, sql in triggers:
            conn.execute(sql)
        conn.execute("COMMIT")
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return f"{table}: {said}"


def _count(conn: sqlite3.Connection, table: str) -> int:
    (count,) = conn.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
    return int(count)


def _columns(conn: sqlite3.Connection, table: str) -> tuple[list[str], list[str]]:
    found = conn.execute(f"PRAGMA table_info({table})").fetchall()
    return [row[1] for row in found if row[5]], [row[1] for row in found]


def _any_row(conn: sqlite3.Connection, chance: random.Random, table: str) -> dict[str, object]:
    _, names = _columns(conn, table)
    at = chance.randrange(_count(conn, table))
    row = conn.execute(f"SELECT * FROM {table} LIMIT 1 OFFSET {at}").fetchone()  # noqa: S608
    return dict(zip(names, row, strict=True))


def _where(keys: list[str]) -> str:
    return " AND ".join(f"{key} IS :key_{key}" for key in keys)


def _key(row: dict[str, object], keys: list[str]) -> dict[str, object]:
    return {f"key_{key}": row[key] for key in keys}


def _other(value: object, chance: random.Random) -> object:
    match value:
        case None:
            return chance.choice(["2020-01-01T00:00:00Z", 1])
        case int():
            return value + chance.choice([-1, 1, 7])
        case bytes():
            if not value:
                return b"\0"
            at = chance.randrange(len(value))
            return value[:at] + bytes((value[at] ^ 1 << chance.randrange(8),)) + value[at + 1 :]
        case str():
            at = chance.randrange(len(value) + 1)
            return chance.choice([value[:at] + "改" + value[at:], value[:at] + value[at + 1 :], ""])
    return "x"


def _edit(conn: sqlite3.Connection, chance: random.Random, table: str) -> str:
    keys, names = _columns(conn, table)
    row = _any_row(conn, chance, table)
    name = chance.choice(names)
    sql = f"UPDATE {table} SET {name} = :new WHERE {_where(keys)}"  # noqa: S608
    conn.execute(sql, _key(row, keys) | {"new": _other(row[name], chance)})
    return f"edit {name} of {[row[key] for key in keys]}"


def _delete(conn: sqlite3.Connection, chance: random.Random, table: str) -> str:
    keys, _ = _columns(conn, table)
    row = _any_row(conn, chance, table)
    conn.execute(f"DELETE FROM {table} WHERE {_where(keys)}", _key(row, keys))  # noqa: S608
    return f"delete {[row[key] for key in keys]}"


def _insert(conn: sqlite3.Connection, chance: random.Random, table: str) -> str:
    """Put in a copy of another row, with what must be unique altered."""
    keys, _ = _columns(conn, table)
    row = _any_row(conn, chance, table)
    for name in {*keys, *_unique(conn, table)}:
        value = row[name]
        row[name] = value + chance.randint(1, 99) if isinstance(value, int) else f"{value}x"
    places = ", ".join(f":{name}" for name in row)
    conn.execute(f"INSERT INTO {table} VALUES ({places})", row)  # noqa: S608
    return f"insert {[row[key] for key in keys]}"


def _unique(conn: sqlite3.Connection, table: str) -> list[str]:
    found = conn.execute(
        "SELECT i.name FROM pragma_index_list(?) l, pragma_index_info(l.name) i"
        " WHERE l.\"unique\" AND l.origin <> 'pk'",
        (table,),
    )
    return [row[0] for row in found]


def _exchange(conn: sqlite3.Connection, chance: random.Random, table: str) -> str:
    """Let two rows have each other's place."""
    keys, _ = _columns(conn, table)
    one, two = (_any_row(conn, chance, table) for _ in range(2))
    for row in (one, two):
        conn.execute(f"DELETE FROM {table} WHERE {_where(keys)}", _key(row, keys))  # noqa: S608
    for row, place in ((one, two), (two, one)):
        moved = row | {key: place[key] for key in keys}
        places = ", ".join(f":{name}" for name in moved)
        conn.execute(f"INSERT INTO {table} VALUES ({places})", moved)  # noqa: S608
    return f"exchange {[one[key] for key in keys]} and {[two[key] for key in keys]}"


def _drop(conn: sqlite3.Connection, chance: random.Random, table: str) -> str:
    sql = "SELECT type, name FROM sqlite_master WHERE type IN ('index', 'table') AND sql <> ''"
    kind, name = chance.choice(
        [row for row in conn.execute(sql) if not row[1].startswith(f"{INDEX}_")]
    )
    conn.execute(f"DROP {kind} {name}")
    return f"drop {kind} {name}"


def _flip_database(folder: Path, chance: random.Random) -> str:
    return _flip(folder / "archive.db", chance)


def _flip_warc(folder: Path, chance: random.Random) -> str:
    return _flip(chance.choice(sorted((folder / "warc").iterdir())), chance)


def _flip(path: Path, chance: random.Random) -> str:
    raw = bytearray(path.read_bytes())
    at, bit = chance.randrange(len(raw)), chance.randrange(8)
    raw[at] ^= 1 << bit
    path.write_bytes(raw)
    return f"{path.name}: flip bit {bit} of byte {at}"


def _cut_warc(folder: Path, chance: random.Random) -> str:
    path = chance.choice(sorted((folder / "warc").iterdir()))
    raw = path.read_bytes()
    at = chance.randrange(len(raw))
    path.write_bytes(raw[:at])
    return f"{path.name}: cut at {at}"


def _members(raw: bytes) -> list[bytes]:
    found = []
    while raw:
        unpacker = zlib.decompressobj(31)
        unpacker.decompress(raw)
        found.append(raw[: len(raw) - len(unpacker.unused_data)])
        raw = unpacker.unused_data
    return found


def _records_of_warc(folder: Path, chance: random.Random) -> str:
    """Take a record out, put one in, exchange two, or pack one anew that says something else."""
    path = chance.choice(sorted((folder / "warc").iterdir()))
    members = _members(path.read_bytes())
    one, two = chance.randrange(len(members)), chance.randrange(len(members))
    match chance.choice(["take out", "double", "exchange", "pack anew"]):
        case "take out":
            said = f"take out {one}"
            members.pop(one)
        case "double":
            said = f"double {one} at {two}"
            members.insert(two, members[one])
        case "exchange":
            said = f"exchange {one} and {two}"
            members[one], members[two] = members[two], members[one]
        case _:
            plain = zlib.decompress(members[one], 31).replace(b"203.0.113.7", b"203.0.113.8")
            packer = zlib.compressobj(9, wbits=31)
            members[one] = packer.compress(plain) + packer.flush()
            said = f"pack {one} anew"
    path.write_bytes(b"".join(members))
    return f"{path.name}: {said}"


def _of_rows(change: Callable[..., str]) -> Change:
    return lambda folder, chance: _rows(folder, chance, change)


CHANGES: dict[str, Change] = {
    "edit a row": _of_rows(_edit),
    "delete a row": _of_rows(_delete),
    "insert a row": _of_rows(_insert),
    "exchange rows": _of_rows(_exchange),
    "drop a table": _of_rows(_drop),
    "flip in the database": _flip_database,
    "flip in the WARC": _flip_warc,
    "cut the WARC": _cut_warc,
    "records of the WARC": _records_of_warc,
}

#: How often each is drawn.
_WEIGHTS = (30, 15, 15, 10, 1, 15, 10, 2, 4)


# --- the run ------------------------------------------------------------------------------------


def tampered(sound: Path, folder: Path, number: int, seed: int) -> Outcome | None:
    """Spoil a copy of an archive in ``folder`` and ask verify; None for a change that is refused.

    ``number`` and ``seed`` say what change it is.
    """
    chance = random.Random(f"{seed} {number}")
    (kind,) = chance.choices(list(CHANGES), _WEIGHTS)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(sound, folder)
    try:
        what = CHANGES[kind](folder, chance)
    except (sqlite3.IntegrityError, sqlite3.OperationalError):
        return None
    visible = dump(folder) != dump(sound)
    findings = tuple(_asked(folder / "archive.db")) if visible else ()
    return Outcome(number=number, kind=kind, what=what, visible=visible, findings=findings)


def _asked(path: Path) -> Iterator[str]:
    remarks: list[str] = []
    try:
        findings: tuple[Finding, ...] = verify(path, deep=True, remark=remarks.append)
    except ArchiveError as error:
        yield f"{type(error).__name__}: {error}"
    else:
        for finding in findings:
            yield f"{finding.check}: {finding.where}: {finding.what}"
        yield from remarks


def run(number: int, seed: int, folder: Path) -> Iterator[Outcome]:
    """Yield the outcome of so many changes that can be seen."""
    make(folder / "sound" / "archive.db")
    assert not list(_asked(folder / "sound" / "archive.db"))
    seen = drawn = 0
    while seen < number:
        found = tampered(folder / "sound", folder / "spoiled", drawn, seed)
        drawn += 1
        if found is not None:
            seen += found.visible
            yield found


def main() -> int:
    """Run as told on the command line; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--number", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int)
    parser.add_argument("--keep", type=Path, default=Path("tampered"))
    args = parser.parse_args()
    with TemporaryDirectory() as name:
        folder = Path(name)
        if args.only is not None:
            make(folder / "archive.db")
            print(tampered(folder, args.keep, args.only, args.seed))
            return 0
        counts: Counter[tuple[str, str]] = Counter()
        missed = 0
        for found in run(args.number, args.seed, folder):
            verdict = "unseen" if not found.visible else "found" if found.findings else "MISSED"
            counts[found.kind, verdict] += 1
            if verdict == "MISSED":
                missed += 1
                print(f"missed {found.number}: {found.what}", flush=True)
    for kind in CHANGES:
        said = (counts[kind, verdict] for verdict in ("found", "MISSED", "unseen"))
        print("{:22} found {:4}  missed {:4}  changed nothing {:4}".format(kind, *said))
    total = sum(count for (_, verdict), count in counts.items() if verdict != "unseen")
    print(f"{total} changes that can be seen, {missed} not found")
    return 1 if missed else 0


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        sys.exit(main())
