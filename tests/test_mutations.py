"""A damaged page is read or refused with the typed error; nothing else may come of it."""

import os
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import Article
from benchmarks.corpus import NOW, Truth, address_of, source_for
from benchmarks.corpus import pages as corpus_pages
from benchmarks.damage import DAMAGES, damaged
from benchmarks.mutations import Outcome, Work, outcome, read_all
from benchmarks.ours import read
from crawler.errors import CrawlError, ExtractError
from crawler.records import Source
from tests.shared import shared

SENTENCE = "为做好今年防汛工作，现将有关事项通知如下，请各单位认真贯彻执行，确保安全度汛。"
NOTICE = f"""<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<title>关于做好防汛工作的通知_清河县人民政府</title><meta name="PubDate" content="2024-03-15 10:10">
<meta name="ContentSource" content="县应急管理局"><base href="/zwgk/"></head><body>
<ul class="nav"><li><a href="/1/">首页</a></li><li><a href="/2/">政务公开</a></li></ul>
<table><tr><td>索 引 号</td><td>000014349/2024-00204</td><td>发文机关</td><td>县政府</td></tr>
<tr><td>发文字号</td><td>清政发〔2024〕7号</td><td>成文日期</td><td>2024年3月14日</td></tr></table>
<h1>关于做好防汛工作的通知</h1><p>发布日期：2024-03-15 10:10　来源：县应急管理局</p>
<div id="zoom"><p>{SENTENCE}</p><p><img data-src="./W1.jpg" src="data:,">{SENTENCE}</p>
<table><tr><th>乡镇</th><th>责任人</th></tr><tr><td>东关</td><td>张三</td></tr></table>
<p><a href="P1.pdf">附件：责任表</a></p><p>（责任编辑：李四）</p></div>
<script>var fdate='2024/03/15 10:10:00';</script><div>上一篇：<a href="t1.html">另一篇</a></div>
</body></html>""".encode()
STORY = f"""<html lang="en"><head><title>River rises - The Post</title>
<script type="application/ld+json">{{"@type":"NewsArticle","headline":"River rises",
"datePublished":"2024-03-15T10:10:00Z","author":[{{"name":"Ann Lee"}}]}}</script></head><body>
<article><h1>River rises</h1><time datetime="2024-03-15">March 15</time><p>By Ann Lee</p>
{"<p>The river rose again on Friday, and the county asked people to stay away from it.</p>" * 6}
</article></body></html>""".encode()
MADE = {
    "notice": NOTICE,
    "story": STORY,
    "bare": f"<h1>关于防汛工作的通知</h1>{SENTENCE}<br>{SENTENCE}".encode(),
}
# newer Pythons warn of forking while another thread runs; these children only read a page
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
TRUTH: Truth = {"id": "made", "set": "zh_made", "url": "http://www.qinghe.example/1.html"}


@pytest.mark.parametrize("name", sorted(MADE))
def test_an_undamaged_page_of_these_tests_is_an_article(name: str) -> None:
    assert len(read(MADE[name], address_of(TRUTH), source_for(TRUTH)).text) > 30


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(MADE)), st.sampled_from(sorted(MADE)), st.integers(0, 10**9))
def test_a_damaged_page_raises_nothing_but_the_typed_error(
    name: str, other: str, seed: int
) -> None:
    copy, _ = damaged(MADE[name], MADE[other], str(seed))
    with suppress(CrawlError):
        article = read(copy, address_of(TRUTH), source_for(TRUTH))
        assert article.title
        assert article.published is None or article.published.year <= NOW.year


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 10**9))
def test_bytes_that_are_no_page_raise_nothing_but_the_typed_error(body: bytes, seed: int) -> None:
    with suppress(CrawlError):
        read(damaged(body, NOTICE, str(seed))[0], address_of(TRUTH), source_for(TRUTH))


def test_a_slice_of_the_real_pages_survives_damage() -> None:
    corpus = list(corpus_pages(shared("corpus/truth.jsonl").parent))
    failed = [
        f"{done.page} --number {done.number}\n{done.failure}"
        for index in range(0, len(corpus), 7)
        for number in range(1000, 1004)
        if (done := outcome(corpus, index, number, seed=0)).failure
    ]
    assert failed == []


@pytest.mark.parametrize("name", sorted(DAMAGES))
def test_every_kind_of_damage_does_something(name: str) -> None:
    copies = {damaged(NOTICE, STORY, f"{name}{seed}") for seed in range(60)}
    assert any(copy != NOTICE for copy, done in copies if name in done)


def test_a_seed_gives_the_same_copy_again() -> None:
    first, again = damaged(NOTICE, STORY, "0:made:7"), damaged(NOTICE, STORY, "0:made:7")
    assert first == again
    assert first != damaged(NOTICE, STORY, "0:made:8")


def come_of(reader: object, *, each: int = 3, deadline: float = 60.0) -> list[Outcome]:
    """Return what comes of damaged copies of one page, in the order of their numbers."""
    corpus = [(TRUTH, NOTICE)]
    work = Work(corpus=corpus, each=each, deadline=deadline, reader=reader)  # type: ignore[arg-type]
    return sorted(read_all(work), key=lambda one: one.number)


def refuse(body: bytes, url: str, source: Source) -> Article:
    raise ExtractError(url, "no text found")


def stumble(body: bytes, url: str, source: Source) -> Article:
    raise KeyError(url)


def die(body: bytes, url: str, source: Source) -> Article:
    os._exit(3)


def hang(body: bytes, url: str, source: Source) -> Article:
    time.sleep(600)
    raise AssertionError


def test_a_typed_error_is_counted_and_no_failure() -> None:
    assert [(one.error, one.failure) for one in come_of(refuse)] == [("ExtractError", "")] * 3


def test_any_other_error_is_a_failure_with_its_traceback() -> None:
    failures = [one.failure for one in come_of(stumble)]
    assert len(failures) == 3
    assert all("KeyError" in failure and "stumble" in failure for failure in failures)


def test_a_page_that_kills_its_process_or_hangs_is_a_failure_and_the_next_is_read() -> None:
    assert [one.failure for one in come_of(die)] == ["the process died with code 3"] * 3
    assert [one.failure for one in come_of(hang, each=2, deadline=0.2)] == ["over the deadline"] * 2
