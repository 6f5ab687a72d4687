"""Which language a reader is spoken to in, and what it says."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import ArchiveFull, NoSpan, UnknownRevision
from archive.language import (
    LANGUAGES,
    _,
    language,
    ngettext,
    of_locale,
    retold,
    shown_day,
    shown_month,
    speaking,
    wanted,
)


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.5", "en"),
        ("fr-FR, zh-TW;q=0.3", "zh"),
        ("en;q=0.4, zh-Hans-CN;q=0.7", "zh"),
        ("zh;q=0, en;q=0.1", "en"),
        ("zh;q=0", "en"),
        ("ja, de", "en"),
        ("*", "en"),
        ("", "en"),
        (";;,q=,zh;q=x", "en"),
        ("ZH-cn", "zh"),
    ],
)
def test_a_page_is_in_the_language_that_the_browser_likes_best(accepted: str, chosen: str) -> None:
    assert wanted(accepted) == chosen


def test_what_a_reader_chose_goes_before_what_the_browser_says() -> None:
    assert wanted("en", "", "zh") == "zh"
    assert wanted("zh", "en", "zh") == "en"
    assert wanted("zh", "klingon", "") == "zh"


@given(st.text(), st.text())
def test_no_header_and_no_cookie_is_an_error(accepted: str, chosen: str) -> None:
    assert wanted(accepted, chosen) in LANGUAGES


@pytest.mark.parametrize(
    ("environ", "chosen"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_TW.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN"}, "zh"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "fr:zh_CN:en"}, "zh"),
        ({"LANG": "C", "LANGUAGE": "zh"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "fr"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": ""}, "zh"),
        ({"LC_ALL": "", "LANG": "zh_CN"}, "zh"),
        ({"LANG": "POSIX"}, "en"),
    ],
)
def test_a_process_speaks_the_language_of_its_locale(environ: dict[str, str], chosen: str) -> None:
    assert of_locale(environ) == chosen


def test_a_language_is_spoken_for_a_while_only() -> None:
    with speaking("zh"):
        assert (language(), _("attachment")) == ("zh", "附件")
        with speaking("xx"):
            assert _("attachment") == "attachment"
        assert _("attachment") == "附件"
    assert (language(), _("attachment")) == ("en", "attachment")


def test_what_has_no_translation_is_told_in_english() -> None:
    with speaking("zh"):
        assert _("a text that nobody ever translated") == "a text that nobody ever translated"
        assert ngettext("{count} gnu", "{count} gnus", 2) == "{count} gnus"
        assert _("") == ""


def test_days_are_written_as_each_language_writes_them() -> None:
    assert shown_day(date(2024, 3, 5)) == "5 March 2024"
    assert shown_month(2024, 3) == "March 2024"
    with speaking("zh"):
        assert shown_day(date(2024, 3, 5)) == "2024年3月5日"
        assert shown_month(2024, 3) == "2024年3月"


def test_errors_are_english_inside_and_told_in_the_readers_language() -> None:
    errors = (UnknownRevision(5, 9, 3), NoSpan("x..y"), ArchiveFull("/data/a", "disk full"))
    english = [str(error) for error in errors]
    assert [retold(text) for text in english] == english
    with speaking("zh"):
        assert [str(error) for error in errors] == english
        assert retold(english[0]) == "文章 5 没有第 9 版，只有第 1 到第 3 版"
        assert retold(english[1]).startswith("'x..y' 没有指明两个版本；2 表示第 2 版改了什么")
        assert retold(english[2]).startswith("/data/a：disk full；请腾出空间")


def test_a_reason_within_a_message_is_translated_too() -> None:
    with speaking("zh"):
        assert retold("https://a.example/1: gone (404)") == "https://a.example/1：已下架（404）"
        assert retold("posts/a.md:3: the file is empty") == "posts/a.md:3：文件是空的"
        assert retold("nothing we know") == "nothing we know"


@given(st.text())
def test_no_text_is_an_error_to_retell(text: str) -> None:
    with speaking("zh"):
        assert isinstance(retold(text), str)


def test_places_before_a_sentence_are_told_with_it() -> None:
    with speaking("zh"):
        told = retold("chain: revision 5: was changed after it was written")
        assert told == "chain：第 5 版：写入后被改动"
        told = retold("config/a.toml:3: zone: is no time zone: 'x'")
        assert told == "config/a.toml:3：zone：不是时区：'x'"
