"""Listings in every markup, with any titles, are read whole; damaged ones raise nothing untyped."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.dates import read_moment
from crawler.errors import ListingError
from tests.listings import HOME, read

#: A frame and a row: {0} is the address, {1} the title, {2} the date, {3} a number.
MARKUPS = {
    "list": ("<ul>{}</ul>", "<li><a href='{0}'>{1}</a><span>{2}</span></li>"),
    "table": ("<table>{}</table>", "<tr><td>{3}</td><td><a href='{0}'>{1}</a></td><td>{2}</td>"),
    "table, the date first": (
        "<table><tr><th>Date</th><th>Case</th></tr>{}</table>",
        "<tr><td>{2}</td><td><a href='{0}'>{1}</a></td></tr>",
    ),
    "number and name": (
        "<table>{}</table>",
        "<tr><td><a href='/pdf/{3}.pdf'>{3}</a></td><td>{1}</td><td>{2}</td></tr>",
    ),
    "cards": (
        "<section>{}</section>",
        "<div class='card n{3}'><img><div><h3><a href='{0}'>{1}</a></h3><p>{2}</p></div></div>",
    ),
    "cards that are links": ("<div>{}</div>", "<a href='{0}'><b>{1}</b><i>{2}</i></a>"),
    "definition list": ("<dl>{}</dl>", "<dt><a href='{0}'>{1}</a></dt><dd>{2}</dd>"),
    "lines": ("<div>{}</div>", "<a href='{0}'>{1}</a> ({2})<br>"),
    "lines, the date first": ("<p>{}</p>", "{2} <a href='{0}'>{1}</a><br>"),
    "paragraphs": ("<div>{}</div>", "<p><b>{2}</b> <a href='{0}'>{1}</a></p>"),
    "machine dates": (
        "<ul>{}</ul>",
        "<li><time datetime='{2}'></time><a href='{0}' title='{1}'>{1}</a></li>",
    ),
    "odd and even": (
        "<ul>{}</ul>",
        "<li class='row-{3} odd'><em>{2}</em><h4><a href='{0}'>{1}</a></h4></li>",
    ),
    "scripted links": (
        "<ul>{}</ul>",
        "<li><a href='#' onclick=\"window.open('{0}')\">{1}</a><i>{2}</i></li>",
    ),
}
NAVIGATION = "".join(
    f"<li><a href='/{name}/'>{name}</a></li>" for name in ("home", "about", "news")
)
FOOTER = (
    "<div class='footer'><a href='/sitemap.html'>网站地图</a><a href='/about/1.html'>关于</a></div>"
)

WORDS = st.sampled_from(
    "关于 印发 通知 公告 2024年 防汛 the State v. Smith budget & notice of 实施 “办法”".split()
)
TITLES = (
    st.lists(WORDS, min_size=2, max_size=9)
    .map(" ".join)
    .filter(
        lambda title: any(map(str.isalpha, title))  # a title of marks alone is an arrow of a pager
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A listing that was made up: its HTML and what it names."""

    html: str
    entries: tuple[tuple[str, str, date], ...]


@st.composite
def listings(draw: st.DrawFn, markup: str) -> Made:
    """Return a page with a listing of 3 to 25 entries in one markup, newest first."""
    titles = draw(st.lists(TITLES, min_size=3, max_size=12, unique=True))
    day = draw(st.dates(min_value=date(2015, 1, 1), max_value=date(2026, 3, 1)))
    form = draw(st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%d %B %Y", "%b %d, %Y"]))
    if markup == "machine dates":
        form = "%Y-%m-%d"
    frame, row = MARKUPS[markup]
    rows, entries = [], []
    for n, title in enumerate(titles):
        number = 20240 + n
        url = (
            f"/pdf/{number}.pdf" if "/pdf/" in row else f"/a/{day:%Y%m}/t{day:%Y%m%d}_{number}.html"
        )
        shown = title.replace("&", "&amp;")
        rows.append(row.format(url, shown, day.strftime(form), number))
        entries.append((HOME + url[1:], title, day))
        day -= timedelta(days=draw(st.integers(0, 40)))
    html = f"<ul>{NAVIGATION}</ul><div>{frame.format(''.join(rows))}</div>{FOOTER}"
    return Made(html=html, entries=tuple(entries))


@pytest.mark.parametrize("markup", MARKUPS)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_listing_in_any_markup_is_read_whole(markup: str, data: st.DataObject) -> None:
    made = data.draw(listings(markup))
    page = read(f"<html><body>{made.html}</body></html>")
    assert [(link.url, link.title) for link in page.links] == [e[:2] for e in made.entries]
    days = [read_moment(link.date) for link in page.links]
    assert [moment and moment.day for moment in days] == [entry[2] for entry in made.entries]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_damaged_listing_is_read_or_refused_with_a_typed_error(data: st.DataObject) -> None:
    html = data.draw(listings(data.draw(st.sampled_from(list(MARKUPS))))).html
    tags = list(re.finditer(r"<[^<>]*>", html))
    for cut in sorted(
        data.draw(st.lists(st.sampled_from(tags), max_size=8)), key=lambda m: -m.start()
    ):
        junk = data.draw(
            st.sampled_from(["", "<div>", "</table>", "<td>", "<a href='//['>", "<!--", "\0"])
        )
        html = html[: cut.start()] + junk + html[cut.end() :]
    try:
        page = read(html)
    except ListingError:
        return
    assert page.links
