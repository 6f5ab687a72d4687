"""When the walk through a listing's history ends, and what follows a page that tells nothing. Pure.

No single page ends a walk: one may hold nothing but what is known, be empty, or be all pinned
notices of years ago.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import takewhile
from statistics import median_low

from crawler.records import Ending, PageRead, PageRequest, Rhythm

#: Pages of one listing that are read at most. The longest that are known have some 5,000.
LONGEST = 20_000
#: So many pages in a row that name exactly the same end a walk.
SAME = 3
#: So many pages in a row that name nothing new to it do, too: a thousand entries that came while
#: a walk rested move all others down by fifty pages of twenty.
FRUITLESS = 50
#: The same where the site itself counts more pages than were read.
FRUITLESS_THOUGH_COUNTED = 500
#: So many pages in a row of older entries are the end of what was asked for.
PAST = 3
#: Share of a page's entries that may be younger for all that: dated back, or pinned.
STRAYS = 0.1
#: Pages that are looked at for all this.
LOOK_BACK = FRUITLESS_THOUGH_COUNTED

_NUMBERS = re.compile(r"(?<!\d)(\d{1,15})(?!\d)")
#: What a second page's address has that the first one's lacks: ``_1``, ``/2``, ``?page=2``.
_ADDED = re.compile(r"(?P<joint>[_/-]|[?&][\w-]+=)(?P<number>\d{1,15})(?!\d)")


def ending(
    latest: Sequence[PageRead],
    *,
    pages: int,
    stated: int | None,
    since: date | None,
    most: int | None,
) -> Ending | None:
    """Return why the walk through a listing ends before its next page, or None.

    ``latest`` are the last pages read, the last first; ``pages`` how many were; ``stated`` how many
    the site counts; ``since`` and ``most`` what was asked for.
    """
    if most is not None and pages >= most:
        return Ending.PAGES
    if pages >= LONGEST:
        return Ending.LIMIT
    if not latest:
        return None
    last = latest[0]
    counted = stated is not None and last.place < stated
    alike = [page for page in latest[:SAME] if page.print == last.print]
    if len(alike) == SAME and (last.named or not counted):
        return Ending.REPEATS if last.named else Ending.END
    barren = sum(1 for _ in takewhile(lambda page: not page.fresh, latest))
    if barren >= (FRUITLESS_THOUGH_COUNTED if counted else FRUITLESS):
        return Ending.FRUITLESS
    if since is not None and _is_past(latest, since):
        return Ending.SINCE
    return None


def _is_past(latest: Sequence[PageRead], since: date) -> bool:
    """Tell whether the last pages that tell their days all lie before a day.

    Not so where the days rise from page to page: what is wanted is still to come.
    """
    told = [page.days for page in latest if page.days][:PAST]
    if len(told) < PAST or not all(_is_older(days, since) for days in told):
        return False
    return median_low(told[0]) <= median_low(told[-1])


def _is_older(days: Sequence[date], since: date) -> bool:
    return sum(day >= since for day in days) <= STRAYS * len(days)


def following(before: PageRequest | None, page: PageRequest) -> PageRequest | None:
    """Return what is likely to be asked for after a page, going by the one before it, or None.

    Every number in which the two differ goes on by the same step: ``index_4.html`` after
    ``index_3.html``, ``start=46&end=60`` after ``start=31&end=45``, in an address or a form.
    """
    if before is None or before.method != page.method:
        return None
    if [name for name, _ in before.form] != [name for name, _ in page.form]:
        return None
    url = _onward(before.url, page.url)
    values = [_onward(b[1], p[1]) for b, p in zip(before.form, page.form, strict=True)]
    body = _onward(before.body, page.body)
    if url is None or body is None or any(value is None for value in values):
        return None
    form = tuple((name, value or "") for (name, _), value in zip(page.form, values, strict=True))
    after = PageRequest(url=url, method=page.method, form=form, body=body)
    return None if after == page else after


def _onward(before: str, text: str) -> str | None:
    """Return a text that goes on as the second did after the first; None where they differ more."""
    if before == text:
        return text
    was, said = _NUMBERS.split(before), _NUMBERS.split(text)
    if was[::2] == said[::2]:
        pairs = zip(was[1::2], said[1::2], strict=True)
        steps = [int(after) - int(first) for first, after in pairs]
        if any(step < 0 for step in steps):
            return None
        said[1::2] = [
            str(int(number) + step).zfill(len(number)) if step else number
            for number, step in zip(said[1::2], steps, strict=True)
        ]
        return "".join(said)
    for added in _ADDED.finditer(text):
        if text[: added.start()] + text[added.end() :] == before:
            number = str(int(added["number"]) + 1)
            return text[: added.start("number")] + number + text[added.end() :]
    return None


def wanted(day: date | None, since: date | None) -> bool:
    """Tell whether an entry belongs to what was asked for; one without a day may."""
    return day is None or since is None or day >= since


def place_in(rhythm: Rhythm, published: date | None, today: date) -> int:
    """Return where in the rhythm of revisits an old article stands.

    As if it had been watched since its day; who tells no day is taken for the oldest.
    """
    last = len(rhythm) - 1
    if published is None:
        return last
    age = timedelta(days=(today - published).days)
    return min(sum(wait <= age for wait in rhythm), last)
