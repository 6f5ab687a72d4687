"""Article → what it says, as digests. Equal digests mean equal to a reader. Pure.

``content`` tells whether a page says something else than before; ``body`` whether two addresses
carry the same text, whoever signs it.
"""

import hashlib
import json
import re
import unicodedata
from functools import lru_cache

from archive.records import Article, Fingerprint
from archive.rows import stamp

#: Fewer characters than these say too little to call two articles the same.
TELLING = 40

#: Fields whose words are the article's.
TEXTS = (
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
#: Most Chinese texts are in NFKC but for these; without them ``normalize`` returns at once.
_WIDE = tuple((wide, unicodedata.normalize("NFKC", wide)) for wide in "，：；（）！？％～…　")
_NO_WORD = re.compile(r"[\W_]+")


def meaning(article: Article) -> dict[str, str]:
    """Return every field whose change is a change of meaning, white space evened out.

    HTML, pictures, channels and witnesses are not among them: they change how an article is shown
    or filed, not what it says.
    """
    found = {name: " ".join(getattr(article, name).split()) for name in TEXTS}
    found["published"] = stamp(article.published) if article.published else ""
    found["written"] = article.written.isoformat() if article.written else ""
    found["attachments"] = "\n".join(f"{a.url} {a.sha256}".rstrip() for a in article.attachments)
    return found


def fingerprint(article: Article) -> Fingerprint:
    """Return the digests of an article that holds neither NUL nor lone surrogates."""
    return Fingerprint(content=content_sha256(article), body=_sha256(_essence(article)))


def content_sha256(article: Article) -> str:
    """Return the digest that the chain vouches for; a third of the work of both."""
    said = json.dumps(meaning(article), ensure_ascii=False, separators=(",", ":"))
    return _sha256(said)


def _essence(article: Article) -> str:
    """Return what a reprint shares with its original, and nothing a stranger would share.

    A body too short to tell (见附件) counts together with its title, and where both are too short
    together with its address, so that it stands alone.
    """
    body = words(unsigned(article.text))
    if len(body) >= TELLING:
        return body
    title = words(unsigned(article.title))
    if len(title) + len(body) >= TELLING:
        return f"{title}\n{body}"
    return f"{article.url}\n{title}\n{body}"


#: The digest of an article asks for the same text as the keys of it do.
@lru_cache(maxsize=4)
def unsigned(text: str) -> str:
    """Return a text in NFKC, the lines that say who wrote or carried it left out."""
    for wide, plain in _WIDE:
        text = text.replace(wide, plain)
    return _BRACKET.sub("", _BYLINE.sub("", unicodedata.normalize("NFKC", text)))


def words(text: str) -> str:
    """Return the letters and figures of an ``unsigned`` text and nothing else."""
    return _NO_WORD.sub("", text).casefold()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
