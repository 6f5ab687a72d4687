"""What a site shows for an address that never was any page's, and whether another page is that.

Many sites answer 200 where nothing is, with a page of their own making or their home page (soft
404). No words tell all of these; that the site shows the same for a made-up address does. Pure.
"""

import hashlib
import re
import zlib
from collections.abc import Iterator
from posixpath import splitext
from urllib.parse import urljoin, urlsplit

from archive import Capture
from crawler.blocked import split_tags

#: Bytes of a page that are compared, and texts of it.
MOST, TEXTS = 1 << 20, 1000

#: The share of their texts in which two such pages agree; what differs is the address they repeat,
#: or an advertisement.
ALIKE = 0.9

#: A value in a query.
_VALUE = re.compile("(?<==)[^&]+")

#: Addresses that are a site's or a folder's first page.
_FRONT = re.compile(r"(?:index|default|home)(?:\.[a-z]{3,5})?", re.IGNORECASE)


def place_of(url: str) -> str:
    """Return what addresses share that show the same where nothing is: host, or host and script."""
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}" if parts.query else parts.netloc


def nowhere(url: str) -> str:
    """Return an address beside ``url`` that no page has, always the same in a folder.

    Where a query names the page it is asked of the same script, under a number that none has.
    """
    parts = urlsplit(url)
    digest = hashlib.sha256(urljoin(url, ".").encode()).hexdigest()
    name = f"no-such-page-{digest[:12]}"
    if not parts.query:
        return urljoin(url, f"{name}{splitext(parts.path)[1]}")
    number = str(900_000_000 + int(digest[:6], 16))
    # Every value, for any of them may be what names the page.
    query, values = _VALUE.subn(lambda v: number if v[0].isdecimal() else name, parts.query)
    return parts._replace(query=query if values else name).geturl()


def texts_of(capture: Capture) -> frozenset[int]:
    """Return the texts that a page shows, each as a checksum; figures are left out."""
    return frozenset(list(_checksums(capture.body[:MOST]))[:TEXTS])


def _checksums(body: bytes) -> Iterator[int]:
    for text in split_tags(body):
        if words := b" ".join(re.sub(rb"[0-9]+", b"", text).split()):
            yield zlib.crc32(words)


def alike(one: frozenset[int], other: frozenset[int]) -> bool:
    """Say whether two pages show the same."""
    return bool(one) and len(one & other) >= ALIKE * max(len(one), len(other))


def is_front(final_url: str, url: str) -> bool:
    """Say whether an address is the first page of a folder in which, or below which, ``url`` is.

    Not where a query may name an article there, nor where ``url`` is that page by another name.
    """
    there, here = urlsplit(final_url), urlsplit(url)
    folder, _, page = there.path.rpartition("/")
    if there.query or (page and not _FRONT.fullmatch(page)):
        return False
    own, _, name = here.path.rpartition("/")
    if own == folder and not here.query and _FRONT.fullmatch(name):
        return False
    return here.path.startswith(f"{folder}/") and here.path != there.path
