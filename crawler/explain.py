"""A draft and the article made of it → who said what of each field, and who was believed. Pure.

Normalise believes the first witness it can read. This room asks the same cleaning of every value
again, so that a wrong date or a missing origin can be explained without reading code.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from archive import Article
from crawler.dates import read_moment
from crawler.moments import AHEAD, read_listed, with_listing
from crawler.names import clean_name, clean_number, clean_person
from crawler.records import Draft, Findings, Found, Link
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


_NAME = "no name"
#: field → what its values are cleaned by, and what is said of those that are nothing then
CLEAN: dict[str, tuple[Callable[[str], str], str]] = {
    "title": (one_line, "no letter in it"),
    "origin": (clean_name, _NAME),
    "author": (clean_person, _NAME),
    "editor": (clean_person, _NAME),
    "issuer": (clean_name, _NAME),
    "doc_number": (clean_number, "no number"),
    "index_number": (clean_number, "no number"),
    "lang": (one_line, "empty"),
}
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
        findings: Findings = getattr(draft, field)
        if field == "title" and link and link.title:
            findings = (*findings, Found(value=link.title, witness="listing"))
        elif field == "published":
            findings = with_listing(findings, link)
        reasons = [_refused(field, found, article.zone, now, link) for found in findings]
        said[field] = _marked(findings, reasons, witnesses.get(field, ""))
    body = f"{len(article.text)} characters"
    said["text"] = (Said(value=body, witness=witnesses.get("body", ""), won=True),)
    return said


def _marked(findings: Findings, reasons: list[str], believed: str) -> tuple[Said, ...]:
    """Return the findings of one field, each with whether it won or why it was refused."""
    won = _winners(findings, reasons, "" if believed.startswith("unread ") else believed)
    first = min(won, default=len(findings))
    said = []
    for i, (found, reason) in enumerate(zip(findings, reasons, strict=True)):
        early = "not taken" if i < first and won else ""
        refused = "" if i in won else reason or early
        said.append(
            Said(value=one_line(found.value), witness=found.witness, won=i in won, refused=refused)
        )
    return tuple(said)


def _winners(findings: Findings, reasons: list[str], believed: str) -> set[int]:
    """Return which findings were believed.

    Of a moment two may be: their witnesses stand in a row, and a witness's own name may hold
    blanks, so the names are taken off the front one by one.
    """
    won: set[int] = set()
    for i, (found, reason) in enumerate(zip(findings, reasons, strict=True)):
        if reason or not believed:
            continue
        if believed == found.witness or believed.startswith(f"{found.witness} "):
            won.add(i)
            believed = believed[len(found.witness) :].lstrip()
    return won


def _refused(field: str, found: Found, zone: str, now: datetime, link: Link | None) -> str:
    """Return why a value is no value of its field, or ""."""
    if field in ("published", "written"):
        listed = link if found.witness == "listing" else None
        moment = read_listed(listed, zone, now) if listed else read_moment(found.value, now.date())
        if moment is None:
            return "unreadable"
        return "in the future" if moment.at("UTC") > now + AHEAD else ""
    clean, reason = CLEAN[field]
    return "" if clean(found.value) else reason
