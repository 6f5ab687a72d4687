"""From a request to an answer: what is wrong with the site, then what it holds."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from zlib import crc32

from crawler.replica import answers, media
from crawler.replica.answers import Answer, Request
from crawler.replica.records import Entry
from crawler.replica.shelf import Shelf

MEDIA = re.compile(r"(\d{9})(\d{2})\.(png|pdf)$")
#: The three ways in which sites take articles down.
WAYS = ("404", "redirect", "soft404")


def answer(request: Request, shelf: Shelf) -> Answer:
    """What the site says to this; robots.txt is spared its troubles."""
    if request.path == "/robots.txt":
        closed, sitemap = shelf.closed, shelf.family.sitemap
        return answers.robots(shelf.address, closed=closed, sitemap=sitemap)
    if shelf.retry_after is not None:
        return answers.overloaded(_when(shelf.retry_after))
    if shelf.challenge is not None:
        return answers.challenge(shelf.challenge, int(shelf.opened.timestamp()))
    entry = shelf.find(request.target) or shelf.find(request.path)
    if entry is not None:
        return _article(entry, shelf)
    return shelf.family.route(request, shelf) or _media(request, shelf) or shelf.family.missing()


def settled(found: Answer, request: Request) -> Answer:
    """The answer with its validators, or 304 where those of the request still hold."""
    if found.modified is None or found.status != 200:
        return found
    tag = f'"{len(found.body):x}-{crc32(found.body):08x}"'
    moment = found.modified.replace(microsecond=0)
    validators = (
        *found.headers,
        ("ETag", tag),
        ("Last-Modified", format_datetime(moment.astimezone(UTC), usegmt=True)),
    )
    if _holds(request, tag, moment):
        return Answer(status=304, type=found.type, headers=validators)
    return replace(found, headers=validators)


def _holds(request: Request, tag: str, modified: datetime) -> bool:
    match = request.headers.get("if-none-match")
    if match is not None:
        known = {part.strip().removeprefix("W/") for part in match.split(",")}
        return tag in known or "*" in known
    since = request.headers.get("if-modified-since")
    if since is None:
        return False
    try:
        return modified <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False


def _article(entry: Entry, shelf: Shelf) -> Answer:
    match shelf.gone.get(entry.number):
        case None:
            seen = shelf.views.get(entry.number, entry.seed % 5000) + 1
            shelf.views[entry.number] = seen
            return shelf.family.article(shelf.page(entry, seen))
        case "redirect":
            return Answer(status=302, headers=(("Location", f"{shelf.address}/"),))
        case "soft404":
            return replace(shelf.family.missing(), status=200)
        case _:
            return shelf.family.missing()


def _media(request: Request, shelf: Shelf) -> Answer | None:
    found = MEDIA.search(request.path)
    entry = shelf.entries.get(int(found[1])) if found else None
    if found is None or entry is None or entry.number in shelf.gone:
        return None
    index, suffix = int(found[2]), found[3]
    if shelf.family.media(entry, index, suffix) != request.path:
        return None
    document = shelf.page(entry).document
    if suffix == "pdf" and index < len(document.attachments):
        name = f"{document.attachments[index].removesuffix('.pdf')} — {document.title}"
        return Answer(body=media.pdf(name), type="application/pdf", modified=entry.published)
    if suffix == "png" and index < len(document.pictures):
        shade = (entry.seed + index) % 64
        return Answer(body=media.png(shade), type="image/png", modified=entry.published)
    return None


def _when(retry_after: int | datetime) -> str:
    if isinstance(retry_after, datetime):
        return format_datetime(retry_after.astimezone(UTC), usegmt=True)
    return str(retry_after)
