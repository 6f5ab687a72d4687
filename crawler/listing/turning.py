"""Asks for the page after a page of JSON: by its own address, a number in the request, or a rule.

A number may stand in the address, in a form, in posted JSON, or in JSON inside a parameter
(``paramJson={"pageNo":1,"pageSize":15}``).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from crawler.jsonpaths import is_template, pick
from crawler.listing.page import Page
from crawler.listing.values import looks_like_address
from crawler.records import JsonRules, PageRequest

#: Parameters that count pages and entries, as sites call them, case and strokes aside.
_PAGE_NAMES = frozenset(
    """page pageno pagenum pagenumber pageindex pageidx currentpage currpage curpage currentpageno
    pagecurrent nowpage thispage topage cpage pn p pagenow current paged currpageno""".split()
)
_OFFSET_NAMES = frozenset(
    """start offset from skip startindex startrow idisplaystart startnum firstresult
    startrecord startposition""".split()
)
_SIZE_NAMES = frozenset(
    """pagesize size limit rows perpage pagelimit pagecount length top idisplaylength pagerows
    numperpage rowsperpage pagenums itemsperpage n ps per pagelength psize""".split()
)
_IN_PATH = re.compile(r"(?<![A-Za-z])(page(?:index|no|num)?)([=_/-])(\d{1,6})(?!\d)", re.IGNORECASE)

#: Where answers name the page after them.
_NEXT = ("next", "links.next", "_links.next.href", "links.next.href", "next_page_url", "nextUrl",
         "next_url", "nextLink", '["@odata.nextLink"]', "d.__next", "paging.next", "meta.next",
         "pagination.next", "data.next", "data.next_page_url")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a page of JSON came to, as far as it decides whether there is another."""

    value: Any
    #: entries on the page
    count: int
    total: int | None
    pages: int | None


def next_request(page: Page, told: Told) -> PageRequest | None:
    """Return what to ask for after this page, None on the last or where no way is known."""
    rules = page.listing.json
    if not told.count:
        return None
    if rules.next and not any(map(is_template, rules.next)):
        return _named(page, told.value, rules.next)
    if rules.next or rules.page or rules.offset:
        return _counted(page, told, rules)
    return _named(page, told.value, _NEXT) or _counted(page, told, _guessed(page.request, rules))


def _named(page: Page, value: Any, paths: tuple[str, ...]) -> PageRequest | None:
    """Return the request for the address that the answer itself gives."""
    for path in paths:
        for href in pick(value, path)[:1]:
            url = page.address(href) if isinstance(href, str) and looks_like_address(href) else ""
            if url and page.own(url) and url != page.address(page.request.url):
                return replace(page.request, url=url)
    return None


def _guessed(request: PageRequest, rules: JsonRules) -> JsonRules:
    """Return the rules with the parameter that looks like the one that counts."""
    for name, value in _parameters(request):
        bare = _bare(name)
        if _counts(value) and bare in _PAGE_NAMES:
            return replace(rules, page=name)
        if _counts(value) and bare in _OFFSET_NAMES:
            return replace(rules, offset=name)
    parts = request.url.partition("?")
    if found := _IN_PATH.search(parts[0]):
        before, after = parts[0][: found.start(3)], parts[0][found.end() :] + "".join(parts[1:])
        return replace(rules, next=(f"{before}{{page}}{after}",), first=int(found[3]))
    return rules


def _counted(page: Page, told: Told, rules: JsonRules) -> PageRequest | None:
    """Return the request with its number raised, None where that would be beyond the end."""
    size, seen = _size(page.request), page.request.seen + told.count
    if told.total is not None and seen >= told.total:
        return None
    if rules.offset:
        asked = _read(page.request, rules.offset) or ""
        before = int(asked) if _counts(asked) else 0
        after = _written(page.request, rules.offset, before + told.count)
        return _checked(page, replace(after, seen=seen))
    templates = [one for one in rules.next if is_template(one)]
    if not templates and not rules.page:
        return None
    number = _number(page, page.request, rules, templates)
    begun = _number(page, page.listing.request, rules, templates)
    read = number - begun + 1
    if told.pages is not None and read >= told.pages:
        return None
    if told.total is not None and size and read * size >= told.total:
        return None
    if told.total is None and told.pages is None and _is_short(page.request, told, read, size):
        return None
    if not templates:
        return _checked(page, replace(_written(page.request, rules.page, number + 1), seen=seen))
    url = templates[0].replace("{page}", str(number + 1))
    return _checked(page, replace(page.request, url=url, seen=seen))


def _is_short(request: PageRequest, told: Told, read: int, size: int) -> bool:
    """Tell whether a page has less entries than a full one, and so is the last.

    A page before it tells what is full. On the first a round number may be the most that the site
    gives, whatever is asked for.
    """
    if request.seen and read > 1:
        return told.count < request.seen // (read - 1)
    return told.count < size and (read > 1 or told.count % 5 != 0)


def _number(page: Page, request: PageRequest, rules: JsonRules, templates: list[str]) -> int:
    """Return which page a request asks for."""
    if rules.page:
        text = _read(request, rules.page)
        return int(text) if text and _counts(text) else rules.first
    for template in templates:
        # told apart before the address is made whole, which would spell the braces
        marked = page.address(template.replace("{page}", "8888888"))
        shape = re.escape(marked).replace("8888888", r"(\d{1,7})")
        if found := re.fullmatch(shape, page.address(request.url)):
            return int(found[1])
    return rules.first


def _checked(page: Page, request: PageRequest) -> PageRequest | None:
    """Return a request with its address made whole, None where it leads to another site."""
    url = page.address(request.url)
    return replace(request, url=url) if url and page.own(url) else None


def _counts(text: str) -> bool:
    """Tell whether a text is a number that a site may count pages or entries with."""
    return text.isdecimal() and len(text) < 10


def _bare(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.rpartition(".")[2].lower())


def _size(request: PageRequest) -> int:
    """Return how many entries a request asks for, 0 where it does not say."""
    told = (value for name, value in _parameters(request) if _bare(name) in _SIZE_NAMES)
    return next((int(value) for value in told if _counts(value) and 1 < int(value) < 10_000), 0)


def _parameters(request: PageRequest) -> Iterator[tuple[str, str]]:
    """Return every parameter of a request with its value, those inside JSON as ``outer.inner``."""
    if request.body:
        yield from _inner("", request.body)
    for name, value in (*request.form, *_query(request)):
        yield name, value
        yield from _inner(f"{name}.", value)


def _inner(prefix: str, text: str) -> Iterator[tuple[str, str]]:
    value = _object(text)
    for name, inner in (value or {}).items():
        if isinstance(inner, dict):
            yield from _inner(f"{prefix}{name}.", json.dumps(inner))
        elif isinstance(inner, str | int) and not isinstance(inner, bool):
            yield prefix + name, str(inner)


def _object(text: str) -> dict[str, Any] | None:
    if not text.startswith("{"):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _query(request: PageRequest) -> list[tuple[str, str]]:
    parts = request.url.partition("?")[2].split("&")
    pairs = (part.partition("=") for part in parts if part)
    return [(unquote_plus(name), unquote_plus(value)) for name, _, value in pairs]


def _read(request: PageRequest, name: str) -> str | None:
    """Return the value of a parameter, None where the request has none."""
    return next((value for known, value in _parameters(request) if known == name), None)


def _written(request: PageRequest, name: str, number: int) -> PageRequest:
    """Return a request with a number in one of its parameters, which is added where it lacks."""
    if request.body:
        return replace(request, body=_set(request.body, name, number))
    outer, _, inner = name.partition(".")
    fields = dict(request.form)
    if name in fields or outer in fields or (request.form and not _asks(request, name)):
        key = name if name in fields or not inner else outer
        value = str(number) if key == name else _set(fields.get(key, "{}"), inner, number)
        return replace(request, form=tuple((fields | {key: value}).items()))
    address, _, query = request.url.partition("?")
    parts = [part for part in query.split("&") if part]
    names = [unquote_plus(part.partition("=")[0]) for part in parts]
    key = name if name in names or not inner else outer
    held = unquote_plus(parts[names.index(key)].partition("=")[2]) if key in names else "{}"
    value = quote_plus(str(number) if key == name else _set(held, inner, number))
    if key in names:
        parts[names.index(key)] = f"{parts[names.index(key)].partition('=')[0]}={value}"
    else:
        parts.append(f"{quote_plus(key)}={value}")
    return replace(request, url=f"{address}?{'&'.join(parts)}")


def _asks(request: PageRequest, name: str) -> bool:
    return name in dict(_query(request)) or name.partition(".")[0] in dict(_query(request))


def _set(text: str, path: str, number: int) -> str:
    """Return JSON with a number at a path; it stays a text where it was one."""
    value = _object(text) or {}
    held = value
    *outer, last = path.split(".")
    for name in outer:
        inner = held.get(name)
        held[name] = held = inner if isinstance(inner, dict) else {}
    held[last] = str(number) if isinstance(held.get(last), str) else number
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
