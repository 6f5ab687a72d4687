"""A search finds what reading every article by hand finds, whatever the query is made of."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from archive import Archive, Article, Attachment, Filing, Filters, Stored, TakedownRule
from archive.explain import explain, why_empty
from archive.facets import facets
from archive.facts import FIELDS, UNQUOTED
from archive.filters import narrowed
from archive.grammar import parse
from archive.query import field_term
from archive.reader import Reader
from archive.rows import local_day
from archive.schema import open_archive
from archive.search import Sort, search
from archive.terms import All, Fact, Node, Not, Some, Term, read_term
from archive.tokens import CHINESE, WORD, fold
from archive.verify.index import unlike_texts
from tests.holdings import NOW, capture

#: Queries that are tried, of each kind so many or a share of it.
COUNT = 500
TODAY = date(2024, 3, 20)
EVERY = Filters(all_reprints=True)

_WORDS = ("就业", "就", "业务", "工作", "稳就业", "經濟", "经济", "economy", "Economic", "GDP",
          "2022年", "２０２２", "47号", "国办发〔2017〕47号", "é", "O'Neil", "a-b",
          "𠮷野", "㐂", "한국", "カナ", "，",
          "、", "x_y", "10%", "。")  # fmt: skip
_SOURCES = ("gov-cn", "gov", "gov_cn", "ndrc")
_REGIONS = ("", "CN-11", "CN", "北京", "北京 市")
_NAMES = (
    "",
    "张三",
    "张 三",
    "新华社",
    "新华",
    "Xinhua News",
    "O'Neil",
    "市人社局（代）",
    '引"号"',
)
_NUMBERS = ("", "国办发〔2017〕47号", "国办发[2017]4号", "发改〔2017〕47号", "000014349/2017-00167")
_CATEGORIES = (
    "“双碳”工作",
    "a  " + "长" * 130,
    "政策",
    "政策 解读",
    "要闻",
    "Policy",
    "政策解读",
    "a:b",
)


def _articles(chance: random.Random) -> Iterator[Article]:
    for number in range(240):
        day = chance.randrange(-40, 40) if chance.random() < 0.85 else None
        words = chance.choices(_WORDS, k=chance.randrange(1, 9))
        yield Article(
            source=chance.choice(_SOURCES),
            url=f"https://www.city.example/{number}.html",
            title=chance.choice(("", " ")).join(chance.choices(_WORDS, k=chance.randrange(1, 4))),
            text=chance.choice(("", " ", "\n", "，")).join(words),
            html="<p>x</p>",
            published=None if day is None else NOW + timedelta(days=day),
            zone="Asia/Shanghai",
            lang=chance.choice(("zh", "en", "", "zh-Hant")),
            region=chance.choice(_REGIONS),
            categories=tuple(chance.sample(_CATEGORIES, chance.randrange(3))),
            channel=chance.choice(_NAMES),
            origin=chance.choice(_NAMES),
            author=chance.choice(_NAMES),
            editor=chance.choice(_NAMES),
            issuer=chance.choice(_NAMES),
            doc_number=chance.choice(_NUMBERS),
            index_number=chance.choice(_NUMBERS),
            pictures=("https://www.city.example/1.jpg",) * chance.randrange(2),
            attachments=(Attachment(url="https://www.city.example/1.pdf", name="a"),)
            * chance.randrange(2),
        )


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Articles of many kinds: revised, corrected in their date, missing, gone, unlisted."""
    found = tmp_path_factory.mktemp("brute") / "archive.db"
    chance = random.Random(5)
    articles = list(_articles(chance))
    with Archive.open(found) as archive:
        archive.put_all([Filing(article=each) for each in articles], now=NOW)
        for each in chance.sample(articles, 60):
            day = chance.randrange(-40, 40)
            moved = replace(each, text=f"{each.text} 改", published=NOW + timedelta(days=day))
            archive.put(chance.choice((moved, replace(each, title="新题 就业"))), None, now=NOW)
        for each in chance.sample(articles, 40):
            rule = chance.choice((TakedownRule(), TakedownRule(visits=1, over=timedelta(0))))
            for visit in range(3):
                at = NOW + timedelta(days=visit)
                archive.absent(
                    each.url, capture(9, b"", url=each.url, status=404, fetched_at=at),
                    how="404", now=at, rule=rule,
                )  # fmt: skip
        for each in chance.sample(articles, 10):
            archive.seen(each.url, now=NOW + timedelta(days=9))
        archive.listed([], [each.url for each in chance.sample(articles, 30)], now=NOW)
    return found


@pytest.fixture(scope="module")
def stored(path: Path) -> list[Stored]:
    with Reader.open(path) as reader:
        return list(reader.articles())


def _stands(term: Term, text: str) -> bool:
    """Tell by a pattern whether pieces follow one another: what is glued on is parted by nothing.

    One character alone, and a word behind Chinese, may stand on either side of a blank.
    """
    parts = []
    for at, piece in enumerate(term.pieces):
        last = at == len(term.pieces) - 1
        if at:
            alike = term.pieces[at - 1].chinese == piece.chinese
            single = not piece.chinese or len(piece.text) == 1
            loose = r"[\W_]+" if alike or not piece.glued else ""
            if piece.chinese and single and piece.glued and last:
                parts.append(rf"(?:|[\W_]+(?!.[{CHINESE}]))")
            else:
                parts.append(r"[\W_]*" if single and not alike else loose)
        edges = ("", "") if piece.chinese else (f"(?<!{WORD})", f"(?!{WORD})")
        parts += [edges[0], re.escape(piece.text), "" if term.prefix and last else edges[1]]
    return re.search("".join(parts), fold(text)) is not None


def _plain(value: str) -> str:
    return fold(" ".join(value.translate(UNQUOTED).split()))


def _values(one: Stored, field: str) -> list[str]:
    article = one.article
    match field:
        case "category":
            return list(article.categories)
        case "is":
            return [
                word
                for word, holds in (
                    ("gone", one.gone is not None),
                    ("missing", one.missing is not None and one.gone is None),
                    ("unlisted", one.unlisted is not None),
                    ("revised", one.revision > 1),
                )
                if holds
            ]
        case "has":
            parts = ("attachment", article.attachments), ("picture", article.pictures)
            dated = ["date"] if article.published else []
            return [word for word, held in parts if held] + dated
        case _:
            columns = FIELDS[field].columns
            return [value for name in columns if (value := getattr(article, name))]


def _holds(node: Node, one: Stored) -> bool | None:
    """Tell whether an article is what a query asks for; None where it asks for nothing."""
    match node:
        case Term():
            texts = {"title": one.article.title, "text": one.article.text}
            return any(_stands(node, t) for c, t in texts.items() if node.column in ("", c))
        case Fact():
            values = _values(one, node.field)
            if node.whole and node.prefix:
                return any(_plain(value).startswith(_plain(node.value)) for value in values)
            if node.whole:
                return any(_plain(value) == _plain(node.value) for value in values)
            term = read_term(node.value + ("*" if node.prefix else ""))
            return any(_stands(term, value) for value in values) if term.pieces else None
        case Not():
            inner = _holds(node.item, one)
            return None if inner is None else not inner
        case All() | Some():
            said = [found for item in node.items if (found := _holds(item, one)) is not None]
            if not said:
                return None
            return all(said) if isinstance(node, All) else any(said)


def _by_hand(stored: list[Stored], query: str) -> set[int]:
    parsed = parse(query, today=TODAY)
    limits = narrowed(Filters(), parsed.filters)
    found = set()
    for one in stored:
        holds = _holds(parsed.tree, one)
        if holds is None:
            holds = not parsed.asked
        day = local_day(one.article)
        if limits.since or limits.until:
            holds = holds and day is not None
            holds = holds and (not limits.since or day >= limits.since)  # type: ignore[operator]
            holds = holds and (not limits.until or day <= limits.until)  # type: ignore[operator]
        if holds:
            found.add(one.id)
    return found


_SIGNS = ("OR", "|", "｜", "NOT", "-", "－", "(", ")", "（", "）", "AND", '"',
          "“", "”", "「", "」", "*",
                    "title:", "text:", "标题：")  # fmt: skip
_DAYS = ("after:7d", "before:2024-03", "date:2024-03", "date:昨天", "after:2024-02-20")


def _query(chance: random.Random) -> str:
    parts = []
    for _each in range(chance.randrange(1, 9)):
        kind = chance.random()
        if kind < 0.4:
            parts.append(chance.choice(_WORDS))
        elif kind < 0.65:
            parts.append(chance.choice(_SIGNS))
        elif kind < 0.7:
            parts.append(chance.choice(_DAYS))
        else:
            field = chance.choice([*FIELDS, "来源", "文号", "作者"])
            values = [*_SOURCES, *_REGIONS, *_NAMES, *_NUMBERS, *_CATEGORIES, "revised",
                      "gone", "missing", "unlisted", "picture", "attachment", "date", "zh",
                      "新*", "gov*"]  # fmt: skip
            value = chance.choice(values)
            parts.append(f'{field}:"{value}"' if chance.random() < 0.3 else f"{field}:{value}")
        parts.append(chance.choice((" ", " ", " ", "")))
    return "".join(parts)


def test_a_search_finds_what_reading_every_article_finds(path: Path, stored: list[Stored]) -> None:
    chance = random.Random(COUNT)
    some = 0
    with closing(open_archive(path, read_only=True)) as conn:
        for _turn in range(COUNT):
            query = _query(chance)
            found = search(conn, query, filters=EVERY, limit=1000, today=TODAY)
            expected = _by_hand(stored, query)
            assert {hit.id for hit in found.hits} == expected, query
            assert found.total == len(expected), query
            some += 0 < len(expected) < len(stored)
    assert some > COUNT / 6


def test_facets_count_what_a_search_finds(path: Path, stored: list[Stored]) -> None:
    chance = random.Random(COUNT)
    with closing(open_archive(path, read_only=True)) as conn:
        for _turn in range(COUNT // 5):
            query = _query(chance)
            matching = _by_hand(stored, query)
            found = [one.article for one in stored if one.id in matching]
            counts = {
                k: dict(v) for k, v in facets(conn, query, most=99, today=TODAY).counts.items()
            }
            assert counts["source"] == Counter(a.source for a in found), query
            assert counts["region"] == Counter(a.region for a in found if a.region), query
            assert counts["category"] == Counter(c for a in found for c in set(a.categories)), query
            explain(query, today=TODAY)
            assert why_empty(conn, query, today=TODAY)


@pytest.mark.parametrize("sort", ["newest", "best", "oldest"])
def test_pages_in_turn_show_every_hit_once(path: Path, sort: Sort) -> None:
    chance = random.Random(COUNT)
    with closing(open_archive(path, read_only=True)) as conn:
        for _turn in range(COUNT // 10):
            query = _query(chance)
            filters = Filters(
                all_reprints=chance.random() < 0.3,
                since=TODAY - timedelta(days=20) if chance.random() < 0.3 else None,
                sources=("gov", "gov-cn") if chance.random() < 0.3 else (),
                columns=("title",) if chance.random() < 0.2 else (),
            )
            whole = search(conn, query, filters=filters, sort=sort, limit=1000, today=TODAY)
            shown: list[int] = []
            cursor, size = "", chance.randrange(1, 30)
            while True:
                page = search(
                    conn, query, filters=filters, sort=sort, limit=size, cursor=cursor, today=TODAY
                )
                shown += [hit.id for hit in page.hits]
                cursor = page.next
                if not cursor:
                    break
            assert shown == [hit.id for hit in whole.hits], (query, filters, size)
            assert sum(1 + h.reprints for h in whole.hits) == whole.total, (query, filters)


def test_a_term_made_of_a_value_finds_the_articles_that_have_it(
    path: Path, stored: list[Stored]
) -> None:
    with closing(open_archive(path, read_only=True)) as conn:
        for field in FIELDS:
            for value in {value for one in stored for value in _values(one, field)}:
                found = search(conn, field_term(field, value), filters=EVERY, limit=1000)
                wanted = {
                    one.id for one in stored if _plain(value) in map(_plain, _values(one, field))
                }
                assert {hit.id for hit in found.hits} == wanted, (field, value)


def test_the_index_is_what_the_articles_say(path: Path) -> None:
    assert list(unlike_texts(path)) == []
