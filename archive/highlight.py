"""Where the terms of a query stand in a text, and the piece of a text that shows them best.

The marks are private characters, so that whoever shows the text can escape it first and then turn
them into colour or ``<mark>``. FTS5's own ``snippet()`` cannot help: the index holds no text.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from archive.query import compile_query
from archive.terms import Term
from archive.tokens import WORD, fold_tokens

#: Stand before and after every hit; a text's own are taken out.
MARK, UNMARK = "\ue000", "\ue001"
CUT = "…"

#: Start and end of a hit, and the number of the term that it is one of.
_Span = tuple[int, int, int]

_SENTENCE_END = re.compile(r"[。！？!?；;\n]+[”’」』）)]*\s*|\.\s+")
_BLANKS = re.compile(r"\s+")
_IN_WORD = re.compile(f"(?<={WORD}){WORD}{{1,20}}")
#: Where a text holds more hits than this, the best of these will do.
_MOST_HITS = 200


def highlight(text: str, query: str | Sequence[Term]) -> str:
    """Return ``text`` with marks round every hit."""
    text = _without_marks(text)
    return _marked(text, _merged(_spans(text, _terms(query))), 0, len(text))


def snippet(text: str, query: str | Sequence[Term], width: int = 120) -> str:
    """Return about ``width`` characters of ``text`` on one line, where most terms stand, marked.

    Begins at a sentence where one begins near by; the beginning of the text where nothing is found.
    """
    text = _without_marks(text)
    spans = _spans(text, _terms(query))
    start = _best_start(text, spans, width)
    end = _word_end(text, start + width)
    cut = _BLANKS.sub(" ", _marked(text, _merged(spans), start, end)).strip()
    return f"{CUT if start else ''}{cut}{CUT if end < len(text) else ''}"


def _without_marks(text: str) -> str:
    return text.replace(MARK, "").replace(UNMARK, "")


def _terms(query: str | Sequence[Term]) -> Sequence[Term]:
    return compile_query(query).terms if isinstance(query, str) else query


def _spans(text: str, terms: Sequence[Term]) -> list[_Span]:
    """Return the hits in ``text``, by their place."""
    folded = fold_tokens(text)
    return sorted(
        (match.start(), match.end(), number)
        for number, term in enumerate(dict.fromkeys(terms))
        for match in _pattern(term).finditer(folded)
    )


@lru_cache(maxsize=256)
def _pattern(term: Term) -> re.Pattern[str]:
    parts = [re.escape(term.pieces[0].text)]
    for before, piece in zip(term.pieces, term.pieces[1:], strict=False):
        # Two runs of a kind are two only where something parts them.
        parts.append(r"[\W_]+" if before.chinese == piece.chinese else r"[\W_]*")
        parts.append(re.escape(piece.text))
    if not term.pieces[0].chinese:
        parts.insert(0, f"(?<!{WORD})")
    if not term.pieces[-1].chinese:
        parts.append(f"{WORD}*" if term.prefix else f"(?!{WORD})")
    return re.compile("".join(parts))


def _merged(spans: Sequence[_Span]) -> list[tuple[int, int]]:
    """Return the hits without overlap."""
    merged: list[tuple[int, int]] = []
    for start, end, _ in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _marked(text: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> str:
    """Return ``text[start:end]`` with marks round the hits that stand wholly or partly in it."""
    parts = []
    at = start
    for first, last in spans:
        first, last = max(first, start), min(last, end)
        if first < last:
            parts += [text[at:first], MARK, text[first:last], UNMARK]
            at = last
    return "".join([*parts, text[at:end]])


def _best_start(text: str, spans: Sequence[_Span], width: int) -> int:
    """Return where the window of ``width`` begins that holds most terms, then most hits."""
    best, best_start = (0, 0), 0
    for position, (first, _, _) in enumerate(spans[:_MOST_HITS]):
        start = _sentence_start(text, first, width)
        inside = []
        for hit in spans[position:_MOST_HITS]:
            if hit[1] > start + width:
                break
            inside.append(hit[2])
        worth = (len(set(inside)), len(inside))
        if worth > best:
            best, best_start = worth, start
    return best_start


def _sentence_start(text: str, hit: int, width: int) -> int:
    """Return where a window that shows the hit at ``hit`` begins, at a sentence if one is near."""
    last = len(text) - width
    earliest = max(0, min(hit - width // 2, last))
    starts = [0] if earliest == 0 else []
    starts += [match.end() for match in _SENTENCE_END.finditer(text, earliest, hit)]
    if starts:
        # The nearest one that does not leave the window half empty at the end of the text.
        return max((start for start in starts if start <= last), default=starts[0])
    return _word_end(text, max(earliest, hit - width // 4))


def _word_end(text: str, at: int) -> int:
    """Return ``at``, or the end of the word or number that it would cut."""
    inside = _IN_WORD.match(text, at)
    return inside.end() if inside else min(at, len(text))
