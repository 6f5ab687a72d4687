"""Days told from the moment of looking: 3小时前, yesterday 10:20, and 5月3日 without its year.

A stored page says them for ever, so they are read only by someone who knows when it was looked at.
"""

import re
from datetime import date, datetime, timedelta

from crawler.dates.names import WORDS_AGO, YESTERDAYS

_SPANS = "|".join(sorted(WORDS_AGO, key=len, reverse=True))
_SPAN_AGO = rf"(?<![\d.月年])(?P<n>\d{{1,3}}|\ban?|\bone)\s?(?P<unit>{_SPANS})\s?(?:之?前|전|ago\b)"
_AGO = re.compile(_SPAN_AGO, re.IGNORECASE)
#: All of them as a pattern without names, for those who look for such words.
RELATIVE = f"{_SPAN_AGO}|{'|'.join(YESTERDAYS)}".replace("?P<n>", "?:").replace("?P<unit>", "?:")
_NAMED = re.compile(
    "|".join(f"(?P<d{days}>{words})" for days, words in enumerate(YESTERDAYS)),
    re.IGNORECASE,
)


def told(text: str, seen: datetime) -> tuple[date, int] | None:
    """Return the day that relative words mean to one who looks at ``seen``, and where its clock is.

    The day is that of the zone of ``seen``. Nothing finer is made of it: "5 minutes ago" may come
    out of a cache, and says another minute at the next visit.
    """
    if found := _AGO.search(text):
        count = int(found["n"]) if found["n"].isdecimal() else 1
        span = WORDS_AGO[found["unit"].lower()]
        # days are counted on the calendar, where a day may have 23 hours
        if span == "days":
            return seen.date() - timedelta(days=count), found.end()
        moment = seen.timestamp() - timedelta(**{span: count}).total_seconds()
        return datetime.fromtimestamp(moment, seen.tzinfo).date(), len(text)
    if found := _NAMED.search(text):
        return seen.date() - timedelta(days=int((found.lastgroup or "d0")[1:])), found.end()
    return None
