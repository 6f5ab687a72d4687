"""``gazette check`` and ``gazette add``: what a site gives, before anything is stored."""

import asyncio
import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.console import Console

from archive import Capture
from archive.cli.options import json_option
from archive.escapes import json_line
from archive.language import _, retold
from crawler import sources
from crawler.cli.explaining import print_fields
from crawler.cli.extracting import Row, as_explained, as_json
from crawler.cli.options import config_folder, console, folders
from crawler.cli.watching import plain_markup
from crawler.errors import CrawlError, ListingError
from crawler.fetch import Fetcher
from crawler.reading import Reading, read_article, read_links
from crawler.records import Link, Listing, ListingKind, ListingPage, PageRequest, Source
from crawler.sandbox import Sandbox
from crawler.settings import Settings
from crawler.whole import read_whole
from crawler.zones import zone_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a dry run over one listing gave."""

    listing: Listing
    page: ListingPage | None = None
    #: what the first article's pages came to
    reading: Reading | None = None
    error: CrawlError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker:
    """Asks a site for a page or two and stores nothing."""

    fetcher: Fetcher
    sandbox: Sandbox

    async def listing(self, source: Source, listing: Listing) -> Checked:
        """Read a listing's first page and the first article it names."""
        page = None
        try:
            capture = await self.fetcher.fetch(listing.url, delay=source.delay)
            page = await self.links(capture, listing, source)
            reading = await self.reading(source, listing, page)
            return Checked(listing=listing, page=page, reading=reading)
        except CrawlError as error:
            return Checked(listing=listing, page=page, error=error)

    async def links(self, capture: Capture, listing: Listing, source: Source) -> ListingPage:
        """Read a fetched listing. Raises CrawlError."""
        request = PageRequest(url=listing.url)
        page: ListingPage = await self.sandbox.run(
            listing.url, read_links, capture, request, listing, source
        )
        return page

    async def reading(self, source: Source, listing: Listing, page: ListingPage) -> Reading | None:
        """Read the first article of a page of links, all its pages. Raises CrawlError."""
        if not page.links:
            return None
        link, now, reader = page.links[0], datetime.now(UTC), replace(source, listings=())

        async def fetch(url: str) -> Capture:
            return await self.fetcher.fetch(url, delay=source.delay)

        async def read(pages: tuple[Capture, ...]) -> Reading:
            return await self.sandbox.run(
                link.url, read_article, pages, reader, listing.category, link, now
            )

        reading, _asked = await read_whole(await fetch(link.url), fetch, read)
        return reading


async def check_all(chosen: tuple[Source, ...], settings: Settings) -> dict[str, list[Checked]]:
    """Dry-run every listing of the sources, one after another."""
    with Sandbox(settings.sandbox) as sandbox:
        async with Fetcher(settings.fetch, now=lambda: datetime.now(UTC)) as fetcher:
            look = Looker(fetcher=fetcher, sandbox=sandbox)
            return {s.id: [await look.listing(s, x) for x in s.listings] for s in chosen}


@click.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Check every source.")
@click.option("--explain", "explained", is_flag=True, help="With --json: what every witness says.")
@json_option
@folders
@click.pass_context
def check(
    ctx: click.Context,
    names: tuple[str, ...],
    everything: bool,
    explained: bool,
    as_json: bool,
    config: Path | None,
    data: Path | None,
) -> None:
    """Dry run: what each listing names, its first article, who says so; nothing is stored.

    Each field of the article stands with the witness that was believed, below it what the others
    say: ✓ believed, ✗ refused and why.
    """
    loaded = sources.load(config_folder(config), only=names)
    if not names and not everything:
        sound = _("{count} sources, configuration sound; --all asks the sites")
        click.echo(sound.format(count=len(loaded.sources)))
        return
    results = asyncio.run(check_all(loaded.sources, loaded.settings))
    screen = console()
    for source, checks in results.items():
        for one in checks:
            if as_json:
                click.echo(json_line({"source": source} | row(one, explained=explained)))
            else:
                show(source, one, screen)
    if any(one.error for checks in results.values() for one in checks):
        ctx.exit(1)


def row(one: Checked, *, explained: bool = False) -> Row:
    """Return a check as one JSON object."""
    article = as_json(one.reading.article) if one.reading else None
    if article is not None and explained:
        article["explain"] = _explained(one)
    return {
        "listing": one.listing.url,
        "kind": one.listing.kind,
        "links": len(one.page.links) if one.page else 0,
        "next": one.page.next.url if one.page and one.page.next else None,
        "article": article,
        "error": str(one.error) if one.error else None,
    }


def _explained(one: Checked) -> dict[str, list[Row]]:
    """Return what the witnesses say of a check's article."""
    link: Link | None = one.page.links[0] if one.page else None
    return as_explained(one.reading, datetime.now(UTC), link) if one.reading else {}


def show(source: str, one: Checked, screen: Console) -> None:
    """Print a check for people."""
    screen.print(f"[bold]{source}[/] {one.listing.kind} {plain_markup(one.listing.url)}")
    if one.page:
        onward = one.page.next and plain_markup(one.page.next.url)
        told = _("{count} links, next {url}") if onward else _("{count} links, no further page")
        screen.print(f"  {told.format(count=len(one.page.links), url=onward)}")
        for link in one.page.links[:3]:
            screen.print(f"    {link.date or '-':<17} {plain_markup(link.title)}")
    if one.reading:
        print_fields(as_json(one.reading.article) | {"explain": _explained(one)}, screen)
    if one.error:
        screen.print(f"  [red]{type(one.error).__name__}[/] {plain_markup(retold(str(one.error)))}")


def guess_kind(body: bytes) -> tuple[ListingKind, ...]:
    """Return what an answer could be as a listing, the likeliest first."""
    head = body[:2000].lower()
    if b"<urlset" in head or b"<sitemapindex" in head:
        return (ListingKind.SITEMAP,)
    if b"<rss" in head or b"<feed" in head or b"<rdf:rdf" in head:
        return (ListingKind.FEED,)
    if b"<datastore" in body.lower():
        return (ListingKind.HANWEB, ListingKind.HTML)
    return (ListingKind.HTML,)


async def look_at(url: str, settings: Settings) -> tuple[Source, Checked]:
    """Find out what kind of listing an address is, and try it. Raises CrawlError."""
    host = urlsplit(url).hostname or ""
    source = Source(
        id=re.sub(r"[^a-z0-9]+", "-", host.removeprefix("www.")).strip("-"),
        name=host,
        address=f"{urlsplit(url).scheme}://{urlsplit(url).netloc}/",
        zone=zone_of(url),
    )
    with Sandbox(settings.sandbox) as sandbox:
        async with Fetcher(settings.fetch, now=lambda: datetime.now(UTC)) as fetcher:
            look = Looker(fetcher=fetcher, sandbox=sandbox)
            capture = await fetcher.fetch(url)
            failed: CrawlError = ListingError(url, "no listing of any known kind")
            for kind in guess_kind(capture.body):
                listing = Listing(url=url, kind=kind)
                found = replace(source, listings=(listing,))
                try:
                    page = await look.links(capture, listing, found)
                    reading = await look.reading(found, listing, page)
                    return found, Checked(listing=listing, page=page, reading=reading)
                except CrawlError as error:
                    failed = error
            raise failed


def as_toml(source: Source) -> str:
    """Return a source as the file that describes it, only what is needed."""
    text = json.dumps  # a JSON string is a TOML basic string
    listing = source.listings[0]
    return "\n".join(
        [
            f"name = {text(source.name, ensure_ascii=False)}",
            f"address = {text(source.address)}",
            f"zone = {text(source.zone)}",
            "# categories = []  # the path of channels its articles belong to",
            "",
            "[[listings]]",
            f"url = {text(listing.url)}",
            f"kind = {text(listing.kind.value)}",
            "",
        ]
    )


@click.command()
@click.argument("url")
@click.option("--id", "name", default="", help="Name of the source.  [default: from the host]")
@click.option("--yes", is_flag=True, help="Write without asking.")
@folders
def add(url: str, name: str, yes: bool, config: Path | None, data: Path | None) -> None:
    """Look at a listing, feed or sitemap, show what it gives, write config/sources/<id>.toml."""
    folder, screen = config_folder(config), console()
    settings = sources.load_settings(folder)
    source, checked = asyncio.run(look_at(url, settings))
    source = replace(source, id=name or source.id)
    show(source.id, checked, screen)
    target = folder / "sources" / f"{source.id}.toml"
    if target.exists():
        raise click.UsageError(f"{target} exists; give another name with --id")
    if yes or click.confirm(_("write {file}?").format(file=target), default=True):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(as_toml(source), encoding="utf-8")
        told = _("wrote {file}; `gazette crawl {source}` fetches it")
        screen.print(told.format(file=target, source=source.id), markup=False)
