"""The hash chain over all revisions: each link holds the hash of the one before. Pure.

Whoever edits, drops, inserts or reorders a revision must make every later hash anew, and then the
last one no longer is what was published of it elsewhere. The chain alone does not stop an owner
who does that; a copy of the last hash in someone else's hands does.
"""

import hashlib
import json

from archive.rows import Row

#: What the first link refers to.
GENESIS = "0" * 64

#: What a link vouches for, besides all links before it.
FIELDS = (
    "seq", "url", "fetched_at", "status", "raw_sha256", "content_sha256", "extractor", "prev_hash",
)  # fmt: skip


def link_hash(link: Row) -> str:
    """Return the hash of a link: sha256 of its ``FIELDS``, in order, as one compact JSON array."""
    said = json.dumps([link[name] for name in FIELDS], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()
