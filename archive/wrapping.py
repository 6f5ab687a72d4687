"""Where a line of Chinese or English may be broken for a terminal. Pure.

Chinese breaks between any two characters, but no line begins with a mark that closes or ends with
one that opens (禁則; W3C “Requirements for Chinese Text Layout”, 3.1.3).
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from rich.cells import cell_len

_CLOSING = "，。、；：！？）》」』】〕”’…—,.;:!?)]}%％"
_OPENING = "（《「『【〔“‘([{"
#: Between these there is no break; a Chinese character stands for itself.
_ATOM = re.compile(r"[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’…—]+|\s+|.", re.DOTALL)


def breaks(text: str, width: int) -> list[int]:
    """Return the places in ``text`` where a new line begins, for lines of ``width`` columns."""
    found: list[int] = []
    at = used = 0
    for piece in _pieces(text):
        wide = cell_len(piece.rstrip())
        if used and used + wide > width:
            found.append(at)
            used = 0
        # A word longer than a line is cut: addresses, mostly.
        start = 0
        for place in range(len(piece)) if wide > width else ():
            if cell_len(piece[start : place + 1]) > width:
                found.append(at + place)
                start, used = place, 0
        used += cell_len(piece[start:])
        at += len(piece)
    return found


def filled(text: str, width: int) -> list[str]:
    """Return ``text``, blanks evened out, as lines of at most ``width`` columns."""
    text = " ".join(text.split())
    places = [0, *breaks(text, width), len(text)]
    return [text[start:end].strip() for start, end in pairwise(places)]


def _pieces(text: str) -> Iterator[str]:
    """Yield pieces of ``text`` between which a line may be broken."""
    piece = ""
    for atom in _ATOM.findall(text):
        if not piece or atom.isspace() or atom[0] in _CLOSING or piece[-1] in _OPENING:
            piece += atom
        else:
            yield piece
            piece = atom
    if piece:
        yield piece
