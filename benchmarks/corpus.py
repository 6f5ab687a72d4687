"""The real pages with hand-checked truth: where they lie, whose they are, which are held back.

The folder is not part of the repository; ``GAZETTE_SHARED`` names it, else it lies beside the
checkout.
"""

import gzip
import hashlib
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from crawler.records import Source

SHARED = Path(os.environ.get("GAZETTE_SHARED", Path(__file__).parents[2] / "shared"))
CORPUS = SHARED / "corpus"
#: What "now" is while pages are read: later than all of them.
NOW = datetime(2026, 12, 31, tzinfo=UTC)

#: Sets that are one template filled many times; each counts as one site.
TEMPLATES = frozenset(["zh_gov_policy", "zh_cctv", "zh_gov"])
#: Labels that are no site's own name.
_PUBLIC = frozenset("com org net gov edu co ac www big5 news".split())

Truth = dict[str, object]


def truths(corpus: Path = CORPUS) -> Iterator[Truth]:
    """Yield every line of the truth."""
    with (corpus / "truth.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def pages(corpus: Path = CORPUS, only: str = "") -> Iterator[tuple[Truth, bytes]]:
    """Yield every line of the truth with the page it speaks of."""
    for truth in truths(corpus):
        if not only or truth["set"] == only:
            path = corpus / str(truth["file"])
            body = path.read_bytes()
            yield truth, gzip.decompress(body) if path.suffix == ".gz" else body


def site_of(truth: Truth) -> str:
    """Return the name of the site a page is of: all hosts of one owner are one site."""
    if truth["set"] in TEMPLATES:
        return str(truth["set"])
    host = str(
        truth.get("site")
        or truth.get("url_host")
        or urlsplit(str(truth.get("url") or "")).hostname
        or ""
    ).partition(":")[0]
    if not host:
        return str(truth["id"]).removeprefix("v-").rpartition("-")[0]
    labels = host.split(".")
    own = [name for name in labels[:-1] if name not in _PUBLIC] or labels
    return own[-1]


def held_back(truth: Truth) -> bool:
    """Say whether rules may not be tuned on a page: a third of all sites, drawn by hash."""
    digest = hashlib.sha256(b"held back 3 " + site_of(truth).encode()).digest()
    return digest[0] % 3 == 0 and truth["set"] not in TEMPLATES


def source_for(truth: Truth) -> Source:
    """Return a source that says nothing but the zone."""
    zone = "Asia/Shanghai" if str(truth["set"]).startswith("zh") else "UTC"
    return Source(id="neutral", name="", address="http://page.example/", zone=zone)


def address_of(truth: Truth) -> str:
    """Return the address of a page, a made-up one where the truth knows none."""
    return str(truth.get("url") or "http://page.example/")
