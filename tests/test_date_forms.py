"""Every form in which pages write a moment: written out by a template, found in a line, read back.

The templates know nothing of the reader: one row of ``FORMS`` is one form.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from archive import Precision
from crawler.dates import Order, read_moment
from crawler.extract.dates import find_date

DAY, MINUTE, SECOND = Precision.DAY, Precision.MINUTE, Precision.SECOND

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "en short": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "en pointed": "Jan. Feb. March April May June July Aug. Sept. Oct. Nov. Dec.",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro "
    "dezembro",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
    "dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października "
    "listopada grudnia",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
}
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
HAN = "〇一二三四五六七八九"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How a moment is written, and what is known of it then."""

    text: str
    months: str = "en"
    precision: Precision = MINUTE
    order: Order = ""
    #: the zone that is written with it; that of the source where it is empty
    zone: str = ""


#: day: {Y} {m} {mm} {d} {dd} {month} · clock: {H} {HH} {h} {MM} {SS} {am} {half}
FORMS = {
    # figures, year first
    "dashes": Form(text="{Y}-{mm}-{dd}", precision=DAY),
    "dashes, single figures": Form(text="{Y}-{m}-{d} {H}:{MM}"),
    "slashes": Form(text="{Y}/{mm}/{dd} {HH}:{MM}:{SS}", precision=SECOND),
    "points": Form(text="{Y}.{mm}.{dd} {HH}:{MM}"),
    "nothing between day and clock": Form(text="{Y}-{mm}-{dd}{HH}:{MM}"),
    "a dash between": Form(text="{Y}-{mm}-{dd}-{HH}:{MM}"),
    "a bar between": Form(text="{Y}-{mm}-{dd} | {HH}:{MM}"),
    "many blanks between": Form(text="{Y}-{mm}-{dd}\xa0\xa0\xa0\u3000\x1f {HH}:{MM}"),
    "brackets": Form(text="( {Y}-{mm}-{dd})", precision=DAY),
    "full width": Form(text="{wide}"),
    "u+2236": Form(text="{Y}-{mm}-{dd} {HH}∶{MM}"),
    "u+fe30": Form(text="{Y}-{mm}-{dd} {HH}︰{MM}"),
    "year apart": Form(text="{Y} {mm}/{dd} {HH}:{MM}:{SS}", precision=SECOND),
    "two run together": Form(text="{Y}-{mm}-{dd} {HH}:{MM}2019-01-01 08:00"),
    # iso 8601 and other machines
    "iso": Form(text="{Y}-{mm}-{dd}T{HH}:{MM}:{SS}", precision=SECOND),
    "iso, z": Form(text="{Y}-{mm}-{dd}T{HH}:{MM}:{SS}Z", precision=SECOND, zone="UTC"),
    "iso, parts of a second": Form(
        text="{Y}-{mm}-{dd}T{HH}:{MM}:{SS}.123+08:00", precision=SECOND, zone="Asia/Singapore"
    ),
    "iso, minute with offset": Form(text="{Y}-{mm}-{dd}T{HH}:{MM}-03:00", zone="Etc/GMT+3"),
    "sql": Form(text="{Y}-{mm}-{dd} {HH}:{MM}:{SS}+08", precision=SECOND, zone="Asia/Singapore"),
    "rfc 2822": Form(
        text="Tue, {d} {month} {Y} {HH}:{MM}:{SS} +0800",
        months="en short",
        precision=SECOND,
        zone="Asia/Singapore",
    ),
    "rfc 1123": Form(
        text="Tue, {dd} {month} {Y} {HH}:{MM}:{SS} GMT",
        months="en short",
        precision=SECOND,
        zone="UTC",
    ),
    "javascript": Form(
        text="Fri {month} {dd} {Y} {HH}:{MM}:{SS} GMT+0800",
        months="en short",
        precision=SECOND,
        zone="Asia/Singapore",
    ),
    "java": Form(
        text="Fri {month} {dd} {HH}:{MM}:{SS} CST {Y}", months="en short", precision=SECOND
    ),
    "compact day": Form(text="{Y}{mm}{dd}", precision=DAY),
    "compact": Form(text="{Y}{mm}{dd}{HH}{MM}{SS}", precision=SECOND),
    "compact, t and z": Form(text="{Y}{mm}{dd}T{HH}{MM}{SS}Z", precision=SECOND, zone="UTC"),
    # Chinese
    "ideographs": Form(text="{Y}年{mm}月{dd}日{HH}:{MM}"),
    "ideographs to the second": Form(text="{Y}年{m}月{d}日 {H}时{MM}分{SS}秒", precision=SECOND),
    "spaced ideographs": Form(text="{Y} 年 {m} 月 {d} 日", precision=DAY),
    "weekday": Form(text="{Y}年{m}月{d}日 星期三 {HH}:{MM}"),
    "weekday in brackets": Form(text="{Y}年{m}月{d}日（周三）{HH}:{MM}"),
    "half day": Form(text="{Y}年{m}月{d}日 {half}{h}:{MM}"),
    "half day, ideographs": Form(text="{Y}年{m}月{d}日{half}{h}时{MM}分"),
    "Chinese figures": Form(text="{han}", precision=DAY),
    "Chinese figures, circle": Form(text="{circle}", precision=DAY),
    "Chinese figures, zero": Form(text="{zero}", precision=DAY),
    "Taiwan's era": Form(text="中華民國{minguo}年{m}月{d}日", precision=DAY),
    "Taiwan's era, dashes": Form(text="民國{minguo}-{mm}-{dd}", precision=DAY),
    # Japanese and Korean
    "Japanese": Form(text="{Y}年{m}月{d}日 {H}時{MM}分"),
    "Japanese weekday": Form(text="{Y}年{m}月{d}日(水) {H}時{MM}分"),
    "Japanese era": Form(text="令和{reiwa}年{m}月{d}日", precision=DAY),
    "Japanese era of before": Form(text="平成{heisei}年{m}月{d}日", precision=DAY),
    "Korean": Form(text="{Y}년 {m}월 {d}일 {korean} {h}:{MM}"),
    "Korean points": Form(text="{Y}. {m}. {d}. {HH}:{MM}"),
    # English
    "American": Form(text="{month} {d}, {Y} at {h}:{MM} {am}"),
    "American, points": Form(text="{month} {d}, {Y} | {h}:{MM} {pointed}", months="en pointed"),
    "American, ordinal": Form(text="{month} {d}th, {Y}", precision=DAY),
    "British": Form(text="{d} {month} {Y}", precision=DAY),
    "British, ordinal": Form(text="{d}th of {month} {Y}", precision=DAY),
    "British, clock in front": Form(text="{HH}:{MM}, {d} {month} {Y}"),
    "short": Form(text="{dd}-{month}-{Y} {HH}:{MM}", months="en short"),
    "weekday between": Form(text="{month} {d}, {Y} Wednesday, {HH}:{MM}"),
    "eastern time": Form(text="{month} {d}, {Y} at {h}:{MM} {am} ET", zone="America/New_York"),
    "eastern standard": Form(text="{month} {d}, {Y} {h}:{MM} {am} EST", zone="Etc/GMT+5"),
    "pacific daylight": Form(text="{month} {d}, {Y} {h}:{MM} {am} PDT", zone="Etc/GMT+7"),
    "central, known as American": Form(
        text="{month} {d}, {Y} {h}:{MM} {am} CST", zone="Etc/GMT+6", order="mdy"
    ),
    "British summer": Form(text="{d} {month} {Y} {HH}:{MM} BST", zone="Etc/GMT-1"),
    # day and month in figures
    "American figures": Form(text="{mm}/{dd}/{Y} {h}:{MM} {am}", order="mdy"),
    "European figures": Form(text="{dd}/{mm}/{Y} {HH}:{MM}", order="dmy"),
    "Dutch figures": Form(text="{d}-{m}-{Y}", order="dmy", precision=DAY),
    "German figures": Form(text="{dd}.{mm}.{Y}, {HH}:{MM} Uhr"),
    "Czech figures": Form(text="{d}. {m}. {Y}", precision=DAY),
    # other languages
    "French": Form(text="{d} {month} {Y} à {H}h{MM}", months="fr"),
    "German": Form(text="{d}. {month} {Y}, {H}.{MM} Uhr", months="de"),
    "Spanish": Form(text="{d} de {month} de {Y}, a las {H}:{MM}", months="es"),
    "Portuguese": Form(text="{d} de {month} de {Y} às {H}h{MM}", months="pt"),
    "Italian": Form(text="{d} {month} {Y} alle ore {H}.{MM}", months="it"),
    "Dutch": Form(text="{d} {month} {Y} om {HH}:{MM} uur", months="nl"),
    "Polish": Form(text="{d} {month} {Y} r., godz. {H}:{MM}", months="pl"),
    "Russian": Form(text="{d} {month} {Y} г. в {HH}:{MM}", months="ru"),
    "Ukrainian": Form(text="{d} {month} {Y} року, {HH}:{MM}", months="uk"),
    "Swedish": Form(text="{d} {month} {Y} kl. {HH}.{MM}", months="sv"),
    "Arabic": Form(text="{d} {month} {Y}", months="ar", precision=DAY),
    "Arabic figures": Form(text="{arabic}", months="ar", precision=DAY),
}
LINES = {
    "Chinese label": "发布时间：{}　来源：某县日报",
    "English label": "Published {} by A. Writer",
    "brackets": "【{}】 打印 关闭",
}


def han(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else HAN[tens]) + ("十" if tens else "") + (HAN[ones] if ones else "")


def write(form: Form, moment: datetime) -> str:
    """Return a moment in one form; assumes away what cannot be said in it."""
    hour, year = moment.hour, moment.year
    # 上午12:30 is noon to some and midnight to others
    assume(hour or "{half}" not in form.text)
    assume(year >= 2019 or "{reiwa}" not in form.text)
    figures = "".join(HAN[int(c)] for c in str(year))
    day = f"年{han(moment.month)}月{han(moment.day)}日"
    months = MONTHS[form.months].split()
    values = {
        "Y": year, "m": moment.month, "mm": f"{moment.month:02d}", "d": moment.day,
        "dd": f"{moment.day:02d}", "month": months[moment.month - 1],
        "H": hour, "HH": f"{hour:02d}", "h": hour % 12 or 12,
        "MM": f"{moment.minute:02d}", "SS": f"{moment.second:02d}",
        "am": "PM" if hour >= 12 else "AM", "pointed": "p.m." if hour >= 12 else "a.m.",
        "half": "下午" if hour >= 12 else "上午", "korean": "오후" if hour >= 12 else "오전",
        "minguo": year - 1911, "reiwa": year - 2018, "heisei": year - 1988,
        "han": figures + day, "circle": figures.replace("〇", "○") + day,
        "zero": figures.replace("〇", "零") + day,
        "wide": f"{moment:%Y-%m-%d %H:%M}".translate({c: c + 0xFEE0 for c in range(0x2D, 0x3B)}),
        "arabic": f"{moment.day} {months[moment.month - 1]} {year}".translate(
            {ord(str(n)): 0x660 + n for n in range(10)}
        ),
    }  # fmt: skip
    return form.text.format_map(values)


def meant(form: Form, moment: datetime, zone: str) -> datetime:
    """Return the moment in UTC as far as a form tells it."""
    clock = {
        DAY: {"hour": 0, "minute": 0, "second": 0},
        MINUTE: {"second": 0},
        SECOND: {},
    }[form.precision]
    return moment.replace(**clock, tzinfo=ZoneInfo(form.zone or zone)).astimezone(UTC)


moments = st.datetimes(datetime(1990, 1, 1), datetime(2035, 12, 31)).map(
    # a written :00 is what systems put behind a minute; no page says which of the two hours of
    # an autumn night it means
    lambda moment: moment.replace(second=moment.second or 1, microsecond=0, fold=0)
)
zones = st.sampled_from(["Asia/Shanghai", "America/New_York", "Europe/London", "UTC"])


@pytest.mark.parametrize("name", FORMS)
@settings(max_examples=40, deadline=None)
@given(moments, zones)
def test_a_moment_comes_back_from_every_form(name: str, moment: datetime, zone: str) -> None:
    form = FORMS[name]
    found = read_moment(write(form, moment), order=form.order)
    assert found is not None
    assert (found.at(zone), found.precision) == (meant(form, moment, zone), form.precision)


@pytest.mark.parametrize("name", FORMS)
@settings(max_examples=40, deadline=None)
@given(moments, st.sampled_from(sorted(LINES)))
def test_every_form_is_found_in_a_line_as_it_is_read(
    name: str, moment: datetime, line: str
) -> None:
    form = FORMS[name]
    text = LINES[line].format(write(form, moment))
    found = read_moment(find_date(text), order=form.order)
    assert found is not None
    expected = meant(form, moment, "Asia/Tokyo")
    assert (found.at("Asia/Tokyo"), found.precision) == (expected, form.precision)


@settings(max_examples=100, deadline=None)
@given(moments, st.sampled_from(["{:%Y-%m-%d}", "{:%Y-%m-%d %H:%M}", "{:%Y年%m月%d日%H:%M:%S}"]))
def test_a_plain_date_is_read_the_same_alone_and_behind_a_label(
    moment: datetime, form: str
) -> None:
    text = form.format(moment)
    assert read_moment(text) == read_moment(f"发布日期：{text}") is not None


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_no_string_at_all_makes_reading_fail(text: str) -> None:
    seen = datetime(2026, 3, 5, 1, 30, tzinfo=UTC)
    read_moment(text, date(2024, 1, 1))
    read_moment(text, seen=seen, order="dmy")
    read_moment(find_date(text))


#: pieces of dates, so that nonsense comes close to them
PIECES = st.sampled_from(
    "2024 2019 19 03 15 5 31 - / . : 年 月 日 时 分 点 T Z + 08:00 12:11 March mars 5. of de at , "
    "下午 二〇二四 十 三 令和 民國 PM EST GMT ago 小时前 昨天 周三 ( ) 오후 년 ٥ １２ ：".split()
) | st.sampled_from([" ", "　", "\x1f"])


@settings(max_examples=500, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_pieces_of_dates_in_any_order_are_found_as_they_are_read(text: str) -> None:
    found = find_date(text)
    assert found in text
    seen = datetime(2026, 3, 5, 1, 30, tzinfo=UTC)
    read_moment(text, seen=seen)
    if found:
        assert read_moment(found) == read_moment(text)


@pytest.mark.parametrize(
    "piece",
    [
        "2024", "1", " ", "-", "2024-", "1/", "20 ", "年", "二", "2024年 ", "5 March ", "令和",
        "Mar 5 ", "\x1f", "10:10 ", "202403", "2024-01-99" + " " * 50,
    ],
)  # fmt: skip
def test_a_line_without_end_is_read_to_its_end(piece: str) -> None:
    line = piece * (100_000 // len(piece))
    find_date(line)
    assert find_date("一" + line + " 发布时间：2026-03-05 10:10")


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30", "2025-02-29", "1899-12-31", "2200-01-01", "2024-13-01", "31/02/2026",
        "020-20120512", "电话：20120512", "0731-20240101", "13812345678", "订单号20190615081800",
        "国办发〔2017〕47号", "第2024-3号", "v2.2024.3.15", "2024.3.15.1", "192.168.20.10",
        "10.0.19.2024", "2019-2020", "2019年1-11月", "2024年3月", "12:11", "2024年3月15家企业",
        "2024-3-112:11", "3-5 March 2026", "March 2026", "May 2026", "5 set 2025", "113-05-20",
        "http://a.example/2024/03/15/a.html", "5. listopada 2025.", "32 March 2026",
        "February 30, 2026", "二〇二四年三月", "二〇二四年二月三十日", "30 juin", "Mary 5, 2026",
    ],
)  # fmt: skip
def test_what_names_no_day_is_never_read(text: str) -> None:
    assert read_moment(text) is None
    assert read_moment(text, order="dmy") is None


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("05/03/2026", "", None),
        ("05/03/2026", "ymd", None),
        ("05/03/2026", "dmy", date(2026, 3, 5)),
        ("05/03/2026", "mdy", date(2026, 5, 3)),
        ("05-03-2026", "", None),
        ("05/05/2026", "", date(2026, 5, 5)),
        ("15/03/2026", "", date(2026, 3, 15)),
        ("03/15/2026", "", date(2026, 3, 15)),
        ("15/03/2026", "mdy", date(2026, 3, 15)),
        ("05.03.2026", "", date(2026, 3, 5)),
        # nobody writes so in America: then it is not known what is meant
        ("05.03.2026", "mdy", None),
    ],
)
def test_day_and_month_in_figures_are_never_guessed(
    text: str, order: Order, day: date | None
) -> None:
    found = read_moment(text, order=order)
    assert (found.day if found else None) == day
    assert find_date(f"Published: {text}, by A. Writer") == text


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("凌晨0:30", 0), ("凌晨12:30", 0), ("凌晨3:30", 3), ("早上8:30", 8), ("上午10:30", 10),
        ("中午11:30", 11), ("中午12:30", 12), ("中午1:30", 13), ("下午12:30", 12), ("下午3:30", 15),
        ("下午15:30", 15), ("傍晚6:30", 18), ("晚上8:30", 20), ("晚上20:30", 20), ("午後0:30", 12),
        ("오전 12:30", 0), ("오후 12:30", 12), ("12:30 AM", 0), ("12:30 p.m.", 12),
        ("3:30:00 下午", 15), ("上午12:30", None), ("晚上12:30", None), ("晚上1:30", None),
        ("3 p.m.", None), ("下午3点", None), ("25:30", None),
    ],
)  # fmt: skip
def test_half_days_are_added_up_and_what_they_leave_open_leaves_the_day(
    written: str, hour: int | None
) -> None:
    found = read_moment(f"2024年3月15日 {written}")
    assert found is not None
    assert found.day == date(2024, 3, 15)
    assert (found.clock.hour if found.clock else None) == hour


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-15 10:10-12:00", "2024-03-15 10:10-1200", "2024-03-15 10:10—12:00",
        "2024-03-15 10:10 CST", "2024-03-15 10:10 IST", "5 mars 2026 10:10 ET MIS À JOUR",
        "2024-03-15T10:10+23:00",
    ],
)  # fmt: skip
def test_what_may_be_no_offset_leaves_the_clock_to_the_source_s_zone(text: str) -> None:
    found = read_moment(text)
    assert found is not None
    assert (found.offset, found.precision) == (None, MINUTE)


def test_a_clock_of_a_span_in_front_of_the_day_is_none_of_its_own() -> None:
    found = read_moment("9:00-17:00 2026-03-05")
    assert found is not None
    assert found.clock is None


SEEN = datetime(2026, 3, 5, 1, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        ("刚刚", "2026-03-05", ""), ("5分钟前", "2026-03-05", ""), ("3小时前", "2026-03-04", ""),
        ("2天前", "2026-03-03", ""), ("今天", "2026-03-05", ""),
        ("昨天 10:20", "2026-03-04", "10:20"), ("前天下午3:05", "2026-03-03", "15:05"),
        ("3 hours ago", "2026-03-04", ""),
        ("an hour ago", "2026-03-05", ""), ("yesterday", "2026-03-04", ""),
        ("Yesterday at 10:20 pm", "2026-03-04", "22:20"), ("3時間前", "2026-03-04", ""),
        ("2시간 전", "2026-03-04", ""), ("03-04", "2026-03-04", ""), ("Mar 4", "2026-03-04", ""),
        ("4 March, 10:00", "2026-03-04", "10:00"), ("3月6日", "2026-03-06", ""),
        ("3月7日", "2025-03-07", ""),
    ],
)  # fmt: skip
def test_words_that_count_from_the_moment_of_looking_need_to_be_told_it(
    text: str, day: str, clock: str
) -> None:
    assert read_moment(text) is None
    found = read_moment(text, seen=SEEN)
    assert found is not None
    assert found.day.isoformat() == day
    assert (f"{found.clock:%H:%M}" if found.clock else "") == clock
    assert found.precision is (MINUTE if clock else DAY)


@settings(max_examples=60, deadline=None)
@given(moments, st.integers(1, 99), st.sampled_from(["{}小时前", "{} hours ago", "{}시간 전"]))
def test_hours_ago_are_the_day_they_lead_to_in_the_zone_of_looking(
    moment: datetime, hours: int, form: str
) -> None:
    zone = ZoneInfo("America/New_York")
    seen = moment.replace(tzinfo=UTC).astimezone(zone)
    found = read_moment(form.format(hours), seen=seen)
    assert found is not None
    at = (moment.replace(tzinfo=UTC) - timedelta(hours=hours)).astimezone(zone)
    assert (found.day, found.precision) == (at.date(), DAY)


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("[05/03]", "", None), ("[05/03]", "ymd", "2025-05-03"), ("[05/03]", "dmy", "2026-03-05"),
        ("15.03.", "", "2025-03-15"), ("3-4 楼", "", None), ("第1.2节", "", None),
    ],
)  # fmt: skip
def test_a_day_and_month_in_figures_are_read_where_their_order_is_known(
    text: str, order: Order, day: str | None
) -> None:
    found = read_moment(text, date(2026, 3, 5), order=order)
    assert (found.day.isoformat() if found else None) == day
