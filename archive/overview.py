"""What the archive holds at a glance: how many, of whom, since when, how it grows.

Fast at any size: days are spans of ids, and what is counted is counted in an index and never among
the articles themselves.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from archive.ids import FIRST_DATED, SLOTS_PER_DAY
from archive.records import Precision
from archive.rows import moment, stamp

#: Edits that are counted at most; more are said to be more.
MOST_COUNTED = 10_000

#: By one step of the index for each source; a plain DISTINCT would read all of it.
_SOURCES = """
    WITH RECURSIVE found(source) AS (
        SELECT min(source) FROM articles
        UNION ALL
        SELECT (SELECT min(source) FROM articles WHERE source > found.source)
        FROM found WHERE source IS NOT NULL
    )
    {held}
    FROM found WHERE source IS NOT NULL
"""
_HELD = """
    SELECT source,
        (SELECT count(*) FROM articles WHERE articles.source = found.source) AS articles,
        (SELECT max(id) FROM articles WHERE articles.source = found.source) AS newest,
        (SELECT min(id) FROM articles WHERE articles.source = found.source AND id >= :dated)
            AS oldest
"""

_SPANS = """
    SELECT names.value AS source, spans.key AS span, (
        SELECT count(*) FROM articles
        WHERE source = names.value
            AND id >= spans.value ->> 0 AND id < spans.value ->> 1
    ) AS articles
    FROM json_each(:sources) AS names, json_each(:spans) AS spans
"""

#: Written as the index of them is.
_STRAYS = """
    SELECT source, id / 65536 AS counted, day FROM articles
    WHERE id / 65536 <> CAST(julianday(day) - 1721424.5 AS INTEGER)
"""

_NEWEST = """
    SELECT id, title, published, precision, zone, day, source, origin, missing, gone, revision
    FROM articles WHERE {} ORDER BY id DESC LIMIT :most
"""

#: The last answer of a server; those taken from the WARC files of others are no visits of ours.
_VISIT = """
    SELECT max(fetched_at) FROM (
        SELECT fetched_at FROM (
            SELECT fetched_at, imported FROM captures ORDER BY id DESC LIMIT 200
        )
        WHERE imported = ''
    )
"""

#: The literals let SQLite use the index of revisions that are edits.
_EDITS = """
    FROM revisions JOIN articles ON articles.id = article_id
    WHERE number > 1 AND reading = 0 AND fetched_at >= :since
        AND (:source = '' OR source = :source)
"""
_CHANGES = f"""
    SELECT articles.id, title, source, zone, number, fetched_at, changed {_EDITS}
    ORDER BY fetched_at DESC LIMIT :most
"""
_CHANGES_COUNT = f"SELECT count(*) FROM (SELECT 1 {_EDITS} LIMIT :most)"  # noqa: S608

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the archive holds of one source."""

    source: str
    articles: int
    #: days of publication of its first and last; None where none has a date
    oldest: date | None
    newest: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """An article as a list names it."""

    id: int
    title: str
    published: datetime | None
    precision: Precision
    zone: str
    day: date | None
    source: str
    origin: str
    missing: bool
    gone: bool
    revision: int


def held(conn: sqlite3.Connection) -> tuple[Held, ...]:
    """Return what there is of every source, the most first."""
    rows = conn.execute(_SOURCES.format(held=_HELD), {"dated": FIRST_DATED})
    found = [_held(row) for row in rows]
    return tuple(sorted(found, key=lambda each: (-each.articles, each.source)))


def held_of(conn: sqlite3.Connection, source: str) -> Held | None:
    """Return what there is of one source, or None where there is nothing."""
    sql = f"{_HELD} FROM (SELECT :source AS source) AS found"
    row = conn.execute(sql, {"dated": FIRST_DATED, "source": source}).fetchone()
    return _held(row) if row["articles"] else None


def _held(row: sqlite3.Row) -> Held:
    return Held(
        source=row["source"],
        articles=row["articles"],
        oldest=_day_of(row["oldest"]),
        newest=_day_of(row["newest"]),
    )


def _day_of(article_id: int | None) -> date | None:
    if article_id is None or article_id < FIRST_DATED:
        return None
    return date.fromordinal(article_id // SLOTS_PER_DAY)


def per_day(
    conn: sqlite3.Connection, sources: Sequence[str], first: date, last: date
) -> dict[date, int]:
    """Return for every day from ``first`` to ``last`` how many articles were published on it."""
    days = [first + number * _DAY for number in range((last - first).days + 1)]
    counts = _per_span(conn, sources, {day.isoformat(): (day, day + _DAY) for day in days})
    total: Counter[str] = Counter()
    for (_, span), count in counts.items():
        total[span] += count
    return {day: total[day.isoformat()] for day in days}


def per_month(
    conn: sqlite3.Connection, sources: Sequence[str], months: Sequence[date]
) -> dict[str, tuple[int, ...]]:
    """Return for every source how many articles were published in each of ``months``.

    A month is named by its first day.
    """
    spans = {f"{month:%Y-%m}": (month, following(month)) for month in months}
    counts = _per_span(conn, sources, spans)
    return {
        source: tuple(max(counts[source, f"{month:%Y-%m}"], 0) for month in months)
        for source in sources
    }


def following(month: date, many: int = 1) -> date:
    """Return the first day of the month that is ``many`` months later, or earlier."""
    number = month.year * 12 + month.month - 1 + many
    return date(number // 12, number % 12 + 1, 1)


def _per_span(
    conn: sqlite3.Connection, sources: Sequence[str], spans: Mapping[str, tuple[date, date]]
) -> Counter[tuple[str, str]]:
    """Return (source, span) → number of articles; a span is of days, its end not included."""
    ids = {
        name: [start.toordinal() * SLOTS_PER_DAY, end.toordinal() * SLOTS_PER_DAY]
        for name, (start, end) in spans.items()
    }
    asked = {"sources": json.dumps(list(sources)), "spans": json.dumps(ids)}
    counts = Counter(
        {(row["source"], row["span"]): row["articles"] for row in conn.execute(_SPANS, asked)}
    )
    # An article keeps its id where its day is corrected later: the few that did count anew.
    span_of = {
        (start + number * _DAY).isoformat(): name
        for name, (start, end) in spans.items()
        for number in range((end - start).days)
    }
    for row in conn.execute(_STRAYS):
        if row["source"] not in sources:
            continue
        counted = date.fromordinal(max(row["counted"], 1)).isoformat()
        for day, step in ((counted, -1), (row["day"], 1)):
            if day in span_of:
                counts[row["source"], span_of[day]] += step
    return counts


def newest(conn: sqlite3.Connection, most: int, source: str = "") -> tuple[Headline, ...]:
    """Return the articles published last, of all sources or of one."""
    sql = _NEWEST.format("source = :source" if source else "1")
    return tuple(headline(row) for row in conn.execute(sql, {"most": most, "source": source}))


def headline(row: sqlite3.Row) -> Headline:
    """Return a row of ``articles`` as a list names it."""
    return Headline(
        id=row["id"],
        title=row["title"],
        published=moment(row["published"]) if row["published"] else None,
        precision=Precision(row["precision"]),
        zone=row["zone"],
        day=date.fromisoformat(row["day"]) if row["day"] else None,
        source=row["source"],
        origin=row["origin"],
        missing=row["missing"] is not None,
        gone=row["gone"] is not None,
        revision=row["revision"],
    )


def newest_visit(conn: sqlite3.Connection) -> datetime | None:
    """Return when a server last answered us, or None where the archive was only imported."""
    (found,) = conn.execute(_VISIT).fetchone()
    return moment(found) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An edit of a page: what it said otherwise at a later visit."""

    id: int
    title: str
    source: str
    zone: str
    #: the revision that came of it
    revision: int
    seen: datetime
    #: names of the fields
    fields: tuple[str, ...]


def latest_changes(
    conn: sqlite3.Connection, most: int, source: str = "", since: datetime | None = None
) -> tuple[Change, ...]:
    """Return the edits seen last.

    They are listed, not measured: what each did to the text is `following.recent`'s to say.
    """
    rows = conn.execute(_CHANGES, {**_asked(since, source), "most": most})
    return tuple(
        Change(
            id=row["id"],
            title=row["title"],
            source=row["source"],
            zone=row["zone"],
            revision=row["number"],
            seen=moment(row["fetched_at"]),
            fields=tuple(json.loads(row["changed"])),
        )
        for row in rows
    )


def count_changes(conn: sqlite3.Connection, since: datetime, source: str = "") -> int:
    """Return how many edits were seen since then, up to one more than MOST_COUNTED."""
    asked = {**_asked(since, source), "most": MOST_COUNTED + 1}
    return int(conn.execute(_CHANGES_COUNT, asked).fetchone()[0])


def _asked(since: datetime | None, source: str) -> dict[str, object]:
    return {"since": stamp(since) if since else "", "source": source}
