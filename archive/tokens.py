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
import unicodedata
from operator import add

#: Changes when the same text gives other tokens. The index is contentless: a row can only be taken
#: out of it by the very tokens that were put in, so another version means filling it anew.
TOKENS_VERSION = 1

_FOLDED_BLOCKS = ((0xA0, 0x3400), (0xF900, 0xFB00), (0xFE30, 0xFFF0), (0x2F800, 0x2FA20))

#: Code point → the one character NFKC makes of it: full width to half width, ① to 1. What NFKC
#: spells with several characters stays as it is, so that offsets into the text stay true.
FOLD = {
    point: folded
    for first, end in _FOLDED_BLOCKS
    for point in range(first, end)
    if len(folded := unicodedata.normalize("NFKC", chr(point))) == 1 and folded != chr(point)
}
# é to e, as ``unicode61`` does by itself: so that what it finds can be marked, too. This also takes
# care of İ, the only letter whose lower case has two characters.
FOLD |= {
    point: parts[0]
    for point in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
    if len(parts := unicodedata.normalize("NFD", chr(point))) > 1 and parts[0].isascii()
}

#: Inside of a regular expression's set: Han, kana and hangul, the commonest block first.
CHINESE = (
    "\u4e00-\u9fff\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\uac00-\ud7a3\uf900-\ufaff\U00020000-\U000323af"
)
#: One character of a word or number that is not Chinese.
WORD = f"[^\\W_{CHINESE}]"
#: What a text is read as: runs of Chinese (group 1) and words; all else only parts them.
RUN = re.compile(f"([{CHINESE}]+)|{WORD}+")


def fold(text: str) -> str:
    """Return ``text`` with width and case evened out, character for character."""
    return (text if text.isascii() else text.translate(FOLD)).lower()


def index_text(text: str) -> str:
    """Return the tokens of ``text`` parted by blanks, as the full-text index takes them."""
    tokens: list[str] = []
    word_end = -1
    for match in RUN.finditer(fold(text)):
        run = match[0]
        if match.lastindex is None:
            tokens.append(run)
            word_end = match.end()
            continue
        if len(run) > 1:
            if match.start() == word_end:
                tokens.append(run[0])
            tokens.extend(map(add, run, run[1:]))
        tokens.append(run[-1])
    return " ".join(tokens)


def register(conn: sqlite3.Connection) -> None:
    """Give ``conn`` the SQL function ``zh_index(text)``, which the archive's triggers call.

    Every connection that writes needs it; one without it fails with "no such function: zh_index"
    and leaves the index as it was. Reading and searching need nothing.
    """
    conn.create_function("zh_index", 1, _zh_index, deterministic=True)


def _zh_index(value: object) -> str:
    return "" if value is None else index_text(str(value))
