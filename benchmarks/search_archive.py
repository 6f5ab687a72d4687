"""A real archive of as many articles as are wanted, made of the real texts of the shared corpus.

By repetition: the texts stand again and again, shuffled, so that lengths and frequencies of words
are the real ones, while the vocabulary grows less than it would. Whole days of the evening news
(``xinwenlianbo_daily_md``) are left out: each of their items is there by itself. Sources, regions,
categories, origins and days are drawn, uneven as real ones are; the HTML is left empty.
"""

import json
import random
import sqlite3
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from archive.ids import SLOTS_PER_DAY
from archive.schema import open_archive, reindex, transaction
from benchmarks.corpus import CORPUS

_PARTS = (
    "cctv_xinwenlianbo",
    "gov_work_reports",
    "laws",
    "policy_documents",
    "sogou_thucnews",
    "terminus_posts",
)
_SEED = 5
#: Ten years of days, the last of them first.
LAST_DAY = date(2025, 12, 31)
_DAYS = 3653

SOURCES = tuple(f"source-{number:02}" for number in range(60))
REGIONS = ("CN", "CN-BJ", "CN-SH", "CN-GD", "CN-ZJ", "CN-JS", "CN-SC", "CN-HB", "HK", "MO", "TW")
CATEGORIES = ("要闻", "政策", "公告", "解读", "法规", "人事", "统计", "招标", "图片", "视频")
ORIGINS = tuple(f"{place}{kind}" for place in "京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤琼川贵云陕"
                for kind in ("日报", "政府网", "发布", "新闻网"))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text of the corpus."""

    title: str
    text: str

    @property
    def size(self) -> int:
        """Bytes of UTF-8 that the index is measured against."""
        return len(f"{self.title}{self.text}".encode())


@lru_cache(maxsize=1)
def texts() -> tuple[Text, ...]:
    """Return all texts of the corpus, in an order drawn once and for all."""
    found = [text for part in _PARTS for text in _read(CORPUS / "text" / f"{part}.jsonl.zst")]
    random.Random(_SEED).shuffle(found)
    return tuple(found)


def _read(path: Path) -> Iterator[Text]:
    with subprocess.Popen(["zstd", "-dcq", path], stdout=subprocess.PIPE) as unpack:
        assert unpack.stdout is not None
        for line in unpack.stdout:
            found = json.loads(line)
            text = str(found.get("text") or "").encode("utf-8", "replace").decode()
            title = str(found.get("title") or "").strip() or text.strip().split("\n")[0][:40]
            yield Text(title=title, text=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What the making of an archive took."""

    articles: int
    #: bytes of titles and texts
    text: int
    #: seconds that ``reindex`` took
    seconds: float


def make(path: Path, count: int) -> Made:
    """Make an archive of ``count`` articles at ``path``; the index is filled by ``reindex``."""
    with closing(open_archive(path)) as conn:
        size = insert(conn, texts(), count)
        start = time.perf_counter()
        reindex(conn)
        seconds = time.perf_counter() - start
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Made(articles=count, text=size, seconds=seconds)


def insert(conn: sqlite3.Connection, held: Sequence[Text], count: int) -> int:
    """Put in ``count`` articles, not to be found before ``reindex``; return the bytes of text."""
    (trigger,) = conn.execute(
        "SELECT sql FROM sqlite_master WHERE name = 'articles_insert'"
    ).fetchone()
    size = 0
    rows = rows_of(count)
    with transaction(conn):
        conn.execute("DROP TRIGGER articles_insert")
        for number, row in enumerate(rows):
            text = held[number % len(held)]
            size += text.size
            values = {**row, "title": text.title, "text": text.text}
            names = ", ".join(values)
            marks = ", ".join(f":{name}" for name in values)
            conn.execute(f"INSERT INTO articles ({names}) VALUES ({marks})", values)  # noqa: S608
            if number % 20_000 == 19_999:
                conn.execute("COMMIT")
                conn.execute("BEGIN IMMEDIATE")
        conn.execute(trigger)
    return size


def rows_of(count: int) -> Iterator[dict[str, object]]:
    """Yield all columns but title and text, the oldest first."""
    chance = random.Random(_SEED)
    day, slot = LAST_DAY, 0
    clusters: list[int] = []
    for number in range(count):
        known = LAST_DAY - timedelta(days=_DAYS - 1 - number * _DAYS // count)
        slot = slot + 1 if known == day else 0
        day = known
        id_ = day.toordinal() * SLOTS_PER_DAY + slot
        # One in ten is a reprint of one of the last days.
        reprint = bool(clusters) and chance.random() < 0.1
        cluster = chance.choice(clusters[-2_000:]) if reprint else id_
        if not reprint:
            clusters.append(id_)
        source = int(len(SOURCES) * chance.random() ** 2.5)
        yield row_of(id_, day, cluster, source, chance)


def row_of(
    id_: int, day: date, cluster: int, source: int, chance: random.Random
) -> dict[str, object]:
    """Return a row of ``articles`` without title and text."""
    category = _uneven(CATEGORIES, chance)
    seen = f"{day}T08:00:00Z"
    number = f"国发〔{day.year}〕{chance.randrange(1, 60)}号"
    return {
        "id": id_,
        "published": seen,
        "day": str(day),
        "precision": "minute",
        "zone": "Asia/Shanghai",
        "source": SOURCES[source],
        "category": category,
        "region": REGIONS[source % len(REGIONS)],
        "lang": "zh-CN",
        "channel": "",
        "origin": _uneven(ORIGINS, chance),
        "author": chance.choice("王李张刘陈") + chance.choice("伟芳娜敏静") if chance.random() < 0.3
        else "",
        "editor": "",
        "issuer": "",
        "doc_number": number if chance.random() < 0.05 else "",
        "index_number": "",
        "url": f"https://{SOURCES[source]}.example/{day}/{id_}.html",
        "revision": 1 if chance.random() < 0.98 else 2,
        "cluster": cluster,
        "first_seen": seen,
        "last_seen": seen,
        "gone": seen if chance.random() < 0.005 else None,
        "html": "",
        "categories": json.dumps([category], ensure_ascii=False),
        "pictures": "[]",
        "attachments": "[]",
        "witnesses": "{}",
        "extractor": "0",
        "content_sha256": "",
        "body_sha256": str(id_),
        "row_sha256": "",
    }  # fmt: skip


def _uneven(values: Sequence[str], chance: random.Random) -> str:
    return values[int(len(values) * chance.random() ** 2)]


def index_size(path: Path) -> int:
    """Return the bytes of all pages of the full-text index in the file."""
    with closing(sqlite3.connect(path)) as conn:
        total = 0
        for sql in (
            "SELECT sum(length(block) + 12) FROM articles_fts_data",
            "SELECT sum(length(sz) + 12) FROM articles_fts_docsize",
            "SELECT sum(length(term) + 12) FROM articles_fts_idx",
        ):
            total += conn.execute(sql).fetchone()[0] or 0
    return total
