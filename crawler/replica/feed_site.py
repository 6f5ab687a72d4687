"""An English-language department on a modern system.

RSS with the newest 30, a news sitemap with the newest 1,000, a sitemap index that leads to it and
to the rest; JSON-LD NewsArticle, ``article:published_time`` and ``<time datetime>`` on each page;
validators on everything. No view counter: an answer changes only when the article does.
"""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime

from crawler.replica import markup
from crawler.replica.answers import Answer, Request
from crawler.replica.compose import compose, headline
from crawler.replica.markup import text
from crawler.replica.records import Document, Entry, Listing, Picture, Profile
from crawler.replica.shelf import Page, Row, Shelf

TYPE = "text/html; charset=UTF-8"
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAPS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
PART = re.compile(r"/sitemap-(\d{1,4})\.xml")
WORDS = re.compile(r"[a-z0-9]+")
FEED, MAP = 30, 1000


class FeedSite:
    """Feeds, sitemaps and articles of a department."""

    sitemap = "/sitemap.xml"
    server = "Apache"

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.sheets = markup.sheets("feed", profile, "")

    def listings(self, address: str) -> tuple[Listing, ...]:
        name = self.profile.columns[0].name
        return (
            Listing(url=f"{address}/news/rss.xml", kind="feed", category=name),
            Listing(url=f"{address}/sitemap.xml", kind="sitemap", category=name),
        )

    def path(self, entry: Entry) -> str:
        local = entry.published.astimezone(self.profile.clock)
        slug = "-".join(WORDS.findall(headline(entry).lower())[:9])
        return f"/news/{local:%Y/%m/%d}/{slug}-{entry.number}"

    def media(self, entry: Entry, index: int, suffix: str) -> str:
        return f"/assets/{entry.number:09d}{index:02d}.{suffix}"

    def route(self, request: Request, shelf: Shelf) -> Answer | None:
        match request.path:
            case "/":
                rows = markup.items(shelf.rows(0, 0, 8), _row)
                return self._page(shelf.changed, "home", rows=rows)
            case "/news/":
                page = request.parameters().get("page", "1")
                return self._list(shelf, int(page)) if page.isdecimal() and page != "0" else None
            case "/news/rss.xml":
                return self._feed(shelf)
            case "/sitemap.xml":
                return self._index(shelf)
            case "/sitemap-news.xml":
                return self._news(shelf)
        part = PART.fullmatch(request.path)
        return self._part(shelf, int(part[1])) if part else None

    def article(self, page: Page) -> Answer:
        entry, document = page.entry, page.document
        url = page.shelf.url(entry)
        edited = (entry.edited or entry.published).astimezone(self.profile.clock)
        author = text(document.author or "")
        return self._page(
            edited,
            "article",
            url=url,
            title=document.title,
            summary=markup.summary(document, 150),
            published=page.local.isoformat(),
            edited=edited.isoformat(),
            day=_spoken(page.local),
            linked=self._linked(document, url, page.local, edited),
            byline=f'<p class="byline">By <span>{author}</span></p>\n' if author else "",
            body=markup.body(
                document,
                paragraph=lambda line: f"<p>{text(line)}</p>",
                picture=lambda picture: self._picture(entry, picture),
                tables='<table class="usa-table">',
            ),
            files=self._files(page),
            related=markup.items(page.shelf.older(entry, 3), _row),
        )

    def missing(self) -> Answer:
        return Answer(status=404, body=self.sheets["missing"].fill().encode(), type=TYPE)

    def _page(self, modified: datetime, sheet: str, **values: str) -> Answer:
        page = self.sheets[sheet].fill(**values)
        return Answer(body=page.encode(), type=TYPE, modified=modified)

    def _list(self, shelf: Shelf, page: int) -> Answer | None:
        size = self.profile.rows
        rows = shelf.rows(0, (page - 1) * size, page * size)
        more = page * size < shelf.total(0)
        turn = f'<a rel="next" href="/news/?page={page + 1}">Next page</a>' if more else ""
        written = markup.items(rows, _row)
        return self._page(shelf.changed, "list", rows=written, turn=turn) if rows else None

    def _linked(self, document: Document, url: str, published: datetime, edited: datetime) -> str:
        publisher = {"@type": "GovernmentOrganization", "name": self.profile.name}
        person = {"@type": "Person", "name": document.author}
        article = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": document.title,
            "datePublished": published.isoformat(),
            "dateModified": edited.isoformat(),
            "mainEntityOfPage": url,
            "author": person if document.author else publisher,
            "publisher": publisher,
        }
        return json.dumps(article).replace("</", "<\\/")

    def _feed(self, shelf: Shelf) -> Answer:
        items = "".join(self._item(row, shelf.address) for row in shelf.rows(0, 0, FEED))
        address = f"{shelf.address}/news/rss.xml"
        page = (
            f'{XML}<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>\n'
            f"<title>{text(self.profile.name)}</title>\n<link>{shelf.address}/news/</link>\n"
            "<description>News releases</description>\n<language>en</language>\n"
            f'<atom:link href="{address}" rel="self" type="application/rss+xml"/>\n'
            f"{items}</channel></rss>\n"
        )
        kind = "application/rss+xml; charset=UTF-8"
        return Answer(body=page.encode(), type=kind, modified=shelf.changed)

    def _item(self, row: Row, address: str) -> str:
        url = address + row.path
        summary = text(markup.summary(compose(row.entry), 400))
        return (
            f'<item><title>{text(row.title)}</title><link>{url}</link><guid isPermaLink="true">'
            f"{url}</guid><pubDate>{format_datetime(row.local)}</pubDate>"
            f"<category>{self.profile.columns[0].name}</category>"
            f"<description>{summary}</description></item>\n"
        )

    def _index(self, shelf: Shelf) -> Answer:
        parts = range(1, -(-shelf.total(0) // MAP))
        names = ["sitemap-news.xml", *(f"sitemap-{part}.xml" for part in parts)]
        changed = shelf.changed.astimezone(self.profile.clock).isoformat()
        maps = "".join(
            f"<sitemap><loc>{shelf.address}/{name}</loc><lastmod>{changed}</lastmod></sitemap>\n"
            for name in names
        )
        page = f"{XML}<sitemapindex {SITEMAPS}>\n{maps}</sitemapindex>\n"
        return Answer(body=page.encode(), type="application/xml", modified=shelf.changed)

    def _news(self, shelf: Shelf) -> Answer:
        publication = (
            f"<news:publication><news:name>{text(self.profile.name)}</news:name>"
            "<news:language>en</news:language></news:publication>"
        )
        urls = (
            f"<url><loc>{shelf.address}{row.path}</loc><news:news>{publication}"
            f"<news:publication_date>{row.local.isoformat()}</news:publication_date>"
            f"<news:title>{text(row.title)}</news:title></news:news></url>\n"
            for row in shelf.rows(0, 0, MAP)
        )
        return _urls(urls, f"{SITEMAPS} {NEWS}", shelf)

    def _part(self, shelf: Shelf, part: int) -> Answer | None:
        rows = shelf.rows(0, part * MAP, part * MAP + MAP) if part else []
        urls = [
            f"<url><loc>{shelf.address}{row.path}</loc><lastmod>"
            f"{(row.entry.edited or row.entry.published).isoformat()}</lastmod></url>\n"
            for row in rows
        ]
        return _urls(urls, SITEMAPS, shelf) if urls else None

    def _picture(self, entry: Entry, picture: Picture) -> str:
        source, caption = self.media(entry, picture.index, "png"), text(picture.caption)
        return f'<figure><img src="{source}" alt=""><figcaption>{caption}</figcaption></figure>'

    def _files(self, page: Page) -> str:
        files = "".join(
            f'<li><a href="{self.media(page.entry, index, "pdf")}">{text(name)}</a></li>'
            for index, name in enumerate(page.document.attachments)
        )
        section = f'<section class="files"><h2>Attachments</h2><ul>{files}</ul></section>\n'
        return section if files else ""


def _urls(urls: Iterable[str], spaces: str, shelf: Shelf) -> Answer:
    page = f"{XML}<urlset {spaces}>\n{''.join(urls)}</urlset>\n"
    return Answer(body=page.encode(), type="application/xml", modified=shelf.changed)


def _row(row: Row) -> str:
    day = f'<time datetime="{row.local:%Y-%m-%d}">{_spoken(row.local)}</time>'
    return f'<li><a href="{row.path}">{text(row.title)}</a> {day}</li>'


def _spoken(moment: datetime) -> str:
    return f"{moment:%B} {moment.day}, {moment.year}"
