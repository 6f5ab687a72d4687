"""A draft's findings → what each of them is worth: its clean value, or why it has none. Pure.

Normalise takes the first that is worth something and explain shows them all, so both say the same.
Moments are judged in ``moments``.
"""

import re
from collections.abc import Callable, Iterator
from html import unescape

from crawler.names import clean_number, judge_authors, judge_names, judge_people
from crawler.records import Draft, Findings, Found, Judged, Link
from crawler.text import one_line

#: Longest title kept.
LONGEST_TITLE = 500

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_CUT = re.compile(r"\s*(?:…+|\.{3,})$")


def judge(field: str, draft: Draft, title: str = "", link: Link | None = None) -> Iterator[Judged]:
    """Yield what each finding of a field is worth, most trusted first.

    ``title`` is the article's, ``link`` the one by which it was found: its title speaks last.
    """
    findings: Findings = getattr(draft, field)
    match field:
        case "title":
            listed = (Found(value=link.title, witness="listing"),) if link and link.title else ()
            return judge_titles(findings + listed)
        case "origin" | "issuer":
            return judge_names(findings, title if field == "origin" else "")
        case "author":
            return judge_authors(findings, draft.editor, draft.origin, title)
        case "editor":
            return judge_people(findings)
        case "lang":
            return _judge(findings, clean_lang, "empty")
        case _:
            return _judge(findings, clean_number, "no number")


def judge_titles(findings: Findings) -> Iterator[Judged]:
    """Yield what each finding is worth as a title.

    One cut short with … gives way to a witness that has it whole.
    """
    whole, reached = "", False
    for i, found in enumerate(findings):
        title = clean_title(found.value)
        whole = whole or _whole(title, findings[i + 1 :])
        reached = reached or title == whole != ""
        if not title:
            yield Judged(found=found, refused="no letter in it")
        elif not reached:
            yield Judged(found=found, refused="cut short")
        else:
            yield Judged(found=found, value=title)


def _whole(title: str, others: Findings) -> str:
    """Return a title as the first of the others has it that goes on where it is cut short."""
    stem = _CUT.sub("", title)
    if stem == title:
        return title
    wholes = (clean_title(found.value) for found in others)
    goes_on = (one for one in wholes if one.startswith(stem) and not one.endswith(("…", "...")))
    return next(goes_on, title)


def _judge(findings: Findings, clean: Callable[[str], str], reason: str) -> Iterator[Judged]:
    for found in findings:
        value = clean(found.value)
        yield Judged(found=found, value=value, refused="" if value else reason)


def clean_title(text: str) -> str:
    """Return a title without mark-up, ``""`` where no letter is left."""
    title = one_line(_TAG.sub("", unescape(text)))[:LONGEST_TITLE]
    return title if re.search(r"\w", title) else ""


def clean_lang(text: str) -> str:
    """Return a language's tag in the form of BCP 47, as far as it is one."""
    return one_line(text).replace("_", "-")[:35]
