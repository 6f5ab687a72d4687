"""Bytes of a page → its text, by what the bytes are and only then by what is said of them.

Half the sites that declare gb2312 send gb18030, and metas lie; bytes hardly do. A byte-order mark
decides; then UTF-8, which hardly anything else is by chance; then a declared charset of another
language or Big5, if the bytes bear it out; then GB18030, which reads every Chinese page.
"""

import codecs
import re
from dataclasses import dataclass

#: How far into a page a declaration is looked for, bytes (the standard's 1024 is often overrun).
HEAD = 4096

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]+)""", re.IGNORECASE)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]+)""", re.IGNORECASE)

#: Codecs that a Chinese page may wrongly claim and GB18030 reads better: never believed.
_GB = frozenset(["gb2312", "gbk", "gb18030", "hz", "utf-8"])
#: What servers declare without looking: believed only of bytes that could be it.
_DEFAULT = "cp1252"
#: Western text has its accents one by one, Chinese its bytes beyond ASCII in long runs.
_RUNS = re.compile(rb"[\x80-\xff][\x40-\xff]?[\x80-\xff]{3,}")
_HIGH = re.compile(rb"[\x80-\xff]+")


#: What Python calls the charsets of the web; it knows others, some of them slow on purpose.
_FAMILIES = ("utf-8", "gb", "hz", "big5", "cp", "iso8859", "iso2022", "euc", "shift_jis", "koi8",
             "mac", "tis", "johab", "ascii")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text of a page."""

    text: str
    #: Python's name of the charset that read it
    charset: str
    #: how many U+FFFD stand for what could not be read
    replaced: int


def decode(body: bytes, content_type: str = "", declared: str = "") -> Decoded:
    """Return the text of ``body``; ``declared`` is a source's own word. Never fails."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            text = body.decode(name, "replace")
            return Decoded(text=text.lstrip("\ufeff"), charset=name, replaced=text.count("\ufffd"))
    try:
        return Decoded(text=body.decode("utf-8"), charset="utf-8", replaced=0)
    except UnicodeDecodeError as error:
        broken = error.start
    for name in _claims(body, content_type, declared):
        if text := _strictly(body, name):
            return Decoded(text=text, charset=name, replaced=0)
    return _best_guess(body, broken)


def _claims(body: bytes, content_type: str, declared: str) -> list[str]:
    """Return the charsets somebody claims, without those that GB18030 covers better."""
    said = [declared, *_HEADER.findall(content_type)]
    said += [name.decode("ascii") for name in _DECLARED.findall(body[:HEAD])]
    names = [name for name in map(_codec, said) if name]
    western = _DEFAULT in names and not _GB.intersection(names) and not _in_runs(body)
    return [name for name in names if name not in _GB and (name != _DEFAULT or western)]


def _in_runs(body: bytes) -> bool:
    """Say whether most bytes beyond ASCII stand in runs, as those of double-byte text do."""
    high = sum(map(len, _HIGH.findall(body)))
    return 2 * sum(map(len, _RUNS.findall(body))) > high


def _codec(label: str) -> str:
    """Return Python's name for a charset label, windows-1252 for what the web means by latin-1."""
    try:
        name = codecs.lookup(label.strip()).name if label.strip() else ""
    except (LookupError, ValueError):
        return ""
    if not name.startswith(_FAMILIES):
        return ""
    if name in ("iso8859-1", "ascii"):
        return "cp1252"
    return {"euc_kr": "cp949", "shift_jis": "cp932", "big5": "big5hkscs"}.get(name, name)


def _strictly(body: bytes, name: str) -> str:
    """Return the text if the bytes are what they are claimed to be, else ``""``."""
    try:
        return body.decode(name)
    except (UnicodeError, LookupError, ValueError):
        return ""


def _best_guess(body: bytes, broken: int) -> Decoded:
    """Read bytes nobody can vouch for: UTF-8 with a few broken places, or GB18030."""
    utf8 = body.decode("utf-8", "replace")
    gb = body.decode("gb18030", "replace")
    lost, gb_lost = utf8.count("\ufffd"), gb.count("\ufffd")
    # bytes cut in the middle of a character: UTF-8 up to there proves itself by its length
    if lost <= 3 + len(utf8) // 200 and (broken > 200 or lost < gb_lost):
        return Decoded(text=utf8, charset="utf-8", replaced=lost)
    return Decoded(text=gb, charset="gb18030", replaced=gb_lost)
