"""The hash chain over all revisions and rereadings: each link holds the hash of the one before.

Whoever edits, drops, inserts or reorders a revision must make every later hash anew, and then the
last one no longer is what was published of it elsewhere. The chain alone does not stop an owner
who does that; a copy of the last hash in someone else's hands does. Pure.
"""

import hashlib
import json
from collections.abc import Sequence

from archive.rows import Row

#: What the first link refers to.
GENESIS = "0" * 64

#: What a link vouches for, besides all links before it.
FIELDS = (
    "seq", "url", "fetched_at", "status", "raw_sha256", "content_sha256", "extractor", "prev_hash",
)  # fmt: skip

#: What else it vouches for where it is a rereading: that it is one, so that no one can pass an
#: edit of the page off as an extractor's change of mind.
OF_REREADINGS = (*FIELDS, "reading")


def link_hash(link: Row) -> str:
    """Return the hash of a link: sha256 of its fields, in order, as one compact JSON array."""
    names = OF_REREADINGS if link["reading"] else FIELDS
    said = json.dumps([link[name] for name in names], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def raw_digest(pages: Sequence[str]) -> str:
    """Return the ``raw_sha256`` of what was read from pages of these sha256, in hex.

    Of one page its own; of several the sha256 over theirs, one after another, so that neither a
    page nor the order of pages can be exchanged; of none (an import) "".
    """
    if len(pages) < 2:
        return "".join(pages)
    return hashlib.sha256("".join(pages).encode()).hexdigest()
