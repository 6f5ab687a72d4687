"""What was edited in articles over time, and when they were looked at: questions to the archive.

A revision holds what its fields said before, so every state of an article is the one after it with
those put back. A rereading is no edit of the page: where two revisions are compared, the one is as
it was last read and the other as it was read at first.
"""

import json
import sqlite3
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from archive.captures import sightings
from archive.diff.edits import DIGEST, LABELS, Comparison, Edit, edit_of, span
from archive.records import Revision, Stored
from archive.rows import article_of, moment, revision_of, stamp, stored_of
from archive.schema import open_archive
from archive.sqliteerrors import expected_errors
from archive.takedown import Sighting
from archive.tombstones import not_there

#: Edits that are measured at most, the newest: some 1 ms each.
MOST_MEASURED = 10_000

#: A page found so often as it is has come to rest, and is restless after so many changes before.
RESTS, RESTLESS = 2, 3

_LINKS = """
    SELECT revisions.*, coalesce(captures.imported, '') AS imported FROM revisions
    LEFT JOIN captures ON captures.id = capture_id
    WHERE revisions.article_id = :id AND number >= :first
    ORDER BY number DESC, reading DESC
"""

#: The literals let SQLite use the index of revisions that are edits.
_RECENT = """
    SELECT article_id, number FROM revisions
    WHERE number > 1 AND reading = 0 AND fetched_at >= :since
        AND (:sources = '[]' OR EXISTS (
            SELECT 1 FROM articles WHERE articles.id = article_id
                AND source IN (SELECT value FROM json_each(:sources))))
    ORDER BY fetched_at DESC LIMIT :most
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A revision or rereading, what it changed, and how long the page was seen to say so."""

    revision: Revision
    edit: Edit
    #: times the page was found to say so; None for a rereading
    looked: int | None = None
    #: times it was looked for in vain before it said something else; None for a rereading
    missed: int | None = None
    #: when it was last seen to say so; None for a rereading
    last_seen: datetime | None = None

    @property
    def only_digests(self) -> bool:
        """Tell whether all that is new is which bytes its attachments have."""
        return self.edit.names == ("attachments",) and all(
            DIGEST.sub("", field.before) == DIGEST.sub("", field.after)
            for field in self.edit.fields
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """An article as it stands and all it went through, oldest first."""

    stored: Stored
    entries: tuple[Entry, ...]

    @property
    def restless(self) -> int:
        """Return how many changes in a row came before two looks found the page as it was.

        0 where they are fewer than three, or where it has come to rest: the crawler's own measure.
        """
        looks = [entry.looked or 0 for entry in self.entries if entry.revision.reading == 0]
        run = next((n for n, looked in enumerate(reversed(looks)) if looked > RESTS), len(looks))
        changes = min(run, len(looks) - 1)
        return changes if changes >= RESTLESS else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """An article that was edited lately; what was done in several revisions is added up."""

    id: int
    title: str
    source: str
    url: str
    zone: str
    #: first and last revision of those that count
    first: int
    last: int
    #: when the last of them was seen
    seen: datetime
    #: names of the fields
    fields: tuple[str, ...]
    #: characters put into the text, and taken out
    added: int
    removed: int
    #: the largest share of the text that one of them edited
    share: float
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """What was edited lately, most changed first."""

    edited: tuple[Edited, ...]
    #: articles that were, of which ``edited`` are some
    total: int
    #: there were too many edits to measure, and the oldest of them were left out
    capped: bool = False


def compare(archive: Path | sqlite3.Connection, article_id: int, asked: str) -> Comparison | None:
    """Return what the revisions that ``asked`` names changed; None where there is nothing before.

    ``asked`` is ``3``, ``1..3``, ``2..``, ``..3`` or nothing for the newest. Raises UnknownArticle,
    UnknownRevision, NoSpan, NotAnArchive for a wrong file.
    """
    with _reading(archive) as conn:
        row = _row(conn, article_id)
        revisions = span(asked, article_id, row["revision"])
        if revisions is None:
            return None
        first, last = revisions
        before = after = dict(row)
        changed: set[str] = set()
        seen = {}
        reread = False
        for link, columns in _states(conn, row, first):
            number, reading = link["number"], link["reading"]
            if first < number <= last and reading == 0:
                changed |= set(json.loads(link["changed"]))
            if (number, reading) == (last, 0):
                after = columns
            if number > first:
                before = columns | json.loads(link["before"])
            if reading == 0:
                seen[number] = moment(link["fetched_at"])
            reread |= first < number < last and reading > 0
    return Comparison(
        before=replace(stored_of(before), revision=first),
        after=replace(stored_of(after), revision=last),
        seen=(seen[first], seen[last]),
        edit=edit_of(article_of(before), article_of(after), changed),
        newest=row["revision"],
        reread=reread,
    )


def history(archive: Path | sqlite3.Connection, article_id: int) -> History:
    """Return all that an article went through; UnknownArticle, NotAnArchive for a wrong file."""
    with _reading(archive) as conn:
        row = _row(conn, article_id)
        links = list(_edits(conn, row, 1))[::-1]
        looks = sightings(conn, article_id)
    stored = stored_of(row)
    begins = [link.fetched_at for link, _ in links if link.reading == 0]
    seen: dict[int, list[Sighting]] = defaultdict(list)
    for look in looks:
        seen[max(bisect_right(begins, look.at), 1)].append(look)
    entries = []
    for link, edit in links:
        entry = Entry(revision=link, edit=edit)
        if link.reading == 0:
            found = [look.at for look in seen[link.number] if not look.absence]
            newest = link.number == len(begins)
            last = stored.last_seen if newest else max(found, default=link.fetched_at)
            missed = len(seen[link.number]) - len(found)
            entry = replace(entry, looked=len(found), missed=missed, last_seen=last)
        entries.append(entry)
    return History(stored=stored, entries=tuple(entries))


def recent(
    archive: Path | sqlite3.Connection,
    *,
    since: datetime,
    sources: Sequence[str] = (),
    limit: int = 20,
) -> Recent:
    """Return the articles whose pages were seen to say something else, most changed first.

    Several edits of one article count together. Raises NotAnArchive for a wrong file.
    """
    with _reading(archive) as conn:
        asked = {"since": stamp(since), "sources": json.dumps(sources), "most": MOST_MEASURED}
        numbers: dict[int, list[int]] = defaultdict(list)
        found = conn.execute(_RECENT, asked).fetchall()
        for article_id, number in found:
            numbers[article_id].append(number)
        edited = [_edited(conn, id_, min(those), max(those)) for id_, those in numbers.items()]
    edited.sort(key=lambda each: (-each.weight, -each.seen.timestamp(), each.id))
    return Recent(
        edited=tuple(edited[:limit]), total=len(edited), capped=len(found) == MOST_MEASURED
    )


def _edited(conn: sqlite3.Connection, article_id: int, first: int, last: int) -> Edited:
    """Return what the revisions ``first`` to ``last`` did to an article."""
    row = _row(conn, article_id)
    edits = [
        (link, edit)
        for link, edit in _edits(conn, row, first)
        if link.number <= last and link.reading == 0
    ]
    names = {name for _, edit in edits for name in edit.names}
    return Edited(
        id=article_id,
        title=row["title"],
        source=row["source"],
        url=row["url"],
        zone=row["zone"],
        first=first,
        last=last,
        seen=edits[0][0].fetched_at,
        fields=tuple(name for name in LABELS if name in names),
        added=sum(edit.added for _, edit in edits),
        removed=sum(edit.removed for _, edit in edits),
        share=max(edit.share for _, edit in edits),
        weight=sum(edit.weight for _, edit in edits),
    )


@contextmanager
def _reading(archive: Path | sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    if isinstance(archive, Path):
        with closing(open_archive(archive, read_only=True)) as conn, expected_errors(archive):
            yield conn
    else:
        yield archive


def _row(conn: sqlite3.Connection, article_id: int) -> sqlite3.Row:
    sql = "SELECT * FROM articles WHERE id = :id"
    row: sqlite3.Row | None = conn.execute(sql, {"id": article_id}).fetchone()
    if row is None:
        raise not_there(conn, article_id)
    return row


def _states(
    conn: sqlite3.Connection, row: sqlite3.Row, first: int
) -> Iterator[tuple[sqlite3.Row, dict[str, object]]]:
    """Yield the links from revision ``first`` on, newest first, each with the columns after it."""
    columns = dict(row)
    for link in conn.execute(_LINKS, {"id": columns["id"], "first": first}):
        yield link, columns
        columns = columns | json.loads(link["before"])


def _edits(
    conn: sqlite3.Connection, row: sqlite3.Row, first: int
) -> Iterator[tuple[Revision, Edit]]:
    """Yield the same links with what each of them changed."""
    for link, columns in _states(conn, row, first):
        revision = revision_of(link)
        before = article_of(columns | json.loads(link["before"]))
        yield revision, edit_of(before, article_of(columns), revision.changed)
