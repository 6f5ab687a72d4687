"""The full-text index filled anew, and kept small: all that is done to it as a whole.

FTS5 takes one writer, so that is all the parent process does; a child makes the tokens meanwhile.
The child is given one batch at a time, which bounds the memory, and ends when its parent does.
"""

import pickle
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from archive.facts import COLUMNS, facts_text
from archive.tokens import index_value
from archive.varints import encoded, numbers

#: Articles that are read, made tokens of and put in at a time.
_BATCH = 64
#: An archive of fewer is filled before a child had started.
_WORTH_A_CHILD = 1_000

#: Bytes of tokens that FTS5 sorts in memory before it writes them: of the usual 1 MB it would
#: write a file of files of files, each time all of it anew. With it all merging is left to the end.
_BULK = {"hashsize": 64 << 20, "automerge": 0, "crisismerge": 1999}
#: What FTS5 takes where nothing is said (https://www.sqlite.org/fts5.html, "Configuration").
_USUAL = {"hashsize": 1 << 20, "automerge": 4, "crisismerge": 16}

#: Levels below the one that the filled index lies on. FTS5 merges as many commits into a segment
#: of the tenth as would fill a million pages, and merges what lies on one level as a whole once 16
#: are there. It leaves what was filled on the second: when 64 more articles had come, all of a
#: million would be merged, for minutes in which nothing is stored.
_LEVELS = 10

_PUT_IN = "INSERT INTO articles_fts(rowid, facts, title, text) VALUES (?, ?, ?, ?)"
_ARTICLES = f"SELECT id, {', '.join(COLUMNS)} FROM articles ORDER BY id"  # noqa: S608

_CHILD = "from archive.filling import serve; serve()"

_Row = tuple[object, ...]


def fill(conn: sqlite3.Connection) -> None:
    """Fill the full-text index anew, within the caller's transaction: some 2,000 articles a second.

    It comes out as small as it can be.
    """
    conn.execute("INSERT INTO articles_fts(articles_fts) VALUES ('delete-all')")
    _configure(conn, _BULK)
    rows = conn.execute(_ARTICLES)
    batches = iter(lambda: [tuple(row) for row in rows.fetchmany(_BATCH)], [])
    for batch in _tokens(conn, batches):
        conn.executemany(_PUT_IN, batch)
    conn.execute("INSERT INTO articles_fts(articles_fts) VALUES ('optimize')")
    _configure(conn, _USUAL)
    _lift(conn)
    # Rows that say the usual only: the index is to be like one that was never filled anew.
    conn.execute("DELETE FROM articles_fts_config WHERE k <> 'version'")


def _lift(conn: sqlite3.Connection) -> None:
    """Put the one segment that there is on the level where what comes next does not reach it."""
    (block,) = conn.execute("SELECT block FROM articles_fts_data WHERE id = 10").fetchone()
    levels, segments, written, *rest = numbers(block[4:])
    if segments != 1:
        return
    # What stands last is number, first and last page of the segment (fts5_index.c of SQLite).
    lifted = [_LEVELS + 1, 1, written, *(0, 0) * _LEVELS, 0, 1, *_segment(levels, rest)]
    block = block[:4] + b"".join(map(encoded, lifted))
    conn.execute("UPDATE articles_fts_data SET block = ? WHERE id = 10", (block,))
    # FTS5 remembers the old structure until something is rolled back.
    conn.execute("SAVEPOINT lifted")
    conn.execute("ROLLBACK TO lifted")
    conn.execute("RELEASE lifted")


def _segment(levels: int, rest: list[int]) -> list[int]:
    """Return what is said of the one segment of a structure."""
    at = 0
    for _level in range(levels):
        if rest[at + 1]:
            return rest[at + 2 : at + 5]
        at += 2
    raise AssertionError("a structure with a segment that lies on no level")


def _configure(conn: sqlite3.Connection, values: dict[str, int]) -> None:
    for name, value in values.items():
        conn.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES (?, ?)", (name, value))


def _tokens(conn: sqlite3.Connection, batches: Iterator[list[_Row]]) -> Iterator[list[_Row]]:
    """Yield what goes into the index of each batch of rows, made by a child where that pays."""
    (count,) = conn.execute("SELECT count(*) FROM articles").fetchone()
    if count < _WORTH_A_CHILD:
        yield from map(indexed, batches)
        return
    with _child() as child:
        assert child.stdin is not None
        assert child.stdout is not None
        sent: list[_Row] = []
        for batch in batches:
            # The next batch is on its way before the caller puts in the last one.
            answer = _received(child, sent) if sent else []
            with suppress(OSError):  # it is gone: so will be its answer
                pickle.dump(batch, child.stdin)
                child.stdin.flush()
            sent = batch
            if answer:
                yield answer
        if sent:
            yield _received(child, sent)


def _received(child: "subprocess.Popen[bytes]", sent: list[_Row]) -> list[_Row]:
    """Return the child's answer; made here where it died, killed for its memory maybe."""
    assert child.stdout is not None
    try:
        answer: list[_Row] = pickle.load(child.stdout)  # noqa: S301 - written by our own child
    except (EOFError, OSError, pickle.UnpicklingError):
        return indexed(sent)
    return answer


@contextmanager
def _child() -> Iterator["subprocess.Popen[bytes]"]:
    # A session of its own: Ctrl-C is for the parent alone, whose end is the child's.
    child = subprocess.Popen(
        [sys.executable, "-P", "-c", _CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    with suppress(BrokenPipeError), child:
        try:
            yield child
        finally:
            child.kill()


def serve() -> None:
    """Answer batches of rows on standard input with what goes into the index, until it ends."""
    with suppress(EOFError, BrokenPipeError):
        while True:
            batch = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by our own parent
            pickle.dump(indexed(batch), sys.stdout.buffer)
            sys.stdout.buffer.flush()


def indexed(rows: Sequence[_Row]) -> list[_Row]:
    """Return id and tokens of facts, title and text for rows of id and ``COLUMNS``."""
    return [
        (id_, facts_text(*values), index_value(values[-2]), index_value(values[-1]))
        for id_, *values in rows
    ]
