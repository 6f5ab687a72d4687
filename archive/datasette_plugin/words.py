"""Words that the home page and those about sources share, in the language of the reader."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from archive.language import N_, _, language, ngettext, shown_day

#: What ``gone_reason`` says.
_HOW = {
    "404": N_("not found (404)"),
    "410": N_("taken away (410)"),
    "redirect": N_("leads elsewhere"),
    "soft404": N_("the page says so"),
}
#: What each field of an article is called where it was edited.
_FIELDS = {
    "title": N_("title"),
    "published": N_("moment of publication"),
    "written": N_("day of writing"),
    "origin": N_("origin"),
    "author": N_("author"),
    "editor": N_("editor"),
    "issuer": N_("issuing body"),
    "doc_number": N_("document number"),
    "index_number": N_("index number"),
    "attachments": N_("attachments"),
    "text": N_("text"),
    "lang": N_("language"),
    "region": N_("region"),
    "categories": N_("category"),
    "channel": N_("channel"),
    "pictures": N_("pictures"),
}
#: The states in which a source is not read as it should be, the gravest first.
UNWELL = ("blocked", "broken", "degraded")
WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"),
    N_("Sunday"),
)  # fmt: skip


def how(reason: str) -> str:
    """Return how an article was not found."""
    return _(_HOW[reason]) if reason in _HOW else reason


def fields(names: Iterable[str]) -> str:
    """Return names of fields as people call them, one after another."""
    sign = "、" if language() == "zh" else ", "
    return sign.join(_(_FIELDS[name]) if name in _FIELDS else name for name in names)


def ago(moment: datetime | None, now: datetime) -> str:
    """Return how long ago a moment is, or how soon it comes."""
    if moment is None:
        return _("never")
    span = abs(now - moment)
    if span < timedelta(minutes=1):
        return _("just now")
    told = lasting(span)
    return (_("in {time}") if moment > now else _("{time} ago")).format(time=told)


def lasting(span: timedelta) -> str:
    """Return a span of time in its largest unit up to days: 12 minutes, 3 hours, 40 days."""
    minutes = span // timedelta(minutes=1)
    if minutes < 60:
        return ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)
    if minutes < 48 * 60:
        hours = minutes // 60
        return ngettext("{count} hour", "{count} hours", hours).format(count=hours)
    return ngettext("{count} day", "{count} days", span.days).format(count=f"{span.days:,}")


def articles(count: int) -> str:
    """Return so many articles in words."""
    return ngettext("{count} article", "{count} articles", count).format(count=f"{count:,}")


def on_day(day: date, count: int) -> str:
    """Return what a bar of a day says."""
    return _("{day}: {articles}").format(day=shown_day(day), articles=articles(count))
