"""Articles as an Atom feed (RFC 4287)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import repeat
from xml.sax.saxutils import escape, quoteattr

from archive.export.growing import Growing, growing
from archive.export.job import Job, Walk
from archive.records import Article, Stored
from archive.rows import stamp

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BEFORE = (
    '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
    "<title>Gazette</title>\n<id>urn:gazette:archive</id>\n<updated>"
)
_AFTER = "</updated>\n<author><name>Gazette</name></author>\n"
_NEVER = stamp(datetime.min.replace(tzinfo=UTC))


def atom(walk: Walk, job: Job) -> Iterator[bool]:
    """Write a feed; its head says when the newest entry changed, which is known at the end."""
    with growing(job.out, job.asked, patched=True) as file:
        if file.fresh:
            file.write((_BEFORE + _NEVER + _AFTER).encode())
            file.memory = {"newest": _NEVER}
        yield from repeat(False, file.count)
        for stored in walk(file.below):
            file.write(_entry(stored).encode())
            file.memory["newest"] = max(file.memory["newest"], _moment(stored))
            if file.done(stored.id):
                file.remember()
            yield True
        file.write(b"</feed>\n")
        _date(file)


def _date(file: Growing) -> None:
    """Put the newest moment into the head; all moments are of one length."""
    file.file.seek(len(_BEFORE.encode()))
    file.write(file.memory["newest"].encode())


def _moment(stored: Stored) -> str:
    return stamp(stored.article.published or stored.first_seen)


def _entry(stored: Stored) -> str:
    article = stored.article
    moment = _moment(stored)
    language = f" xml:lang={quoteattr(_xml(article.lang))}" if article.lang else ""
    lines = [
        f"<entry{language}>",
        f"<title>{_escaped(article.title)}</title>",
        f"<id>{_escaped(article.url)}</id>",
        f"<updated>{moment}</updated>",
        f"<author><name>{_escaped(_signed(article))}</name></author>",
        *(f"<category term={quoteattr(_xml(category))}/>" for category in article.categories),
        f'<content type="html">{_escaped(article.html)}</content>',
    ]
    if article.published:
        lines.append(f"<published>{moment}</published>")
    if article.url.startswith("http"):
        lines.append(f'<link rel="alternate" href={quoteattr(_xml(article.url))}/>')
    return "\n".join([*lines, "</entry>\n"])


def _signed(article: Article) -> str:
    return article.author or article.origin or article.issuer or article.channel or article.source


def _escaped(text: str) -> str:
    return escape(_xml(text))


def _xml(text: str) -> str:
    return _NO_XML.sub("", text)
