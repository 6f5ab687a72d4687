"""What a page says about itself to machines: ``meta`` elements, JSON-LD and inline scripts.

Machines wrote it, and wrote it wrong as often as right: a ``PubDate`` may be the moment the page
was generated, a ``ContentSource`` may hold the title. So all of it is a witness beside others.
Moments of a later change (``dcterms.modified``, ``og:updated_time``) are no field of an article:
they tell the crawler when to look again.
"""

import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import islice

from crawler.extract.page import Page
from crawler.extract.wording import letters
from crawler.records import Findings, Found

#: field → names of metas, most trusted first: 国办发〔2017〕47号, then what others use
METAS: dict[str, tuple[str, ...]] = {
    "title": (
        "articletitle", "og:title", "twitter:title", "dc.title", "dcterms.title", "headline",
        "citation_title",
    ),
    "published": (
        "firstpublishedtime", "article:published_time", "og:published_time", "datepublished",
        "govuk:first-published-at",
        "pubdate", "publishdate", "publish-date", "publish_date", "publishtime", "_pubtime",
        "publicationdate", "publication_date", "publication-date", "datepublish", "firstpublished",
        "og:release_date", "article:published", "dcterms.issued", "dc.date.issued",
        "dcterms.available", "dcterms.created", "dc.date.created", "dcterms.date", "dc.date",
        "weibo:article:create_at", "weibo: article:create_at", "sailthru.date", "parsely-pub-date",
        "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "prism.publicationdate",
        "rnews:datepublished", "bt:pubdate", "article_date_original", "originalpublicationdate",
        "citation_online_date", "citation_publication_date", "citation_date", "article:create_time",
        "ptime", "release_date", "issued", "date", "creation_date", "createdate",
    ),
    "origin": (
        "contentsource", "source", "article:source", "publishsource", "articlesource",
        "article_source", "newssource", "dc.source", "dcterms.source",
        "govuk:primary-publishing-organisation", "mediaid",
    ),
    "author": (
        "author", "article:author", "article:author_name", "authors", "dc.creator",
        "dcterms.creator", "parsely-author", "citation_author", "byl", "sailthru.author",
        "cxenseparse:author", "rbauthors",
    ),
    "editor": ("editor", "contenteditor", "responsibleeditor", "article:editor"),
    "lang": ("content-language", "dc.language", "dcterms.language", "og:locale"),
    "modified": (
        "lastmodifiedtime", "article:modified_time", "og:updated_time", "datemodified",
        "dcterms.modified", "dc.date.modified", "govuk:public-updated-at", "last-modified",
    ),
}  # fmt: skip

#: Metas that name the site.
_SITES = ("og:site_name", "sitename", "application-name")
#: JSON-LD key → field. ``publisher`` and ``copyrightHolder`` are the site itself, not where the
#: text comes from; only ``sourceOrganization`` means that.
_JSON_KEYS = {
    "headline": "title",
    "datePublished": "published",
    "pubDate": "published",
    "author": "author",
    "creator": "author",
    "editor": "editor",
    "sourceOrganization": "origin",
    "inLanguage": "lang",
    "dateModified": "modified",
}
_PERSONS = frozenset(["author", "editor"])
_ARTICLE = re.compile(r"Article$|Posting$|^Report$|^(?:GovernmentService|VideoObject|AnalysisNews)")
_WEB_PAGE = re.compile(r"(?:WebPage|ItemPage|AboutPage)$")
_BODY = re.compile(r"Organi[sz]ation|Corporation|WebSite")

#: How catalogues write a person: Doe, Jane
_FAMILY_FIRST = re.compile(r"[^\W\d_][\w'’-]+, [^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*)?")
#: Before and behind JSON in scripts: comments and CDATA for readers of long ago.
_BEFORE, _BEHIND = ("//", "<!--", "<![CDATA["), (";", "//", "-->", "]]>")
_TRAILING = re.compile(r",(\s*[\]}])")
#: Objects that one script may hold behind each other.
_RUN = 10

#: A quoted day in a script, and the names of variables it may be assigned to.
_SCRIPT_DAY = re.compile(r"20\d\d[-/年]\d{1,2}[-/月]\d{1,2}日?(?:[ T]\d{1,2}:\d\d(?::\d\d)?)?")
_SCRIPT_NAME = re.compile(
    r"(?:fdate|fbrq|fbsj|pub_?date|publish_?(?:time|date)|pub_?time|ptime|release_?(?:time|date)|"
    r"datePublished|create_?(?:time|date))[\"']?\s*[:=]\s*[\"']$",
    re.IGNORECASE,
)


#: Days taken from scripts: a list of other articles may hold thousands.
MOST_SCRIPT_DAYS = 20


def metas(page: Page, field: str) -> Iterator[Found]:
    """Yield what the metas say of ``field``, most trusted name first; a site is no author."""
    for name in METAS.get(field, ()):
        if values := page.metas.get(name):
            if field == "author":
                sites = {site for key in _SITES for site in page.metas.get(key, ())}
                values = [value for value in values if value not in sites]
                yield Found(value=_listed(values), witness=f"meta:{name}")
            for value in values:
                yield Found(value=value, witness=f"meta:{name}")


def _listed(names: Iterable[str]) -> str:
    """Return several persons as one string, addresses left out, parted as their script does."""
    kept = [name for name in dict.fromkeys(names) if name and "://" not in name]
    if all(map(_FAMILY_FIRST.fullmatch, kept)):
        kept = [" ".join(reversed(name.split(", "))) for name in kept]
    return ("、" if any(name > "\u2e7f" for name in kept) else ", ").join(kept[:10])


def generated(page: Page) -> frozenset[str]:
    """Return the minutes at which the page says it was generated (``页面生成时间 …``)."""
    notes = (note for values in page.metas.values() for note in values if "生成时间" in note)
    return frozenset(minute_of(note.rpartition("生成时间")[2].strip(" :：")) for note in notes)


def minute_of(value: str) -> str:
    """Return a machine's moment without its seconds: 2024-04-01 10:00:07 is 2024-04-01 10:00."""
    return value.strip().replace("T", " ")[:16]


def json_ld(page: Page) -> dict[str, Findings]:
    """Return field → what the page's JSON-LD says of it: of the article that is the page's own."""
    if not page.jsonld:
        return {}
    things: list[dict[str, object]] = []
    for text in page.jsonld:
        for data in _load(text):
            things += _things(data, 0)
    known = {str(thing["@id"]): thing for thing in things if "@id" in thing}
    articles = [thing for thing in things if _is_kind(thing, _ARTICLE) or "pubDate" in thing]
    if len(articles) > 1:
        articles.sort(key=lambda thing: not _is_own(page, thing))
    found: dict[str, list[Found]] = {}
    for article in articles:
        for key, field in _JSON_KEYS.items():
            told = article.get(key)
            value = _people(told, known) if field in _PERSONS else _string(told)
            if value:
                found.setdefault(field, []).append(Found(value=value, witness=f"json-ld:{key}"))
    if "published" not in found:
        # a page that is no article may still say when it was published
        found["published"] = [
            Found(value=value, witness="json-ld:WebPage")
            for thing in things
            if _is_kind(thing, _WEB_PAGE) and (value := _string(thing.get("datePublished")))
        ]
    return {field: tuple(values) for field, values in found.items() if values}


def _load(text: str) -> list[object]:
    """Return the values in a script of JSON-LD, mended where it can be told what was meant."""
    try:
        return [json.loads(text, strict=False)]
    except (ValueError, RecursionError):
        pass
    text = _unwrapped(text)
    if text[:8].lstrip("[{ \n").startswith("&quot;"):
        text = unescape(text)
    for mended in (text, _TRAILING.sub(r"\1", text)):
        if values := _run(mended):
            return values
    return []


def _unwrapped(text: str) -> str:
    """Return a script without the comments and CDATA marks around it."""
    text = text.strip()
    for _ in range(3):
        for mark in _BEFORE:
            text = text.removeprefix(mark).lstrip()
        for mark in _BEHIND:
            text = text.removesuffix(mark).rstrip()
    return text


def _run(text: str) -> list[object]:
    """Return the JSON values that stand behind each other, none where they are not JSON at all."""
    decoder = json.JSONDecoder(strict=False)
    values: list[object] = []
    at = 0
    while at < len(text) and len(values) < _RUN:
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        values.append(value)
        while at < len(text) and text[at] in " \t\r\n,;":
            at += 1
    return values


def _things(data: object, depth: int) -> Iterator[dict[str, object]]:
    """Yield every object of JSON-LD that may be the page's article, however it is wrapped.

    What is part of another thing (``isPartOf``, ``itemListElement``) is another page's.
    """
    if depth > 4:
        return
    if isinstance(data, list):
        for item in data[:50]:
            yield from _things(item, depth + 1)
    elif isinstance(data, dict):
        yield data
        yield from _things(data.get("@graph"), depth + 1)
        yield from _things(data.get("mainEntity"), depth + 1)


def _is_kind(thing: dict[str, object], pattern: re.Pattern[str]) -> bool:
    kind = thing.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return any(isinstance(k, str) and pattern.search(k) is not None for k in kinds)


def _is_own(page: Page, thing: dict[str, object]) -> bool:
    """Say whether an article is the one that the page is named after."""
    title = letters(_string(thing.get("headline"))[:200])
    return bool(title) and title in letters(page.title)


def _people(value: object, known: dict[str, dict[str, object]]) -> str:
    """Return the persons in a JSON-LD value; bodies publish, somebody else writes."""
    if isinstance(value, list):
        flat = [item for item in value[:10] if not isinstance(item, list)]
        return _listed(_people(item, known) for item in flat)
    if isinstance(value, dict):
        value = value if "name" in value else known.get(str(value.get("@id")), value)
        return "" if _is_kind(value, _BODY) else _string(value.get("name"))
    return value.strip() if isinstance(value, str) else ""


def _string(value: object) -> str:
    """Return a JSON-LD value as a string: itself, its name, or the names of a list."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value")
    if isinstance(value, list):
        return _listed(item.strip() for item in value[:10] if isinstance(item, str))
    return value.strip() if isinstance(value, str) else ""


def script_dates(page: Page) -> Iterator[Found]:
    """Yield days that scripts assign to a variable named after publication."""
    dates = (
        found[0]
        for text in page.scripts
        for found in _SCRIPT_DAY.finditer(text)
        if _SCRIPT_NAME.search(text, max(0, found.start() - 40), found.start())
    )
    for date in islice(dates, MOST_SCRIPT_DAYS):
        yield Found(value=date, witness="script")
