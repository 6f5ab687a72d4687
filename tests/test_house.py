"""The house rules, held against the code: who may import whom, and which library lives where."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

#: library → the rooms that may import it
LIBRARIES = {
    "httpx": {"crawler.fetch"},
    "httpx_aiohttp": {"crawler.fetch"},
    "aiohttp": {"crawler.fetch", "crawler.guard",
                # its server answers monitoring
                "crawler.monitoring"},
    "selectolax": {"crawler.listing", "crawler.extract", "crawler.normalise", "crawler.selectors",
                   # what a page leads to
                   "crawler.discovery",
                   # both look at a page that the readers make nothing of
                   "crawler.dryrun", "crawler.mending"},
    "apscheduler": {"crawler.schedule"},
    "sqlite_utils": {"archive.verify", "archive.schema", "archive.tables", "crawler.frontier",
                     "crawler.schema", "crawler.tables"},
    "click": {"archive.cli", "crawler.cli"},
    "rich": {"archive.cli", "archive.terminal", "archive.wrapping", "crawler.cli"},
    "datasette": {"archive.datasette_plugin", "archive.browse"},
    "nh3": {"archive.sanitise"},
    "pebble": {"crawler.sandbox"},
    "protego": {"crawler.robots"},
    "warcio": {"archive.warc"},
    "prometheus_client": {"crawler.monitoring"},
    "pyarrow": {"archive.export"},

}  # fmt: skip

#: the rooms of the archive that the moving half may enter; everything else only through the face
DOORS = {
    "crawler.cli": {
        "archive.ago",
        "archive.cli",
        "archive.escapes",
        "archive.explain",
        "archive.export",
        "archive.health",
        "archive.language",
        "archive.search",
        "archive.terminal",
    },
    # people read its messages
    "crawler.monitoring": {"archive.health", "archive.language"},
}

STAGES = {"fetch", "listing", "extract", "normalise", "frontier"}

GROUND = {"crawler.records", "crawler.errors", "crawler.settings", "archive.records",
          "archive.errors"}  # fmt: skip


def room(path: Path) -> str:
    """Return the room a file belongs to: package and first name below it."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(p for p in parts[:2] if p != "__init__")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            if node.module in ("archive", "crawler"):
                for name in node.names:
                    if (ROOT / node.module / name.name).exists() or (
                        ROOT / node.module / f"{name.name}.py"
                    ).exists():
                        yield f"{node.module}.{name.name}"


FILES = sorted(p for half in ("archive", "crawler") for p in (ROOT / half).rglob("*.py"))
EDGES = {(room(path), module) for path in FILES for module in imports(path)}


def door(module: str) -> str:
    return ".".join(module.split(".")[:2])


def test_the_archive_knows_nothing_of_the_crawler() -> None:
    assert [(a, b) for a, b in EDGES if a.startswith("archive") and b.startswith("crawler")] == []


def test_the_crawler_enters_the_archive_by_its_face() -> None:
    odd = [
        (a, b)
        for a, b in EDGES
        if a.startswith("crawler") and b.startswith("archive.") and door(b) not in DOORS.get(a, ())
    ]
    assert odd == []


def test_stages_do_not_know_each_other() -> None:
    odd = [
        (a, b)
        for a, b in EDGES
        for stage in STAGES
        if a == f"crawler.{stage}" and any(door(b) == f"crawler.{s}" for s in STAGES - {stage})
    ]
    assert odd == []


def test_the_replica_imports_nothing_of_ours() -> None:
    ours = [b for a, b in EDGES if a == "crawler.replica" and b.startswith(("crawler", "archive"))]
    assert [b for b in ours if not b.startswith("crawler.replica")] == []


def test_ground_imports_only_ground() -> None:
    odd = [
        (a, b)
        for a, b in EDGES
        if a in GROUND and b.startswith(("crawler", "archive")) and door(b) not in GROUND
    ]
    assert odd == []


@pytest.mark.parametrize("library", sorted(LIBRARIES))
def test_each_library_stays_in_its_rooms(library: str) -> None:
    users = {a for a, b in EDGES if b.split(".")[0] == library}
    assert users <= LIBRARIES[library]


def test_rooms_do_not_import_each_other_in_a_circle() -> None:
    names = {a for a, _ in EDGES}
    below = {a: {door(b) for x, b in EDGES if x == a and door(b) in names and door(b) != a}
             for a in names}  # fmt: skip
    done: set[str] = set()

    def walk(at: str, path: tuple[str, ...]) -> None:
        assert at not in path, f"circle: {' → '.join([*path, at])}"
        if at not in done:
            for after in below[at] - {"archive", "crawler"}:
                walk(after, (*path, at))
            done.add(at)

    for name in sorted(names):
        walk(name, ())


def test_no_file_is_called_utils() -> None:
    assert [p for p in FILES if "util" in p.stem or "helper" in p.stem] == []
