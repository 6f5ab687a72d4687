"""Which keys a config file may hold, what each takes and what it means: the whole of the format.

The tables below are read from top to bottom; defaults are those of the records.
"""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, replace
from typing import Any

from crawler.records import ArticleRules, JsonRules, Listing, ListingRules, Source
from crawler.sources import kinds
from crawler.sources.values import Kind
from crawler.sources.words import spell


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key with a value."""

    kind: Kind
    meaning: str = ""
    required: bool = False
    #: what holds without the key, where the record's own default does not say it
    default: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One key that is a table, or with ``repeated`` a row of them."""

    keys: "Schema"
    meaning: str = ""
    repeated: bool = False
    #: for a repeated table: at least one
    required: bool = False


Schema = Mapping[str, Key | Table]


def _key(kind: Kind, meaning: str = "", *, required: bool = False, default: str = "") -> Key:
    return Key(kind=kind, meaning=meaning, required=required, default=default)


LISTING_RULES: Schema = {
    "item": _key(kinds.SELECTORS, "one entry of the list"),
    "link": _key(kinds.SELECTORS, "within the entry: its address, as `a@href`"),
    "title": _key(kinds.SELECTORS, "within the entry: its title"),
    "date": _key(kinds.SELECTORS, "within the entry: its date as shown"),
    "summary": _key(kinds.SELECTORS, "within the entry: a few words about it"),
    "next": _key(kinds.NEXT, "the way to the next page of the list", default="all are tried"),
}

#: Bounds of what is learned of a listing; gazette.toml may set them for all.
LOOKS: Mapping[str, Key] = {
    "soonest": _key(kinds.DURATION, "shortest time between two looks, where it is learned"),
    "latest": _key(kinds.DURATION, "longest time between two looks, where it is learned"),
    "looks": _key(kinds.COUNT, "most looks a day on the average, where they are learned"),
}

LISTING_JSON: Schema = {
    "items": _key(kinds.PATHS, "the entries, as `data.list[*]`; or HTML that holds them"),
    "link": _key(kinds.PATHS, "within the entry: its address, or `https://…/{id}.html`"),
    "title": _key(kinds.PATHS, "within the entry: its title"),
    "date": _key(kinds.PATHS, "within the entry: its date, as text or as a number"),
    "summary": _key(kinds.PATHS, "within the entry: a few words about it"),
    "total": _key(kinds.PATHS, "the number of entries there are"),
    "pages": _key(kinds.PATHS, "the number of pages there are"),
    "next": _key(kinds.PATHS, "the next page's address, or `https://…/list_{page}.json`"),
    "page": _key(kinds.TEXT, "the parameter that counts pages, as `pageNo`", default="found out"),
    "first": _key(kinds.COUNT_OR_NONE, "number of the first page, where the request names none"),
    "offset": _key(kinds.TEXT, "the parameter that counts the entries before the page"),
    "form": _key(kinds.FORM, 'fields to post, as `{ channel = "7", page = "1" }`'),
    "body": _key(kinds.BODY, "JSON to post"),
}

#: What a listing may say and ``[listing]`` may say for all of them.
LISTING_COMMON: Mapping[str, Key] = {
    "kind": _key(kinds.LISTING_KIND, "what the listing is made of"),
    "pages": _key(
        kinds.COUNT, "most pages to read in one pass; ten times as many where entries were lost"
    ),
    "render": _key(kinds.FLAG, "show it in a browser first; see `[browser]` of gazette.toml"),
    "every": _key(
        kinds.DURATION, "time between two looks", default="learned from when it publishes"
    ),
    **{name: replace(key, default=f"`{name}` of gazette.toml") for name, key in LOOKS.items()},
}

LISTING: Schema = {
    "url": _key(kinds.ADDRESS, "where the listing is", required=True),
    "category": _key(kinds.TEXT, "the channel; comes after the source's `categories`"),
    **{name: replace(key, default="as `[listing]`") for name, key in LISTING_COMMON.items()},
    "rules": Table(keys=LISTING_RULES, meaning="the rules of `[listing]` for this listing alone"),
    "json": Table(keys=LISTING_JSON, meaning="`[listing.json]` for this listing alone"),
}

ARTICLE: Schema = {
    "title": _key(kinds.SELECTORS, "the headline"),
    "body": _key(kinds.SELECTORS, "the element that holds the text"),
    "published": _key(kinds.SELECTORS, "when it was published (发布日期)"),
    "written": _key(kinds.SELECTORS, "when the document was signed (成文日期)"),
    "origin": _key(kinds.SELECTORS, "who published it first (来源)"),
    "author": _key(kinds.SELECTORS, "who wrote it (作者)"),
    "editor": _key(kinds.SELECTORS, "who edited it (责任编辑)"),
    "issuer": _key(kinds.SELECTORS, "the body that issued the document (发文机关)"),
    "doc_number": _key(kinds.SELECTORS, "the document's number (发文字号)"),
    "index_number": _key(kinds.SELECTORS, "the index number (索引号)"),
    "attachments": _key(kinds.SELECTORS, "links to files that belong to the article"),
    "drop": _key(kinds.SELECTORS, "parts of the body that are none of it"),
}

#: What a family may say and a source may say too, and wins.
SHARED: Schema = {
    "delay": _key(
        kinds.PAUSE, "pause between two requests to one host", default="`delay` of gazette.toml"
    ),
    "revisits": _key(
        kinds.RHYTHM,
        "waits between the visits to an article, counted anew from each change; the last one "
        "repeats",
        default="`revisits` of gazette.toml",
    ),
    "charset": _key(kinds.CHARSET, "believed before the page's own word; without it found out"),
    "include": _key(kinds.PATTERNS, "an article's address matches at least one of these"),
    "exclude": _key(kinds.PATTERNS, "and none of these"),
    "files": _key(
        kinds.FILES,
        "files of articles that are kept: attachments, with `site` pictures of its own hosts too, "
        "with `all` pictures of any",
    ),
    "listing": Table(
        keys={
            **LISTING_COMMON,
            **LISTING_RULES,
            "json": Table(keys=LISTING_JSON, meaning="how listings that are JSON are read"),
        },
        meaning="what holds for every listing",
    ),
    "article": Table(keys=ARTICLE, meaning="where the parts stand on an article's page"),
}

#: What a family alone may say.
FAMILY_ALONE: Schema = {
    "marks": _key(
        kinds.PATTERNS,
        "what pages or addresses of such sites have in them; the family with most found is taken "
        "by `gazette add`",
    ),
}

FAMILY: Schema = {**FAMILY_ALONE, **SHARED}

SOURCE: Schema = {
    "name": _key(kinds.TEXT, "what people call the site", required=True),
    "address": _key(kinds.ADDRESS, "its home page", required=True),
    "family": _key(kinds.TEXT, "the file of `families/` it builds on", default="none"),
    "zone": _key(kinds.ZONE, "whose clock its pages show"),
    "holidays": _key(
        kinds.DAYS,
        "days on which its offices are closed: what is learned of Sundays holds",
        default="`holidays` of gazette.toml",
    ),
    "lang": _key(kinds.LANGUAGE, "language of its pages"),
    "region": _key(kinds.REGION, "the place it speaks for, from the largest down: `甘肃省/平凉市`"),
    "categories": _key(kinds.TEXTS, "channels that every article of the site stands under"),
    "hosts": _key(kinds.HOSTS, "other hosts whose articles belong to the source"),
    "sets": _key(
        kinds.WORDS,
        "sets of the catalogue it belongs to; then it is watched only where `sets` of gazette.toml "
        "has one of them",
    ),
    "enabled": _key(kinds.FLAG, "false: kept, but not crawled"),
    **SHARED,
    "listings": Table(keys=LISTING, meaning="what to watch", repeated=True, required=True),
}

SETTINGS: Schema = {
    "data": _key(kinds.TEXT),
    "channel": _key(kinds.TEXT),
    "sets": _key(kinds.WORDS),
    "revisits": _key(kinds.RHYTHM),
    "warc_size": _key(kinds.SIZE),
    "fetch": Table(
        keys={
            "agent": _key(kinds.TEXT),
            "contact": _key(kinds.TEXT_OR_NOTHING),
            "delay": _key(kinds.PAUSE),
            "connect_timeout": _key(kinds.DURATION),
            "deadline": _key(kinds.DURATION),
            "file_deadline": _key(kinds.DURATION),
            "max_page": _key(kinds.SIZE),
            "max_file": _key(kinds.SIZE),
            "max_redirects": _key(kinds.COUNT_OR_NONE),
            "allow_networks": _key(kinds.NETWORKS),
            "ports": _key(kinds.PORTS),
            "connections": _key(kinds.COUNT),
            "full_every": _key(kinds.COUNT),
            "max_retry_after": _key(kinds.PAUSE),
        }
    ),
    "sandbox": Table(
        keys={
            "workers": _key(kinds.COUNT_OR_NONE),
            "deadline": _key(kinds.DURATION),
            "memory": _key(kinds.SIZE),
            "max_input": _key(kinds.SIZE),
        }
    ),
    "daemon": Table(
        keys={
            "tick": _key(kinds.DURATION),
            "concurrency": _key(kinds.COUNT),
            "pass_deadline": _key(kinds.DURATION),
            "grace": _key(kinds.PAUSE),
            "min_free": _key(kinds.SIZE),
            "listen": _key(kinds.LISTEN),
        }
    ),
    "listing": Table(keys={**LOOKS, "holidays": _key(kinds.DAYS)}),
    "takedown": Table(
        keys={
            "over": _key(kinds.DURATION),
            "share": _key(kinds.SHARE),
            "visits": _key(kinds.COUNT),
        }
    ),
    "health": Table(
        keys={
            "webhook": _key(kinds.TEXT_OR_NOTHING),
            "shape": _key(kinds.SHAPE),
            "secret_env": _key(kinds.TEXT_OR_NOTHING),
        }
    ),
    "mirror": Table(
        keys={
            "posts": _key(kinds.TEXT_OR_NOTHING),
            "format": _key(kinds.POSTS),
            "query": _key(kinds.TEXT_OR_NOTHING),
            "gone": _key(kinds.GONE),
        }
    ),
    "browser": Table(
        keys={
            "command": _key(kinds.TEXT),
            "sandbox": _key(kinds.FLAG),
            "requests": _key(kinds.COUNT),
            "deadline": _key(kinds.DURATION),
        }
    ),
}

#: The record that holds each table's defaults, by the table's place in a source file.
RECORDS: Mapping[str, type[Any]] = {
    "": Source,
    "listings": Listing,
    "listing": Listing,
    "listing.json": JsonRules,
    "article": ArticleRules,
}


def describe_keys() -> str:
    """Return the keys of a source file as a Markdown table, for the manual."""
    rows = ["| key | takes | without it | meaning |", "|---|---|---|---|"]
    rows += [f"| {' | '.join(row)} |" for row in _rows(SOURCE, "")]
    return "\n".join(rows) + "\n"


def _rows(schema: Schema, table: str) -> Iterator[tuple[str, str, str, str]]:
    for name, key in schema.items():
        path = f"{table}.{name}".removeprefix(".")
        if isinstance(key, Table):
            heading = f"**`[[{path}]]`**" if key.repeated else f"**`[{path}]`**"
            yield heading, "", "**needed**" if key.required else "", key.meaning
            # The rules of one listing are those of [listing], described there.
            there = name == "rules" or path == "listings.json"
            yield from () if there else _rows(key.keys, path)
        else:
            without = "**needed**" if key.required else key.default or _default(table, name)
            yield f"`{path}`", key.kind.name, without, key.meaning


def _default(table: str, name: str) -> str:
    """Return the default of a key as one would write it, ``""`` where that is nothing."""
    records = (RECORDS[table], ListingRules)
    default = next(
        field.default for record in records for field in fields(record) if field.name == name
    )
    return "" if default in ("", (), MISSING) else f"`{spell(default)}`"
