"""Addresses of articles → what they have in common, and what a source must say to admit them."""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from urllib.parse import urlsplit

from crawler.listing.page import own_hosts
from crawler.records import Source
from crawler.urls import host_of

#: Share of the addresses that a host or a pattern must fit.
_MOST = 0.9
#: Folders above the last part of a path that a pattern may name.
_FOLDERS = 2
_VARYING = re.compile(r"[0-9a-f]{16,}|\d+")


def admitting(source: Source, position: int, urls: Collection[str]) -> Source:
    """Return the source such that it admits these addresses, with as little change as will do."""
    listing = source.listings[position]
    host, many = Counter(map(host_of, urls)).most_common(1)[0]
    if host not in own_hosts(source, listing) and many >= _MOST * len(urls):
        source = replace(source, hosts=(*source.hosts, host))
    shut = [url for url in urls if not any(re.search(p, url) for p in source.include)]
    if source.include and len(shut) > (1 - _MOST) * len(urls):
        shape = shape_of(shut)
        # Older pages of the list may still lead to addresses of old.
        source = replace(source, include=(*source.include, shape) if shape else ())
    return source


def shape_of(urls: Collection[str]) -> str:
    """Return the pattern that addresses have in common behind their host, "" where they have none.

    It tells articles from folders, so it has a figure in it.
    """
    split = [_parts(url) for url in urls]
    pattern = ""
    for depth in range(1, _FOLDERS + 2):
        parts = [one[-depth] for one in split if len(one) >= depth]
        same, shapes = Counter(parts), Counter(map(_shape, parts))
        part, many = shapes.most_common(1)[0] if shapes else ("", 0)
        if not part or many < _MOST * len(split):
            break
        # what never varies is no number: v2
        pattern = f"/{_escaped(parts[0]) if len(same) == 1 else part}{pattern}"
    return f"{pattern}$" if r"\d+" in pattern or "[0-9a-f]+" in pattern else ""


def _parts(url: str) -> list[str]:
    """Return the parts of an address behind its host, the query with the last."""
    parts = urlsplit(url)
    *folders, last = parts.path.split("/")[1:]
    return [*folders, f"{last}?{parts.query}" if parts.query else last]


def _escaped(text: str) -> str:
    return re.escape(text).replace(r"\-", "-")


def _shape(part: str) -> str:
    pieces, at = [], 0
    for found in _VARYING.finditer(part):
        pieces.append(_escaped(part[at : found.start()]))
        pieces.append("[0-9a-f]+" if len(found[0]) >= 16 else r"\d+")
        at = found.end()
    return "".join([*pieces, _escaped(part[at:])])
