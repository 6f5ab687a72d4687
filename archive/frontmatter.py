"""Article ⇄ post: the one document format, read as found and written exactly. Pure.

A post is front matter and an HTML body. The format's keys come first, in the format's order and
quoting; ours follow in one map, ``gazette``, so that any reader of the format reads our posts.
A post by someone else has no such map: its byline is read from the body, it is named by its own
digest, and it is written again byte for byte.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from archive.errors import PostError
from archive.escapes import json_line
from archive.ownkeys import OWN, read_own, write_own
from archive.plaintext import byline_of, pictures_of, text_of
from archive.records import Article, Precision
from archive.sanitise import clean_html
from archive.yamlfront import read_yaml, split_post

#: ``source`` of a post that names none
IMPORTED = "import"
_URN = "urn:gazette:post:"
_KEYS = {"title", "categories", "headimg", "author", "comments", "date", "thumbnail", OWN}
_OPENING, _CLOSING = "\n<div>   \n", "  \n</div>\n            "
_NO_DATE = "Invalid Date"

_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
# Bare only where every YAML reader takes it for the text it is: no comment, key, number or word
# of YAML's own. 36氪 is bare; 2022, no and ~ are quoted.
_BARE = re.compile(r"\w(?:[^:#]|:(?=[^\s])|(?<=[^\s])#)*(?<=[^\s])")
_NOT_TEXT = re.compile(
    r"y|n|yes|no|on|off|true|false|null|[-+.\d][\d_.,:eExXoObBa-fA-FTtZz+ -]*", re.IGNORECASE
)
_WEB = re.compile(r"https?://\S+", re.IGNORECASE)

# Those that ``render`` writes.
_ENTITY = re.compile("&#(10|13|96|123|125|126);")
_BLANK = re.compile(r"(\n[^\S\n]*)\n")

#: deeper than any article; the cleaner takes 0.03 s at this depth and grows with its square
_DEEPEST = 3_000
# Tags that stand alone or close one another, so that many of them are not deep.
_FLAT = "area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|p|li|dt|dd|option"
_TAGS = re.compile(rf"<(/?)(?!(?:{_FLAT})\b)([a-z][^\s/>]*)", re.IGNORECASE)


def render(article: Article, own: Mapping[str, object] | None = None) -> str:
    """Return the article as a post; ``own`` are further keys to write after our own.

    A post by someone else whose bytes say everything comes back as it was, without keys of ours.
    ``parse`` gives the article back, if ``clean_html`` leaves its HTML alone. Lone surrogates,
    which no file can hold, become question marks.
    """
    bare = _layout(article, "", article.html)
    if article.url == _urn(bare) and parse(bare, path="")[0] == article:
        return bare
    published, precision = _moment(_date_line(article.published), [])
    plain = replace(
        article,
        text=text_of(article.html),
        published=published,
        precision=precision,
        zone="UTC",
        pictures=_pictures(article.pictures[0] if article.pictures else "", article.html),
    )
    return _layout(article, write_own(article, plain, own or {}), _inert(article.html))


def parse(text: str, *, path: str) -> tuple[Article, tuple[str, ...]]:
    """Return the article of a post, and notes ``kind: detail`` on what could not be kept as it was.

    ``path`` is for messages. Raises PostError for text that is no post.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    front, first_line, body = split_post(text, path=path)
    keys, notes = read_yaml(front, path=path, first_line=first_line)
    title = keys.get("title")
    if not isinstance(title, str):
        raise PostError(path, first_line, "the front matter has no title")
    html = _html(body, notes, path=path, line=first_line + front.count("\n") + 1)
    published, precision = _moment(_text(keys, "date"), notes)
    article = Article(
        source=IMPORTED,
        url=_urn(text),
        title=title,
        html=html,
        text=text_of(html),
        published=published,
        precision=precision,
        categories=_categories(keys.get("categories")),
        channel=_text(keys, "author"),
        pictures=_pictures(_text(keys, "headimg") or _text(keys, "thumbnail"), html),
    )
    own = keys.get(OWN)
    if isinstance(own, dict):
        article = read_own(article, own, notes)
    else:
        origin, author, editor = byline_of(article.text)
        article = replace(article, origin=origin, author=author, editor=editor)
    return article, (*notes, *_remarks(article, keys))


def _urn(text: str) -> str:
    return _URN + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _inert(html: str) -> str:
    """Return HTML of which a site generator that reads Markdown takes nothing for its own.

    A blank line would end the block of HTML: what a text says behind it could become headings,
    code, or links that run scripts. Fences of code are looked for everywhere.
    """
    html = html.replace("\r", "&#13;").replace("```", "&#96;``").replace("~~~", "&#126;~~")
    html = _BLANK.sub(r"\1&#10;", "\n" + html)[1:]
    return html[:-1] + "&#10;" if html.endswith("\n") else html


def _layout(article: Article, own: str, html: str) -> str:
    picture = _quoted(article.pictures[0] if article.pictures else "")
    lines = [
        "",
        "---",
        f"title: {_quoted(article.title)}",
        "categories: ",
        *(f" - {_plain(category)}" for category in article.categories),
        f"headimg: {picture}",
        f"author: {_plain(article.channel)}",
        "comments: false",
        f"date: {_date_line(article.published)}",
        f"thumbnail: {picture}",
    ]
    # The format spells braces as entities: its site generator runs what stands between them.
    html = html.replace("{", "&#123;").replace("}", "&#125;")
    post = "\n".join(lines) + f"\n{own}---\n{_OPENING}{html}{_CLOSING}"
    return post.encode("utf-8", "replace").decode()


def _date_line(published: datetime | None) -> str:
    return format_datetime(published.astimezone(UTC), usegmt=True) if published else _NO_DATE


def _quoted(text: str) -> str:
    if _UNWRITABLE.search(text):
        return json_line(text)
    return "'" + text.replace("'", "''") + "'"


def _plain(text: str) -> str:
    bare = _BARE.fullmatch(text) and not _NOT_TEXT.fullmatch(text) and not _UNWRITABLE.search(text)
    return text if bare else _quoted(text)


def _text(keys: Mapping[str, object], name: str) -> str:
    value = keys.get(name)
    return value if isinstance(value, str) else ""


def _categories(value: object) -> tuple[str, ...]:
    """Return the path of channels; one written as a single value is a path of one."""
    if isinstance(value, str):
        return (value,) if value else ()
    items = value if isinstance(value, list) else []
    return tuple(item for item in items if isinstance(item, str))


def _pictures(head: str, html: str) -> tuple[str, ...]:
    heads = (head,) if _WEB.fullmatch(head) else ()
    return tuple(dict.fromkeys(heads + pictures_of(html)))


def _moment(line: str, notes: list[str]) -> tuple[datetime | None, Precision]:
    """Return the moment of a date line, RFC 1123 or ISO 8601, and how exactly it is said."""
    precision = Precision.SECOND
    try:
        moment = parsedate_to_datetime(line)
    except ValueError:
        try:
            moment = datetime.fromisoformat(line)
        except ValueError:
            notes.append(f"no date: {line or 'none given'}")
            return None, precision
        # 2022-02-11 or 2022-02-11 19:06, with or without a zone after it.
        colons = re.sub(r"[+-]\d\d:?\d\d$", "", line).count(":")
        precision = {0: Precision.DAY, 1: Precision.MINUTE}.get(colons, precision)
    if moment.tzinfo is None:
        notes.append(f"date without a zone, taken as GMT: {line}")
        moment = moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC), precision
    except OverflowError:
        notes.append(f"no date: {line}")
        return None, precision


def _html(body: str, notes: list[str], *, path: str, line: int) -> str:
    """Return the HTML of a post's body, out of the format's wrapping, safe to show."""
    if body.startswith(_OPENING) and body.endswith(_CLOSING):
        raw = body[len(_OPENING) : -len(_CLOSING)]
    else:
        raw = body.strip()
        first, _, rest = raw.partition("\n")
        inner, _, last = rest.rpartition("\n")
        if (first.strip(), last.strip()) == ("<div>", "</div>"):
            raw = inner
    if _depth(raw) > _DEEPEST:
        raise PostError(path, line, f"the body is nested deeper than {_DEEPEST} tags")
    html = clean_html(raw)
    if html != _ENTITY.sub(lambda found: chr(int(found[1])), raw):
        notes.append("body cleaned: it was not plain, safe HTML")
    if not html.strip():
        notes.append("no body: nothing stands below the front matter")
    return html


def _depth(html: str) -> int:
    """Return about how deep ``html`` nests, without parsing it."""
    depth = deepest = 0
    opened: Counter[str] = Counter()
    for closing, tag in _TAGS.findall(html):
        name = tag.lower()
        if not closing:
            opened[name] += 1
            depth += 1
            deepest = max(deepest, depth)
        elif opened[name]:
            opened[name] -= 1
            depth -= 1
    return deepest


def _remarks(article: Article, keys: Mapping[str, object]) -> list[str]:
    notes = []
    if not article.title:
        notes.append("no title: it is empty")
    if article.title.endswith(("...", "…")):
        notes.append("title is cut: it ends with ...")
    if _text(keys, "thumbnail") not in ("", *article.pictures):
        notes.append("picture not kept: the thumbnail is another than the head picture")
    if lost := sorted(keys.keys() - _KEYS):
        more = f" and {len(lost) - 5} more" if len(lost) > 5 else ""
        notes.append(f"keys not kept: {', '.join(lost[:5])}{more}")
    return notes
