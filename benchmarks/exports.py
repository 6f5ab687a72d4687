"""Exports of large archives: articles a second, and the most memory a process held.

    python -m benchmarks.exports [--articles 10000 100000] [--formats hexo csv …]

A thousand articles of made-up text of a usual length, each with the answer it was read from, are
put into an archive and then repeated under other ids and addresses until there are so many. Each
format is written by a process of its own, as ``gazette export`` does it; its peak of resident
memory is what the system counted. Exit code 1 where the larger archive took more than a quarter
above the smaller.
"""

import argparse
import json
import random
import resource
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from archive import Archive, Article, Capture, Filing
from archive.export import EXPORTERS, Job
from archive.ids import SLOTS_PER_DAY
from archive.seals import register
from benchmarks.tables import table

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
FIRST = 1_000
_CHARACTERS = "就业经济数字发展国家税收年月中共市县二〇一通知公告实施办法关于印发"


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--formats", nargs="+", choices=list(EXPORTERS), default=list(EXPORTERS))
    parser.add_argument(
        "--one", nargs=3, metavar=("FORM", "ARCHIVE", "OUT"), help=argparse.SUPPRESS
    )
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(_one(asked.one[0], Path(asked.one[1]), Path(asked.one[2]))))
        return 0
    found: dict[str, list[tuple[float, int]]] = {form: [] for form in asked.formats}
    for count in asked.articles:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "archive.db"
            _make(path, count)
            for form in asked.formats:
                found[form].append(_measured(form, path, Path(folder) / "out" / form, count))
    header = ["format"]
    for count in asked.articles:
        header += [f"articles/s at {count:,}", "peak MB"]
    rows = [
        [form, *(cell for rate, peak in cells for cell in (f"{rate:,.0f}", f"{peak / 1e6:.0f}"))]
        for form, cells in found.items()
    ]
    print(table("exports", header, rows))
    return int(any(max(c[1] for c in cells) > 1.25 * cells[0][1] for cells in found.values()))


def _measured(form: str, path: Path, out: Path, count: int) -> tuple[float, int]:
    asked = [sys.executable, "-m", "benchmarks.exports", "--one", form, path, out]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    written, seconds, peak = json.loads(said)
    assert written == count, f"{form}: {written} of {count}"
    return written / seconds, peak


def _one(form: str, path: Path, out: Path) -> tuple[int, float, int]:
    start = time.monotonic()
    with Archive.open(path, read_only=True) as archive:
        job = Job(out=out, asked=form, archive=archive)
        count = sum(EXPORTERS[form](lambda below: archive.matching("", below=below), job))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return count, time.monotonic() - start, peak


def _make(path: Path, count: int) -> None:
    with Archive.open(path) as archive:
        for start in range(0, FIRST, 50):
            archive.put_all([_filing(n) for n in range(start, start + 50)], now=NOW)
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        register(conn)
        conn.create_function("zh_index", 1, lambda text: "")
        conn.execute("PRAGMA synchronous = OFF")
        for name in ("articles_insert", "seal_articles_insert", "seal_captures_insert"):
            conn.execute(f"DROP TRIGGER {name}")
        for table_, own in (
            ("articles", {"id": "id - :days", "url": "url || :n", "cluster": "cluster - :days"}),
            ("captures", {"id": "NULL", "article_id": "article_id - :days"}),
        ):
            columns = [row[1] for row in conn.execute(f"PRAGMA table_info({table_})")]
            values = ", ".join(own.get(name, f'"{name}"') for name in columns)
            conn.execute(f"CREATE TEMP TABLE seed AS SELECT * FROM main.{table_}")  # noqa: S608
            for n in range(1, count // FIRST):
                conn.execute(
                    f"INSERT INTO main.{table_} SELECT {values} FROM seed",  # noqa: S608
                    {"days": n * 100 * SLOTS_PER_DAY, "n": f"?{n}"},
                )
            conn.execute("DROP TABLE seed")


def _filing(n: int) -> Filing:
    chance = random.Random(n)
    lines = [
        "".join(chance.choices(_CHARACTERS, k=chance.randrange(40, 160)))
        for _ in range(chance.randrange(4, 20))
    ]
    html = "\n".join(f"<p>{line}</p>" for line in lines)
    url = f"https://www.city.example/{n}.html"
    article = Article(
        source="city",
        url=url,
        title=f"第{n}号{lines[0][:20]}",
        html=html,
        text="\n".join(lines),
        published=NOW - timedelta(hours=2 * n),
        zone="Asia/Shanghai",
        categories=("政务公开", "通知公告"),
    )
    page = f"<html><body>{html}</body></html>".encode()
    capture = Capture(
        url=url,
        final_url=url,
        status=200,
        reason="OK",
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        request_headers=(("User-Agent", "Gazette/0.1"),),
        payload=page,
        body=page,
        fetched_at=NOW,
    )
    return Filing(article=article, capture=capture)


if __name__ == "__main__":
    sys.exit(main())
