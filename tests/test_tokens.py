"""Text becomes tokens: pairs of Chinese characters, words, and single characters at the edges."""

import sqlite3
import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archive.tokens import FOLD, FORMS, RUN, fold, index_text, register
from tests.shared import shared
from tests.texts import CORPUS, read_corpus


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("就业", "就业 业"),
        ("税", "税"),
        ("我国GDP增长，2022年5月10日", "我国 国 gdp 增 增长 长 2022 年 5 月 10 日"),
        ("2022年度", "2022 年 年度 度"),
        ("2022 年度", "2022 年度 度"),
        ("稳就业、促发展", "稳就 就业 业 促发 发展 展"),
        ("ＧＤＰ增长５．２％", "gdp 增 增长 长 5 2"),
        ("〇二六年", "〇二 二六 六年 年"),
        ("Café snake_case Ǖ", "cafe snake case u"),
        ("サービス", "サー ービ ビス ス"),
        ("ｻｰ", "サー ー"),
        ("𬭊元素𠮷", "𬭊元 元素 素𠮷 𠮷"),
        ("\ue000就业\ue001 … — 《》", "就业 业"),
        ("繁體中文與臺灣", "繁体 体中 中文 文与 与台 台湾 湾"),
        ("\x01就业\x02业\x02", "就业 业 业"),
        ("", ""),
    ],
)
def test_a_text_becomes_pairs_words_and_edges(text: str, tokens: str) -> None:
    assert index_text(text) == tokens


@given(st.text())
@example("İstanbul ㎡ ㈱ … ①")
def test_folding_keeps_every_character_in_its_place(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded


def test_folding_drops_only_width_form_and_accent() -> None:
    for point, folded in FORMS.items():
        assert (
            unicodedata.normalize("NFKD", chr(point))[0] == unicodedata.normalize("NFD", folded)[0]
        )


def test_folding_keeps_no_traditional_character_that_has_a_simplified_one() -> None:
    assert fold("國務院辦公廳關於２０２２年髮展") == "国务院办公厅关于2022年发展"
    assert all(fold(chr(point)) == fold(folded) for point, folded in FOLD.items())


def _tokens_by_definition(text: str) -> list[str]:
    """Return the tokens as the module says them, run by run."""
    tokens: list[str] = []
    word_end = -1
    for match in RUN.finditer(fold(text)):
        run = match[0]
        if match[1] is None:
            tokens.append(run)
            word_end = match.end()
            continue
        if len(run) > 1 and match.start() == word_end:
            tokens.append(run[0])
        tokens += [run[place : place + 2] for place in range(len(run))]
    return tokens


@given(
    st.lists(st.sampled_from("国 國年ａA1２é，。_ \x01\x02\x00𠮷\ue010は\ud800")).map("".join)
    | st.text()
)
@settings(max_examples=300)
def test_tokens_are_those_of_the_definition(text: str) -> None:
    assert index_text(text) == " ".join(_tokens_by_definition(text))


def test_tokens_of_real_texts_are_those_of_the_definition() -> None:
    for kind in CORPUS:
        for found in read_corpus(kind, 100):
            assert index_text(found["text"]) == " ".join(_tokens_by_definition(found["text"]))


@given(st.text(), st.text())
@settings(max_examples=50)
def test_tokens_of_a_text_stand_in_the_tokens_of_a_longer_one(text: str, more: str) -> None:
    tokens = index_text(text).split()
    longer = index_text(f"{text}。{more}").split()
    assert longer[: len(tokens)] == tokens


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
@settings(max_examples=100)
def test_fts5_keeps_each_token_whole(text: str) -> None:
    conn = sqlite3.connect(":memory:")
    conn.execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize='unicode61 remove_diacritics 2')")
    conn.execute("CREATE VIRTUAL TABLE words USING fts5vocab(t, instance)")
    tokens = [token for token in index_text(text).split() if token.isascii() or token[0] >= "一"]
    conn.execute("INSERT INTO t VALUES (?)", (" ".join(tokens),))
    kept = [term for (term,) in conn.execute("SELECT term FROM words ORDER BY offset")]
    conn.close()
    assert len(kept) == len(tokens)


def test_a_writer_without_the_function_fails_and_leaves_the_index_alone() -> None:
    conn = sqlite3.connect(":memory:")
    conn.executescript("""
        CREATE TABLE a (x TEXT);
        CREATE VIRTUAL TABLE f USING fts5(x, content='');
        CREATE TRIGGER t AFTER INSERT ON a BEGIN
            INSERT INTO f(rowid, x) VALUES (new.rowid, zh_index(new.x)); END;
    """)
    with pytest.raises(sqlite3.OperationalError, match="zh_index"):
        conn.execute("INSERT INTO a VALUES ('就业')")
    register(conn)
    conn.execute("INSERT INTO a VALUES ('稳就业'), (NULL)")
    assert conn.execute("SELECT rowid FROM f WHERE f MATCH '\"就业\"'").fetchall() == [(1,)]
    conn.close()


def test_a_million_characters_take_about_a_second_at_most() -> None:
    shared(CORPUS["news"])
    texts = [found["text"] for found in read_corpus("news", 600)]
    start = time.process_time()
    for text in texts:
        index_text(text)
    assert sum(map(len, texts)) / (time.process_time() - start) > 1_000_000
