"""What is known of an article besides its words → tokens of the index; what is asked → a phrase.

The index has a column of its own for them, so that ``source:cn-gov`` is one more term inside of the
full-text index, as quick as a word, and is joined and excluded like one. Every token begins with a
character of Unicode's private use that says what it is about: no text and no search for words can
hold it, for ``archive.tokens`` takes such a character for no part of a word.
"""

import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from archive.records import Filters
from archive.tokens import CHINESE, fold, index_text

#: Changes when the same article gives other tokens, as ``TOKENS_VERSION`` does for its words.
FACTS_VERSION = 2

#: MATCH text that every article matches: what an exclusion alone is taken from.
EVERY = '"\ue010"'
#: Stands before a character of the title or text, and before one of the title. A single character
#: is looked for so: to gather all pairs that begin with it took 9 s for 的 in a million articles.
_CHARACTER, _IN_TITLE = "\ue01c", "\ue01d"
_CHINESE = re.compile(f"[{CHINESE}]")
_ASKED_FOR = re.compile(f'"{_CHARACTER}(.)"')
#: Begins the token that is a whole value, behind its mark.
_WHOLE = "\ue00f"
#: Code point that a character becomes, plus its own, that would part the token of a whole value.
_PARTING = 0xE100
#: What would close a quoted value → a blank.
UNQUOTED = str.maketrans(dict.fromkeys('"“”＂', " "))
#: Characters of a value that count.
_LONGEST = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A kind of fact: how it lies in the index and how it is asked for."""

    #: the first character of its tokens
    mark: str
    #: the columns of ``articles`` that say it
    columns: tuple[str, ...] = ()
    #: its words are found as well, in brackets of any kind; else only the value as a whole
    worded: bool = True
    #: an article has one at most: of several asked for beside each other, any will do
    single: bool = False
    #: all that it can be, where that is little
    choices: tuple[str, ...] = ()


FIELDS: dict[str, Field] = {
    "source": Field(mark="\ue011", columns=("source",), worded=False, single=True),
    "region": Field(mark="\ue012", columns=("region",), single=True),
    "lang": Field(mark="\ue013", columns=("lang",), single=True),
    "category": Field(mark="\ue014", columns=("categories",)),
    "origin": Field(mark="\ue015", columns=("origin",)),
    "author": Field(mark="\ue016", columns=("author", "channel")),
    "editor": Field(mark="\ue017", columns=("editor",)),
    "issuer": Field(mark="\ue018", columns=("issuer",)),
    "number": Field(mark="\ue019", columns=("doc_number", "index_number")),
    "is": Field(mark="\ue01a", worded=False, choices=("gone", "missing", "revised", "unlisted")),
    "has": Field(mark="\ue01b", worded=False, choices=("attachment", "picture", "date")),
}

#: Columns of ``articles`` that ``zh_facts`` takes, in this order.
COLUMNS = (
    *(column for field in FIELDS.values() for column in field.columns),
    *("gone", "missing", "unlisted", "revision", "attachments", "pictures", "day"),
    *("title", "text"),
)


def facts_text(*values: object) -> str:
    """Return the tokens of an article, given the values of ``COLUMNS``, parted by blanks."""
    row = dict(zip(COLUMNS, values, strict=True))
    said = {name: list(_said(row, field.columns)) for name, field in FIELDS.items()}
    said["is"] = [word for word, holds in _states(row) if holds]
    said["has"] = [word for word, holds in _parts(row) if holds]
    tokens = [EVERY.strip('"')]
    for name, field in FIELDS.items():
        for value in said[name]:
            tokens.append(_whole(field, value))
            if field.worded:
                tokens += [field.mark + token for token in index_text(value[:_LONGEST]).split()]
    tokens += character_tokens(str(row["title"] or ""), str(row["text"] or ""))
    return " ".join(tokens)


def character_tokens(title: str, text: str) -> list[str]:
    """Return a token for each Chinese character there is, one more for each in the title."""
    in_title, in_text = (
        {character for character in set(fold(each)) if _CHINESE.match(character)}
        for each in (title, text)
    )
    return [_CHARACTER + character for character in sorted(in_title | in_text)] + [
        _IN_TITLE + character for character in sorted(in_title)
    ]


def _said(row: dict[str, object], columns: tuple[str, ...]) -> Iterator[str]:
    for column in columns:
        value = str(row[column] or "")
        for one in listed(value) if column == "categories" else [value]:
            if text := str(one).strip():
                yield text


def listed(value: str) -> list[object]:
    """Return the list that ``value`` spells; what spells none, in a damaged row, as it is."""
    try:
        found = json.loads(value)
    except ValueError:
        return [value]
    return found if isinstance(found, list) else [value]


def _states(row: dict[str, object]) -> Iterator[tuple[str, bool]]:
    yield "gone", row["gone"] is not None
    yield "missing", row["missing"] is not None and row["gone"] is None
    yield "unlisted", row["unlisted"] is not None
    yield "revised", row["revision"] not in (None, 1)


def _parts(row: dict[str, object]) -> Iterator[tuple[str, bool]]:
    yield "attachment", row["attachments"] != "[]"
    yield "picture", row["pictures"] != "[]"
    yield "date", row["day"] is not None


def _whole(field: Field, value: str) -> str:
    """Return ``value`` as one token, whatever characters it holds; quotation marks count as blanks.

    For within quotes nothing can be quoted: “双碳”工作 is asked for by ``category:" 双碳 工作"``.
    """
    plain = fold(" ".join(value.translate(UNQUOTED).split()))[:_LONGEST]
    kept = (c if c.isalnum() else chr(_PARTING + ord(c) % 0x1000) for c in plain)
    return f"{field.mark}{_WHOLE}{''.join(kept)}"


def character_phrase(character: str, column: str = "") -> str:
    """Return the MATCH text of what holds a Chinese character, in a column or at all."""
    if column == "text":
        return f'{{text}} : "{character}"*'
    return f'"{_IN_TITLE if column else _CHARACTER}{character}"'


def within(match: str, columns: tuple[str, ...]) -> str:
    """Return a MATCH text that looks for words in ``columns`` (``title``, ``text``) alone."""
    named = [column for column in ("title", "text") if column in columns]
    if len(named) == 1:
        match = _ASKED_FOR.sub(lambda found: character_phrase(found[1], named[0]), match)
        return f"{{{named[0]} facts}} : ({match})"
    return match


def whole_phrase(name: str, value: str, *, prefix: bool = False) -> str:
    """Return the MATCH text of the articles whose field is ``value``, or begins so."""
    return f'"{_whole(FIELDS[name], value)}"{"*" if prefix else ""}'


def filter_phrases(filters: Filters) -> Iterator[str]:
    """Yield the MATCH text of everything that ``filters`` ask besides days, column and reprints."""
    if filters.sources:
        any_of = " OR ".join(whole_phrase("source", source) for source in filters.sources)
        yield f"({any_of})"
    for name in ("category", "author"):
        if value := getattr(filters, name):
            yield whole_phrase(name, value)
    if region := filters.region:
        below = whole_phrase("region", f"{region}/", prefix=True)
        yield f"({whole_phrase('region', region)} OR {below})"


def register(conn: sqlite3.Connection) -> None:
    """Give ``conn`` the SQL function ``zh_facts``, which the archive's triggers call."""
    conn.create_function("zh_facts", len(COLUMNS), facts_text, deterministic=True)
