"""A source's file, the source it describes and the one it should → the file's new text.

Comments, order and everything that is not to change stay as they are. What the text says is asked
of the one who loads it: a key goes where the lower layers say the same, else it is written.
"""

import difflib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from crawler.mending.statements import EditError, with_value, without
from crawler.records import Source
from crawler.sources.text import KeyPath

#: The text of a source's file → the source; raises ConfigError.
Load = Callable[[str], Source]

_RULES = ("item", "link", "title", "date", "summary", "next")


def edited(text: str, wanted: Source, load: Load) -> str:
    """Return the text that describes ``wanted``, with as little change as will do.

    Raises EditError where no text does.
    """
    load = cache(load)
    plans = (plan(text, wanted, load) for plan in (_each_listing, _all_listings))
    tried = [changed for changed in plans if _says(load(changed), wanted)]
    if not tried:
        raise EditError("would not say what it should")
    return min(tried, key=lambda one: len(diff(text, one, "")))


def diff(before: str, after: str, name: str) -> str:
    """Return how two texts of a file differ, as a unified diff."""
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), f"{name} (now)", f"{name} (proposed)", lineterm=""
    )
    return "\n".join(lines)


def _says(source: Source, wanted: Source) -> bool:
    return all(_at(source, path) == _at(wanted, path) for path in _paths(wanted))


def _paths(source: Source) -> Iterator[KeyPath]:
    """Yield the key of everything that a mending may change."""
    for name in ("hosts", "include", "exclude"):
        yield (name,)
    for name in ("title", "body"):
        yield "article", name
    for at in range(len(source.listings)):
        yield "listings", at, "url"
        yield "listings", at, "kind"
        for name in _RULES:
            yield "listings", at, "rules", name


def _at(source: Source, path: KeyPath) -> Any:
    """Return what a source says under a key of its file."""
    value: Any = source
    for part in path:
        value = value[part] if isinstance(part, int) else getattr(value, part)
    return value


def _each_listing(text: str, wanted: Source, load: Load) -> str:
    """Return the text with what differs written at each listing."""
    for path in _paths(wanted):
        value = _at(wanted, path)
        if _at(load(text), path) == value:
            continue
        shorter = None if path[-1] == "url" else without(text, path)
        if shorter is not None and _at(load(shorter), path) == value:
            text = shorter
        else:
            text = with_value(text, path, _spelled(path, value))
    return text


def _all_listings(text: str, wanted: Source, load: Load) -> str:
    """Return the text with rules that all listings share written once, in ``[listing]``."""
    for name in ("kind", *_RULES):
        values = {_value(one, name) for one in wanted.listings}
        if len(values) > 1:
            continue
        if all(_value(one, name) in values for one in load(text).listings):
            continue
        for at in range(len(wanted.listings)):
            inner = ("listings", at, name) if name == "kind" else ("listings", at, "rules", name)
            text = without(text, inner) or text
        shorter = without(text, ("listing", name))
        (value,) = values
        if shorter is not None and all(_value(o, name) == value for o in load(shorter).listings):
            text = shorter
        elif any(_value(one, name) != value for one in load(text).listings):
            path = ("listing", name)
            text = with_value(text, path, _spelled(path, value))
    return _each_listing(text, wanted, load)


def _value(listing: Any, name: str) -> Any:
    return listing.kind if name == "kind" else getattr(listing.rules, name)


def _spelled(path: KeyPath, value: Any) -> Any:
    """Return a value as a person writes it: a selector that is alone without brackets."""
    if not isinstance(value, tuple):
        return str(value)
    alone = len(value) == 1 and path[0] not in ("hosts", "include", "exclude")
    return value[0] if alone else value
