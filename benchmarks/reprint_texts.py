"""Real texts, and copies of them of which it is known what they are: edited, or only siblings."""

import json
import random
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from archive import Article
from archive.fingerprint import unsigned, words
from benchmarks.corpus import CORPUS

_START = datetime(2024, 1, 1, 2, tzinfo=UTC)
_NUMBER = re.compile(r"\d+")
_MARKUP = re.compile(r"\[查看原文\]\([^)]*\)|<[^>]+>")
_NAMED = re.compile(r"查看原文\]\(([^)]*)\)")
#: Characters that an editor's slip or change puts in place of another. No numerals: a number that
#: is another makes it another text.
_NUMERALS = "〇零一二三四五六七八九十百千万亿"
_COMMON = "的是在有人这中大来上国和地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"

Random = random.Random


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An article, and what is known of it."""

    article: Article
    #: the real text it was made of: what has the same number is one article
    family: int
    #: how it was made: ``original``, a key of ``EDITS``, or ``sibling``
    made: str = "original"


def raw(name: str) -> list[dict[str, Any]]:
    """Return every object of a part of the corpus."""
    path = CORPUS / "text" / f"{name}.jsonl.zst"
    with subprocess.Popen(["zstd", "-dcq", "--long=27", path], stdout=subprocess.PIPE) as unpack:
        assert unpack.stdout is not None
        return [json.loads(line) for line in unpack.stdout]


def article(number: int, title: str, text: str, **over: Any) -> Article:
    """Return an article at an address of its own, all of them published within a fortnight."""
    own: dict[str, Any] = {"published": _START + timedelta(minutes=number % 20_000)}
    url = f"https://page.example/{number}.html"
    return Article(source="bench", url=url, title=title, html="", text=text, **(own | over))


def broadcasts() -> Iterator[tuple[str, Article]]:
    """Yield address and article of every news item with a text, dated as it was."""
    numbers = count()
    for row in raw("cctv_xinwenlianbo"):
        if row["text"]:
            day = datetime.strptime((row["date"] or "2000/01/01")[:10], "%Y/%m/%d")
            over = {"published": day.replace(tzinfo=UTC) if row["date"] else None}
            title = (row["title"] or "").removeprefix("[视频]").partition("_CCTV")[0]
            yield row["url"], article(next(numbers), title, row["text"], **over)


def bulletins() -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield the addresses of the items, title and text of every daily bulletin."""
    for row in raw("xinwenlianbo_daily_md"):
        text = _MARKUP.sub("", row["text"].replace("</p>", "\n").replace("<br>", "\n"))
        yield tuple(_NAMED.findall(row["text"])), row["title"], text


def originals(most: int, seed: int) -> list[Item]:
    """Return real texts of several kinds in which an edit can be made, each once."""
    found = [(row["title"] or "", row["text"]) for row in raw("cctv_xinwenlianbo")]
    found += [(row["title"], row["text"]) for row in raw("policy_documents")]
    found += [(row["title"], row["text"]) for row in raw("laws")]
    found += [("", row["text"].replace("　　", "\n")) for row in raw("sogou_thucnews")]
    found = [each for each in found if len(each[1]) > 200 and each[1].count("\n") > 2]
    # Of several that differ in their white space alone one is enough.
    once = {words(unsigned(text)): text for _, text in found}.values()
    long = {text: title for title, text in found}
    long = {text: long[text] for text in once}
    chosen = Random(seed).sample(sorted(long), min(most, len(long)))
    return [
        Item(article=article(number, long[text] or text[:20], text), family=number)
        for number, text in enumerate(chosen)
    ]


def _byline(text: str, chance: Random) -> str:
    return (
        f"来源：{chance.choice(['新华社', '省政府网', '县融媒体中心'])}\n{text}\n（责任编辑：王五）"
    )


def _shorter(text: str, chance: Random) -> str:
    # One of at least five, or a fifth of the text: what is left is an edited text, no excerpt.
    lines = [line for line in text.split("\n") if line.strip()]
    short = [n for n, line in enumerate(lines) if len(line) * 5 <= len(text)] or [len(lines) - 1]
    del lines[chance.choice(short)]
    return "\n".join(lines)


def _slips(text: str, chance: Random) -> str:
    letters = list(text)
    places = [n for n, letter in enumerate(letters) if letter.isalpha() and letter not in _NUMERALS]
    for n in chance.sample(places, len(places) // 100 + 1):
        letters[n] = chance.choice(_COMMON)
    return "".join(letters)


def _note(text: str, chance: Random) -> str:
    return (
        f"本网讯 编者按：现将有关情况刊登如下，供大家参考。\n{text}\n原标题见上，图片由通讯员提供"
    )


def _marks(text: str, chance: Random) -> str:
    return text.replace("，", ",").replace("。", ". ").replace("：", ":").replace("\n", "\n\n　　")


#: name → an edit that leaves an article what it is
EDITS: dict[str, Callable[[str, Random], str]] = {
    "byline changed": _byline,
    "paragraph dropped": _shorter,
    "1 % of characters": _slips,
    "note before and after": _note,
    "title changed": lambda text, chance: _slips(text[:-1], chance),
    "marks and lines": _marks,
}


def edited(item: Item, name: str, number: int, chance: Random) -> Item:
    """Return a copy of an original, changed as an editor does, at another address."""
    made = article(number, item.article.title, EDITS[name](item.article.text, chance))
    if name == "title changed":
        made = replace(made, title="图文快讯")
    return Item(article=made, family=item.family, made=name)


def sibling(item: Item, number: int, chance: Random) -> Item | None:
    """Return the same text with other figures, all or a quarter; None where it has too few."""
    text = item.article.text
    found = list(_NUMBER.finditer(text))
    if len({match[0] for match in found}) < 4:
        return None
    many = chance.choice([len(found), max(2, len(found) // 4)])
    for match in sorted(chance.sample(found, many), key=lambda match: -match.start()):
        text = text[: match.start()] + _other(match[0], chance) + text[match.end() :]
    made = article(number, item.article.title, text)
    return Item(article=made, family=number, made="sibling")


def _other(figures: str, chance: Random) -> str:
    while True:
        made = "".join(chance.choices("123456789", k=len(figures)))
        if made != figures:
            return made


def stranger(text: str, chance: Random) -> str:
    """Return a real text with two in five of its characters drawn from others: a new one."""
    return "".join(
        chance.choice(text) if "一" <= letter <= "鿿" and chance.random() < 0.4 else letter
        for letter in text
    )
