"""An article page → what its witnesses say of each field, as strings, interpreted by nobody.

One walk over the parsed page (``page``) feeds all witnesses: a source's rules, labels and tables,
headings, metas, JSON-LD, scripts, the address, and the weight of lines for the body. Their order of
trust is written in ``witnesses``, field by field.
"""

from selectolax.lexbor import LexborHTMLParser

from crawler.errors import ExtractError
from crawler.extract.around import shut_around
from crawler.extract.attachments import find_files
from crawler.extract.body import find_body, first_prose
from crawler.extract.gone import refuse_empty
from crawler.extract.page import SEAM, Box, Page
from crawler.extract.paging import TURN, find_further
from crawler.extract.poison import refuse_poison
from crawler.extract.prune import prune
from crawler.extract.rules import RULED, files_by_rule, nodes_by_rule, read_rules
from crawler.extract.title import find_heading, find_title
from crawler.extract.unseen import cut_unseen
from crawler.extract.walk import take_apart
from crawler.extract.weight import Scale, weigh
from crawler.extract.witnesses import hear, merged
from crawler.extract.wording import plain
from crawler.extract.writing import write_down
from crawler.records import ArticleRules, Draft, Found
from crawler.text import seen

#: Version of the rules in here: goes up when pages may be read differently.
EXTRACTOR = "gazette-extract/4"

__all__ = ["EXTRACTOR", "extract"]

#: Lines below the article in which a pager may begin.
PAGER = 4


def extract(html: str, url: str, rules: ArticleRules = ArticleRules()) -> Draft:  # noqa: B008
    """Return what is found on an article page.

    Raises ExtractError where no article stands on it or reading it would be dangerous, GoneError
    where the page says that its article is gone. Selectors in ``rules`` have been checked before.
    """
    source, scripts, jsonld = cut_unseen(seen(html).replace(SEAM, " "))
    refuse_poison(source, url)
    tree = LexborHTMLParser(source)
    ruled = read_rules(tree, rules)
    page = take_apart(tree, url)
    page.scripts, page.jsonld = scripts, jsonld
    refuse_empty(page)
    heading = find_heading(page)
    scale = shut_around(page, weigh(page, heading), heading)
    box, witness = _body_box(page, scale, rules, heading)
    titles, line = find_title(page, first_prose(page, box, scale))
    top = first_prose(page, box, scale, line if line < box.end else -1)
    found = hear(page, box, titles, line, top)
    fields = {name: merged(ruled.get(name, ()), found[name]) for name in RULED}
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
        lang=found["lang"],
        modified=found["modified"],
        attachments=files,
        further=further,
        base=page.base,
        extractor=EXTRACTOR,
        **fields,
    )


def _body_box(page: Page, scale: Scale, rules: ArticleRules, heading: int) -> tuple[Box, str]:
    """Return the article's box: a rule's, else the best. Raises ExtractError without one."""
    for node, selector in nodes_by_rule(page.tree, rules.body):
        for box in page.boxes:
            if box.node.mem_id == node.mem_id and (box.end > box.start or box.pictures):
                return box, f"rule:{selector}"
    found = find_body(page, scale, heading)
    if found is None:
        raise ExtractError(page.url, "no text found")
    return found


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
