"""An article as a post of the front-matter format, which is what Hexo publishes."""

from archive.export.rows import plain
from archive.fingerprint import fingerprint
from archive.frontmatter import render
from archive.records import Stored

SUFFIX = ".md"


def as_post(stored: Stored) -> str:
    """Return a stored article as a post, with what the archive knows of it among its own keys."""
    own: dict[str, object] = {
        "revision": stored.revision,
        "digest": fingerprint(stored.article).content,
        "first_seen": plain(stored.first_seen),
    }
    if stored.gone:
        own |= {"gone": plain(stored.gone), "gone_reason": stored.gone_reason}
    return render(stored.article, own)
