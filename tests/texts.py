"""Texts to search: generated ones, and a sample of the real ones in the shared folder."""

import json
import random
import subprocess
from itertools import islice
from typing import Any

from archive.facts import character_tokens
from archive.tokens import index_text
from tests.shared import shared

CORPUS = {
    "news": "corpus/text/cctv_xinwenlianbo.jsonl.zst",
    "laws": "corpus/text/laws.jsonl.zst",
    "papers": "corpus/text/sogou_thucnews.jsonl.zst",
}

# Few characters, so that chance makes every pair in every neighbourhood.
_CHARACTERS = "就业经济数字发展国家税收年月中共市县二〇一"
_WORDS = ("GDP", "2022", "5", "10", "WTO", "covid-19", "３０", "Ａ股")
_MARKS = "，。、；：“”《》（） \n—…・"


def read_corpus(name: str, count: int) -> list[dict[str, Any]]:
    """Return the first ``count`` texts of a part of the corpus; skips the test where absent."""
    path = shared(CORPUS[name])
    with subprocess.Popen(["zstd", "-dcq", path], stdout=subprocess.PIPE) as unpack:
        assert unpack.stdout is not None
        found = [json.loads(line) for line in islice(unpack.stdout, count)]
        unpack.kill()
    return found


def generated(count: int, *, seed: int) -> list[str]:
    """Return texts of Chinese runs, words, numbers and marks in every order."""
    chance = random.Random(seed)
    texts = []
    for _ in range(count):
        parts = []
        for _ in range(chance.randrange(1, 40)):
            kind = chance.random()
            if kind < 0.6:
                parts.append("".join(chance.choices(_CHARACTERS, k=chance.randrange(1, 7))))
            elif kind < 0.75:
                parts.append(chance.choice(_WORDS))
            else:
                parts.append(chance.choice(_MARKS))
        texts.append("".join(parts))
    return texts


def chinese_terms(texts: list[str], *, length: int, count: int, seed: int) -> list[str]:
    """Return up to ``count`` terms of ``length`` characters, most of them cut from the texts."""
    chance = random.Random(seed)
    terms = {"".join(chance.choices(_CHARACTERS, k=length)) for _ in range(count // 4)}
    for _ in range(count):
        text = chance.choice(texts)
        start = chance.randrange(max(1, len(text) - length))
        term = text[start : start + length]
        if len(term) == length and all("\u4e00" <= c <= "\u9fff" or c == "〇" for c in term):
            terms.add(term)
    return sorted(terms)


def whole(text: str) -> str:
    """Return all tokens that the index has of a text."""
    return " ".join([index_text(text), *character_tokens("", text)])
