"""The real listings with expected entries: where they lie, whose they are, which are held back.

Nobody kept the addresses of the court pages. Where a page lay follows from its own references and
the expected addresses: the place that most of them agree upon.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from benchmarks.corpus import CORPUS
from crawler.charset import decode
from crawler.urls import canonical, host_of

LISTS = CORPUS / "lists"
COURTS = "us_courts"
#: Attributes that hold an address, on whatever element.
_REFERENCES = ("href", "src", "data-href", "data-url", "data-audio", "data-src", "onclick")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry that a page is expected to name; "" for what the truth does not say."""

    url: str
    date: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One page of a listing with what it is expected to name."""

    id: str
    set: str
    #: whose pages are drawn together
    site: str
    url: str
    zone: str
    body: bytes
    entries: tuple[Entry, ...]
    #: what stands in the file, where it is no HTML: feed, JSON
    other: str = ""

    @property
    def text(self) -> str:
        """Return the page as text."""
        return decode(self.body).text

    @property
    def hosts(self) -> tuple[str, ...]:
        """Return the hosts of the expected entries."""
        return tuple({host for entry in self.entries if (host := host_of(entry.url))})

    @property
    def held_back(self) -> bool:
        """Say whether nothing may be tuned on the page: a third of all sites, drawn by hash."""
        return hashlib.sha256(b"listing 9 " + self.site.encode()).digest()[0] % 3 == 0


def cases(lists: Path = LISTS) -> Iterator[Case]:
    """Yield every page of the corpus whose entries are known."""
    yield from _chinese(lists)
    yield from _courts(lists / COURTS)


def foreign(lists: Path = LISTS) -> Iterator[tuple[str, str]]:
    """Yield the court pages that are not kept as HTML, and what they are."""
    for truth in sorted((lists / COURTS).glob("*.compare.json")):
        stem = truth.name.removesuffix(".compare.json")
        if not truth.with_name(f"{stem}.html").exists():
            kinds = [path.suffix[1:] for path in truth.parent.glob(f"{stem}.*") if path != truth]
            yield stem, ", ".join(kinds) or "nothing kept"


def spelled(url: str) -> str:
    """Return what two spellings of an address have in common: scheme, www and case left out."""
    try:
        url = canonical(url.strip())
    except ValueError:
        return ""
    return unquote(url.partition("://")[2]).removeprefix("www.").rstrip("/").lower()


def references(tree: LexborHTMLParser) -> list[str]:
    """Return every reference of a page as it stands."""
    found = []
    for node in tree.css(",".join(f"[{name}]" for name in _REFERENCES)):
        found += [value for name in _REFERENCES if (value := node.attributes.get(name))]
    return found


def _chinese(lists: Path) -> Iterator[Case]:
    truth = json.loads((lists / "zh_truth.json").read_text(encoding="utf-8"))
    for name, told in truth.items():
        yield Case(
            id=name,
            set="zh",
            site=told.get("site", name),
            url=told["url"] or f"https://{told.get('site', name)}/",
            zone="Asia/Shanghai",
            body=(lists.parent / told["file"]).read_bytes(),
            entries=tuple(
                Entry(url=item["url"], date=item.get("date") or "", title=item.get("title") or "")
                for item in told["items"]
            ),
        )


def _courts(folder: Path) -> Iterator[Case]:
    for truth in sorted(folder.glob("*.compare.json")):
        page = truth.with_name(truth.name.replace(".compare.json", ".html"))
        if not page.exists():
            continue
        entries = tuple(_entries(json.loads(truth.read_text(encoding="utf-8"))))
        body = page.read_bytes()
        text = decode(body).text
        url = _place(references(LexborHTMLParser(text)), [entry.url for entry in entries])
        yield Case(
            id=page.stem.removesuffix("_example"),
            set=COURTS,
            site=_owner(url) or page.stem,
            url=url or "https://court.example/",
            zone="America/New_York",
            body=body,
            entries=entries,
            other=_other(text),
        )


def _entries(told: Iterable[dict[str, object]]) -> Iterator[Entry]:
    """Yield the entries of a truth file, those of a case's several opinions one by one."""
    for one in told:
        parts = one.get("sub_opinions") or [one]
        for part in parts if isinstance(parts, list) else [one]:
            url = part.get("download_urls") or part.get("download_url") or ""
            if url:
                yield Entry(url=str(url), date=str(one["case_dates"]), title=str(one["case_names"]))


def _place(hrefs: Iterable[str], wanted: Iterable[str]) -> str:
    """Return the folder that a page's references hang on for the wanted addresses to come out."""
    by_tail: dict[str, list[str]] = {}
    for url in wanted:
        by_tail.setdefault(_tail(url), []).append(url)
    places: Counter[str] = Counter()
    for href in set(hrefs):
        href = href.strip().replace("\\", "/")
        for url in by_tail.get(_tail(href), ()):
            if place := _hung(href, url):
                places[place] += 1
    # A reference from the root fits every folder of its host: a folder says more.
    best = max(places, key=lambda place: (places[place], place.count("/")), default="")
    deeper = [p for p in places if p != best and p.startswith(best) and best.count("/") == 3]
    if best and deeper:
        best = max(deeper, key=lambda place: places[place])
    if not best:
        hosts = Counter(f"{urlsplit(u).scheme}://{urlsplit(u).netloc}/" for u in wanted)
        best = hosts.most_common(1)[0][0] if hosts else ""
    return best


def _tail(url: str) -> str:
    return unquote(url.partition("#")[0].rstrip("/").rpartition("/")[2]).lower().strip()


def _hung(href: str, url: str) -> str:
    """Return the folder on which ``href`` leads to ``url``, "" where none does."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}/"
    if href.startswith(("http:", "https:", "//", "/")):
        return root if spelled(urljoin(root, href)) == spelled(url) else ""
    path = href
    while path.startswith("./"):
        path = path[2:]
    ups = 0
    while path.startswith("../"):
        path, ups = path[3:], ups + 1
    plain = unquote(url)
    if not plain.lower().endswith("/" + unquote(path).lower()):
        return ""
    return plain[: len(plain) - len(unquote(path))] + "x/" * ups


def _owner(url: str) -> str:
    return host_of(url).removeprefix("www.") if url else ""


def _other(text: str) -> str:
    head = text.lstrip("\ufeff \r\n\t")[:300].lower()
    if head.startswith(("{", "[")):
        return "JSON"
    return "feed" if "<rss" in head or "<feed" in head else ""
