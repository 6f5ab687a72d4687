"""Which links of a page lead to columns of articles: by their words, place and addresses.

A name that many languages give to news is the strongest word; a link that heads a block, articles
that lie below its address and an address made of such words speak for it in any language.
"""

from collections import Counter
from collections.abc import Iterable

from crawler.discovery import addresses
from crawler.discovery.anchors import Anchor
from crawler.discovery.records import Candidate
from crawler.discovery.words import ADDRESS, is_home, worth_of
from crawler.text import weight_of
from crawler.urls import host_of

#: Candidates of one page that are remembered.
MOST = 80

#: Points from which on a link is worth a request.
ENOUGH = 4

#: Columns of a name; a CJK character counts as two. Beyond it stands a title.
_LONGEST = 36

#: Articles below an address from which on they speak for it.
_BELOW = 3


def columns_of(
    anchors: Iterable[Anchor], here: str, own: frozenset[str]
) -> tuple[tuple[Candidate, ...], int]:
    """Return the likely columns of a page, best first, and how many blocks lead to more."""
    links = [a for a in anchors if host_of(a.url) in own and a.url != here]
    below = Counter(
        folder
        for url in {a.url for a in links}
        if addresses.is_article(url)
        for folder in addresses.folders_above(url)
    )
    found: dict[str, Candidate] = {}
    blocks = set()
    for link in links:
        if addresses.is_root(link.url) or addresses.is_file(link.url):
            continue
        points = points_of(link, below[addresses.folder_of(link.url)])
        if link.more and points >= ENOUGH:
            blocks.add(link.url)
        known = found.get(link.url)
        if points >= ENOUGH and (known is None or points > known.points):
            found[link.url] = Candidate(url=link.url, name=link.name, points=points)
    # Sorting is stable: of equal ones the first on the page is the first.
    best = sorted(found.values(), key=lambda candidate: -candidate.points)
    return tuple(best[:MOST]), len(blocks)


def points_of(link: Anchor, below: int) -> int:
    """Return what speaks for a link as a column; ``below`` counts articles under its folder."""
    if weight_of(link.name) > _LONGEST or is_home(link.name):
        return 0
    folder = addresses.is_folder(link.url)
    if addresses.is_article(link.url) and not folder:
        return 0
    points = worth_of(link.name)
    points += 2 * bool(ADDRESS.search(link.url.partition("//")[2].partition("/")[2]))
    points += 3 * link.more
    points += 3 * (below >= _BELOW)
    return points + folder
