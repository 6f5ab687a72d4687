"""What a config folder knows already: the families' marks, and what is watched.

Read without complaint: a file with faults is told of by ``load``, and is no hindrance here.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crawler.errors import Fault
from crawler.records import ListingKind
from crawler.settings import Settings
from crawler.sources.check import check
from crawler.sources.keys import FAMILY, SETTINGS, SOURCE, Schema
from crawler.sources.text import read


def family_marks(families: Path) -> dict[str, tuple[str, ...]]:
    """Return family → the patterns that tell it, those without any left out."""
    read_marks = {name: values.get("marks", ()) for name, values in _files(families, FAMILY)}
    return {name: marks for name, marks in read_marks.items() if marks}


def watched(sources: Path) -> dict[str, str]:
    """Return listing address → id of the source that watches it, resting sources too.

    A source that is merely at hand, in a set that gazette.toml does not choose, watches nothing.
    """
    found: dict[str, str] = {}
    chosen = _chosen_sets(sources.parent)
    for name, values in _files(sources, SOURCE):
        if values.get("sets") and not chosen.intersection(values["sets"]):
            continue
        for listing in values.get("listings", ()):
            found.setdefault(listing.get("url", ""), name)
    found.pop("", None)
    return found


def _chosen_sets(config: Path) -> frozenset[str]:
    """Return the sets whose sources are watched."""
    path = config / "gazette.toml"
    document = read(path) if path.exists() else None
    said = {} if document is None or isinstance(document, Fault) else check(document, SETTINGS)[0]
    return frozenset(said.get("sets", Settings().sets))


def _files(folder: Path, schema: Schema) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(folder.glob("*.toml")):
        document = read(path)
        if not isinstance(document, Fault):
            yield path.stem, check(document, schema)[0]


def ids(sources: Path) -> frozenset[str]:
    """Return the ids that files have, capitals aside: on some disks they are one file."""
    return frozenset(path.stem.lower() for path in sources.glob("*.toml"))


def usual_kind(families: Path, family: str) -> ListingKind | None:
    """Return the kind that a family's listings have where they say nothing, None for no family."""
    path = families / f"{family}.toml"
    document = read(path) if family and path.exists() else None
    if document is None or isinstance(document, Fault):
        return None
    kind = check(document, FAMILY)[0].get("listing", {}).get("kind")
    return kind if isinstance(kind, ListingKind) else None
