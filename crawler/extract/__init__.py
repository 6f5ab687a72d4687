"""An article page → what its witnesses say of each field, as strings, interpreted by nobody.

One walk over the parsed page (``page``) feeds all witnesses: a source's rules, labels and tables,
headings, metas, JSON-LD, scripts, the address, and the weight of lines for the body. Who is
believed before whom is written in ``crawler.trust``.
"""

from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser

from crawler.errors import ExtractError
from crawler.extract.attachments import find_files
from crawler.extract.body import find_body, first_prose
from crawler.extract.byline import find_bylines, find_carrier, find_signature
from crawler.extract.dates import bare_date, first_shown, names_offset, url_date
from crawler.extract.gone import refuse_empty
from crawler.extract.labels import Region, find_labels
from crawler.extract.metadata import METAS, generated, json_ld, metas, script_dates
from crawler.extract.named import find_named
from crawler.extract.page import Box, Page, take_apart
from crawler.extract.paging import TURN, find_further
from crawler.extract.poison import refuse_poison
from crawler.extract.prune import prune
from crawler.extract.rules import files_by_rule, nodes_by_rule, read_rules
from crawler.extract.title import find_heading, find_title
from crawler.extract.unseen import cut_unseen
from crawler.extract.weight import Scale, weigh
from crawler.extract.wording import plain
from crawler.extract.writing import write_down
from crawler.records import ArticleRules, Draft, Found
from crawler.trust import CHANGED, Witness, is_exact, rank

#: Version of the rules in here: goes up when pages may be read differently.
EXTRACTOR = "gazette-extract/1"

__all__ = ["EXTRACTOR", "extract"]

#: Lines above and below the article in which its labels may stand.
ABOVE, BELOW = 60, 25
#: Lines below the article in which a pager may begin.
PAGER = 4


def extract(html: str, url: str, rules: ArticleRules = ArticleRules()) -> Draft:  # noqa: B008
    """Return what is found on an article page.

    Raises ExtractError where no article stands on it or reading it would be dangerous, GoneError
    where the page says that its article is gone. Selectors in ``rules`` have been checked before.
    """
    source, scripts, jsonld = cut_unseen(html)
    refuse_poison(source, url)
    tree = LexborHTMLParser(source)
    ruled = read_rules(tree, rules)
    page = take_apart(tree, url)
    page.scripts, page.jsonld = scripts, jsonld
    refuse_empty(page)
    scale = weigh(page)
    box, witness = _body_box(page, scale, rules)
    titles, line = find_title(page, first_prose(page, box, scale))
    top = first_prose(page, box, scale, line)
    said: dict[str, Witness] = {"rule": ruled, "heading": {"title": titles}}
    fields = rank(said | _witnesses(page, box, line, top))
    if not fields["title"]:
        raise ExtractError(url, "no title found")
    files = find_files(page, box) + files_by_rule(tree, rules)
    further = _further(page, box)
    # a container of a known system, or named by a rule, holds the document alone: what heads it is
    # the document's
    named = witness.startswith(("container:", "rule:"))
    repeated = "" if named else fields["title"][0].value
    kept = prune(page, box, repeated, top, scale)
    body = write_down(box)
    if not kept and "<img" not in body and not files:
        raise ExtractError(url, "no text found")
    return Draft(
        url=url,
        body=(Found(value=body, witness=witness),),
        attachments=files,
        further=further,
        base=page.base,
        extractor=EXTRACTOR,
        **fields,
    )


def _witnesses(page: Page, box: Box, line: int, top: int) -> dict[str, Witness]:
    """Return what all witnesses but rules and headings say, by their kinds.

    ``line`` is the title's, -1 for none, ``top`` the first one of the text.
    """
    region = _region(page, box, line, top)
    labels, bylines, said = find_labels(page, region), find_bylines(page, box), json_ld(page)
    carrier, number = find_carrier(page, line, top), bylines.get("doc_number", ())
    days = _days(page, region, line, said.get("published", ()))
    return {
        **{kind: {"published": found} for kind, found in days.items()},
        "label": labels,
        "dated": {"published": labels.get("dated", ())},
        "named": find_named(page, max(line, region.head), region.bottom, region.foot),
        "byline": bylines,
        "signature": {"written": find_signature(page, box)},
        "html": {"lang": [Found(value=page.lang, witness="html:lang")] if page.lang else ()},
        "line": {"published": days["line"], "origin": carrier, "doc_number": number},
        "meta": {field: metas(page, field) for field in METAS} | {"published": days["meta"]},
        "json-ld": said,
    }


def _body_box(page: Page, scale: Scale, rules: ArticleRules) -> tuple[Box, str]:
    """Return the article's box: a rule's, else the best. Raises ExtractError without one."""
    for node, selector in nodes_by_rule(page.tree, rules.body):
        for box in page.boxes:
            if box.node.mem_id == node.mem_id and (box.end > box.start or box.pictures):
                return box, f"rule:{selector}"
    found = find_body(page, scale, find_heading(page))
    if found is None:
        raise ExtractError(page.url, "no text found")
    return found


def _region(page: Page, box: Box, line: int, top: int) -> Region:
    head = min(box.start, line) if line >= 0 else box.start
    return Region(
        head=max(0, head - ABOVE),
        top=top,
        bottom=box.end,
        foot=min(len(page.lines), box.end + BELOW),
    )


def _days(
    page: Page, region: Region, line: int, said: Iterable[Found]
) -> dict[str, Iterable[Found]]:
    """Return kind of witness → what it says of the moment of publication, labels and names aside.

    A meta that equals the moment at which the page was generated says nothing.
    """
    start = line if line >= 0 else max(0, region.top - 12)
    above = page.lines[start : min(max(region.top, start + 1), start + 25)]
    texts = [line.text for line in above if line.linked * 2 <= len(line.text)]
    made = generated(page)
    told = [meta for meta in metas(page, "published") if meta.value not in made]
    times = (moment for moment, at in page.times if start <= at < region.bottom)
    addressed = url_date(page.url)
    return {
        "line": [Found(value=day, witness="line") for text in texts if (day := first_shown(text))],
        "exact": [
            one for one in (*told, *said) if is_exact(one.witness) and names_offset(one.value)
        ],
        "meta": told,
        "script": script_dates(page),
        "time": [Found(value=moment, witness="time") for moment in times],
        "url": [Found(value=addressed, witness="url")] if addressed else (),
        "changed": (
            Found(value=day, witness=CHANGED) for text in texts if (day := bare_date(text))
        ),
    }


def _further(page: Page, box: Box) -> tuple[str, ...]:
    """Return the addresses of the article's further pages."""
    calls = [text for text in page.scripts if "reatePage" in text]
    lines = page.lines[box.start : box.end + PAGER]
    # most articles have one page, and their links need not be looked at
    if not calls and not any(line.linked and TURN.search(line.text) for line in lines):
        return ()
    below = (b for b in page.boxes[box.after : box.after + 6] if b.start < box.end + PAGER)
    anchors = [a for node in (box.node, *(b.node for b in below)) for a in node.css("a")]
    links = [(a.attributes.get("href") or "", plain(a.text() or "")) for a in anchors]
    return find_further(links, calls, page.url, page.base)
