"""Bytes of a page become its text, whatever is said of them."""

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.charset import decode

CHINESE = (
    "关于做好2024年防汛工作的通知。各县（市、区）人民政府：请认真贯彻执行，㸌、𬱖等字也要认得。"
)
PAGE = "<html><head><meta charset='{}'><title>通知</title></head><body>{}</body></html>"


def page(declared: str, text: str = CHINESE) -> str:
    return PAGE.format(declared, text)


@pytest.mark.parametrize("declared", ["gb2312", "GBK", "utf-8", "iso-8859-1", "x-unheard-of", ""])
def test_gb18030_is_read_whatever_the_page_declares(declared: str) -> None:
    text = page(declared)
    assert decode(text.encode("gb18030")).text == text


@pytest.mark.parametrize("declared", ["gb2312", "big5", "windows-1252"])
def test_utf_8_is_read_whatever_the_page_declares(declared: str) -> None:
    text = page(declared)
    found = decode(text.encode(), f"text/html; charset={declared}", "gbk")
    assert (found.text, found.charset, found.replaced) == (text, "utf-8", 0)


def test_big5_is_believed_where_it_is_declared_and_bears_out() -> None:
    text = page("big5", "關於推動數位經濟發展的說明，請各單位依規定辦理。")
    assert decode(text.encode("big5")).text == text


def test_gb18030_declared_as_big5_is_read_as_what_it_is() -> None:
    text = page("big5")
    assert decode(text.encode("gb18030")).text == text


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("windows-1252", "Le gouvernement précise l’échéance du « plan été »."),
        ("iso-8859-1", "Gobierno de la nación: más años"),
        ("shift_jis", "政府は新しい計画を発表しました。"),
        ("euc-kr", "정부는 새로운 계획을 발표했다."),
        ("windows-1251", "Правительство объявило о плане."),
    ],
)
def test_declared_charsets_of_other_languages_are_respected(charset: str, text: str) -> None:
    assert decode(text.encode(charset), f"text/html; charset={charset}").text == text


@pytest.mark.parametrize(
    ("mark", "charset"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
)
def test_a_byte_order_mark_decides_and_is_no_text(mark: bytes, charset: str) -> None:
    text = page("gb2312")
    assert decode(mark + text.encode(charset), "text/html; charset=big5").text == text


def test_what_cannot_be_read_is_counted() -> None:
    text = page("utf-8", CHINESE * 20)
    body = text.encode()
    found = decode(body[: body.rindex("认".encode())] + b"\xe4\xb8")
    assert found.charset == "utf-8"
    assert found.replaced == found.text.count("\ufffd") == 1


def test_a_page_of_gb18030_cut_in_the_middle_of_a_character_is_still_gb18030() -> None:
    body = page("gb2312", CHINESE * 20).encode("gb18030")
    found = decode(body[: body.rindex("知".encode("gb18030")) + 1])
    assert found.charset == "gb18030"
    assert "防汛工作" in found.text
    assert found.replaced <= 1


@pytest.mark.parametrize("name", ["punycode", "unicode_escape", "rot13", "hex", "idna", "\0", "é"])
def test_codecs_that_are_no_charset_are_not_believed(name: str) -> None:
    text = page(name)
    assert decode(text.encode("gb18030"), declared=name).text == text


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.text(max_size=30), st.text(max_size=12))
def test_no_bytes_make_it_fail(body: bytes, content_type: str, declared: str) -> None:
    found = decode(body, content_type, declared)
    assert found.replaced <= found.text.count("\ufffd")
