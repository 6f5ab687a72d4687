"""Real pages from disk, served over HTTP and crawled like any site."""

import asyncio
import html
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from crawler import sources
from crawler.crawl import crawl, opened
from crawler.records import Report
from tests.shared import shared

NOW = datetime(2026, 3, 2, tzinfo=UTC)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """Serve a folder on a free port of 127.0.0.1."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def configure(folder: Path, port: int) -> None:
    (folder / "sources").mkdir(parents=True)
    (folder / "families").mkdir()
    (folder / "gazette.toml").write_text(
        f'[fetch]\nallow_networks = ["127.0.0.0/8"]\nports = [{port}]\ndelay = "0s"\n'
    )
    (folder / "sources" / "pages.toml").write_text(
        f'name = "pages"\naddress = "http://127.0.0.1:{port}/"\nzone = "Asia/Shanghai"\n'
        f'delay = "0s"\n[listing]\nitem = "li"\nlink = "a@href"\ntitle = "a"\n'
        f'[[listings]]\nurl = "http://127.0.0.1:{port}/list.html"\n'
    )


def crawled(work: Path) -> Report:
    loaded = sources.load(work / "config")

    async def once() -> list[Report]:
        async with opened(loaded.settings, work / "data", now=lambda: NOW) as stages:
            return await crawl(loaded.sources, stages, at_once=1)

    return asyncio.run(once())[0]


def test_every_whole_page_of_the_corpus_becomes_one_article(tmp_path: Path) -> None:
    corpus = shared("corpus/truth.jsonl").parent
    site, wanted = tmp_path / "site", {}
    site.mkdir()
    for line in (corpus / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["set"] == "zh_pages" or row["set"].startswith("zh_gov"):
            name = f"{row['set']}-{row['id']}.html"
            (site / name).symlink_to(corpus / row["file"])
            wanted[name] = row
    rows = (f'<li><a href="{n}">{html.escape(r["title"])}</a></li>' for n, r in wanted.items())
    (site / "list.html").write_text(f"<ul>{''.join(rows)}</ul>", encoding="utf-8")
    with served(site) as port:
        configure(tmp_path / "config", port)
        first, second = crawled(tmp_path), crawled(tmp_path)
    db = sqlite3.connect(tmp_path / "data" / "archive.db")
    titles = dict(db.execute("SELECT url, title FROM articles").fetchall())
    db.close()
    assert (first.found, first.failed) == (len(wanted), 0)
    assert len(titles) == len(wanted)
    assert (second.new, second.failed, second.unchanged) == (0, 0, len(wanted))
