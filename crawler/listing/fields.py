"""Which field of a list's entries is the address, the title, the date: told by what stands in it.

The names of fields help where two could be meant; no field is taken for its name alone.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.listing.values import (
    date_of,
    looks_like_address,
    looks_like_date,
    text_of,
    unwrapped,
)

#: An entry: path of each single value in it → the value.
Entry = Mapping[str, Any]

#: Entries that are looked at to tell the fields apart.
_SAMPLE = 40

#: Levels of objects inside an entry that its fields may lie in.
_DEEPEST = 6

#: Fields of an entry that are looked at.
_MOST = 200

#: Share of the entries in which a field must look like what it is taken for.
_MOSTLY = 0.5

#: Characters of a title that says something; a CJK character says as much as two others.
_GOOD_TITLE = 40

_Words = Sequence[tuple[re.Pattern[str], float]]


def _words(*worth: tuple[str, float]) -> _Words:
    return [(re.compile(pattern, re.IGNORECASE), points) for pattern, points in worth]


_LINK = _words(
    (r"(?:^|doc|pub|post|self|page|article|content|detail|html|web|info|news|title|public)_?"
     r"(?:url|link|href)s?$|^permalink$", 2),
    (r"url|link|href|path|file|uri|address", 1),
    (r"img|image|thumb|pic(?!k)|logo|icon|video|avatar|cover|author|site|home|channel|column|parent"
     r"|categor|edit|api|meta|next|prev|target|domain", -3),
)  # fmt: skip
_TITLE = _words(
    (r"^(?:doc|show|news|art|article|info|case|content)?_?(?:title|name|caption|subject|headline)"
     r"(?:_?(?:text|cn|zh|html|notag|no_tag))?$|title$|标题|^bt$|lybt", 3),
    (r"name|title|subject|caption|headline|style|label|topic|^mc$", 1.5),
    (r"summar|descri|content|keyword|author|source|publisher|column|channel|categor|class|type"
     r"|status|state|user|dept|unit|organ|judge|court|file|number|num$|code|ident|site|creat|editor"
     r"|sub_?title|seo|og_|short|_lc$|tag|parent|group", -2.5),
)  # fmt: skip
_DATE = _words(
    (r"publi?s?h|pub_?(?:date|time)|issu|releas|filed|filing|deploy|display|show|^(?:date|time)$"
     r"|fbsj|fbrq|dispos|decision_?date|opinion_?date", 2),
    (r"date|time|day|sj$|rq$", 1),
    (r"updat|modif|edit|chang|last", -1.5),
    (r"expir|end|dead|until|stop|begin|start|hear|upload|entr|written|valid", -1),
)  # fmt: skip
_SUMMARY = _words(
    (r"^(?:summary|summaries|abstract|description|digest|intro|introduction|brief|memo|excerpt"
     r"|zhaiyao|zy|seo_description)$", 2),
    (r"summar|abstract|digest", 1),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The fields of a list's entries by what they are; "" where there is none."""

    link: str = ""
    title: str = ""
    date: str = ""
    summary: str = ""
    #: fields of HTML with links in it
    markup: tuple[str, ...] = ()


def flat(value: dict[str, Any]) -> Entry:
    """Return the single values of an entry by their paths; lists inside it are other lists."""
    found: dict[str, Any] = {}
    waiting: list[tuple[str, Any, int]] = [(name, inner, 1) for name, inner in value.items()]
    while waiting and len(found) < _MOST:
        path, inner, depth = waiting.pop(0)
        bare = unwrapped(inner)
        if not isinstance(bare, dict):
            if not isinstance(bare, list) or not any(isinstance(x, dict | list) for x in bare):
                found[path] = bare
        elif depth < _DEEPEST:
            waiting += [(f"{path}.{name}", inner, depth + 1) for name, inner in bare.items()]
    return found


def columns_of(
    entries: Sequence[Entry], address: Callable[[str], str], admits: Callable[[str], bool]
) -> Columns:
    """Return what the fields of some entries are.

    ``address`` gives the canonical form of a reference, ``admits`` tells whether that may be an
    article of the source.
    """
    sample = entries[:_SAMPLE]
    values: dict[str, list[Any]] = {}
    for entry in sample:
        for path, value in entry.items():
            if value not in (None, "", []):
                values.setdefault(path, []).append(value)
    link = _best(values, lambda path, told: _as_link(path, told, len(sample), address, admits))
    date = _best(values, lambda path, told: _as_date(path, told, len(sample)))
    rest = {path: told for path, told in values.items() if path not in (link, date)}
    title = _best(rest, lambda path, told: _as_title(path, told, len(sample)))
    rest.pop(title, None)
    return Columns(
        link=link,
        title=title,
        date=date,
        summary=_best(rest, lambda path, told: _named(_SUMMARY, path)),
        markup=tuple(path for path, told in values.items() if _holds_links(told)),
    )


def _best(values: Mapping[str, list[Any]], points: Callable[[str, list[Any]], float]) -> str:
    """Return the field worth most, the first of equals; "" where none is worth anything."""
    worth = {path: points(path, told) for path, told in values.items()}
    best = max(worth, key=lambda path: worth[path], default="")
    return best if best and worth[best] > 0 else ""


def _named(words: _Words, path: str) -> float:
    """Return what the name of a field is worth: its own first, what it lies in half as much."""
    *around, own = path.split(".")
    worth = sum(points for pattern, points in words if pattern.search(own))
    return worth + sum(
        points / 2 for pattern, points in words for name in around if pattern.search(name)
    )


def _as_link(
    path: str,
    told: list[Any],
    count: int,
    address: Callable[[str], str],
    admits: Callable[[str], bool],
) -> float:
    found = [text for text in map(_bare, told) if looks_like_address(text)]
    if len(found) < _MOSTLY * count:
        return 0
    distinct = {url for url in map(address, found) if url}
    share = len(distinct) / len(found)
    if share <= _MOSTLY and count > 1:
        return 0
    # an article that cannot be one is worth less than any that can, whatever its field is called
    return 3 * share + _named(_LINK, path) + 4 * sum(map(admits, distinct)) / len(found)


def _as_title(path: str, told: list[Any], count: int) -> float:
    texts = [text for value in told if (text := text_of(value)) and not looks_like_date(value)]
    texts = [text for text in texts if not looks_like_address(text) and not text.isdecimal()]
    if len(texts) < _MOSTLY * count:
        return 0
    length = sum(min(_letters(text), _GOOD_TITLE) for text in texts) / len(texts)
    distinct = len(set(texts)) / len(texts)
    longest = max(map(len, texts))
    worth = 3 * length / _GOOD_TITLE + distinct + _named(_TITLE, path)
    enough = length > 6 or (length > 2 and _named(_TITLE, path) > 2)
    return worth if longest < 600 and enough else 0


def _as_date(path: str, told: list[Any], count: int) -> float:
    dates = [date_of(value, "UTC") for value in told if looks_like_date(value)]
    if len(dates) < _MOSTLY * count:
        return 0
    # 0001-01-01 and the like are written where there is none
    real = sum(not date.startswith(("000", "1900-01-01", "1970-01-01", "9999")) for date in dates)
    return (1 + _named(_DATE, path)) * real / len(dates) + 0.01 if real else 0


def _bare(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _holds_links(told: list[Any]) -> bool:
    return sum("<a " in value for value in told if isinstance(value, str)) > _MOSTLY * len(told)


def _letters(text: str) -> int:
    """Return how many letters a text has; the number of a case is no title."""
    return width("".join(filter(str.isalpha, text)))


def width(text: str) -> int:
    """Return how much a text says, in characters of an alphabet."""
    return len(text) if text.isascii() else sum(2 if char > "\u2e80" else 1 for char in text)
