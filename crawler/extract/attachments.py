"""Files that belong to an article: links to documents in its box and just below it."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from crawler.extract.page import Box, Page, anchors_of, is_file
from crawler.extract.wording import plain

#: Lines below the article in which its files may still be listed.
BELOW = 20
#: Files that stand on every page of a site.
_FOREIGN = re.compile(r"(?:软件|阅读器|浏览器|客户端|手册|隐私)(?:下载)?\W*$")


def find_files(page: Page, box: Box) -> tuple[tuple[str, str], ...]:
    """Return address and name of every file, in order, each address once."""
    found: dict[str, str] = {}
    for anchor in (*box.node.css("a[href]"), *_anchors(page, box.end, box.end + BELOW)):
        attributes = anchor.attributes
        href = (attributes.get("href") or "").strip()
        if is_file(href):
            name = plain(anchor.text() or "") or plain(attributes.get("title") or "")
            if not _FOREIGN.search(name):
                found[href] = found.get(href) or name
    return tuple(found.items())


def _anchors(page: Page, start: int, end: int) -> Iterator[LexborNode]:
    """Yield the links around the words of some lines."""
    for line in page.lines[start:end]:
        if line.linked:
            yield from anchors_of(line)
