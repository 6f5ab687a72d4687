"""What the shape of an address tells: an article's, a folder's, the way up."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

#: The last part of a listing's address, whatever number it ends in.
_LISTING = re.compile(
    r"/(?:(?:index|list|default|main|home|node|channel|column|col|class|category|more)[^/]*)?$"
    r"|/(?:node|col|channel|c)_?\d+(?:\.s?html?)?$|[_/-]list(?:_\d+)?\.\w+$",
    re.IGNORECASE,
)
_ARTICLE = re.compile(
    r"/t\d{8}_\d+\."
    r"|/(?:art|content|post|info|article|detail|show|view|doc|news)_?[-\w]*\d[-\w]*\.(?:s?html?|jhtml)$"
    r"|/[^/]*\d[^/]*/(?:content|page)\.s?html?$"
    r"|/(?:19|20)\d\d[-/]?(?:0?[1-9]|1[0-2])[-/]\d{0,2}/?[^/]+$|/[^/]*\d{5,}[^/]*\.\w+$"
    r"|/[0-9a-f]{16,}[^/]*$|/(?:19|20)\d\d/[^/]+(?:-[^/]+){2,}/?$|/[^/]+(?:-[^/]+){4,}/?$|/\d{6,}/?$",
    re.IGNORECASE,
)  # fmt: skip
_ARTICLE_QUERY = re.compile(
    r"(?:^|&)(?:\w*(?:art|info|news|content|doc|article)\w*|)id=\w*\d", re.IGNORECASE
)
_COLUMN_QUERY = re.compile(r"(?:class|cat|column|channel|node|type|lm|list)\w*=", re.IGNORECASE)
#: The number of a column; shorter ones and years stand in too many addresses.
_NUMBER = re.compile(r"(?<!\d)(?!(?:19|20)\d\d(?!\d))\d{3,}(?!\d)")
#: Files, and what is asked for besides pages.
_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|zip|rar|7z|jpe?g|png|gif|svg|mp[34]|avi|apk|exe|css|js)$",
    re.IGNORECASE,
)


def is_article(url: str) -> bool:
    """Tell whether an address looks like that of one article."""
    parts = urlsplit(url)
    if _COLUMN_QUERY.search(parts.query) and not re.search(r"(?:^|&)id=", parts.query):
        return False
    if _ARTICLE_QUERY.search(parts.query):
        return True
    return bool(_ARTICLE.search(parts.path)) and not _LISTING.search(parts.path)


def is_folder(url: str) -> bool:
    """Tell whether an address looks like that of a listing."""
    parts = urlsplit(url)
    return bool(_LISTING.search(parts.path) or _COLUMN_QUERY.search(parts.query))


def is_file(url: str) -> bool:
    """Tell whether an address is that of a file rather than of a page."""
    return bool(_FILE.search(urlsplit(url).path))


def is_root(url: str) -> bool:
    """Tell whether an address is that of a home page."""
    parts = urlsplit(url)
    return not parts.query and bool(
        re.fullmatch(r"/?(?:(?:index|default|main|home)\.\w+)?", parts.path, re.IGNORECASE)
    )


def folder_of(url: str) -> str:
    """Return the address of the folder that a page lies in."""
    return urljoin(url, "./").partition("?")[0]


def folders_above(url: str) -> Iterator[str]:
    """Yield the folders an article lies in, the nearest first, the root and days left out."""
    parts = urlsplit(url)
    steps = [step for step in parts.path.split("/")[1:-1] if step]
    while steps:
        # 202403/, 2024/3/15/, 2024/03-15/ and 1545021/ hold articles and are no column.
        if not re.fullmatch(r"\d{5,}|\d{1,2}(?:[-_]\d{1,2})?|(?:19|20)\d\d[-_\d]{0,6}", steps[-1]):
            yield f"{parts.scheme}://{parts.netloc}/{'/'.join(steps)}/"
        steps.pop()


def share_a_number(column: str, article: str) -> bool:
    """Tell whether the number of a column stands in an article's address too.

    ``/col/col1201/`` and ``/art/2024/3/15/art_1201_98.html``, ``/GB/405419/`` and
    ``/n1/2024/0315/c405419-40001.html``.
    """
    numbers = set(_NUMBER.findall(column.partition("//")[2].partition("/")[2]))
    return bool(numbers & set(_NUMBER.findall(article.partition("//")[2].partition("/")[2])))
