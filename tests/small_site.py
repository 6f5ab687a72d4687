"""A site of a few pages on 127.0.0.1 that a test rewrites while it is crawled."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self

from crawler.crawl import crawl, opened
from crawler.records import Listing, ListingKind, Report, Source
from crawler.settings import FetchSettings, Settings

SENTENCES = (
    "市政府今天召开常务会议，研究部署第{n}号民生实事项目的推进工作。",
    "会议指出，要坚持以人民为中心，把好事办好，把实事办实，让群众得到看得见的实惠。",
    "会议要求，各部门要压实责任，倒排工期，确保{n}个项目按期完成。",
)


def article(title: str, lines: Iterable[str], *, head: str = "", below: str = "") -> str:
    """Return the page of an article."""
    text = "".join(f"<p>{line}</p>" for line in lines)
    return (
        f"<html><head><meta charset='utf-8'><title>{title}</title>{head}</head><body>"
        f"<h1>{title}</h1><div class='info'>发布时间：2026-03-01 09:00　来源：市政府办公室</div>"
        f"<div class='content'>{text}</div>{below}</body></html>"
    )


def plain(number: int, *more: str) -> str:
    """Return the page of article ``number``."""
    lines = [sentence.format(n=number) for sentence in SENTENCES]
    return article(f"第{number}号民生实事项目推进情况", [*lines, *more])


@dataclass(slots=True)
class SmallSite:
    """Pages by path, and the paths that were asked for, in order.

    What a path answers to a POST stands under the path and, behind a blank, what is posted.
    """

    pages: dict[str, str] = field(default_factory=dict)
    #: path → Last-Modified
    modified: dict[str, datetime] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    #: the address it listens at; 0.0.0.0 for all of 127.0.0.0/8
    host: str = "127.0.0.1"
    _server: ThreadingHTTPServer | None = None

    def __enter__(self) -> Self:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                posted = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._answer(f"{self.path} {posted}")

            def do_GET(self) -> None:
                self._answer(self.path)

            def _answer(self, asked: str) -> None:
                site.asked.append(asked)
                page = site.pages.get(asked)
                body = (page or "<title>404</title>").encode()
                self.send_response(404 if page is None else 200)
                kind = "xml" if self.path.endswith(".xml") else "html"
                self.send_header("Content-Type", f"text/{kind}; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                if self.path in site.modified:
                    stamp = format_datetime(site.modified[self.path], usegmt=True)
                    self.send_header("Last-Modified", stamp)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer((self.host, 0), Handler)
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    @property
    def server(self) -> ThreadingHTTPServer | None:
        """The server, while it serves."""
        return self._server

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.server_port)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def list(self, titles: dict[str, str]) -> None:
        """Show a listing of these paths under these titles."""
        rows = "".join(
            f"<li><a href='{path}'>{title}</a><span>2026-03-01</span></li>"
            for path, title in titles.items()
        )
        self.pages["/news/"] = f"<html><body><ul>{rows}</ul></body></html>"

    def map(self, edits: dict[str, str]) -> None:
        """Show a sitemap that says when these paths were last edited."""
        urls = "".join(
            f"<url><loc>{self.address}{path}</loc><lastmod>{edit}</lastmod></url>"
            for path, edit in edits.items()
        )
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        self.pages["/sitemap.xml"] = f"<urlset xmlns='{space}'>{urls}</urlset>"

    def source(self, *paths: str, **keys: object) -> Source:
        """Return the source that watches these listings."""
        kinds = {"/sitemap.xml": ListingKind.SITEMAP}
        return Source(
            id="small",
            name="小城市人民政府",
            address=f"{self.address}/",
            zone="Asia/Shanghai",
            lang="zh",
            listings=tuple(
                Listing(url=self.address + path, kind=kinds.get(path, ListingKind.HTML))
                for path in paths or ("/news/",)
            ),
            **{"delay": SETTINGS.fetch.delay, **keys},  # type: ignore[arg-type]
        )

    def settings(self) -> Settings:
        """Return settings that allow this site to be asked, without a pause."""
        return Settings(
            fetch=FetchSettings(
                delay=SETTINGS.fetch.delay, allow_networks=("127.0.0.0/8",), ports=(self.port,)
            )
        )

    async def crawl(self, folder: Path, source: Source, now: datetime) -> Report:
        """Make one pass at ``now``."""
        async with opened(self.settings(), folder, now=lambda: now) as stages:
            (report,) = await crawl([source], stages, at_once=1)
            return report


SETTINGS = Settings(fetch=FetchSettings(delay=datetime.min - datetime.min))
