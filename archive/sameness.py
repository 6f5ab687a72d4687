"""An article read anew beside the one held: what says the same to a reader stays as it is. Pure.

Pages are rendered anew with other gaps between the same words, a site moves to https, files of an
article change places. The digests are stricter than that, so what is held is taken instead.
"""

import re
import unicodedata
from dataclasses import replace
from functools import lru_cache
from typing import Any

from archive.fingerprint import TEXTS
from archive.records import Article, Attachment

#: Marks that no reader sees, soft hyphens among them.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
#: A gap tells something between two words or figures that are written apart, and nowhere else: in
#: a Chinese text it is layout. A new line is a gap.
_SPACED = r"[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
_NO_GAP = re.compile(rf"(?<!{_SPACED})\s+|\s+(?!{_SPACED})")


def as_held(article: Article, held: Article) -> Article:
    """Return an article with every field as held where both say the same to a reader."""
    same: dict[str, Any] = {
        name: getattr(held, name)
        for name in TEXTS
        if getattr(held, name) != getattr(article, name)
        and shown(getattr(held, name)) == shown(getattr(article, name))
    }
    if "text" in same and article.pictures == held.pictures:
        same["html"] = held.html
    if article.attachments != held.attachments and _same_files(article, held):
        same["attachments"] = held.attachments
    return replace(article, **same) if same else article


@lru_cache(maxsize=64)
def shown(text: str) -> str:
    """Return a text as a reader sees it: no invisible marks, no gap that tells nothing."""
    return _NO_GAP.sub("", " ".join(_UNSEEN.sub("", unicodedata.normalize("NFC", text)).split()))


def _same_files(article: Article, held: Article) -> bool:
    """Tell whether two articles name the same files; a digest not known yet tells nothing."""
    files, others = ({_place(a): a.sha256 for a in one.attachments} for one in (article, held))
    return files.keys() == others.keys() and all(
        not (files[place] and others[place]) or files[place] == others[place] for place in files
    )


def _place(attached: Attachment) -> str:
    return re.sub("^https?:", "", attached.url)
