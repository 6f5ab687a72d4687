"""Text → search tokens. Chinese is cut into overlapping pairs of characters, the rest into words.

``我国GDP增长，2022年`` becomes ``我国 国 gdp 增 增长 长 2022 年``.
A run of Chinese gives its pairs and its last character alone (the *tail*); one that touches a word
or number before it gives its first character alone as well (the *lead*). The tail makes searches
for one character complete and keeps phrases from matching across punctuation; the lead makes
``2022年`` an exact phrase.

FTS5 gets the tokens parted by blanks, under ``unicode61``, which leaves each of them whole. No
dictionary: whose words change with every release would silently change the index.
"""

import re
import sqlite3
import sys
import unicodedata
from array import array

from archive.traditional import SIMPLIFIED

#: Changes when the same text gives other tokens. The index is contentless: a row can only be taken
#: out of it by the very tokens that were put in, so another version means filling it anew.
TOKENS_VERSION = 2

_FOLDED_BLOCKS = ((0xA0, 0x3400), (0xF900, 0xFB00), (0xFE30, 0xFFF0), (0x2F800, 0x2FA20))

#: Code point → the one character NFKC makes of it: full width to half width, ① to 1. What NFKC
#: spells with several characters stays as it is, so that offsets into the text stay true.
FORMS = {
    point: folded
    for first, end in _FOLDED_BLOCKS
    for point in range(first, end)
    if len(folded := unicodedata.normalize("NFKC", chr(point))) == 1 and folded != chr(point)
}
# é to e, as ``unicode61`` does by itself: so that what it finds can be marked, too. This also takes
# care of İ, the only letter whose lower case has two characters.
FORMS |= {
    point: parts[0]
    for point in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
    if len(parts := unicodedata.normalize("NFD", chr(point))) > 1 and parts[0].isascii()
}


_STEPS = FORMS | SIMPLIFIED


def _folded(point: int) -> str:
    """Return the last of the forms that lead on from one: 薴 is 苧, which is 苎 in its turn."""
    while point in _STEPS:
        point = ord(_STEPS[point])
    return chr(point)


#: Code point → what a search takes it for: one form, traditional characters simplified.
FOLD = {point: _folded(point) for point in _STEPS}
# Twice as quick to look up as a dictionary, which raises KeyError for what it has not.
_FOLD_LIST: list[int | str] = [FOLD.get(point, point) for point in range(0x10000)]

#: Inside of a regular expression's set: Han, kana and hangul, the commonest block first.
CHINESE = (
    "\u4e00-\u9fff\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\uac00-\ud7a3\uf900-\ufaff\U00020000-\U000323af"
)
#: One character of a word or number that is not Chinese.
WORD = f"[^\\W_{CHINESE}]"
#: What a text is read as: runs of Chinese (group 1) and words; all else only parts them.
RUN = re.compile(f"([{CHINESE}]+)|{WORD}+")


#: A character that is not in ``_FOLD_LIST``.
_BEYOND = re.compile("[\U00010000-\U0010ffff]")

_IS_WORD = re.compile(f"({WORD}+)")
_IS_PAIR = re.compile(f"[{CHINESE}]{{2}}")

# What ``index_text`` writes for a place between two runs, and for a word.
_GAP, _PLACE = "\x01", "\x02"
_UTF_32 = f"utf-32-{sys.byteorder[0]}e"
_NO_RUN = re.compile(f"[^{CHINESE}{_PLACE}]+")
_BLANK = array("I", " ".encode(_UTF_32))

# In a text without any of these ``fold`` changes nothing that is part of a token. Characters
# beyond the first plane are too many for a quick set: all of them count.
_FOLDED = re.compile(
    "[{}\U00010000-\U0010ffff]".format(
        "".join(
            re.escape(chr(point))
            for point, folded in sorted(FOLD.items())
            if point < 0x10000 and (RUN.match(chr(point)) or RUN.match(folded))
        )
    )
)


def fold(text: str) -> str:
    """Return ``text`` with width, case and script evened out, character for character."""
    if not text.isascii():
        text = text.translate(FOLD if _BEYOND.search(text) else _FOLD_LIST)
    return text.lower()


def fold_tokens(text: str) -> str:
    """Return ``text`` as ``fold`` does but for signs that are in no token, three times as quick."""
    return fold(text) if _FOLDED.search(text) else text.lower()


def index_text(text: str) -> str:
    """Return the tokens of ``text`` parted by blanks, as the full-text index takes them.

    All pairs of a text are made at once, which is twice as quick as run by run: the characters in
    every third place from 0 on, the same again from 1 on but one further, blanks from 2 on.
    """
    parts = _IS_WORD.split(fold_tokens(text.replace(_PLACE, _GAP)))
    between, words = parts[::2], parts[1::2]
    for place, part in enumerate(between):
        if place and _IS_PAIR.match(part):
            between[place] = f"{part[0]}{_GAP}{part}"
    line = f"{_GAP}{_PLACE}{_GAP}".join(between)
    runs = _GAP.join(_NO_RUN.split(line)).strip(_GAP)
    if not runs:
        return ""
    row = array("I", f"{runs}{_GAP}".encode(_UTF_32, "surrogatepass"))
    pairs = _BLANK * (3 * len(runs))
    pairs[::3], pairs[1::3] = row[:-1], row[1:]
    # Of each gap there is left: the last character of a run with it, and it with the next one.
    first, *others = pairs.tobytes().decode(_UTF_32, "surrogatepass").split(f"{_GAP} {_GAP}")
    tokens = " ".join([first, *(other[2:] for other in others)])[: -len(f"{_GAP} ")]
    if not words:
        return tokens
    parts[::2], parts[1::2] = tokens.split(_PLACE), words
    return "".join(parts)


def register(conn: sqlite3.Connection) -> None:
    """Give ``conn`` the SQL function ``zh_index(text)``, which the archive's triggers call.

    Every connection that writes needs it; one without it fails with "no such function: zh_index"
    and leaves the index as it was. Reading and searching need nothing.
    """
    conn.create_function("zh_index", 1, index_value, deterministic=True)


def index_value(value: object) -> str:
    """Return the tokens of what a column holds; none of NULL."""
    return "" if value is None else index_text(str(value))
