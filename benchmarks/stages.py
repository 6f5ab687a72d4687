"""What each stage costs alone, in one process, on pages from files."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from archive import Archive, Article, Capture
from archive.tokens import index_text
from crawler.charset import decode
from crawler.extract import extract
from crawler.normalise import normalise
from crawler.records import Source


def time_stages(files: list[Path], scratch: Path) -> dict[str, float]:
    """Return stage → CPU milliseconds a page."""
    now = datetime.now(UTC)
    source = Source(id="cctv", name="", address="https://tv.cctv.com/", zone="Asia/Shanghai")
    bodies = [file.read_bytes() for file in files]
    costs: dict[str, float] = {}

    def timed(name: str, work: Callable[[], list]) -> list:  # type: ignore[type-arg]
        began = time.process_time()
        result = work()
        costs[name] = (time.process_time() - began) / len(files) * 1000
        return result

    pages = timed("decode", lambda: [decode(body, "text/html").text for body in bodies])
    urls = [f"https://tv.cctv.com/{file.name}" for file in files]
    drafts = timed("extract", lambda: [extract(p, u) for p, u in zip(pages, urls, strict=True)])
    articles: list[Article] = timed(
        "normalise", lambda: [normalise(draft, source, now=now) for draft in drafts]
    )
    timed("index tokens (part of put)", lambda: [index_text(a.title + a.text) for a in articles])
    captures = [
        Capture(url=u, final_url=u, status=200, headers=(("Content-Type", "text/html"),),
                payload=b, body=b, fetched_at=now)
        for u, b in zip(urls, bodies, strict=True)
    ]  # fmt: skip
    pairs = list(zip(articles, captures, strict=True))
    with Archive.open(scratch / "stages.db", warc=scratch / "stages-warc") as archive:
        timed(
            "put (row, index, WARC, commit)", lambda: [archive.put(a, c, now=now) for a, c in pairs]
        )
    return costs
