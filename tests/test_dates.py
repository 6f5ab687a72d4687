"""Date strings become the moments they mean, or nothing."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from archive import Precision
from crawler.dates import Moment, names, order_of, read_moment
from crawler.dates.forms import MONTHS
from crawler.extract.dates import bare_date, find_date, first_shown, names_offset, url_date

CHINA = "Asia/Shanghai"
HAN = "〇一二三四五六七八九"


def han(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else HAN[tens]) + ("十" if tens else "") + (HAN[ones] if ones else "")


def han_day(day: date) -> str:
    return f"{''.join(HAN[int(c)] for c in str(day.year))}年{han(day.month)}月{han(day.day)}日"


def wide(text: str) -> str:
    return text.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789:"})


#: every way of extraction.md, 3, in which a page writes a day
DAYS = {
    "dashes": "{:%Y-%m-%d}",
    "slashes": "{:%Y/%m/%d}",
    "dots": "{:%Y.%m.%d}",
    "ideographs": "{:%Y年%m月%d日}",
    "brackets": "( {:%Y-%m-%d})",
    "compact": "{:%Y%m%d}",
    "english": "{:%B %d, %Y}",
    "english short": "{:%d %b %Y}",
    "spaced": "{:%Y 年 %m 月 %d 日}",
    "labelled": "发布日期：{:%Y-%m-%d}",
}
#: … and a minute of it
MINUTES = {
    "run together": "{:%Y年%m月%d日%H:%M}",
    "dashes": "{:%Y-%m-%d %H:%M}",
    "no gap": "{:%Y-%m-%d%H:%M}",
    "two gaps": "{:%Y-%m-%d  %H:%M}",
    "u+2236": "{:%Y-%m-%d %H∶%M}",
    "ideographs": "{:%Y年%m月%d日 %H时%M分}",
    "label behind": "{:%Y-%m-%d %H:%M}来源：某某日报作者：张三",
    "label before": "时间：{:%Y-%m-%d %H:%M}",
    "twice": "{:%Y-%m-%d %H:%M}2019-01-01 08:00",
    "dash between": "{:%Y-%m-%d-%H:%M}",
    "english": "{:%B %d, %Y %I:%M %p}",
    "english at": "{:%d %B %Y at %I:%M %p}",
    "half day": "{:%Y年%m月%d日} {}{:%I:%M}",
}
#: … and a second
SECONDS = {
    "script": "fdate='{:%Y/%m/%d %H:%M:%S}'",
    "iso": "{:%Y-%m-%dT%H:%M:%S}",
    "compact": "{:%Y%m%d%H%M%S}",
    "ideographs": "{:%Y年%m月%d日%H时%M分%S秒}",
}

days = st.dates(date(1990, 1, 1), date(2035, 12, 31))
moments = st.datetimes(datetime(1992, 1, 1), datetime(2035, 12, 31))


@settings(max_examples=60, deadline=None)
@given(days, st.sampled_from(sorted(DAYS)))
def test_a_day_comes_back_from_every_form(day: date, form: str) -> None:
    text = DAYS[form].format(day)
    assert read_moment(text) == read_moment(wide(text)) == Moment(day=day)


@settings(max_examples=60, deadline=None)
@given(days)
def test_a_day_in_chinese_figures_comes_back(day: date) -> None:
    assert read_moment(f"签发于{han_day(day)}") == Moment(day=day)


@settings(max_examples=120, deadline=None)
@given(moments, st.sampled_from(sorted(MINUTES)))
def test_a_minute_comes_back_from_every_form(moment: datetime, form: str) -> None:
    moment = moment.replace(second=0, microsecond=0)
    # 上午12:00 is noon to some and midnight to others
    assume(form != "half day" or moment.hour)
    half = "下午" if moment.hour >= 12 else "上午"
    parts = (moment, half, moment) if form == "half day" else (moment,)
    found = read_moment(MINUTES[form].format(*parts))
    assert found is not None
    assert (found.day, found.clock) == (moment.date(), moment.time())
    assert found.precision is Precision.MINUTE


@settings(max_examples=60, deadline=None)
@given(moments, st.sampled_from(sorted(SECONDS)))
def test_a_second_comes_back_from_every_form(moment: datetime, form: str) -> None:
    moment = moment.replace(second=moment.second or 1, microsecond=0)
    found = read_moment(SECONDS[form].format(moment))
    assert found is not None
    assert (found.day, found.clock) == (moment.date(), moment.time())
    assert found.precision is Precision.SECOND


@settings(max_examples=60, deadline=None)
@given(moments, st.integers(-12 * 2, 14 * 2))
def test_a_written_offset_outweighs_the_zone(moment: datetime, halves: int) -> None:
    moment = moment.replace(microsecond=0)
    offset = timedelta(minutes=30 * halves)
    sign = "-" if halves < 0 else "+"
    hours, minutes = divmod(abs(30 * halves), 60)
    found = read_moment(f"{moment:%Y-%m-%dT%H:%M:%S}{sign}{hours:02d}:{minutes:02d}")
    assert found is not None
    assert found.at(CHINA) == (moment - offset).replace(tzinfo=UTC)


def test_a_moment_without_offset_is_read_in_the_source_s_zone() -> None:
    found = read_moment("2024-03-15 10:10")
    assert found is not None
    assert found.at(CHINA) == datetime(2024, 3, 15, 2, 10, tzinfo=UTC)


def test_summer_time_of_the_years_1986_to_1991_is_kept() -> None:
    found = read_moment("1988年7月1日 08:00")
    assert found is not None
    assert found.at(CHINA) == datetime(1988, 6, 30, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "", "2026-02-30", "0000-00-00", "今天", "昨天 10:00", "3小时前", "刚刚", "20206-01-01",
        "二〇二六年", "2024年3月", "99999999", "2024-13-01", "1.2.3.4", "192.168.20.10", "03-15",
        "第2024-3号",
    ],
)  # fmt: skip
def test_what_names_no_day_is_nothing(text: str) -> None:
    assert read_moment(text) is None


def test_an_impossible_clock_leaves_the_day() -> None:
    assert read_moment("2024-03-15 25:61") == Moment(day=date(2024, 3, 15))


@pytest.mark.parametrize(
    ("text", "read_on", "day"),
    [
        ("03-15", date(2024, 5, 1), date(2024, 3, 15)),
        ("12-30", date(2024, 1, 3), date(2023, 12, 30)),
        ("[05-02]", date(2024, 5, 1), date(2024, 5, 2)),
        ("02-29", date(2025, 1, 1), date(2024, 2, 29)),
        ("3月15日", date(2024, 5, 1), date(2024, 3, 15)),
    ],
)
def test_a_listing_s_day_without_year_is_the_latest_past_one(
    text: str, read_on: date, day: date
) -> None:
    assert read_moment(text, read_on) == Moment(day=day)


def test_a_day_without_year_keeps_its_clock() -> None:
    found = read_moment("03-15 09:30", date(2024, 5, 1))
    assert found is not None
    assert found.clock == time(9, 30)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789年月日时分秒-/.: T+Z〇一二十上下午Marpm,\u3000∶", max_size=40))
def test_no_string_makes_it_fail(text: str) -> None:
    read_moment(text)
    read_moment(text, date(2024, 1, 1))
    find_date(text)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("2019-09-26 12:11来源：某某网作者：张三", "2019-09-26 12:11"),
        ("( 2022-04-26)", "2022-04-26"),
        ("今天是2024年3月15日 星期五", ""),
        ("（2007年6月29日第十届常务委员会第二十八次会议通过）", ""),
        ("成文日期：2024-01-02", ""),
        ("Data wytworzenia: 2024-01-02", ""),
        ("Date de signature : 2 janvier 2024", ""),
        ("一句没有日期的话", ""),
    ],
)
def test_a_bare_date_is_taken_only_where_nothing_says_it_is_another_one(
    line: str, found: str
) -> None:
    assert bare_date(line) == found


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("http://a.example/t20190918_693227.shtml", "20190918"),
        ("http://a.example/art/2016/11/22/art_1621004_1.html", "2016/11/22"),
        ("http://a.example/content/2019-02/15/content_5.htm", "2019-02/15"),
        ("http://a.example/2022/08-11/2559082.html", "2022/08-11"),
        ("http://a.example/n1/2019/0615/c1-1.html", "2019/0615"),
        ("http://a.example/2024-03-15-a-title.html", "2024-03-15"),
        ("http://a.example/world/2024/mar/15/a-title", "2024/mar/15"),
        ("http://a.example/202403/20240315_1234.html", "20240315"),
        ("http://a.example/post_123456.html?d=2020/01/01/", ""),
        ("http://a.example/202403/1234.html", ""),
        ("http://a.example/tel/20201301_1.html", ""),
    ],
)
def test_addresses_carry_days_in_the_forms_of_the_systems(url: str, day: str) -> None:
    assert url_date(url) == day
    assert not day or read_moment(day) is not None


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Updated March 7, 2026 | Published March 5, 2026", "March 5, 2026"),
        ("Published March 5, 2026, updated March 7, 2026", "March 5, 2026"),
        ("Last updated on: March 7, 2026", ""),
        ("Mis à jour le 7 mars 2026", ""),
        ("Dernière mise à jour : 7 mars 2026", ""),
        ("Zuletzt aktualisiert: 7. März 2026", ""),
        ("Última actualización: 7 de marzo de 2026", ""),
        ("Atualizado em 07/03/2026 10h30", ""),
        ("Ultimo aggiornamento: 7 marzo 2026", ""),
        ("Laatst bijgewerkt op 7 maart 2026", ""),
        ("Ostatnia aktualizacja: 7 marca 2026", ""),
        ("Последнее обновление: 7 марта 2026", ""),
        ("оновлено 7 березня 2026", ""),
        ("آخر تحديث: 7 مارس 2026", ""),
        ("최종수정일: 2026.03.07", ""),
        ("最終更新日 2026年3月7日", ""),
        ("Date reviewed 7 March 2026", ""),
        ("Updated on Saturday, 7 March 2026", ""),
        ("Data wytworzenia: 2026-03-07", ""),
        ("Date: 7 March 2026", "7 March 2026"),
        ("London, 7 March 2026", "7 March 2026"),
        ("By A. Writer, our correspondent for all that is new in the house, March 5, 2026",
         "March 5, 2026"),
        ("The minister speaks at the opening of the new bridge in Newtown, March 1, 2026.", ""),
    ],
)  # fmt: skip
def test_the_day_of_a_change_or_of_a_picture_is_not_that_of_publication(
    line: str, found: str
) -> None:
    assert first_shown(line) == found


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("2024-03-15T10:10:00Z", True),
        ("2024-03-15 10:10:00 +0800", True),
        ("Tue, 24 Nov 2026 08:00:00 GMT", True),
        ("2024-03-15 10:10", False),
        ("10:10" * 30_000, False),
    ],
)
def test_a_machine_s_moment_is_asked_whether_it_names_its_offset(text: str, named: bool) -> None:
    assert names_offset(text) is named


@pytest.mark.parametrize(
    ("lang", "zone", "order"),
    [
        ("de", "", "dmy"), ("fr-FR", "UTC", "dmy"), ("en-GB", "", "dmy"), ("en_US", "", "mdy"),
        ("en-US", "America/New_York", "mdy"), ("zh-CN", "Asia/Shanghai", "ymd"), ("en", "", ""),
        ("en", "Europe/London", "dmy"), ("en", "America/New_York", "mdy"),
        ("", "Asia/Tokyo", "ymd"),
        ("en-CA", "", ""), ("fr-CA", "", ""), ("xx", "", ""),
        # a template's language is not believed against the place
        ("en-US", "Europe/London", ""), ("en-GB", "America/New_York", ""),
    ],
)  # fmt: skip
def test_language_and_zone_tell_whether_day_or_month_comes_first(
    lang: str, zone: str, order: str
) -> None:
    assert order_of(lang, zone) == order


@pytest.mark.parametrize("table", [names.MONTHS, names.SHORT], ids=["full", "short"])
def test_no_name_is_two_months(table: dict[str, str]) -> None:
    for lang, line in table.items():
        assert len(line.split()) == 12
        for name, number in names.months({lang: line}).items():
            assert MONTHS[name] == number
