"""Measures extraction on the real pages of the shared corpus: quality, and pages a second.

    python -m benchmarks.extraction [--set NAME] [--worst N] [--out FILE]

Decodes, extracts and normalises every page of ``truth.jsonl`` with a neutral source and no rules,
writes one line of prediction a page and has the corpus's own ``score.py`` judge them.
"""

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from archive import Article, Precision
from crawler.charset import decode
from crawler.errors import CrawlError
from crawler.extract import extract
from crawler.normalise import normalise
from crawler.records import Source

SHARED = Path(os.environ.get("GAZETTE_SHARED", Path(__file__).parents[2] / "shared"))
NOW = datetime(2026, 12, 31, tzinfo=UTC)

Row = dict[str, object]


def pages(corpus: Path, only: str = "") -> Iterator[tuple[Row, bytes]]:
    """Yield every line of the truth with the page it speaks of."""
    for line in (corpus / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        truth = json.loads(line)
        if not only or truth["set"] == only:
            path = corpus / truth["file"]
            body = path.read_bytes()
            yield truth, gzip.decompress(body) if path.suffix == ".gz" else body


def source_for(truth: Row) -> Source:
    """Return a source that says nothing but the zone."""
    chinese = str(truth["set"]).startswith("zh")
    zone = "Asia/Shanghai" if chinese else "UTC"
    return Source(id="neutral", name="", address="http://page.example/", zone=zone)


def read(body: bytes, url: str, source: Source) -> Article:
    """Return the article of a page. Raises CrawlError."""
    return normalise(extract(decode(body).text, url), source, now=NOW)


def prediction(identity: object, article: Article) -> Row:
    """Return what the scorer wants to know, times as the page's zone shows them."""
    published = ""
    if article.published:
        local = article.published.astimezone(ZoneInfo(article.zone))
        day_only = article.precision is Precision.DAY
        published = local.date().isoformat() if day_only else local.isoformat()
    return {
        "id": identity,
        "title": article.title,
        "published": published,
        "written": article.written.isoformat() if article.written else "",
        "origin": article.origin,
        "author": article.author,
        "editor": article.editor,
        "issuer": article.issuer,
        "doc_number": article.doc_number,
        "index_number": article.index_number,
        "text": article.text,
        "witnesses": dict(article.witnesses),
    }


def predict(corpus: Path, only: str = "") -> tuple[list[Row], dict[str, list[float]]]:
    """Return a prediction for every page that could be read, and CPU seconds by set."""
    rows: list[Row] = []
    spent: dict[str, list[float]] = defaultdict(list)
    for truth, body in pages(corpus, only):
        url = str(truth.get("url") or "http://page.example/")
        start = time.process_time()
        try:
            article = read(body, url, source_for(truth))
        except CrawlError as error:
            print(f"unread {truth['id']}: {type(error).__name__} {error.reason}", file=sys.stderr)
            continue
        finally:
            spent[str(truth["set"])].append(time.process_time() - start)
        rows.append(prediction(truth["id"], article))
    return rows, spent


def main() -> None:
    """Write predictions, print the scores and the speed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--set", default="")
    options.add_argument("--worst", type=int, default=0)
    options.add_argument("--out", type=Path)
    chosen = options.parse_args()
    corpus = SHARED / "corpus"
    rows, _ = predict(corpus, chosen.set)
    _, spent = predict(corpus, chosen.set)  # the second time, with nothing left to load
    with tempfile.TemporaryDirectory() as folder:
        out = chosen.out or Path(folder) / "predictions.jsonl"
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        out.write_text("".join(lines), encoding="utf-8")
        command = [sys.executable, corpus / "score.py", out, "--worst", str(chosen.worst)]
        subprocess.run(command + (["--set", chosen.set] if chosen.set else []), check=True)
    for name, times in sorted(spent.items()):
        each = sum(times) / len(times)
        print(f"{name:14s} {each * 1000:6.2f} ms CPU a page  {1 / each:5.0f} pages/s")


if __name__ == "__main__":
    main()
