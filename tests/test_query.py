"""What people type becomes a MATCH text, filters and notes, and never an error."""

import random
import re
import sqlite3
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.facts import EVERY, FIELDS
from archive.query import MAX_QUERY, NOTHING, compile_query, field_term, fts_query
from archive.records import Filters
from tests.texts import chinese_terms, generated, whole


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    """An index as the archive has it, of a few texts."""
    conn = sqlite3.connect(":memory:")
    conn.execute(
        "CREATE VIRTUAL TABLE f USING fts5("
        "title, text, facts, content='', tokenize='unicode61 remove_diacritics 2')"
    )
    yield conn
    conn.close()


@pytest.mark.parametrize(
    ("query", "match"),
    [
        ("就业", '"就业"'),
        ("高质量发展", '"高质 质量 量发 发展"'),
        ("2022年", '"2022 年"'),
        ("２０２２年", '"2022 年"'),
        ("GDP增长", '"gdp 增 增长"'),
        ("我国GDP", '"我国 国 gdp"'),
        ("税", '"\ue01c税"'),
        ("title:税", '"\ue01d税"'),
        ("text:税", '{text} : "税"*'),
        ("carbon 税", '("carbon" AND "\ue01c税")'),
        ('"carbon 税"', '"carbon 税"*'),
        ("econom*", '"econom"*'),
        ("econom＊", '"econom"*'),
        ("国办发〔2017〕47号", '"国办 办发 发 2017 47 号"'),
        ("就业 养老", '("就业" AND "养老")'),
        ("就业　AND　养老", '("就业" AND "养老")'),
        ("就业 OR 养老", '("就业" OR "养老")'),
        ("就业|养老｜教育", '("就业" OR "养老" OR "教育")'),
        ("就业 NOT 养老", '("就业" NOT "养老")'),
        ("就业 -养老 －教育", '("就业" NOT ("养老" OR "教育"))'),
        ('就业 -"养老 服务"', '("就业" NOT "养老 老 服务")'),
        ("就业 -(a|b)", '("就业" NOT ("a" OR "b"))'),
        ("（就业｜养老）广东", '(("就业" OR "养老") AND "广东")'),
        ('"carbon market"', '"carbon market"'),
        ("“稳就业，促发展”", '"稳就 就业 业 促发 发展"'),
        ("「就业」『养老』", '("就业" AND "养老")'),
        ("“就业“", '"就业"'),
        ("title:就业", '{title} : "就业"'),
        ("标题：就业", '{title} : "就业"'),
        ("body:就业 正文:养老", '({text} : "就业" AND {text} : "养老")'),
        ("title:(就业|养老)", '({title} : "就业" OR {title} : "养老")'),
        ('title:"a b"', '{title} : "a b"'),
        ("title: 就业", '{title} : "就业"'),
        ("covid-19", '"covid 19"'),
        ("http://gov.cn/a", '"http gov cn a"'),
        ("or and not", '("or" AND "and" AND "not")'),
    ],
)
def test_a_query_means(query: str, match: str) -> None:
    compiled = compile_query(query)
    assert compiled.match == match
    assert compiled.notes == ()
    assert fts_query(query) == match


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        ("after:2023", Filters(since=date(2023, 1, 1))),
        ("before:2023-05", Filters(until=date(2023, 4, 30))),
        ("after:2023-5-9 after:2023", Filters(since=date(2023, 5, 9))),
        ("date:2023", Filters(since=date(2023, 1, 1), until=date(2023, 12, 31))),
        ("date:2024-02", Filters(since=date(2024, 2, 1), until=date(2024, 2, 29))),
        ("date：２０２３年５月１日", Filters(since=date(2023, 5, 1), until=date(2023, 5, 1))),
        ("日期:20230501", Filters(since=date(2023, 5, 1), until=date(2023, 5, 1))),
        ("after:7d", Filters(since=date(2024, 2, 23))),
        ("before:2周", Filters(until=date(2024, 2, 15))),
        ("date:3m", Filters(since=date(2023, 12, 2), until=date(2024, 3, 1))),
        ("after:9999y", Filters(since=date.min)),
        ("日期:昨天", Filters(since=date(2024, 2, 29), until=date(2024, 2, 29))),
        ("date:today", Filters(since=date(2024, 3, 1), until=date(2024, 3, 1))),
    ],
)  # fmt: skip
def test_days_leave_the_match(query: str, filters: Filters) -> None:
    compiled = compile_query(f"就业 {query} 养老", today=date(2024, 3, 1))
    assert compiled.filters == filters
    assert compiled.match == '("就业" AND "养老")'
    assert compile_query(query, today=date(2024, 3, 1)).match is None
    assert fts_query(query) == NOTHING


@pytest.mark.parametrize(
    ("query", "match"),
    [
        ("-养老", '(EVERY NOT "养老")'),
        ("就业 OR -养老", '("就业" OR (EVERY NOT "养老"))'),
        ("-(养老 | 教育) -税收", '(EVERY NOT (("养老" OR "教育") OR "税收"))'),
        ("source:cn-gov", "SOURCE=cn-gov"),
        ("source:a source:b 就业", '((SOURCE=a OR SOURCE=b) AND "就业")'),
        ("就业 -source:a", '("就业" NOT SOURCE=a)'),
        ("source:a | 就业", '(SOURCE=a OR "就业")'),
        ("Source：cn-*", "SOURCE=cn-…"),
        ("来源:新华社", "(SOURCE=新华社 OR ORIGIN~新华 华社)"),
        ("number:国办发〔2017〕47号", "NUMBER~国办 办发 发 2017 47 号"),
        ("文号:国办发（2017）47号", "NUMBER~国办 办发 发 2017 47 号"),
        ("number:[2017]47", "NUMBER~2017 47"),
        ("author:张三", "AUTHOR~张三"),
        ("author:张", "AUTHOR~张…"),
        ("作者:“张 三”", "AUTHOR=张 三"),
        ("region:CN region:GB", "(REGION~cn OR REGION~gb)"),
        ("category:要闻 category:政策", "(CATEGORY~要闻 AND CATEGORY~政策)"),
        ("is:gone has:attachment -is:revised", "((IS=gone AND HAS=attachment) NOT IS=revised)"),
        ("lang:zh", "LANG~zh"),
    ],
)
def test_fields_are_terms_like_words(query: str, match: str) -> None:
    compiled = compile_query(query)
    assert compiled.notes == ()
    assert readable(compiled.match or "") == match


def readable(match: str) -> str:
    """Return a MATCH text with its fields spelt out: = for a whole value, ~ for words in it."""
    match = match.replace(EVERY, "EVERY")
    for name, field in FIELDS.items():
        whole = f'"{field.mark}\ue00f([^"]*)"(\\*?)'
        match = re.sub(whole, lambda m, n=name: f"{n.upper()}={m[1]}{'…' * bool(m[2])}", match)
        words = f'"{field.mark}([^"]*)"(\\*?)'
        match = re.sub(words, lambda m, n=name: f"{n.upper()}~{m[1]}{'…' * bool(m[2])}", match)
        match = match.replace(field.mark, "")
    return re.sub("[\ue100-\uf0ff]", lambda m: chr(ord(m[0]) - 0xE100), match)


def test_a_year_in_brackets_belongs_to_the_number_that_it_stands_in() -> None:
    expected = '"国办 办发 发 2017 47 号"'
    assert fts_query("国办发(2017)47号") == fts_query("国办发（２０１７）47号") == expected
    assert fts_query("就业 (2017)") == '("就业" AND "2017")'
    assert fts_query("就业(养老)") == '("就业" AND "养老")'


@given(st.sampled_from(sorted(FIELDS)), st.text(min_size=1, max_size=40))
def test_a_term_made_for_a_value_asks_for_that_value(field: str, value: str) -> None:
    compiled = compile_query(field_term(field, value))
    if not FIELDS[field].choices and value.strip():
        assert compiled.match is not None
        assert compiled.match.count('"') == 2


@pytest.mark.parametrize(
    ("query", "match", "note"),
    [
        ("？！", NOTHING, "nothing in the query can be searched for"),
        ('"', NOTHING, "nothing in the query can be searched for"),
        ("date:2023-13", '"date 2023 13"', "date:2023-13 is no date"),
        ("after:前天 就业", '("after 前天" AND "就业")', "after:前天 is no date"),
        ("-date:2023 就业", '"就业"', "date: cannot be excluded"),
        ("is:old", '"is old"', "is: knows gone, missing, revised, unlisted, not old"),
        ("source:(a b)", '("a" AND "b")', "source: takes one word"),
        ("(" * 30 + "就业", '"就业"', "brackets nested deeper"),
        (
            "a* b* 的 c* d* 就业 e*",
            '("a"* AND "b"* AND "\ue01c的" AND "c"* AND "d"* AND "就业")',
            "only the first 4 words with *",
        ),
        ("就业 " * 1000, None, f"only the first {MAX_QUERY} characters"),
    ],
)
def test_what_is_not_understood_is_told(query: str, match: str | None, note: str) -> None:
    compiled = compile_query(query)
    assert match is None or compiled.match == match
    assert any(told.startswith(note) for told in compiled.notes)


@pytest.mark.parametrize("query", ["", "  \u3000", "OR", "AND OR", "()", "（", "|"])
def test_an_empty_query_asks_nothing(query: str) -> None:
    compiled = compile_query(query)
    assert compiled.match is None
    assert compiled.terms == ()


def test_only_what_is_wanted_is_highlighted() -> None:
    terms = compile_query("title:就业 -养老 (教育 | econom* NOT 税)").terms
    shown = [(term.pieces[0].text, term.column, term.prefix) for term in terms]
    assert shown == [("就业", "title", False), ("教育", "", False), ("econom", "", True)]


_HOSTILE = [
    *"\"“”「」『』()（）|｜-－−:：*＊^+{}[]<>,.~/\\'`;\0\t\n\u3000 ",
    *"就业税a1é０\u0300\u200b\ue000\ud800\U0001f600𠮷",
    *(" AND ", " OR ", " NOT ", " NEAR(", "title:", "标题：", "after:", "date:2023-05 ", "source:"),
    *("is:", "number:", "is:gone", "来源:", "after:7d", "-source:a*", "has:"),
    *("rowid", "articles_fts", "2024-01-01", "near(a b, 3)", "{title} :", "就业 -", "%s", "--"),
]


def test_thirty_thousand_hostile_queries_are_no_error(index: sqlite3.Connection) -> None:
    chance = random.Random(7)
    for _ in range(30_000):
        query = "".join(chance.choices(_HOSTILE, k=chance.randrange(1, 30)))
        index.execute("SELECT count(*) FROM f WHERE f MATCH ?", (fts_query(query),)).fetchone()
        narrowed = f"{{title}} : ({fts_query(query)})"
        index.execute("SELECT count(*) FROM f WHERE f MATCH ?", (narrowed,)).fetchone()


@given(st.text(max_size=1500))
@settings(max_examples=300)
def test_no_text_at_all_is_an_error(index: sqlite3.Connection, query: str) -> None:
    compiled = compile_query(query)
    index.execute("SELECT count(*) FROM f WHERE f MATCH ?", (compiled.match or NOTHING,))
    assert compiled == compile_query(query)


@pytest.mark.parametrize("depth", [8, 200])
def test_deep_brackets_are_no_error(index: sqlite3.Connection, depth: int) -> None:
    query = "-(a title:(b | " * depth + "c"
    index.execute("SELECT 1 FROM f WHERE f MATCH ?", (fts_query(f"x {query}"),)).fetchall()
    index.execute("SELECT 1 FROM f WHERE f MATCH ?", (fts_query("a " * 499),)).fetchall()
    index.execute("SELECT 1 FROM f WHERE f MATCH ?", (fts_query("就" * 999),)).fetchall()


@pytest.mark.parametrize("length", [1, 2, 3, 4, 5, 6])
def test_chinese_terms_are_found_exactly_where_they_stand(length: int) -> None:
    texts = generated(400, seed=length)
    conn = sqlite3.connect(":memory:")
    conn.execute("CREATE VIRTUAL TABLE f USING fts5(x, content='')")
    conn.executemany("INSERT INTO f(x) VALUES (?)", [(whole(text),) for text in texts])
    for term in chinese_terms(texts, length=length, count=120, seed=length):
        found = conn.execute("SELECT rowid FROM f WHERE f MATCH ?", (fts_query(term),))
        there = [number for number, text in enumerate(texts, 1) if term in text]
        assert [rowid for (rowid,) in found] == there, term
    conn.close()
