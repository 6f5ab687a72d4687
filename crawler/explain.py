"""A draft and the article made of it → who said what of each field, and who was believed. Pure.

Normalise believes the first witness that is worth something. The same judgement is asked here for
all of them, so that a wrong date or a missing origin can be explained without reading code.
"""

from dataclasses import dataclass
from datetime import datetime

from archive import Article
from crawler.dates import order_of
from crawler.judging import judge
from crawler.moments import judge_days, judge_moments
from crawler.records import Draft, Found, Link
from crawler.text import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one witness says of a field."""

    value: str
    witness: str
    #: it was believed, alone or for a part: a day's clock may be another's
    won: bool
    #: why it was passed over although it was asked before the one believed, or ""
    refused: str = ""


#: fields in the order in which a reader asks for them
FIELDS = ("title", "published", "written", "origin", "author", "editor", "issuer", "doc_number",
          "index_number", "lang")  # fmt: skip


def explain(
    draft: Draft, article: Article, now: datetime, link: Link | None = None
) -> dict[str, tuple[Said, ...]]:
    """Return field → what its witnesses say, most trusted first, and the body's own witness.

    ``link`` is the one by which the article was found: the listing's title and date speak last.
    """
    witnesses = dict(article.witnesses)
    said = {}
    for field in FIELDS:
        judged = _judged(field, draft, article, now, link)
        said[field] = _marked(judged, witnesses.get(field, ""))
    body = f"{len(article.text)} characters"
    said["text"] = (Said(value=body, witness=witnesses.get("body", ""), won=True),)
    return said


def _judged(
    field: str, draft: Draft, article: Article, now: datetime, link: Link | None
) -> list[tuple[Found, str]]:
    """Return the findings of a field, each with why it is worth nothing, or ""."""
    order = order_of(article.lang, article.zone)
    if field == "published":
        moments = judge_moments(draft.published, link, article.zone, now, order)
        return [(told.found, told.refused) for told in moments]
    if field == "written":
        return [(told.found, told.refused) for told in judge_days(draft.written, now, order)]
    return [(one.found, one.refused) for one in judge(field, draft, article.title, link)]


def _marked(judged: list[tuple[Found, str]], believed: str) -> tuple[Said, ...]:
    """Return the findings of one field, each with whether it won or why it was refused."""
    won = _winners(judged, "" if believed.startswith("unread ") else believed)
    return tuple(
        Said(
            value=one_line(found.value),
            witness=found.witness,
            won=i in won,
            refused="" if i in won else refused,
        )
        for i, (found, refused) in enumerate(judged)
    )


def _winners(judged: list[tuple[Found, str]], believed: str) -> set[int]:
    """Return which findings were believed.

    Of a moment two may be: their witnesses stand in a row, and a witness's own name may hold
    blanks, so the names are taken off the front one by one.
    """
    won: set[int] = set()
    for i, (found, reason) in enumerate(judged):
        if reason or not believed:
            continue
        if believed == found.witness or believed.startswith(f"{found.witness} "):
            won.add(i)
            believed = believed[len(found.witness) :].lstrip()
    return won
