"""Tells what each witness brings: all fields scored without it, and with it alone.

    python -m benchmarks.ablation [--set NAME] [--json]

A witness is a kind of place in which a field may be found: a labelled line, a table, a meta,
JSON-LD, and so on; a draft says of every string which one it is from. Pages are extracted once;
then all that a witness said is taken out of the drafts, they are normalised and scored again, and
the change is printed. What several witnesses say word for word counts for each of them. ``alone``
is the figure where nobody else is heard, except about the body.
A draft that is left without a title keeps it, unscored, so that its other fields can be read. The
body has one witness a page: ``container`` is measured by reading all pages without knowing any.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from benchmarks.corpus import NOW, Truth, address_of, pages, source_for, truths
from benchmarks.ours import Row, prediction
from benchmarks.scoring import Figures, figures, judge
from benchmarks.settings import Setting, changed, shipped
from benchmarks.tables import figure, table
from crawler.charset import decode
from crawler.errors import CrawlError
from crawler.extract import extract
from crawler.normalise import normalise
from crawler.records import Draft, Findings, Found

#: What the names of known containers are kept in.
CONTAINERS = ("crawler.extract.body", "CONTAINERS")
#: The fields of a draft that are heard of through witnesses.
HEARD = ("title", "published", "written", "origin", "author", "editor", "issuer", "doc_number",
         "index_number")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A page and what extraction found on it."""

    truth: Truth
    draft: Draft


def kind_of(found: Found) -> str:
    """Return the kind of a witness: ``label`` of ``label:来源``."""
    return found.witness.partition(":")[0]


def _others(kind: str) -> Callable[[Found], bool]:
    """Return what holds of all witnesses but one."""
    return lambda found: kind_of(found) != kind


def _from(kind: str) -> Callable[[Found], bool]:
    """Return what holds of one witness alone."""
    return lambda found: kind_of(found) == kind


def drafts(only: str, settings: Mapping[Setting, object] = MappingProxyType({})) -> list[Read]:
    """Return every page that can be extracted, with all that every witness said."""
    with changed(settings):
        return list(_drafts(only))


def _drafts(only: str) -> Iterator[Read]:
    for truth, body in pages(only=only):
        try:
            yield Read(truth=truth, draft=extract(decode(body).text, address_of(truth)))
        except CrawlError:
            continue


def heard(draft: Draft, keep: Callable[[Found], bool]) -> tuple[Draft, bool]:
    """Return a draft with the findings to keep, and whether its title is one of them."""
    fields: dict[str, Findings] = {name: _only(keep, getattr(draft, name)) for name in HEARD}
    titled = bool(fields["title"])
    fields["title"] = fields["title"] or draft.title
    return replace(draft, **fields), titled  # type: ignore[arg-type]


def _only(keep: Callable[[Found], bool], findings: Findings) -> Findings:
    return tuple(filter(keep, findings))


def score(read: Iterable[Read], known: list[Truth], keep: Callable[[Found], bool]) -> Figures:
    """Return the figures of drafts in which only some findings are heard."""
    rows: list[Row] = []
    for page in read:
        draft, titled = heard(page.draft, keep)
        try:
            row = prediction(normalise(draft, source_for(page.truth), now=NOW))
        except CrawlError:
            continue
        rows.append({**row, "id": page.truth["id"], **({} if titled else {"title": ""})})
    return figures(judge(known, rows).values())


def main() -> None:
    """Print one table of changes and one of witnesses alone."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--set", default="", help="pages of one set alone")
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    known = [truth for truth in truths() if chosen.set in ("", truth["set"])]
    read = drafts(chosen.set)
    whole = score(read, known, lambda found: True)
    said: dict[str, int] = defaultdict(int)
    for page in read:
        for name in HEARD:
            for kind in {kind_of(found) for found in getattr(page.draft, name)}:
                said[kind] += 1
    without, alone = {}, {}
    for kind in sorted(said):
        without[kind] = score(read, known, _others(kind))
        alone[kind] = score(read, known, _from(kind))
    if shipped(CONTAINERS) is None:
        print(f"no {'.'.join(CONTAINERS)}: what known containers bring is not measured")
    else:
        blind = drafts(chosen.set, {CONTAINERS: frozenset()})
        without["container"] = score(blind, known, lambda found: True)
    if chosen.json:
        told = {"all": whole, "without": without, "alone": alone}
        print(json.dumps(told, ensure_ascii=False))
        return
    fields = list(whole)
    header = ["", "said", *fields]
    pages_row = ["pages", "", *(str(whole[name][1]) for name in fields)]
    all_row = ["all witnesses", "", *(figure(whole[name][0]) for name in fields)]
    rows = [
        [f"without {kind}", str(said.get(kind, "")), *(_change(row, whole, f) for f in fields)]
        for kind, row in sorted(without.items())
    ]
    print(table("change of each figure without a witness", header, [pages_row, all_row, *rows]))
    fields = [name for name in fields if name not in ("body", "≥ .9")]
    rows = [
        [f"{kind} alone", str(said[kind]), *(figure(row[name][0]) for name in fields)]
        for kind, row in alone.items()
    ]
    print(table("figures of a witness alone", ["", "said", *fields], rows))


def _change(row: Figures, whole: Figures, field: str) -> str:
    difference = row[field][0] - whole[field][0]
    return f"{difference:+.3f}" if abs(difference) >= 0.0005 else "·"


if __name__ == "__main__":
    main()
