"""What says the same to a reader stays as it is held, whatever gaps and addresses it comes with."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import Attachment
from archive.sameness import as_held, shown
from tests.holdings import ARTICLE, BODY


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("会议指出，全年新增就业3.2万人。", "会议 指出， 全年新增就业 3.2 万人。"),
        ("第一段。\n第二段。", "第一段。第二段。"),
        ("第一段。\n第二段。", "　　第一段。\n\n　　第二段。\n"),
        ("soft\u00adware for the coun\u200bty", "software for the county"),
        ("The report. It is out.", "The report.\nIt is out."),
        ("cafe\u0301", "café"),
    ],
)
def test_gaps_that_tell_nothing_and_marks_nobody_sees_are_no_change(text: str, again: str) -> None:
    held = replace(ARTICLE, text=text)
    assert as_held(replace(held, text=again), held) == held


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("10 20", "1020"),
        ("1\t020", "10\t20"),
        ("a part", "apart"),
        ("就业3.2万人", "就业3.3万人"),
        ("甲，乙", "甲。乙"),
        ("Report", "report"),
    ],
)
def test_any_other_character_is_a_change(text: str, other: str) -> None:
    held = replace(ARTICLE, text=text)
    assert as_held(replace(held, text=other), held).text == other


def test_a_site_that_moves_to_https_has_not_changed_its_files() -> None:
    files = [Attachment(url=f"http://www.city.example/{n}.pdf", name="通知.pdf") for n in "12"]
    held = replace(ARTICLE, attachments=tuple(files))
    moved = tuple(replace(f, url=f.url.replace("http:", "https:")) for f in reversed(files))
    assert as_held(replace(held, attachments=moved), held) == held
    fewer = as_held(replace(held, attachments=moved[:1]), held)
    assert fewer.attachments == moved[:1]


def test_another_file_at_the_same_address_is_a_change() -> None:
    files = tuple(replace(file, sha256="a" * 64) for file in ARTICLE.attachments)
    held = replace(ARTICLE, attachments=files)
    other = tuple(replace(file, sha256="b" * 64) for file in files)
    assert as_held(replace(held, attachments=other), held).attachments == other


@given(st.text("甲乙，。ab1 \n\u200b", max_size=30))
def test_what_is_shown_is_shown_again_as_it_is(text: str) -> None:
    assert shown(shown(text)) == shown(text)


def test_a_field_that_changed_is_taken_and_no_other() -> None:
    again = replace(ARTICLE, title="更正", text=BODY.replace("，", "， "))
    assert as_held(again, ARTICLE) == replace(ARTICLE, title="更正")
