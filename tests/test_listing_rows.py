"""What a row of a listing means: several links, dates around it, numbers for titles."""

import pytest

from crawler.errors import ListingError
from tests.listings import HOME, read

CASES = ["Smith v. Jones Construction Co.", "In re Estate of Miller", "State v. Alvarez-Reyes"]


def told(body: str) -> list[tuple[str, str, str]]:
    """Return address, title and date of each entry of a page."""
    return [(link.url.removeprefix(HOME), link.title, link.date) for link in read(body).links]


def rows(row: str) -> str:
    """Return a table with a row for each case: {0} counts, {1} is its name."""
    return "<table>" + "".join(row.format(n, name) for n, name in enumerate(CASES, 1)) + "</table>"


def test_a_number_is_named_by_the_cell_that_differs_from_row_to_row() -> None:
    page = rows(
        "<tr><td>03/0{0}/2024</td><td>Supreme Court of the County</td>"
        "<td><a href='/op/2024-{0}.pdf'>24-{0}</a></td><td>{1}</td></tr>"
    )
    assert told(page) == [
        (f"op/2024-{n}.pdf", name, f"03/0{n}/2024") for n, name in enumerate(CASES, 1)
    ]


def test_of_two_formats_of_a_document_one_is_the_entry() -> None:
    page = rows(
        "<tr><td>03/0{0}/2024</td><td>{1} <a href='/o/A{0}001.DOC'>[DOC]</a>"
        " <a href='/o/A{0}001.PDF'>[PDF]</a></td></tr>"
    )
    assert [url for url, _, _ in told(page)] == [f"o/A{n}001.PDF" for n in (1, 2, 3)]


def test_a_document_goes_before_the_page_about_its_number() -> None:
    page = rows(
        "<tr><td>03/0{0}/2024</td><td><a href='/show?file=10{0}MAJ'>10{0},087-3</a>"
        " <a href='/pdf/10{0}0873.pdf'><img></a></td><td>{1}</td></tr>"
    )
    assert told(page) == [
        (f"pdf/10{n}0873.pdf", name, f"03/0{n}/2024") for n, name in enumerate(CASES, 1)
    ]


def test_several_documents_of_a_row_are_entries_with_its_date_and_name() -> None:
    page = rows(
        "<tr><td>03/0{0}/2024</td><td>Civil No. 2013-0{0}<br>{1}</td><td>"
        "<a href='doc?2013cv0{0}-36'>36</a> (order) <a href='doc?2013cv0{0}-38'>38</a></td></tr>"
    )
    found = told(page)
    assert len(found) == 6
    assert {title for _, title, _ in found} == set(CASES)
    assert [date for _, _, date in found] == [f"03/0{n}/2024" for n in (1, 1, 2, 2, 3, 3)]


def test_a_day_over_several_rows_is_the_date_of_each() -> None:
    page = "<div>" + "".join(
        f"<h3>March {day}, 2024</h3><p><a href='/op/{day}a2024.pdf'>{CASES[0]}</a></p>"
        f"<p><a href='/op/{day}b2024.pdf'>{CASES[1]}</a></p>"
        for day in (15, 12)
    ) + "</div>"  # fmt: skip
    assert [date for _, _, date in told(page)] == ["March 15, 2024"] * 2 + ["March 12, 2024"] * 2


@pytest.mark.parametrize(
    ("heading", "shown", "date"),
    [
        ("2023年", "12-05", "2023-12-05"),
        ("2023年12月", "12月5日", "2023年12月5日"),
        ("December 2023", "5", "5 December 2023"),
        ("December 2023", "Dec 5", "Dec 5, 2023"),
        ("Opinions 2023", "5 December", "5 December 2023"),
    ],
)
def test_a_month_or_a_year_over_rows_completes_their_dates(
    heading: str, shown: str, date: str
) -> None:
    page = f"<h2>{heading}</h2>" + rows(
        f"<tr><td>{shown}</td><td><a href='/op/2{{0}}001.html'>{{1}}</a></td></tr>"
    )
    assert [found for _, _, found in told(page)] == [date] * 3


def test_the_date_that_is_called_filed_goes_before_the_hearing() -> None:
    page = "<table><tr><th>Argued</th><th>Case</th><th>Date Filed</th></tr>" + rows(
        "<tr><td>01/1{0}/2024</td><td><a href='/op/2{0}001.pdf'>{1}</a></td>"
        "<td>03/0{0}/2024</td></tr>"
    ).removeprefix("<table>")
    assert [date for _, _, date in told(page)] == [f"03/0{n}/2024" for n in (1, 2, 3)]


def test_the_day_a_page_was_updated_is_no_entrys() -> None:
    page = "<h1>Opinions</h1><p>Last updated: March 3, 2024</p>" + rows(
        "<tr><td><a href='/op/2{0}001.pdf'>{1}</a></td></tr>"
    )
    assert [date for _, _, date in told(page)] == [""] * 3


def test_the_cells_of_a_grid_are_entries_each() -> None:
    cell = "<td><a href='/a/t20240315_{0}.html'>关于印发第{0}号文件的通知</a> 2024-03-15</td>"
    row = "<tr>" + "".join(cell.format(n) for n in range(101, 104)) + "</tr>"
    assert len(told(f"<table>{row}</table>")) == 3


def test_an_address_that_a_link_keeps_for_a_script_is_found() -> None:
    page = rows(
        "<tr><td>03/0{0}/2024</td><td>{1}</td><td><a href='#player' data-audio="
        "'https://www.example.gov.cn/audio/0{0}1722_1279.mp3'><i></i></a></td></tr>"
    )
    assert told(page) == [
        (f"audio/0{n}1722_1279.mp3", name, f"03/0{n}/2024") for n, name in enumerate(CASES, 1)
    ]


def test_lists_in_several_places_with_one_make_of_address_are_one_listing() -> None:
    month = "<h4>{0}月</h4><ul><li><a href='/a/20240{0}/t.html'>关于印发第{0}批目录的通知</a></ul>"
    page = "<div class='list'>" + "".join(month.format(n) for n in range(3, 7)) + "</div>"
    assert len(told(page)) == 4


def test_one_link_that_is_no_article_makes_no_listing() -> None:
    with pytest.raises(ListingError):
        read("<p><a href='/icp?recordcode=22010202000476'>吉公网安备 22010202000476号</a></p>")


def test_a_feed_is_read_where_a_listing_says_nothing_of_its_kind() -> None:
    feed = (
        "<?xml version='1.0'?><rss version='2.0'><channel><title>News</title><item>"
        f"<title>{CASES[0]}</title><link>{HOME}op/1.html</link>"
        "<pubDate>Fri, 15 Mar 2024 08:00:00 +0800</pubDate></item></channel></rss>"
    )
    assert told(feed) == [("op/1.html", CASES[0], "Fri, 15 Mar 2024 08:00:00 +0800")]


def test_records_in_a_script_are_read_where_a_listing_says_nothing_of_its_kind() -> None:
    record = (
        "<record><![CDATA[<li><a href='/art/2024/3/15/art_1_{0}.html'>公告{0}</a></li>]]></record>"
    )
    page = (
        "<html><body><script type='text/xml'><datastore><recordset>"
        + "".join(record.format(n) for n in (1, 2))
        + "</recordset></datastore></script></body></html>"
    )
    assert [title for _, title, _ in told(page)] == ["公告1", "公告2"]


@pytest.mark.parametrize(
    "row",
    [
        "<li><a href='/col/{1}/'>[通知公告]</a><a href='{0}'>{2}</a><span>{3}</span>",
        "<li><a href='/list/{1}2.html'>工作动态</a>|<a href='{0}'>{2}</a><span>{3}</span>",
        "<li><a href='{0}'>{2}</a><a href='/dept/{1}/'>市教育局</a><span>{3}</span>",
        "<li><a href='{0}'>{2}</a> <a href='/files/1{1}0001.pdf'>附件下载</a> <span>{3}</span>",
        "<li><a href='{0}'><img></a><h3><a href='{0}'>{2}</a></h3><a href='{0}'>详情</a><b>{3}</b>",
    ],
)
def test_what_stands_beside_an_article_in_its_row_is_no_entry(row: str) -> None:
    articles = [
        (f"art/2024/3/1/art_1_{n}000.html", f"关于第{n}号工作方案的通知", f"2024-03-{20 - n}")
        for n in range(1, 7)
    ]
    body = "".join(
        row.format("/" + url, n % 2, title, date) for n, (url, title, date) in enumerate(articles)
    )
    assert told(f"<ul>{body}</ul>") == articles
