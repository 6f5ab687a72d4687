"""Sentences from a grammar: templates whose slots are drawn from a seeded generator.

The grammars stand beside this file as TOML. All of it is invented; nothing is taken from a page.
"""

import re
import tomllib
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")
#: A phrase cut at its slots: the text before the first, then each slot with the text after it.
Template = tuple[str, tuple[tuple["Callable[[Voice], str]", str], ...]]
SLOT = re.compile(r"\{([a-z]+)\d?\}")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def load(name: str) -> dict[str, Any]:
    """A grammar by its language."""
    path = Path(__file__).with_name(f"grammar_{name}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


GRAMMARS = {"zh": load("zh"), "en": load("en")}


@lru_cache(maxsize=1024)
def cut(phrase: str) -> Template:
    """A phrase cut at its slots."""
    pieces = SLOT.split(phrase)
    slots = [SLOTS[name] for name in pieces[1::2]]
    return pieces[0], tuple(zip(slots, pieces[2::2], strict=True))


class Voice:
    """One writer at one article: a topic, a cast of places, and dealt cards instead of dice.

    Phrases are dealt from shuffled decks, so that an article does not repeat itself before it has
    used up what there is to say.
    """

    def __init__(self, lang: str, rng: Random, month: int, county: str = "") -> None:
        self.rng = rng
        self.random = rng.random
        self.zh = lang == "zh"
        self.month = month
        self.grammar = GRAMMARS[lang]
        self.decks: dict[int, list[Template]] = {}
        self.counties = [county or self.new_county(), self.new_county()]
        self.towns = [self.new_town(), self.new_town(), self.new_town()]
        #: may be changed for a while
        self.topic: dict[str, Any] = self.pick(self.grammar["topics"])

    def pick(self, items: Sequence[T]) -> T:
        return items[int(self.random() * len(items))]

    def between(self, low: int, high: int) -> int:
        return low + int(self.random() * (high - low + 1))

    def deal(self, source: list[Template]) -> str:
        """A card of a deck that is filled again when it is used up, with its slots filled."""
        deck = self.decks.get(id(source))
        if not deck:
            deck = self.decks[id(source)] = source.copy()
        index = int(self.random() * len(deck))
        said, slots = deck[index]
        deck[index] = deck[-1]
        deck.pop()
        for slot, after in slots:
            said += slot(self) + after
        return said

    def say(self, phrase: str) -> str:
        """A phrase of the caller's with its slots filled."""
        said, slots = cut(phrase)
        for slot, after in slots:
            said += slot(self) + after
        return said

    def sentence(self, kind: str) -> str:
        """A sentence of one of the grammar's kinds."""
        return self.deal(self.grammar["body"][kind])

    def headline(self) -> str:
        """A title that the topic suggests."""
        return self.deal(self.topic["headlines"])

    def name(self) -> str:
        """The topic."""
        return str(self.topic["name"])

    def office(self) -> str:
        return str(self.topic["office"])

    def new_county(self) -> str:
        places = self.grammar["places"]
        stem: str = self.pick(places["first"]) + self.pick(places["second"])
        return f"{stem}县" if self.zh else stem.title()

    def new_town(self) -> str:
        places = self.grammar["places"]
        if not self.zh:
            return str(self.pick(places["first"]) + self.pick(places["second"]))
        return f"{self.pick(places['lake'])}{self.pick(places['second'])}镇"

    def county(self) -> str:
        return self.counties[0]

    def neighbour(self) -> str:
        return self.counties[1]

    def town(self) -> str:
        return self.pick(self.towns)

    def village(self) -> str:
        places = self.grammar["places"]
        return f"{self.pick(places['first'])}{self.pick(places['lake'])}{self.pick('村寨庄')}"

    def firm(self) -> str:
        places = self.grammar["places"]
        if not self.zh:
            trade = self.pick(("Works", "Supply", "Systems", "Cooperative"))
            return f"{self.pick(places['first'])} {trade}"
        trade = self.pick(("农业", "科技", "建设", "食品", "机械", "能源", "文旅", "物流"))
        return f"{self.pick(places['first'])}{self.pick(places['second'])}{trade}有限公司"

    def person(self) -> str:
        people = self.grammar["people"]
        if not self.zh:
            return f"{self.pick(people['given'])} {self.pick(people['surnames'])}"
        given = self.pick(people["given"])
        if self.random() < 0.6:
            given += self.pick(people["given"])
        return str(self.pick(people["surnames"]) + given)

    def few(self) -> str:
        return str(self.between(2, 48))

    def some(self) -> str:
        return str(self.between(50, 990))

    def many(self) -> str:
        figure = self.between(1001, 9900) if self.random() < 0.6 else self.between(10_000, 98_000)
        return str(figure) if self.zh else f"{figure:,}"

    def wan(self) -> str:
        return f"{self.between(105, 9800) / 100:.2f}万"

    def percent(self) -> str:
        return f"{self.between(21, 989) / 10:.1f}%"

    def money(self) -> str:
        if not self.zh:
            return f"${self.between(12, 980) / 10:.1f} million"
        if self.random() < 0.3:
            return f"{self.between(101, 3900) / 100:.2f}亿元"
        return f"{self.between(35, 9800)}万元"

    def day(self) -> str:
        return str(self.between(1, 28))

    def months(self) -> str:
        month = self.between(1, self.month)
        return f"{month}月" if self.zh else MONTHS[month - 1]


#: Slots dealt from the topic, and the topic's key.
DEALT = {
    "thing": "things",
    "deed": "deeds",
    "result": "results",
    "problem": "problems",
    "quote": "quotes",
    "headline": "headlines",
}


def _of_topic(key: str) -> Callable[[Voice], str]:
    return lambda voice: voice.deal(voice.topic[key])


def _of_all(name: str) -> Callable[[Voice], str]:
    return lambda voice: voice.deal(voice.grammar["shared"][name])


SLOTS: dict[str, Callable[[Voice], str]] = {
    **{name: _of_topic(key) for name, key in DEALT.items()},
    **{name: _of_all(name) for grammar in GRAMMARS.values() for name in grammar["shared"]},
    "name": Voice.name,
    "office": Voice.office,
    "county": Voice.county,
    "neighbour": Voice.neighbour,
    "town": Voice.town,
    "village": Voice.village,
    "firm": Voice.firm,
    "person": Voice.person,
    "few": Voice.few,
    "some": Voice.some,
    "many": Voice.many,
    "wan": Voice.wan,
    "percent": Voice.percent,
    "money": Voice.money,
    "day": Voice.day,
    "month": Voice.months,
}

for _grammar in GRAMMARS.values():
    for _lists in (_grammar["shared"], _grammar["body"], *_grammar["topics"]):
        for _name, _phrases in _lists.items():
            if isinstance(_phrases, list):
                _lists[_name] = [cut(phrase) for phrase in _phrases]
