"""Measures other languages: news pages of eight countries against what hand-written parsers read.

    python -m benchmarks.languages [--worst N] [--json]

The pages and the expected values are the test fixtures of fundus, whose parsers are written by
hand for each publisher. A page is read with nothing but its bytes, its address and the zone that
``gazette extract`` takes from the address; trafilatura, where installed, reads it beside ours.

``title``: equal letters and digits. ``day``: the same day in the zone of the expected moment.
``moment``: the same minute on earth. ``authors``: twice the names in common through the sum of
both. ``body``: F1 over 4-grams against all paragraphs. A third of the publishers is held back.
"""

import argparse
import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import mean
from zoneinfo import ZoneInfo

from benchmarks.corpus import CORPUS, held_back
from benchmarks.ours import Row
from benchmarks.peers import EXTRACTORS, Page, Reader, installed
from benchmarks.scoring import scorer
from benchmarks.tables import figure, table
from crawler.charset import decode
from crawler.errors import CrawlError
from crawler.records import Source
from crawler.zones import zone_of

FUNDUS = CORPUS / "articles" / "fundus"
FIELDS = ("title", "day", "moment", "authors", "body")
_BETWEEN = re.compile(r"\s*(?:[,，、;；/|&]|\band\b|\bund\b|\bet\b|\by\b)\s*")
#: Field → how well a page's was read, from 0 to 1.
Marks = dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixture:
    """A page and what its publisher's own parser reads."""

    name: str
    country: str
    url: str
    body: bytes
    expected: Row

    @property
    def held_back(self) -> bool:
        """Whether nobody may look at the page while rules are written."""
        return held_back({"set": "fundus", "id": self.name, "url": self.url})


def fixtures(folder: Path = FUNDUS) -> Iterator[Fixture]:
    """Yield every page: a publisher's pages, by date, are those of its parsers, by version."""
    for path in sorted(folder.glob("*.json")):
        country, _, publisher = path.stem.partition("__")
        facts = json.loads((folder / f"{country}__meta.info").read_text(encoding="utf-8"))
        versions = json.loads(path.read_text(encoding="utf-8"))
        files = sorted(folder.glob(f"{path.stem}_????_??_??.html.gz"))
        for (_, expected), file in zip(sorted(versions.items()), files, strict=True):
            about = facts.get(file.name.removeprefix(f"{country}__"), {})
            yield Fixture(
                name=file.name.removesuffix(".html.gz"),
                country=country,
                url=about.get("url") or f"http://{publisher.lower()}.example/",
                body=gzip.decompress(file.read_bytes()),
                expected=expected,
            )


def read(reader: Reader, fixture: Fixture) -> Row:
    """Return what an extractor reads, nothing where it gives up."""
    zone = zone_of(fixture.url)
    page = Page(
        body=fixture.body,
        html=decode(fixture.body).text,
        url=fixture.url,
        source=Source(id="neutral", name="", address=fixture.url, zone=zone),
        chinese=fixture.country in ("cn", "tw", "jp"),
    )
    try:
        return {**reader(page), "zone": zone}
    except CrawlError:
        return {"zone": zone}


def judge(expected: Row, found: Row) -> Marks:
    """Return how well each field that is expected was read."""
    score, marks = scorer(), {}
    if title := expected.get("title"):
        marks["title"] = float(score.letters(title) == score.letters(found.get("title")))
    if date := expected.get("publishing_date"):
        marks["day"], marks["moment"] = _moment(str(date), found)
    if authors := expected.get("authors"):
        want = {score.letters(str(name)) for name in authors}  # type: ignore[attr-defined]
        have = {score.letters(name) for name in _BETWEEN.split(str(found.get("author") or ""))}
        have.discard("")
        marks["authors"] = 2 * len(want & have) / (len(want) + len(have))
    if paragraphs := _paragraphs(expected.get("body")):
        marks["body"] = score.body_score({"body": paragraphs}, found.get("text"))
    return marks


def _moment(expected: str, found: Row) -> tuple[float, float]:
    """Return whether the day and the minute are right."""
    published, zone = str(found.get("published") or ""), ZoneInfo(str(found["zone"]))
    want = _aware(datetime.fromisoformat(expected), zone)
    try:
        have = datetime.fromisoformat(published)
    except ValueError:
        return 0.0, 0.0
    if len(published) <= len("2024-01-31"):
        # a bare day is the one that the publisher's readers saw, or the one the parser tells
        return float(have.date() in (want.date(), want.astimezone(zone).date())), 0.0
    have = _aware(have, zone)
    day = have.astimezone(want.tzinfo).date() == want.date()
    return float(day), float(have.timestamp() // 60 == want.timestamp() // 60)


def _aware(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _paragraphs(body: object) -> str:
    """Return summary, headlines and paragraphs of an expected body, a line each."""
    if not isinstance(body, dict):
        return ""
    lines = [*body["summary"]]
    for section in body["sections"]:
        lines += [*section["headline"], *section["paragraphs"]]
    return "\n".join(lines)


def figures(marks: list[Marks]) -> dict[str, tuple[float, int]]:
    """Return mean and number of pages for every field."""
    every = {field: [mark[field] for mark in marks if field in mark] for field in FIELDS}
    return {field: (mean(values), len(values)) for field, values in every.items() if values}


def main() -> None:
    """Print a table with a row for each country and extractor."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--worst", type=int, default=0, help="list the worst pages not held back")
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    names = [name for name in ("gazette", "trafilatura") if name == "gazette" or installed(name)]
    if "trafilatura" not in names:
        print("trafilatura is not installed and left out: make bench installs it")
    readers = {name: EXTRACTORS[name]() for name in names}
    groups: dict[tuple[str, str], list[Marks]] = defaultdict(list)
    ours: list[tuple[float, str, Marks]] = []
    for fixture in fixtures():
        third = "held back" if fixture.held_back else "tuned on"
        for name, reader in readers.items():
            marks = judge(fixture.expected, read(reader, fixture))
            for group in (fixture.country, "ALL", *([third] if name == "gazette" else [])):
                groups[group, name].append(marks)
            if name == "gazette" and not fixture.held_back:
                ours.append((sum(marks.values()) / len(marks), fixture.name, marks))
    results = {key: figures(marks) for key, marks in sorted(groups.items())}
    if chosen.json:
        print(json.dumps({f"{group} {name}": row for (group, name), row in results.items()}))
        return
    rows = [
        [f"{group} {name}", *(_cell(row.get(field)) for field in FIELDS)]
        for (group, name), row in results.items()
    ]
    print(table("pages of other countries (number of pages)", ["", *FIELDS], rows))
    for _, name, marks in sorted(ours, key=lambda one: one[0])[: chosen.worst]:
        print(name, "  ".join(f"{field} {figure(mark)}" for field, mark in marks.items()))


def _cell(found: tuple[float, int] | None) -> str:
    return "–" if found is None else f"{figure(found[0])} ({found[1]})"


if __name__ == "__main__":
    main()
