"""What of an article's HTML survives: pictures, tables, lists, headings, links and attachments.

The truth names the element that holds the body on some pages; on others it is the smallest element
whose text runs from the body's head to its tail, if that holds hardly anything else. Pages where
neither is found are left out and counted. Within that element count

* pictures that are shown and are no layout: not those without an address of their own, less than
  30 pixels wide or high, or called blank, spacer, pixel or icon;
* tables of two rows and columns at least that hold no other table; kept means 9 of 10 rows are;
* lists of two items at least; kept means 9 of 10 items are;
* headings other than the title; links with a text or picture that lead to another address;
* attachments: links to documents;

and of those with words only what stands in the true body's text: a share bar within the element is
not the article's. An element is told by its address or its words.

``outside`` counts pictures, tables, headings and links that an extractor brings and that do not
stand in the element at all. Where the element was found by its text, a picture or heading between
title and text counts as outside, though an editor may call it the article's: those pages are told
apart. (Attachments may stand below the body and are not judged there.)
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from benchmarks.corpus import Truth, address_of
from benchmarks.ours import Row
from benchmarks.scoring import scorer
from crawler.charset import decode

KINDS = ("pictures", "tables", "lists", "headings", "links", "attachments")
#: Kinds told by their address; the others are told by their letters.
ADDRESSED = ("pictures", "links", "attachments")
#: What is counted where it came from outside.
OUTSIDE = ("pictures", "tables", "headings", "links")
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|zip|rar|7z|csv|txt)(?:\?|$)", re.I)
_LAYOUT = re.compile(
    r"(?:blank|spacer|pixel|1x1|icons?|ico)\b[^/]*$|/(?:icons?|fileicon|ico)/", re.I
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_SMALL = re.compile(r"(?:^|;)\s*(?:width|height)\s*:\s*([\d.]+)px", re.I)
#: Attributes of a picture that hold no address.
_WORDS = frozenset("alt title class style id width height align border sizes loading".split())
#: An element holds the body and hardly anything else up to this ratio of lengths.
_TIGHT = 1.1

_GROUPS = ("tables", "lists")

#: Kind → the elements of a body, each told by the strings by which it may be known again.
Elements = dict[str, list[tuple[str, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The elements of the true body of one page."""

    #: whether the truth names its element
    named: bool
    elements: Elements
    #: addresses of all pictures and links, layout ones too
    addresses: frozenset[str]
    #: letters of the whole element
    words: str


def bodies(pages: Iterable[tuple[Truth, bytes]]) -> Iterator[tuple[Truth, Body | None]]:
    """Yield what there is to keep on every page, None where the true body cannot be located."""
    for truth, body in pages:
        node, url = locate(truth, _tree(decode(body).text)), address_of(truth)
        if node is None:
            yield truth, None
            continue
        loose = elements(node, url)
        words = scorer().letters(truth.get("body") or node.text())
        title = scorer().letters(truth.get("title") or "")
        yield (
            truth,
            Body(
                named="body_container" in truth,
                elements=_of_the_text(elements(node, url, words), words, title),
                addresses=frozenset(s for kind in ADDRESSED for one in loose[kind] for s in one),
                words=scorer().letters(node.text()),
            ),
        )


def _of_the_text(found: Elements, words: str, title: str) -> Elements:
    """Return the elements whose words, if they have any, are the body's and not its title."""
    kept = {kind: list(found[kind]) for kind in ADDRESSED}
    for kind in ("tables", "lists"):
        kept[kind] = [one for one in found[kind] if 2 * sum(s in words for s in one) > len(one)]
    kept["headings"] = [
        one for one in found["headings"] if one[0] in words and not words.startswith(one[0])
        and one[0] != title
    ]  # fmt: skip
    return kept


def _tree(html: str) -> LexborHTMLParser:
    tree = LexborHTMLParser(html)
    for node in tree.css("script,style,noscript,template"):
        node.decompose()
    return tree


def locate(truth: Truth, tree: LexborHTMLParser) -> LexborNode | None:
    """Return the element of the true body: the one the truth names, else the smallest that fits."""
    squeeze = scorer().squeeze
    body = squeeze(truth.get("body") or "")
    head = squeeze(truth.get("body_head") or "") or body[:16]
    tail = squeeze(truth.get("body_tail") or "") or body[-16:]
    size = len(body) or int(str(truth.get("body_chars") or 0))
    if selector := truth.get("body_container"):
        named = [n for n in tree.css(str(selector)) if tail[-12:] in squeeze(n.text())]
        if named:
            return named[-1]
    node = tree.body
    if node is None or not head or head not in (text := squeeze(node.text())) or tail not in text:
        return None
    while inner := _inner(node, head, tail):
        node = inner
    return node if len(squeeze(node.text())) <= _TIGHT * size + 20 else None


def _inner(node: LexborNode, head: str, tail: str) -> LexborNode | None:
    """Return the child that holds head and tail of the body, if one alone does."""
    for child in node.iter():
        text = scorer().squeeze(child.text())
        if head in text and tail in text:
            return child
    return None


def elements(node: LexborNode, url: str, words: str = "") -> Elements:
    """Return what stands in an element; with the ``words`` of a text, only what counts in it."""
    letters = scorer().letters
    found: Elements = {kind: [] for kind in KINDS}
    for image in node.css("img"):
        addresses = _addresses(image, url)
        if addresses and not (words and (_is_layout(image, addresses) or _beside(image, words))):
            found["pictures"].append(addresses)
    found["headings"] += [
        (text,) for one in node.css("h1,h2,h3,h4,h5,h6") if (text := letters(one.text()))
    ]
    for kind, whole, part in (("tables", "table", "tr"), ("lists", "ul,ol", "li")):
        for group in node.css(whole):
            parts = tuple(filter(None, (letters(one.text()) for one in group.css(part))))
            if not words or (len(parts) > 1 and (kind == "lists" or _is_table(group))):
                found[kind].append(parts)
    for anchor in node.css("a"):
        address = _address(anchor.attributes.get("href") or "", url)
        if address and (not words or _is_shown(anchor, words)):
            found["links"].append((address,))
            if _FILE.search(address):
                found["attachments"].append((address,))
    return found


def _is_shown(anchor: LexborNode, words: str) -> bool:
    """Say whether a link holds a picture or words of the text, one short word in its sentence."""
    letters, text = scorer().letters, scorer().letters(anchor.text())
    if not text:
        return anchor.css_first("img") is not None
    around = anchor.parent
    return text in words and (len(text) > 12 or around is None or letters(around.text()) in words)


def _beside(image: LexborNode, words: str) -> bool:
    """Say whether a picture belongs to a link or list item whose own words are not the text's."""
    at = image.parent
    while at is not None and at.tag not in ("a", "li", "body"):
        at = at.parent
    text = scorer().letters(at.text()) if at is not None and at.tag != "body" else ""
    return text not in words


def _is_table(table: LexborNode) -> bool:
    cells = [len(row.css("td,th")) for row in table.css("tr")]
    return len(table.css("table")) <= 1 and sum(count > 1 for count in cells) > 1


def _addresses(image: LexborNode, url: str) -> tuple[str, ...]:
    """Return every address a picture may be loaded from."""
    values = []
    for name, value in image.attributes.items():
        if value and name not in _WORDS:
            values += [part.split()[0] for part in value.split(",") if part.split()][:1]
    return tuple(filter(None, (_address(v, url) for v in values if "/" in v or "." in v)))


def _address(value: str, url: str) -> str:
    """Return an address in full and without its fragment, ``""`` for none or the page's own."""
    try:
        address = urldefrag(urljoin(url, value.strip())).url
    except ValueError:
        return ""
    own = value.startswith("#") or address == url
    return address if address.startswith(("http://", "https://")) and not own else ""


def _is_layout(image: LexborNode, addresses: tuple[str, ...]) -> bool:
    attributes = image.attributes
    sizes = [attributes.get("width") or "", attributes.get("height") or ""]
    sizes += _SMALL.findall(attributes.get("style") or "")
    if any(size.rstrip("px").isdigit() and int(size.rstrip("px")) < 30 for size in sizes):
        return True
    at: LexborNode | None = image
    while at is not None:
        if at.tag != "-undef" and _HIDDEN.search(at.attributes.get("style") or ""):
            return True
        at = at.parent
    return all(map(_LAYOUT.search, addresses))


def count(body: Body, row: Row, url: str) -> Counter[str]:
    """Return how much of a true body an extractor kept, and how much it brought from outside."""
    base = LexborHTMLParser(str(row.get("html") or "")).body
    mine = elements(base, url) if base else {kind: [] for kind in KINDS}
    mine["attachments"] += [(str(file),) for file in row.get("attachments") or ()]  # type: ignore[attr-defined]
    have = {kind: {s for one in mine[kind] for s in one} for kind in KINDS}
    have["links"] |= have["attachments"]
    tally: Counter[str] = Counter()
    for kind in KINDS:
        for one in body.elements[kind]:
            hits = sum(s in have[kind] for s in one)
            tally[kind] += 1
            tally[f"{kind} kept"] += hits >= 0.9 * len(one) if kind in _GROUPS else hits > 0
    for kind in OUTSIDE:
        where = "named" if body.named else "fitted"
        foreign = [one for one in mine[kind] if one and not _stands_in(body, kind, one)]
        tally[f"{kind} outside {where}"] += len(foreign)
        tally[f"{kind} brought"] += len(mine[kind])
    return tally


def _stands_in(body: Body, kind: str, element: tuple[str, ...]) -> bool:
    if kind in ADDRESSED:
        return not body.addresses.isdisjoint(element)
    return any(words[:8] in body.words for words in element)


def by_count(truth: Truth, row: Row, url: str) -> Counter[str]:
    """Return pictures kept and too many where the truth says only how many there are."""
    base = LexborHTMLParser(str(row.get("html") or "")).body
    mine = len(elements(base, url)["pictures"]) if base else 0
    want = int(str(truth["images"]))
    return Counter({"counted": want, "counted kept": min(mine, want),
                    "counted outside": max(0, mine - want)})  # fmt: skip


def tallies(
    located: Iterable[tuple[Truth, Body | None]], rows: dict[str, Row]
) -> dict[str, Counter[str]]:
    """Return the tally of every page by id; a page that was not read kept nothing."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for truth, body in located:
        identity, url = str(truth["id"]), address_of(truth)
        row = rows.get(identity, {})
        if body is not None:
            found[identity] += count(body, row, url)
            found[identity]["pages named" if body.named else "pages fitted"] = 1
        else:
            found[identity]["pages not located"] = 1
        if "images" in truth:
            found[identity] += by_count(truth, row, url)
    return found
