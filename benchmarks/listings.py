"""Listings read without rules: entries, dates and strangers, ours beside GNE and every link.

``python -m benchmarks.listings`` reads every real listing whose entries are known, each reader in
the same run. GNE's reader has to be told the title of one entry; ours and "every link" are told
nothing. A page's hosts are those of its expected entries.
"""

import argparse
import contextlib
import io
import re
from collections.abc import Callable, Iterable, Sequence
from time import process_time
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from benchmarks.floor import Floor
from benchmarks.listing_floor import FILE, pin
from benchmarks.listing_pages import COURTS, Case, cases, foreign, references, spelled
from benchmarks.listing_replica import walks
from benchmarks.listing_scores import SEEN, Rows, Score, mean, score, share
from benchmarks.peers import installed
from benchmarks.tables import figure, table
from crawler.cli.extracting import Job, as_capture
from crawler.errors import ListingError
from crawler.listing import read_listing
from crawler.reading import read_links_anywhere
from crawler.records import Listing, PageRequest, Source
from crawler.urls import canonical

Reader = Callable[[Case], Rows]

#: Addresses in the elements of a feed, and in the records of a script that hold HTML.
_IN_DATA = re.compile(r"""(?<=[>'"\[])(?:https?:/)?/[^\s<>'"\]]+""")

THIRDS: dict[str, Callable[[Case], bool]] = {
    "all": lambda case: True,
    "tuned on": lambda case: not case.held_back,
    "held back": lambda case: case.held_back,
}


def gazette(case: Case) -> Rows:
    """Return what the generic reader finds."""
    listing = Listing(url=case.url)
    source = Source(
        id="neutral",
        name="",
        address=case.url,
        hosts=case.hosts,
        zone=case.zone,
        listings=(listing,),
    )
    try:
        page = read_listing(case.body, "", PageRequest(url=case.url), listing, source=source)
    except ListingError:
        return []
    return [(link.url, link.date, link.title) for link in page.links]


def command(case: Case) -> Rows:
    """Return what ``gazette links`` says, which is told no hosts either."""
    listing = Listing(url=case.url)
    source = Source(id="neutral", name="", address=case.url, zone=case.zone, listings=(listing,))
    capture = as_capture(Job(id=case.id, url=case.url), case.body, SEEN, "")
    try:
        page = read_links_anywhere(capture, listing, source)
    except ListingError:
        return []
    return [(link.url, link.date, link.title) for link in page.links]


def every_link(case: Case) -> Rows:
    """Return every address that a link of the page leads to."""
    tree = LexborHTMLParser(case.text)
    found: dict[str, tuple[str, str, str]] = {}
    for node in tree.css("a[href]"):
        with contextlib.suppress(ValueError):
            url = canonical(node.attributes.get("href") or "", case.url)
            found.setdefault(url, (url, "", node.text(strip=True)))
    return list(found.values())


def gne(case: Case) -> Rows:
    """Return what GNE's reader of lists finds when it is told the title of one entry."""
    from gne import ListPageExtractor  # type: ignore[import-untyped]

    rows: Rows = []
    for entry in case.entries:
        if not entry.title or '"' in entry.title:
            continue
        found = []
        # It prints where it finds nothing, and takes no text with a declaration of its encoding.
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(ValueError):
            text = re.sub(r"^\s*<\?xml[^>]*>", "", case.text)
            found = ListPageExtractor().extract(text, feature=entry.title)
        if found:
            rows = [
                (urljoin(case.url, item["url"]), "", item["title"])
                for item in found
                if item.get("url")
            ]
            break
    return rows


def parse_only(case: Case) -> Rows:
    """Return nothing: the page is decoded and parsed, which every reader has to do."""
    LexborHTMLParser(case.text)
    return []


READERS: dict[str, Reader] = {
    "gazette": gazette,
    "gazette links": command,
    "GNE, told a title": gne,
    "every link": every_link,
    "parse only": parse_only,
}


def read(reader: Reader, wanted: Iterable[Case]) -> list[Score]:
    """Return how a reader reads each page, with the processor time it took."""
    scores = []
    for case in wanted:
        begun = process_time()
        rows = reader(case)
        scores.append(score(case, rows, process_time() - begun))
    return scores


def reach(case: Case) -> str:
    """Return why a page's entries cannot be read from its links, "" where they can."""
    if case.other == "JSON":
        return "is JSON"
    if not case.entries:
        return "expects no entry"
    named = set()
    hrefs = references(LexborHTMLParser(case.text))
    if case.other or "<record>" in case.text:
        hrefs += _IN_DATA.findall(case.text)
    for href in hrefs:
        with contextlib.suppress(ValueError):
            named.add(spelled(canonical(href, case.url)))
    wanted = {spelled(entry.url) for entry in case.entries}
    if wanted & named:
        return ""
    # What a script holds can be had, what it asks for cannot.
    if any(entry.url in case.text.replace("\\/", "/") for entry in case.entries):
        return ""
    return "names none of them: they stand behind another request"


def figures(scores: Sequence[Score]) -> dict[str, float]:
    """Return the figures of some pages by name, those that cannot be had left out."""
    told = {
        "recall": mean(one.recall for one in scores),
        "precision": mean(one.precision for one in scores if one.expected),
        "date": mean(one.date for one in scores),
        "entries": share(scores, "found", "expected"),
        "links right": share(scores, "found", "named"),
        "dates": share(scores, "dated", "datable"),
    }
    return {name: round(value, 4) for name, value in told.items() if value is not None}


def main() -> None:
    """Print the figures of every set and reader, and what was read worst."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--worst", type=int, default=10, help="pages told one by one")
    arguments.add_argument("--only", default="", help="a set, or a part of a page's name")
    arguments.add_argument("--pin", action="store_true", help="write tests/listings_floor.json")
    arguments.add_argument("--allow-drop", action="store_true", help="pin lower figures, too")
    asked = arguments.parse_args()
    known = [case for case in cases() if asked.only in f"{case.set} {case.id}"]
    behind = {case.id: why for case in known if (why := reach(case))}
    within = [case for case in known if case.id not in behind]
    if asked.pin:
        _pin(within, allow_drop=asked.allow_drop)
        return
    sets = dict.fromkeys(case.set for case in within)
    there = {
        name: r for name, r in READERS.items() if not name.startswith("GNE") or installed("gne")
    }
    expected = [case for case in known if case.entries]
    read_by = {name: read(reader, expected) for name, reader in there.items()}
    every = {name: read_by[name] for name in ("gazette", "every link")}
    read_by = {
        name: [one for one in scores if one.case.id not in behind]
        for name, scores in read_by.items()
    }
    ours = read_by["gazette"]
    for name in sets:
        print(
            _set(name, {r: [s for s in all_ if s.case.set == name] for r, all_ in read_by.items()})
        )
    for name, scores in every.items():
        told = figures([one for one in scores if one.case.set == COURTS])
        print(f"{name}, court pages that cannot be had counted as read wrongly: {told}")
    print(f"\n{_replica()}")
    shown = [one for one in ours if not one.case.held_back]
    print(_worst(shown, asked.worst))
    print(f"Not to be had from the links of the page itself ({len(behind)} pages):")
    for name, why in behind.items():
        print(f"  {name}: {why}")
    if not asked.only:
        other = [f"{name} ({kind})" for name, kind in foreign()]
        print(f"\nCourt listings that are no HTML ({len(other)}): {', '.join(other)}")


def _pin(within: list[Case], *, allow_drop: bool) -> None:
    """Write today's figures down. Raises SystemExit where one is lower than before."""
    fell = pin(of_sets(read(gazette, within)), allow_drop=allow_drop)
    print("\n".join(fell) or f"pinned in {FILE}")
    if fell and not allow_drop:
        raise SystemExit("nothing was written: --allow-drop if that is meant")


def reached() -> Floor:
    """Return today's figures of all real listings that can be had."""
    return of_sets(read(gazette, [case for case in cases() if not reach(case)]))


def of_sets(scores: Sequence[Score]) -> Floor:
    """Return which pages → set → figure, for the floor under them."""
    return {
        third: {
            name: figures([s for s in scores if s.case.set == name and belongs(s.case)])
            for name in dict.fromkeys(s.case.set for s in scores)
        }
        for third, belongs in THIRDS.items()
    }


def _replica() -> str:
    rows = [
        [f"{walk.family} · {walk.column}", str(walk.expected), str(walk.found), str(walk.named),
         str(walk.dated), str(walk.pages), str(walk.stated or "–"), str(walk.total or "–")]
        for walk in walks()
    ]  # fmt: skip
    header = ["", "expected", "found", "named", "dated", "pages read", "pages stated", "total"]
    return table("The replica portal, walked without rules", header, rows)


def _set(name: str, by_reader: dict[str, list[Score]]) -> str:
    rows = []
    for reader, scores in by_reader.items():
        for third, belongs in THIRDS.items():
            some = [one for one in scores if belongs(one.case)]
            if not some or (reader == "parse only" and third != "all"):
                continue
            told = figures(some)
            milliseconds = 1000 * sum(one.seconds for one in some) / len(some)
            cells = [
                figure(told.get(key))
                for key in ("recall", "precision", "date", "entries", "links right", "dates")
            ]
            lenient = figure(mean(one.lenient for one in some if one.expected))
            titles = figure(share(some, "titled", "titles")) if name != COURTS else "–"
            rows.append(
                [f"{reader} · {third}", str(len(some)), *cells, lenient, titles,
                 f"{milliseconds:.1f}"]
            )  # fmt: skip
    header = ["", "pages", "recall", "precision", "date", "entries", "links right", "dates",
              "rows alike", "titles", "ms"]  # fmt: skip
    meant = "recall, precision, date: mean of the pages; entries, links right, dates: all together"
    return table(f"{name} ({meant})", header, rows)


def _worst(scores: Sequence[Score], count: int) -> str:
    def worth(one: Score) -> float:
        return sum(value or 0.0 for value in (one.recall, one.precision, one.date))

    ranked = sorted((one for one in scores if one.expected), key=worth)[:count]
    rows = [
        [one.case.id, str(one.expected), str(one.found), str(one.named), str(one.alike),
         figure(one.recall), figure(one.precision), figure(one.date),
         (one.missed or one.strange or [""])[0][-60:],
         next((f"{shown!r} for {day}" for _, shown, day in one.misdated), "")]
        for one in ranked
    ]  # fmt: skip
    header = ["page", "expected", "found", "named", "alike", "recall", "precision", "date",
              "for example", "a wrong date"]  # fmt: skip
    return table(f"The {count} pages read worst", header, rows)


if __name__ == "__main__":
    main()
