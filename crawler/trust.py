"""Who is believed of each field, as data: the witnesses in the order in which they are asked.

``extract`` puts what it finds in this order, and ``normalise`` takes the first it can read. The
manual pastes the same tables.
"""

from collections.abc import Iterable, Mapping

from crawler.records import Findings, Found

#: Kind of witness → what it is. The witness that is written beside an article names it closer.
WITNESSES = {
    "rule": "what the source's own rules select",
    "heading": "a heading, or a line above the text, that `<title>` or a meta confirms; then the "
    "metas of the title, the nearest heading, `<title>`",
    "label": "a label that readers see and what stands behind it, `发布日期：…`, or a cell of the "
    "table above a document",
    "line": "a line that needs no label: a date between title and text, a newspaper's name, a "
    "document's number",
    "dated": "a label that may mean another day: `时间`, `日期`; then `更新时间`, `生成日期`, "
    "`发文日期`",
    "signature": "the day below the text, where the issuing body signs",
    "named": 'an element that is called what it holds: `class="source"`, `itemprop=author`',
    "byline": "a byline: `（记者 张三）`, `By Jane Doe`",
    "exact": "a meta or JSON-LD that means the first publication alone and names its offset: "
    "`article:published_time`, `datePublished`",
    "meta": "a `meta` element",
    "json-ld": "JSON-LD",
    "script": "a day that a script assigns to a name like `pubDate`",
    "time": "a `time` element",
    "url": "a day in the address",
    "html": "the `lang` of the page",
    "listing": "what the listing said that named the article",
    "changed": "a line that tells of a change: `Updated 3 May 2024`",
}

#: The witness that tells of a change.
CHANGED = "line:updated"

#: Field → what one kind of witness says of it.
Witness = Mapping[str, Iterable[Found]]

#: Witnesses that speak of the first publication and nothing else.
_EXACT = frozenset(
    ["meta:firstpublishedtime", "meta:article:published_time", "meta:og:published_time",
     "meta:datepublished", "meta:govuk:first-published-at", "json-ld:datePublished"]
)  # fmt: skip

_NAME = ("rule", "label", "named", "meta", "json-ld")
#: Field → the kinds of witness that are asked for it, most trusted first.
TRUST: dict[str, tuple[str, ...]] = {
    "title": ("rule", "heading", "label", "named", "json-ld", "listing"),
    "published": (
        "rule", "label", "line", "dated", "exact", "named", "meta", "json-ld", "script", "time",
        "url", "listing", "changed",
    ),
    "written": ("rule", "label", "signature"),
    "origin": (*_NAME, "line"),
    "author": ("rule", "label", "named", "byline", "meta", "json-ld"),
    "editor": ("rule", "label", "named", "byline", "meta", "json-ld"),
    "issuer": ("rule", "label"),
    "doc_number": ("rule", "label", "line"),
    "index_number": ("rule", "label"),
    "lang": ("html", "meta"),
}  # fmt: skip

#: What decides beside the order, each held by a test of ``tests/test_trust.py``.
RULES = (
    "A `PubDate` that equals the moment at which the page was generated (`页面生成时间`) is no "
    "witness.",
    "A label that says 发布 goes before one that says 更新, wherever both stand.",
    "成文日期, 签发日期 and the signature tell when a text was written, not when it was published.",
    "Where the first witness tells only the day, the first other one that means the same day gives "
    "the clock.",
    "Where the first witness tells a clock without an offset, a machine's of the same clock gives "
    "the offset, unless another means the very minute that the source's zone makes of it. Z behind "
    "the clock of a source that keeps another zone is a habit of its system and means nothing.",
    "Where an exact witness differs from such a clock by whole hours, the page shows the clock of "
    "another zone than the source's, and the exact moment is taken. A meta without an offset never "
    "corrects a clock: `06:51` for 18:51 is a mistake of its system.",
    "A day that a page shows only as that of a change gives way to the listing's.",
    "An author that only a machine names is not believed where a Chinese page shows its editor.",
)  # fmt: skip


def is_exact(witness: str) -> bool:
    """Say whether a machine's moment is that of the first publication, if it names an offset."""
    return witness in _EXACT


def rank(said: Mapping[str, Witness]) -> dict[str, Findings]:
    """Return field → all that was found of it, the more trusted witnesses' first.

    What two witnesses say alike stands there twice.
    """
    return {field: tuple(_ranked(field, said)) for field in TRUST}


def _ranked(field: str, said: Mapping[str, Witness]) -> dict[Found, None]:
    found: dict[Found, None] = {}
    for kind in TRUST[field]:
        if kind in said and not (kind == "changed" and found):
            found |= dict.fromkeys(said[kind].get(field, ()))
    return found


def describe_trust() -> str:
    """Return fields, witnesses and rules as two Markdown tables and a list, for the manual."""
    fields = ["| field | asked in this order |", "|---|---|"]
    fields += [f"| `{field}` | {' · '.join(kinds)} |" for field, kinds in TRUST.items()]
    kinds = ["| witness | what it is |", "|---|---|"]
    kinds += [f"| {kind} | {meaning} |" for kind, meaning in WITNESSES.items()]
    rules = [f"- {rule}" for rule in RULES]
    return "\n\n".join("\n".join(part) for part in (fields, kinds, rules)) + "\n"
