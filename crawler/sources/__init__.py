"""The config folder → settings and sources: read, layered, checked to the last key.

Three layers make a source: the records' defaults, its family, its own file; the later one wins, key
by key.
Every fault of every file is found before anything is said, and nothing is fetched.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.errors import ConfigError, Fault
from crawler.records import ArticleRules, JsonRules, Listing, ListingRules, Source
from crawler.settings import (
    BrowserSettings,
    DaemonSettings,
    FetchSettings,
    HealthSettings,
    ListingSettings,
    MirrorSettings,
    SandboxSettings,
    Settings,
    TakedownSettings,
)
from crawler.sources.check import check
from crawler.sources.keys import (
    FAMILY,
    FAMILY_ALONE,
    LISTING_RULES,
    LOOKS,
    SETTINGS,
    SOURCE,
    Schema,
    describe_keys,
)
from crawler.sources.text import Document, read
from crawler.sources.words import meant, nearest

__all__ = ["Config", "describe_keys", "load", "load_settings", "load_source"]

DEFAULTS = Settings()

#: What a file's stem, which is the source's id, is made of.
ID_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything the config folder says."""

    settings: Settings
    #: by id; those that are not enabled too
    sources: tuple[Source, ...]
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A file and the typed values of its keys that are right; no document where it is none."""

    path: Path
    document: Document | None
    values: dict[str, Any]
    faults: tuple[Fault, ...]


def load(config: Path, *, only: Collection[str] = (), sets: Collection[str] = ()) -> Config:
    """Return the settings and the sources: those named by ``only`` or in one of ``sets``, or all.

    Every file is checked whatever is asked for. Raises ConfigError with all faults of all files.
    """
    settings = _settings_file(config)
    families = {p.stem: _file(p, FAMILY) for p in sorted((config / "families").glob("*.toml"))}
    sources = [_file(path, SOURCE) for path in sorted((config / "sources").glob("*.toml"))]
    faults = [
        *settings.faults,
        *_strays(config),
        *(fault for file in (*families.values(), *sources) for fault in file.faults),
        *(fault for file in sources for fault in _family_faults(file, families)),
        *_same_ids(sources),
        *_same_listings(sources, settings.values.get("sets", DEFAULTS.sets)),
        *_chosen_faults(config, sources, only),
        *_set_faults(config, sources, sets),
    ]
    if faults:
        raise ConfigError(tuple(sorted(faults, key=lambda f: (f.file, f.line or 0))))
    typed = _settings(settings.values)
    return Config(
        settings=typed,
        sources=tuple(
            _source(file, families, typed)
            for file in sources
            if not (only or sets) or file.path.stem in only or _sets_of(file) & {*sets}
        ),
        folder=config,
    )


def load_settings(config: Path) -> Settings:
    """Return what ``gazette.toml`` of the folder says; raises ConfigError."""
    file = _settings_file(config)
    if file.faults:
        raise ConfigError(file.faults)
    return _settings(file.values)


def load_source(path: Path, families: Path, settings: Settings = DEFAULTS) -> Source:
    """Return the one source that ``path`` describes; raises ConfigError."""
    file = _file(path, SOURCE)
    paths = sorted(families.glob("*.toml")) if "family" in file.values else ()
    layers = {p.stem: _file(p, FAMILY) for p in paths}
    used = layers.get(str(file.values.get("family", "")))
    faults = (*file.faults, *(used.faults if used else ()), *_family_faults(file, layers))
    if faults:
        raise ConfigError(faults)
    return _source(file, layers, settings)


def _file(path: Path, schema: Schema) -> _File:
    document = read(path)
    if isinstance(document, Fault):
        return _File(path=path, document=None, values={}, faults=(document,))
    if not document.text.strip():
        hint = "README.md of the config folder shows what it may say"
        return _File(
            path=path, document=None, values={}, faults=(document.fault((), "is empty", hint),)
        )
    values, faults = check(document, schema)
    if schema is SOURCE and (fault := _id_fault(path)):
        faults.insert(0, fault)
    return _File(path=path, document=document, values=values, faults=tuple(faults))


def _settings_file(config: Path) -> _File:
    """Return ``gazette.toml``; one that is absent or empty says nothing, which is no fault."""
    path = config / "gazette.toml"
    if not config.is_dir():
        hint = "start where config/ lies, or name it: --config DIR or GAZETTE_CONFIG"
        fault = Fault(file=str(config), what="there is no such folder", hint=hint)
        return _File(path=path, document=None, values={}, faults=(fault,))
    if not path.exists() or not path.read_bytes().strip():
        return _File(path=path, document=None, values={}, faults=())
    return _file(path, SETTINGS)


def _id_fault(path: Path) -> Fault | None:
    stem = path.stem
    if ID_CHARACTERS.issuperset(stem) and stem.strip("-") == stem:
        return None
    better = "".join(c if c in ID_CHARACTERS else "-" for c in stem.lower()).strip("-")
    hint = f"{better or 'cn-example'}.toml" if better != stem else ""
    what = "the file's name is the source's id: small letters, digits and inner hyphens"
    return Fault(file=str(path), what=what, hint=hint and f"call it {hint}")


def _strays(config: Path) -> Iterator[Fault]:
    """Yield files that nothing would read: what is silently left out is not watched."""
    if not config.is_dir():
        return
    for path in sorted(config.glob("*.toml")):
        if path.name != "gazette.toml" and nearest(path.name, ["gazette.toml"]):
            hint = "did you mean gazette.toml?"
            yield Fault(file=str(path), what="is not read", hint=hint)
    for folder in (config / "families", config / "sources"):
        for path in sorted(folder.glob("*/**/*.toml")):
            yield Fault(file=str(path), what="is not read", hint=f"files stand in {folder} itself")
    if not any((config / "sources").glob("*.toml")):
        hint = "`gazette add URL` writes one"
        yield Fault(file=str(config / "sources"), what="there is no source here", hint=hint)


def _family_faults(file: _File, families: dict[str, _File]) -> Iterator[Fault]:
    name = file.values.get("family")
    if file.document and name is not None and name not in families:
        yield file.document.fault(
            ("family",), f'there is no family "{name}"', meant(name, families)
        )


def _same_ids(sources: list[_File]) -> Iterator[Fault]:
    """Yield ids that differ by capitals alone: on some disks they are one file."""
    first: dict[str, Path] = {}
    for file in sources:
        other = first.setdefault(file.path.stem.lower(), file.path)
        if other != file.path:
            what = f"has the id of {other.name}, capitals aside"
            yield Fault(file=str(file.path), what=what, hint="rename one")


def _same_listings(sources: list[_File], sets: Collection[str]) -> Iterator[Fault]:
    """Yield listings watched twice; a source that rests or is merely at hand watches none."""
    first: dict[str, Path] = {}
    for file in sources:
        if file.document is None or not file.values.get("enabled", True):
            continue
        if _sets_of(file) and not _sets_of(file) & {*sets}:
            continue
        for position, listing in enumerate(file.values.get("listings", ())):
            if url := listing.get("url"):
                if url in first:
                    at = ("listings", position, "url")
                    other = "this file" if first[url] == file.path else first[url].name
                    yield file.document.fault(at, f"{other} watches this already", "keep one")
                first.setdefault(url, file.path)


def _chosen_faults(config: Path, sources: list[_File], only: Collection[str]) -> Iterator[Fault]:
    ids = [file.path.stem for file in sources]
    for name in only:
        if name not in ids and ids:
            what = f'there is no source "{name}"'
            yield Fault(file=str(config / "sources"), what=what, hint=meant(name, ids))


def _sets_of(file: _File) -> set[str]:
    return set(file.values.get("sets", ()))


def _set_faults(config: Path, sources: list[_File], sets: Collection[str]) -> Iterator[Fault]:
    known = sorted(set().union(*map(_sets_of, sources)))
    for name in sets:
        if name not in known and sources:
            what = f'there is no set "{name}"'
            yield Fault(file=str(config / "sources"), what=what, hint=meant(name, known))


def _source(file: _File, families: dict[str, _File], settings: Settings) -> Source:
    """Return the source that the file describes on top of its family."""
    own = dict(file.values)
    family = families[own["family"]].values if "family" in own else {}
    family = {name: value for name, value in family.items() if name not in FAMILY_ALONE}
    general: dict[str, Any] = {
        "delay": settings.fetch.delay,
        "revisits": settings.revisits,
        "holidays": settings.listing.holidays,
        "listing": {name: getattr(settings.listing, name) for name in LOOKS},
    }
    values = _over(general, _over(family, own))
    every = values.pop("listing", {})
    resting = not values.get("enabled", True)
    chosen = not _sets_of(file) or bool(_sets_of(file) & {*settings.sets})
    return Source(
        **values
        | {
            "id": file.path.stem,
            "resting": resting,
            "enabled": chosen and not resting,
            "article": ArticleRules(**values.get("article", {})),
            "listings": tuple(_listing(every, one) for one in values["listings"]),
        }
    )


def _listing(every: dict[str, Any], own: dict[str, Any]) -> Listing:
    common = {name: value for name, value in every.items() if name not in LISTING_RULES}
    rules = {name: value for name, value in every.items() if name in LISTING_RULES}
    json = every.get("json", {}) | own.get("json", {})
    return Listing(
        **common
        | own
        | {"rules": ListingRules(**rules | own.get("rules", {})), "json": JsonRules(**json)}
    )


def _over(lower: dict[str, Any], upper: dict[str, Any]) -> dict[str, Any]:
    """Return ``lower`` with the keys of ``upper`` laid over it, table by table."""
    return lower | {
        name: _over(lower[name], value) if isinstance(value, dict) and name in lower else value
        for name, value in upper.items()
    }


def _settings(values: dict[str, Any]) -> Settings:
    return Settings(
        **values
        | {
            "fetch": FetchSettings(**values.get("fetch", {})),
            "sandbox": SandboxSettings(**values.get("sandbox", {})),
            "daemon": DaemonSettings(**values.get("daemon", {})),
            "listing": ListingSettings(**values.get("listing", {})),
            "takedown": TakedownSettings(**values.get("takedown", {})),
            "health": HealthSettings(**values.get("health", {})),
            "mirror": MirrorSettings(**values.get("mirror", {})),
            "browser": BrowserSettings(**values.get("browser", {})),
        }
    )
