"""Who is asked about each field of an article, and who is believed before whom.

``TRUST`` is the whole order; what the pages of the corpus taught. A reader's eye comes before a
machine's word, a word that says what it means before one that does not, and a place that is the
article's alone before one that the whole site shares.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from crawler.extract.byline import find_bylines, find_carrier, find_signature
from crawler.extract.dates import bare_date, first_shown, names_offset, url_date
from crawler.extract.labels import Region, find_labels
from crawler.extract.metadata import generated, json_ld, metas, minute_of, script_dates
from crawler.extract.named import find_named
from crawler.extract.page import Box, Page
from crawler.records import EXACT, UPDATED, Findings, Found

#: Kind of witness → what it is. A source's own rules come before all of them.
KINDS = {
    "heading": "a heading that `<title>` or a meta confirms, then the metas, the nearest heading, "
    "`<title>` without the site's name",
    "label": "a label or a cell of a table in front of it: 来源：, 发布日期, Published",
    "line": "a line between title and text that holds nothing else: a day, a paper, 〔2017〕47号",
    "vague": "a label that may mean another day: 时间, 更新时间, 生成日期",
    "name": "an element called after it: `class=source`, `id=pubtime`, `itemprop=author`",
    "byline": "（记者 张三）, 【编辑：李四】, *By Jane Doe*: at either end of the text",
    "exact": "a meta or JSON-LD that speaks of the first publication and names its offset",
    "meta": "a meta element; `PubDate` not where it is when the page was generated (页面生成时间)",
    "json-ld": "what the article's JSON-LD says",
    "script": "a variable of a script called after it; alone it is not believed",
    "time": "a `time` element at the article's head",
    "url": "the day in the address",
    "signature": "the day below the text, where the issuing body signs",
    "updated": "the day of a change, where nothing else is found",
    "page": "the `lang` of the page",
}

#: Field → kinds of witnesses, most trusted first.
TRUST: dict[str, tuple[str, ...]] = {
    "title": ("heading", "label", "name", "json-ld"),
    "published": (
        "label", "line", "vague", "exact", "name", "meta", "json-ld", "script", "time", "url",
        "updated",
    ),
    "written": ("label", "signature"),
    "origin": ("label", "name", "meta", "json-ld", "line"),
    "author": ("label", "name", "byline", "meta", "json-ld"),
    "editor": ("label", "name", "byline", "meta", "json-ld"),
    "issuer": ("label",),
    "doc_number": ("label", "line"),
    "index_number": ("label",),
    "lang": ("page", "meta"),
    "modified": ("meta", "json-ld"),
}  # fmt: skip

#: Lines above and below the article in which its labels may stand.
ABOVE, BELOW = 60, 25

_Said = Mapping[str, Iterable[Found]]
_COLONS = (":", "：", "∶", "︰")


def hear(page: Page, box: Box, titles: Iterable[Found], line: int, top: int) -> dict[str, Findings]:
    """Return what all witnesses but the rules say of each field, in order of trust.

    ``titles`` are what ``find_title`` found, the first on ``line``, -1 where the page shows none;
    the text begins at line ``top``.
    """
    region = _region(page, box, line, top)
    labels = find_labels(page, region)
    bylines = find_bylines(page, box)
    said: dict[str, _Said] = {
        "heading": {"title": titles},
        "label": labels,
        "name": find_named(page, max(line, region.head), region.bottom, region.foot),
        "byline": bylines,
        "line": {
            "origin": find_carrier(page, line, top),
            "doc_number": bylines.get("doc_number", ()),
        },
        "meta": {field: metas(page, field) for field in TRUST},
        "json-ld": json_ld(page),
        "signature": {"written": find_signature(page, box)},
        "page": {"lang": [Found(value=page.lang, witness="html:lang")] if page.lang else ()},
    }
    moments = _moments(page, region, line, said)
    return {
        field: merged(
            *(
                moments[kind] if field == "published" else said[kind].get(field, ())
                for kind in kinds
            )
        )
        for field, kinds in TRUST.items()
    }


def merged(*witnesses: Iterable[Found]) -> Findings:
    """Return all that was found, the more trusted witnesses' first; who agrees stands there too."""
    return tuple(dict.fromkeys(chain(*witnesses)))


def _region(page: Page, box: Box, line: int, top: int) -> Region:
    head = min(box.start, line) if line >= 0 else box.start
    return Region(
        head=max(0, head - ABOVE),
        top=top,
        bottom=box.end,
        foot=min(len(page.lines), box.end + BELOW),
    )


def _moments(page: Page, region: Region, line: int, said: dict[str, _Said]) -> _Said:
    """Return kind of witness → what speaks for the moment of publication."""
    start = line if line >= 0 else max(0, region.top - 12)
    texts = list(_unlabelled(page, start, min(max(region.top, start + 1), start + 25), said))
    made = generated(page)
    machines = {
        "meta": [meta for meta in said["meta"]["published"] if minute_of(meta.value) not in made],
        "json-ld": list(said["json-ld"].get("published", ())),
    }
    day = url_date(page.url)
    found: dict[str, list[Found]] = {
        "label": list(said["label"].get("published", ())),
        "line": [_found(shown, "line") for text in texts if (shown := first_shown(text))],
        "vague": list(said["label"].get("dated", ())),
        "name": list(said["name"].get("published", ())),
        "exact": [
            one
            for one in (*machines["meta"], *machines["json-ld"])
            if one.witness in EXACT and names_offset(one.value)
        ],
        **machines,
        "script": list(script_dates(page)),
        "time": [
            _found(moment, "time") for moment, at in page.times if start <= at < region.bottom
        ],
        "url": [_found(day, "url")] if day else [],
    }
    changed = [_found(shown, UPDATED) for text in texts if (shown := bare_date(text))]
    told = any(days for kind, days in found.items() if kind != "script")
    return {**found, "updated": [] if told else changed}


def _unlabelled(page: Page, start: int, end: int, said: Mapping[str, _Said]) -> Iterator[str]:
    """Yield the lines that may tell a day: no links, no sentences, no values of a label."""
    written = {one.value for one in said["label"].get("written", ())}
    for before, line in zip(page.lines[max(start - 1, 0) :], page.lines[start:end], strict=False):
        labelled = before is not line and before.text.rstrip().endswith(_COLONS)
        if labelled or "。" in line.text or line.text in written:
            continue
        if 2 * line.linked <= len(line.text):
            yield line.text


def _found(value: str, witness: str) -> Found:
    return Found(value=value, witness=witness)


def describe_trust() -> str:
    """Return the kinds of witnesses, and whom each field believes first, as Markdown tables."""
    kinds = [f"| `{kind}` | {meaning} |" for kind, meaning in KINDS.items()]
    order = [f"| `{field}` | {' · '.join(kinds)} |" for field, kinds in TRUST.items()]
    return "\n".join(
        ["| witness | what it is |", "|---|---|", *kinds, "", "| field | believed in this order |",
         "|---|---|", *order]
    ) + "\n"  # fmt: skip
