"""The peer: a Scrapy spider that extracts with trafilatura and stores with FTS5.

``python -m benchmarks.peer_spider DATABASE LISTING_URL…``
"""

import sqlite3
import sys
from collections.abc import Iterator
from typing import Any

import scrapy
import trafilatura
from scrapy.crawler import CrawlerProcess


class Pages(scrapy.Spider):
    """Follows every item of the listings given, one request at a time, without delay."""

    name = "pages"
    custom_settings: dict[str, Any] = {  # noqa: RUF012 - Scrapy's own way
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": 0,
        "ROBOTSTXT_OBEY": True,
        "LOG_LEVEL": "ERROR",
        "TELNETCONSOLE_ENABLED": False,
    }

    def __init__(self, database: str, listings: list[str]) -> None:
        super().__init__()
        self.start_urls = listings
        self.db = sqlite3.connect(database)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("CREATE VIRTUAL TABLE pages USING fts5 (url UNINDEXED, title, date, text)")

    def parse(self, response: Any) -> Iterator[Any]:
        yield from response.follow_all(css="li > a[title]", callback=self.page)

    def page(self, response: Any) -> None:
        found = trafilatura.bare_extraction(response.text, url=response.url, with_metadata=True)
        if found is not None:
            row = (response.url, found.title, found.date, found.text)
            self.db.execute("INSERT INTO pages VALUES (?, ?, ?, ?)", row)
            self.db.commit()


if __name__ == "__main__":
    process = CrawlerProcess({"LOG_LEVEL": "ERROR"})
    process.crawl(Pages, database=sys.argv[1], listings=sys.argv[2:])
    process.start()
