"""Article → what it says, as digests. Equal digests mean equal to a reader. Pure.

``content`` tells whether a page says something else than before; ``body`` whether two addresses
carry the same text, whoever signs it.
"""

import hashlib
import json
import re
import unicodedata

from archive.records import Article, Fingerprint
from archive.rows import stamp

#: Fewer characters than these say too little to call two articles the same.
TELLING = 40

_TEXTS = (
    "title", "text", "origin", "author", "editor", "issuer", "doc_number", "index_number",
)  # fmt: skip

_LABEL = (
    r"(?:责任编辑|责编|编辑|编审|编校|主编|作者|撰稿|供稿|供稿单位|文/图|图/文|摄影|审核|审稿|审校"
    r"|校对|初审|复审|终审|签发|监制|来源|信息来源|文章来源|稿件来源|新闻来源|稿源|转自|转载自"
    r"|记者|通讯员|发布单位|source|editor|author)"
)
# Text is matched after NFKC, which makes ： a colon and （） round brackets.
_BYLINE = re.compile(rf"^[^\w\n]*{_LABEL}\s*:[^\n]{{0,80}}$", re.MULTILINE | re.IGNORECASE)
_BRACKET = re.compile(
    rf"[(\[【〔]\s*{_LABEL}(?:[\s:/、,]|(?=[)\]】〕]))[^)\]】〕\n]{{0,60}}[)\]】〕]", re.IGNORECASE
)
_NO_WORD = re.compile(r"[\W_]+")


def meaning(article: Article) -> dict[str, str]:
    """Return every field whose change is a change of meaning, white space evened out.

    HTML, pictures, channels and witnesses are not among them: they change how an article is shown
    or filed, not what it says.
    """
    found = {name: " ".join(getattr(article, name).split()) for name in _TEXTS}
    found["published"] = stamp(article.published) if article.published else ""
    found["written"] = article.written.isoformat() if article.written else ""
    found["attachments"] = "\n".join(f"{a.url} {a.sha256}".rstrip() for a in article.attachments)
    return found


def fingerprint(article: Article) -> Fingerprint:
    """Return the digests of an article that holds neither NUL nor lone surrogates."""
    said = json.dumps(meaning(article), ensure_ascii=False, separators=(",", ":"))
    return Fingerprint(content=_sha256(said), body=_sha256(_essence(article)))


def _essence(article: Article) -> str:
    """Return what a reprint shares with its original, and nothing a stranger would share.

    A body too short to tell (见附件) counts together with its title, and where both are too short
    together with its address, so that it stands alone.
    """
    body = _words(article.text)
    if len(body) >= TELLING:
        return body
    title = _words(article.title)
    if len(title) + len(body) >= TELLING:
        return f"{title}\n{body}"
    return f"{article.url}\n{title}\n{body}"


def _words(text: str) -> str:
    even = unicodedata.normalize("NFKC", text)
    return _NO_WORD.sub("", _BRACKET.sub("", _BYLINE.sub("", even))).casefold()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
