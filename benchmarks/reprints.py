"""Reprints: are they found, are siblings of one template left apart, and at what speed?

    python -m benchmarks.reprints [--texts 1500] [--bulletins 150] [--growth 10000,30000]
    python -m benchmarks.reprints --full      all bulletins, growth to 100,000; some 15 minutes

Four questions, each with what is right by construction or by the source itself:

copies     real texts of four kinds, each with one copy edited in a known way, and where it has
           figures a sibling in which all figures or a quarter are others; peers get the same
bulletins  daily bulletins and the items of a news programme that they name: is each item linked to
           its bulletin as an excerpt, and is no bulletin of one cluster with an item
programme  all items of the programme: what is put together that is not word for word the same
replica    the replica portal's own reprints, by its own truth
growth     matching at 10,000, 30,000 and 100,000 articles: CPU, bytes, and what that means for a
           million. Real texts come first; then again, two in five characters exchanged, which makes
           them new; one in five articles is an edited copy of an earlier one

Speed is CPU of one process; storing the article itself is not in it.
"""

import argparse
import json
import math
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from archive import Archive, Article, Filing
from archive.fingerprint import unsigned, words
from archive.reprints.likeness import CONTAINED, SHORT
from benchmarks.reprint_peers import Clusters, Shelf, bytes_of, installed
from benchmarks.reprint_texts import (
    EDITS,
    Item,
    article,
    broadcasts,
    bulletins,
    edited,
    originals,
    sibling,
    stranger,
)
from benchmarks.tables import figure, table

Result = dict[str, object]


def copies(most: int, seed: int) -> tuple[str, Result]:
    """Measure recall by edit, siblings merged, and precision; peers beside ours."""
    chance = random.Random(seed)
    items = originals(most, seed)
    for item in list(items):
        name = chance.choice(sorted(EDITS))
        items.append(edited(item, name, len(items), chance))
        # A copy without the paragraph in which they differ would be as good a copy of either.
        if name != "paragraph dropped" and (made := sibling(item, len(items), chance)):
            items.append(made)
    chance.shuffle(items)
    finders, absent = installed()
    scores = {}
    for name, finder in finders.items():
        clusters, seconds = finder([item.article for item in items])
        scores[name] = score(items, clusters) | {"articles/s": round(len(items) / seconds)}
    keys = list(next(iter(scores.values())))
    rows = [
        [key, *(_shown(values[key]) for values in scores.values())] for key in keys
    ]  # fmt: skip
    siblings = sum(item.made == "sibling" for item in items)
    title = f"copies: {most} real texts, one edited copy of each, {siblings} siblings"
    note = f"not installed: {', '.join(absent)}\n" if absent else ""
    return table(title, ["", *scores], rows) + note, dict(scores)


def score(items: Sequence[Item], clusters: Clusters) -> Result:
    """Return recall of each edit and of all, what is merged wrongly, and precision."""
    members: dict[int, list[Item]] = defaultdict(list)
    for item, cluster in zip(items, clusters, strict=True):
        members[cluster].append(item)
    found, natural, merged = Counter[str](), set[frozenset[int]](), 0
    for cluster in members.values():
        for n, one in enumerate(cluster):
            for other in cluster[n + 1 :]:
                if one.family == other.family:
                    found[one.made if one.made != "original" else other.made] += 1
                else:
                    merged += "sibling" in (one.made, other.made)
                    natural.add(frozenset((one.family, other.family)))
    asked = Counter(item.made for item in items if item.made in EDITS)
    right = sum(found.values())
    siblings = {item.family for item in items if item.made == "sibling"}
    recalls: Result = {f"recall, {name}": found[name] / asked[name] for name in sorted(asked)}
    return recalls | {
        "recall": right / asked.total(),
        "wrong pairs, with a sibling": merged,
        "precision of pairs": right / (right + merged) if right else None,
        "real texts merged with others": sum(not siblings & pair for pair in natural),
    }


def _shown(value: object) -> str:
    return figure(value) if isinstance(value, float | None) else f"{value:,}"


def of_bulletins(most: int, seed: int) -> tuple[str, Result]:
    """Measure excerpts: real bulletins against the items they name."""
    items = dict(broadcasts())
    chosen = random.Random(seed).sample(list(bulletins()), most)
    batch: dict[str, Article] = {}
    truth: list[tuple[str, str]] = []
    for names, title, text in chosen:
        whole = article(1_000_000 + len(batch), title, text, published=None)
        batch[whole.url] = whole
        plain = words(unsigned(text))
        for name in names:
            if name in items and _stands_in(items[name].text, plain):
                batch[name] = items[name]
                truth.append((items[name].url, whole.url))
    order = list(batch.values())
    random.Random(seed).shuffle(order)
    with TemporaryDirectory() as folder, Archive.open(Path(folder, "archive.db")) as archive:
        now = max(item.published for item in order if item.published)
        start = time.process_time()
        receipts = archive.put_all([Filing(article=each) for each in order], now=now)
        seconds = time.process_time() - start
        ids = {each.url: receipt.id for each, receipt in zip(order, receipts, strict=True)}
        heads = {each.url: receipt for each, receipt in zip(order, receipts, strict=True)}
        found = sum(
            any(kin.stored.id == ids[item] for kin in links)
            for whole, wanted in _by_whole(truth).items()
            for links in [archive.similar(ids[whole]).linked]
            for item in wanted
        )
        glued = sum(len(archive.cluster(ids[whole])) > 1 for whole in _by_whole(truth))
    del heads
    rows = [
        ["excerpts that are there", f"{len(truth):,}"],
        ["recall", figure(found / len(truth))],
        ["bulletins of one cluster with another article", str(glued)],
        ["articles/s, stored and indexed, all of it", f"{len(order) / seconds:,.0f}"],
    ]
    result: Result = {"excerpts": len(truth), "recall": found / len(truth), "glued": glued}
    return table(f"bulletins: {most} of them and their items", ["", ""], rows), result


def _stands_in(text: str, whole: str) -> bool:
    plain = words(unsigned(text))
    grams = {plain[at : at + 4] for at in range(len(plain) - 3)}
    held = sum(gram in whole for gram in grams)
    return len(plain) >= SHORT and held >= CONTAINED * len(grams)


def _by_whole(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for item, whole in pairs:
        found[whole].append(item)
    return found


def programme() -> tuple[str, Result]:
    """Put all items of a news programme together and list what is not word for word the same."""
    with TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder, "archive.db"))
        with closing(shelf.conn):
            many = 0
            for many, (_, item) in enumerate(broadcasts(), 1):
                shelf.put(many, item)
            rows = shelf.conn.execute(
                "SELECT one.title AS title, other.title AS other FROM likenesses"
                " JOIN articles AS one ON one.id = article_id"
                " JOIN articles AS other ON other.id = other_id"
                " WHERE kind = 'edited' AND article_id < other_id"
            ).fetchall()
    lines = [[row["title"][:40], row["other"][:40]] for row in rows] or [["none", ""]]
    said = table(f"programme: edited pairs among {many:,} items", ["", ""], lines)
    return said, {"items": many, "edited pairs": len(rows)}


def of_replica() -> tuple[str, Result]:
    """Match the replica portal's articles by its own truth."""
    from crawler.replica import Portal

    with TemporaryDirectory() as folder, Portal() as portal:
        truths = list(portal.truth())
        with Archive.open(Path(folder, "archive.db")) as archive:
            for truth in truths:
                made = article(0, truth.title, truth.text, published=truth.published)
                made = Article(source="x", url=truth.url, title=made.title, html="",
                               text=made.text, published=truth.published)  # fmt: skip
                archive.put(made, None, now=truth.published)
            heads = {each.article.url: each.cluster for each in archive.articles()}
    reprints = [truth for truth in truths if truth.reprint_of]
    found = sum(heads[truth.url] == heads[str(truth.reprint_of)] for truth in reprints)
    related = {truth.url: truth.reprint_of or truth.url for truth in truths}
    groups: dict[int, set[str]] = defaultdict(set)
    for url, head in heads.items():
        groups[head].add(related[url])
    wrong = sum(len(group) - 1 for group in groups.values())
    rows = [["reprints", str(len(reprints))], ["found", str(found)], ["wrongly merged", str(wrong)]]
    result: Result = {"reprints": len(reprints), "found": found, "wrong": wrong}
    return table(f"replica: {len(truths)} articles", ["", ""], rows), result


def growth(sizes: Sequence[int], seed: int) -> tuple[str, Result]:
    """Measure matching as the archive grows."""
    chance = random.Random(seed)
    real = [item for _, item in broadcasts()]
    names = sorted(EDITS)
    rows, points = [], []
    with TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder, "archive.db"))
        with closing(shelf.conn):
            before, last = 0.0, 0
            for number in range(sizes[-1]):
                made = real[number % len(real)]
                text = made.text
                if number % 5 == 4:
                    text = EDITS[chance.choice(names)](text, chance)
                elif number >= len(real):
                    text = stranger(text, chance)
                shelf.put(number + 1, article(number, made.title, text))
                if number % 100 == 99:
                    shelf.commit()
                if number + 1 in sizes:
                    many = number + 1 - last
                    speed = many / (shelf.seconds - before)
                    size = bytes_of(shelf.conn, "sketches", "likenesses") / (number + 1)
                    whole = bytes_of(shelf.conn, "articles") / (number + 1)
                    rows.append([f"{number + 1:,}", f"{speed:,.0f}", f"{size:,.0f}",
                                 f"{size / whole:.1%}"])  # fmt: skip
                    points.append((number + 1, speed, size))
                    before, last = shelf.seconds, number + 1
    header = ["articles stored", "articles/s since the line above", "bytes each", "of the article"]
    said = table("growth", header, rows)
    if len(points) > 1:
        # What grows is the depth of a tree: the time of one article is a line over the logarithm.
        (small, slow, _), (large, fast, size) = points[0], points[-1]
        slope = (1 / fast - 1 / slow) / math.log(large / small)
        million = 1 / (1 / fast + slope * math.log(1_000_000 / large))
        said += (
            f"at 1,000,000, by the logarithm: {million:,.0f} articles/s, {size / 1000:,.1f} GB\n"
        )
    return said, {"points": points}


def main() -> None:
    """Run what is asked for and print it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--texts", type=int, default=1_500)
    parser.add_argument("--bulletins", type=int, default=150)
    parser.add_argument("--growth", default="10000,30000", metavar="N,N…")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", default="copies,bulletins,programme,replica,growth")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    many = 1_423 if asked.full else asked.bulletins
    sizes = [int(size) for size in asked.growth.split(",")]
    parts = {
        "copies": lambda: copies(asked.texts, asked.seed),
        "bulletins": lambda: of_bulletins(many, asked.seed),
        "programme": programme,
        "replica": of_replica,
        "growth": lambda: growth(sizes + [100_000] * asked.full, asked.seed),
    }
    for name in asked.only.split(","):
        said, result = parts[name]()
        print(json.dumps({name: result}, ensure_ascii=False) if asked.json else said, flush=True)


if __name__ == "__main__":
    sys.exit(main())
