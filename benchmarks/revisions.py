"""True changes told from noise on real pages: two versions of each, through reading and archive.

    python -m benchmarks.revisions [--corpus DIR]

The pairs are US federal pages before and after, sorted by people into true changes and noise
(edgi-govdata-archiving/web-monitoring). Both versions go the way a crawled page goes; the archive
says whether the second is a revision, and of which fields. Exits 1 where it is wrong about one.
"""

import argparse
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from archive import Archive, Capture, Verdict
from benchmarks.corpus import CORPUS
from benchmarks.tables import table
from crawler.reading import read_article
from crawler.records import Source

URL = "https://www.agency.example/page.html"
SOURCE = Source(id="us", name="Agency", address="https://www.agency.example/")
NOW = datetime(2026, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A page before and after, and what people said of it."""

    name: str
    #: people call it a change
    true: bool
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the archive said of a pair."""

    pair: Pair
    changed: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Tell whether people and archive agree."""
        return self.pair.true == bool(self.changed)


def pairs(corpus: Path = CORPUS) -> list[Pair]:
    """Return the pairs, by name."""
    return [
        Pair(
            name=before.name.removesuffix("-a.html"),
            true=before.name.startswith("truepos"),
            before=before.read_bytes(),
            after=before.with_name(before.name.replace("-a.html", "-b.html")).read_bytes(),
        )
        for before in sorted((corpus / "us_gov_versions").glob("*-a.html"))
    ]


def judge(pair: Pair) -> Judged:
    """Put both versions into an archive and return the fields that it calls changed."""
    with TemporaryDirectory() as folder, Archive.open(Path(folder) / "archive.db") as archive:
        for number, page in enumerate((pair.before, pair.after)):
            now = NOW + timedelta(days=number)
            capture = Capture(
                url=URL, final_url=URL, status=200, payload=page, body=page, fetched_at=now,
                headers=(("content-type", "text/html; charset=utf-8"),),
            )  # fmt: skip
            reading = read_article((capture,), SOURCE, "", None, now)
            receipt = archive.put(reading.article, capture, now=now)
    assert (receipt.verdict is Verdict.REVISED) == bool(receipt.changed)
    return Judged(pair=pair, changed=receipt.changed)


def main() -> None:
    """Print a line a pair."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    judged = [judge(pair) for pair in pairs(parser.parse_args().corpus)]
    rows = [
        [
            one.pair.name,
            "change" if one.pair.true else "noise",
            "revised" if one.changed else "unchanged",
            ", ".join(one.changed) or "–",
            "right" if one.right else "WRONG",
        ]
        for one in judged
    ]
    header = ["pair", "people say", "archive says", "fields", ""]
    print(table("True changes and noise on real pages", header, rows))
    print(f"{sum(one.right for one in judged)} of {len(judged)} right")
    sys.exit(not all(one.right for one in judged))


if __name__ == "__main__":
    main()
