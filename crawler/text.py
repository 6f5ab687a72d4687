"""Strings of a page on one line, without what no text may hold. Pure."""

import re
import unicodedata
from html import unescape

#: What U+3000 runs and U+00A0 are on a page: layout.
LAYOUT = re.compile(r"[\s\u00a0\u3000]+")
#: Marks that pages are set with and no reader sees: places where a line may break.
_UNSEEN = "\u00ad\u200b\u2060\ufeff"
#: What no text may hold: controls but tab and newline, lone surrogates, non-characters.
UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

_NO_LETTER = re.compile(r"[\W_]+")


def only_letters(text: str) -> str:
    """Return letters and digits of a title, widths and cases made one: equal means the same."""
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", text)).casefold()


def one_line(text: str) -> str:
    """Return a title or name on one line: entities read, controls and layout white space gone."""
    if "&" in text:
        text = unescape(text)
    return LAYOUT.sub(" ", seen(UNSPEAKABLE.sub("", text))).strip()


def weight_of(text: str) -> int:
    """Return how much a text says: its characters, a CJK one counted twice."""
    if text.isascii():
        return len(text)
    return len(text) + sum(ord(character) > 0x2E7F for character in text)


def seen(text: str) -> str:
    """Return a text or page without the marks that no reader sees."""
    for mark in _UNSEEN:
        # a look costs far less than a pattern, and most pages hold none
        if mark in text:
            text = text.replace(mark, "")
    return text
