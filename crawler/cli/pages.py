"""``gazette extract`` and ``links``: pages that lie here already."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from archive import Article, Capture, Precision
from crawler import sources
from crawler.cli.options import config_folder, folders
from crawler.errors import CrawlError
from crawler.reading import read_article, read_links
from crawler.records import Listing, ListingKind, PageRequest, Source
from crawler.sandbox import Sandbox
from crawler.settings import SandboxSettings
from crawler.zones import zone_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One page of a batch."""

    id: str
    file: Path
    url: str


def local(article: Article) -> str | None:
    """Return the publication moment as the page shows it: its own zone, no more than it says."""
    if article.published is None:
        return None
    moment = article.published.astimezone(ZoneInfo(article.zone))
    if article.precision is Precision.DAY:
        return moment.date().isoformat()
    return moment.isoformat(
        timespec="minutes" if article.precision is Precision.MINUTE else "seconds"
    )


def as_json(article: Article) -> dict[str, object]:
    """Return an article as one JSON object; what was not found is null."""
    row = {key: value or None for key, value in asdict(article).items()}
    return row | {
        "published": local(article),
        "precision": article.precision if article.published else None,
        "written": article.written.isoformat() if article.written else None,
        "witnesses": dict(article.witnesses),
    }


def from_file(job: Job, content_type: str = "text/html") -> Capture:
    """Return a file as if its address had answered with it."""
    body = job.file.read_bytes()
    return Capture(
        url=job.url,
        final_url=job.url,
        status=200,
        headers=(("Content-Type", content_type),),
        payload=body,
        body=body,
        fetched_at=datetime.now(UTC),
    )


def manifest(path: Path) -> Iterator[Job]:
    """Yield the jobs of a batch; files are relative to the manifest. Raises click.UsageError."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            yield Job(id=row["id"], file=path.parent / row["file"], url=row.get("url") or "")
        except (ValueError, KeyError, TypeError) as error:
            raise click.UsageError(
                f'{path}:{number}: wants {{"id", "file", "url"}}, got {error!r}'
            ) from error


async def extract_all(jobs: list[Job], source: Source | None, zone: str) -> bool:
    """Print each job's article, or why there is none, in order; return whether all went well."""
    now, well = datetime.now(UTC), True
    with Sandbox(SandboxSettings()) as sandbox:

        async def one(job: Job) -> Article | CrawlError:
            whose = source or Source(
                id="extract", name="", address=job.url, zone=zone or zone_of(job.url)
            )
            try:
                article: Article = await sandbox.run(
                    job.url, read_article, from_file(job), whose, "", None, now
                )
            except CrawlError as error:
                return error
            return article

        for start in range(0, len(jobs), 64):
            part = jobs[start : start + 64]
            for job, result in zip(part, await asyncio.gather(*map(one, part)), strict=True):
                if isinstance(result, CrawlError):
                    well = False
                    row: dict[str, object] = {
                        "error": type(result).__name__,
                        "reason": result.reason,
                    }
                else:
                    row = as_json(result)
                click.echo(json.dumps({"id": job.id} | row, ensure_ascii=False))
    return well


@click.command("extract")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--batch",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help='Lines of {"id", "file", "url"}.',
)
@click.option("--url", default="", help="The address the file came from.")
@click.option("--zone", default="", help="Zone of times without one.  [default: the country's]")
@click.option("--source", "name", default="", help="Read by the rules of this source.")
@folders
@click.pass_context
def extract_pages(
    ctx: click.Context,
    files: tuple[Path, ...],
    batch: Path | None,
    url: str,
    zone: str,
    name: str,
    config: Path | None,
    data: Path | None,
) -> None:
    """Read pages from files: an article a line, as JSON, every field with its witness."""
    jobs = [Job(id=str(f), file=f, url=url or f.resolve().as_uri()) for f in files]
    jobs += list(manifest(batch)) if batch else []
    if not jobs:
        raise click.UsageError("give a FILE or --batch MANIFEST")
    source = sources.load(config_folder(config), only=(name,)).sources[0] if name else None
    if not asyncio.run(extract_all(jobs, source, zone)):
        ctx.exit(1)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--url", required=True, help="The address the file came from.")
@click.option("--kind", type=click.Choice([k.value for k in ListingKind]), default="html")
@folders
def links(file: Path, url: str, kind: str, config: Path | None, data: Path | None) -> None:
    """Read a listing from a file: a line of {url, title, date} for each article it names."""
    listing = Listing(url=url, kind=ListingKind(kind))
    source = Source(id="links", name="", address=url, zone=zone_of(url), listings=(listing,))
    capture = from_file(Job(id=url, file=file, url=url), "")
    page = read_links(capture, PageRequest(url=url), listing, source)
    for link in page.links:
        click.echo(json.dumps(asdict(link), ensure_ascii=False))
