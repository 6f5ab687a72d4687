"""Names that sites give themselves → names that a file can hold, and ids of sources."""

import re
import unicodedata
from collections.abc import Container

from crawler.urls import host_of

#: Characters of a name or id that are kept.
LONGEST_NAME, LONGEST_ID = 80, 60

#: What the title of a home page says besides the site's name.
_EDGES = " \t-–—_|｜·•:：>»/,，"
_TITLE_PARTS = re.compile(
    r"\s+[-–—|·•»]\s+|[_|｜»]|\s*--+\s*|(?<=[\u3040-\u9fff])[-–—](?=[\u3040-\u9fff])"
)
_GREETING = re.compile(
    r"^(?:欢迎(?:访问|光临|来到|您?访问)|welcome to(?: the)?|bienvenue (?:sur|à)"
    r"|willkommen (?:bei|auf))\s*",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"网?站?首页|主页|home(?: ?page)?|index|welcome|accueil|startseite|inicio|início|главная"
    r"|untitled.*|document|\d{3}\b.*|(?:just a )?moment.*",
    re.IGNORECASE,
)

#: Labels of a domain name that say what kind of body it is of, not which.
_KINDS = frozenset(
    "www gov gob gub gouv gv go gc government gop com co org or net ac edu mil admin web portal "
    "m".split()
)
#: Domains of no country that one country's bodies have (RFC 1480; IANA root zone database).
_COUNTRY_OF = {"gov": "us", "mil": "us", "uk": "gb", "eu": "eu", "int": "int"}


def plain(text: str, longest: int = LONGEST_NAME) -> str:
    """Return a stranger's text as one line of plain text, nothing in it that acts."""
    shown = "".join(
        " " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c
        for c in text[: longest * 4]
        if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn")
    )
    return " ".join(shown.split())[:longest].rstrip()


def site_name(said: str, title: str) -> str:
    """Return the name of a site: as it says itself, else out of its home page's title, or ""."""
    if said := plain(said).strip(_EDGES):
        return said
    parts = [plain(part).strip(_EDGES) for part in _TITLE_PARTS.split(title[:400])]
    names = [
        name for part in parts if (name := _GREETING.sub("", part)) and not _NO_NAME.fullmatch(name)
    ]
    # The site's own name is the shorter where a motto stands beside it.
    return names[0] if names else ""


def column_name(title: str, site: str) -> str:
    """Return the name of a column out of its page's title, the site's own name left out."""
    parts = [plain(part).strip(_EDGES) for part in _TITLE_PARTS.split(title[:400])]
    named = [
        p for p in parts if p and not _NO_NAME.fullmatch(p) and p not in site and site not in p
    ]
    if named:
        return named[0]
    # 临湖市人民政府 工作动态: nothing but a blank between the two.
    rest = plain(title).replace(site, " ").strip(_EDGES) if site else ""
    return rest if 0 < len(rest) <= 40 else ""


def id_of(url: str) -> str:
    """Return the id a source of this address gets: its country, then what its host is called."""
    host = host_of(url).strip("[]")
    if re.fullmatch(r"[\d.]+|[\da-f:]+", host):
        return _slug(host)
    labels = host.split(".")
    country = country_of(url).lower()
    if country and len(labels[-1]) == 2:
        labels.pop()
    named = [label for label in reversed(labels) if label not in _KINDS]
    return _slug("-".join([country, *named] if country else named)) or _slug(host)


def country_of(url: str) -> str:
    """Return the country (ISO 3166) whose domain an address lies under, or ""."""
    last = host_of(url).rpartition(".")[2]
    if last in _COUNTRY_OF:
        known = _COUNTRY_OF[last]
        return known.upper() if len(known) == 2 else ""
    return last.upper() if re.fullmatch("[a-z]{2}", last) else ""


def free_id(wanted: str, taken: Container[str]) -> str:
    """Return an id that no source has yet."""
    if wanted not in taken:
        return wanted
    return next(name for n in range(2, 10_000) if (name := f"{wanted}-{n}") not in taken)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:LONGEST_ID].strip("-") or "site"
