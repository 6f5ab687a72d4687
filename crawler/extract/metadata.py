"""What a page says about itself to machines: ``meta`` elements, JSON-LD and inline scripts.

Machines wrote it, and wrote it wrong as often as right: a ``PubDate`` may be the moment the page
was generated, a ``ContentSource`` may hold the title. So all of it is a witness beside others.
"""

import json
import re
from collections.abc import Iterator

from crawler.extract.page import Page
from crawler.records import Findings, Found

#: field → names of metas, most trusted first: 国办发〔2017〕47号, then what others use
METAS: dict[str, tuple[str, ...]] = {
    "title": (
        "articletitle", "og:title", "twitter:title", "dc.title", "dcterms.title", "headline",
    ),
    "published": (
        "firstpublishedtime", "article:published_time", "og:published_time", "datepublished",
        "pubdate", "publishdate", "publish-date", "publish_date", "publishtime", "_pubtime",
        "og:release_date", "dcterms.issued", "dc.date.issued", "dcterms.created", "dc.date",
        "weibo: article:create_at", "sailthru.date", "parsely-pub-date", "date", "createdate",
    ),
    "origin": ("contentsource", "source", "article:source", "publishsource", "mediaid"),
    "author": (
        "author", "article:author", "dc.creator", "dcterms.creator", "byl", "sailthru.author",
    ),
    "editor": ("editor", "contenteditor", "responsibleeditor"),
    "lang": ("content-language", "dc.language", "dcterms.language", "og:locale"),
}  # fmt: skip

#: Witnesses that speak of the first publication and nothing else.
EXACT = frozenset(
    ["meta:firstpublishedtime", "meta:article:published_time", "meta:og:published_time",
     "meta:datepublished", "json-ld:datePublished"]
)  # fmt: skip
#: JSON-LD key → field
_JSON_KEYS = {
    "headline": "title",
    "datePublished": "published",
    "author": "author",
    "editor": "editor",
    "inLanguage": "lang",
}
_ARTICLE = re.compile(r"Article|Posting|Report|WebPage$|GovernmentService|VideoObject")

#: A quoted day in a script, and the names of variables it may be assigned to.
_SCRIPT_DAY = re.compile(r"20\d\d[-/年]\d{1,2}[-/月]\d{1,2}日?(?:[ T]\d{1,2}:\d\d(?::\d\d)?)?")
_SCRIPT_NAME = re.compile(
    r"(?:fdate|pub_?date|publish_?(?:time|date)|pub_?time|ptime|release_?(?:time|date)|"
    r"datePublished|create_?(?:time|date))[\"']?\s*[:=]\s*[\"']$",
    re.IGNORECASE,
)


def metas(page: Page, field: str) -> Iterator[Found]:
    """Yield what the metas say of ``field``, most trusted name first."""
    for name in METAS.get(field, ()):
        for value in page.metas.get(name, ()):
            yield Found(value=value, witness=f"meta:{name}")


def generated(page: Page) -> frozenset[str]:
    """Return the moments at which the page says it was generated (``页面生成时间 …``)."""
    notes = (note for values in page.metas.values() for note in values if "生成时间" in note)
    return frozenset(note.rpartition("生成时间")[2].strip(" :：") for note in notes)


def json_ld(page: Page) -> dict[str, Findings]:
    """Return field → what the first article of the page's JSON-LD says of it."""
    found: dict[str, list[Found]] = {}
    for text in page.jsonld:
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        for node in _articles(data, 0):
            for key, field in _JSON_KEYS.items():
                told = node.get(key)
                if field == "author" and _is_body(told):
                    continue
                if value := _string(told):
                    found.setdefault(field, []).append(Found(value=value, witness=f"json-ld:{key}"))
    return {field: tuple(values) for field, values in found.items()}


def _articles(data: object, depth: int) -> Iterator[dict[str, object]]:
    """Yield every object of JSON-LD that describes an article, however it is wrapped."""
    if depth > 4:
        return
    if isinstance(data, list):
        for item in data[:50]:
            yield from _articles(item, depth + 1)
    elif isinstance(data, dict):
        kind = data.get("@type")
        kinds = kind if isinstance(kind, list) else [kind]
        if any(isinstance(k, str) and _ARTICLE.search(k) for k in kinds) or "pubDate" in data:
            yield data
        yield from _articles(data.get("@graph"), depth + 1)


def _is_body(value: object) -> bool:
    """Say whether an author is an organisation: it publishes, somebody else writes."""
    return isinstance(value, dict) and "Organization" in str(value.get("@type"))


def _string(value: object) -> str:
    """Return a JSON-LD value as a string: itself, its name, or the names of a list."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        return _string(value.get("name"))
    if isinstance(value, list):
        return "、".join(filter(None, map(_string, value[:10])))
    return ""


def script_dates(page: Page) -> Iterator[Found]:
    """Yield days that scripts assign to a variable named after publication."""
    for text in page.scripts:
        for found in _SCRIPT_DAY.finditer(text):
            if _SCRIPT_NAME.search(text, max(0, found.start() - 40), found.start()):
                yield Found(value=found[0], witness="script")
