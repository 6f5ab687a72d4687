"""How strings are compared and cut: what the other rooms mean by the same words."""

import re
import unicodedata
from functools import lru_cache

from crawler.extract.page import SEAM

#: What a run of white space in the source becomes in a line: it meant a gap or nothing.
BREAK = "  "

_NO_LETTER = re.compile(r"[\W_]+")
_CJK = r"\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’…—"
#: A line broken in the source is no gap beside an ideograph.
_BREAK = re.compile(rf"(?<=[{_CJK}])(?:{BREAK})+(?=[{_CJK}\d])|(?<=\d)(?:{BREAK})+(?=[{_CJK}])")
#: A seam between two ideographs is a change of style, not a gap.
_CLOSE = re.compile(rf"(?<=[{_CJK}])\x1f+|(?<!\x1f)\x1f+(?=[{_CJK}])")


@lru_cache(maxsize=1024)
def letters(text: str) -> str:
    """Return letters and digits of ``text``, widths and cases made one: equal means the same."""
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", text)).lower()


def plain(text: str) -> str:
    """Return a line as a reader would write it down: seams closed, runs of white space one."""
    if SEAM in text:
        text = _CLOSE.sub("", text)
    if BREAK in text:
        text = _BREAK.sub("", text)
    return " ".join(text.split())
