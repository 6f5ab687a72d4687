"""The one notation for a place in JSON: names with points between, ``[*]`` for every element.

``data.list[*]``, ``rows[0].title``, ``result["a.b"]``; ``$.`` may stand in front. A name asked of a
list is asked of each of its elements, and a text that is JSON itself is read where a path goes on
inside it. A template is a text with paths in braces: ``https://…/{id}.html``.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

#: One step: a name, a bracket with a number, a star, nothing or a quoted name.
_STEP = re.compile(
    r"""\.?(?P<name>[^.\[\]{}"'\s][^.\[\]{}"']*)|\[\s*(?:(?P<at>\d{1,6})|(?P<all>\*?)|"""
    r""""(?P<double>[^"]+)"|'(?P<single>[^']+)')\s*\]"""
)
_HOLE = re.compile(r"\{([^{}]*)\}")

#: Values that one path may come to; a listing has fewer.
_MOST = 20_000

#: ``None`` is every element, a number is one of a list, a text is a name.
Step = str | int | None


def check(path: str) -> str | None:
    """Return why ``path`` cannot be used, or None where it can."""
    return None if _steps(path) is not None else "is no path into JSON"


def check_template(text: str) -> str | None:
    """Return why a path, or a template of paths, cannot be used; None where it can."""
    if not is_template(text):
        return check(text)
    if re.search(r"[{}]", _HOLE.sub("", text)):
        return "has a brace without its other half"
    wrong = [hole for hole in _HOLE.findall(text) if _steps(hole) is None]
    return f"has no path into JSON in the braces: {{{wrong[0]}}}" if wrong else None


def is_template(text: str) -> bool:
    """Tell whether a text has places to fill."""
    return "{" in text or "}" in text


def fill(template: str, value: Callable[[str], str]) -> str:
    """Return a template with what ``value`` says of each path, "" where it says nothing of one."""
    told = {hole: value(hole) for hole in _HOLE.findall(template)}
    return "" if "" in told.values() else _HOLE.sub(lambda hole: told[hole[1]], template)


def pick(value: Any, path: str) -> list[Any]:
    """Return what stands at ``path`` in a value, in its order; a path that leads nowhere: []."""
    found = [value]
    for step in _steps(path) or ():
        found = [inner for one in found for inner in _inside(one, step)][:_MOST]
    return found


def _steps(path: str) -> list[Step] | None:
    """Return a path in its steps, None where it cannot be read."""
    path = path.strip()
    rest = path.removeprefix("$")
    steps: list[Step] = []
    at = 0
    while at < len(rest):
        found = _STEP.match(rest, at)
        if found is None or (at == 0 and rest[0] == "." and rest == path):
            return None
        name = found["name"] or found["double"] or found["single"]
        steps.append(int(found["at"]) if found["at"] else None if name in (None, "*") else name)
        at = found.end()
    return steps if path else None


def _inside(value: Any, step: Step) -> Iterator[Any]:
    """Return what one step finds in a value."""
    if isinstance(value, str):
        value = nested(value)
    match step, value:
        case None, list():
            yield from value
        case None, dict():
            yield from value.values()
        case int(), list():
            yield from value[step : step + 1]
        case str(), dict():
            if step in value:
                yield value[step]
        case str(), list():
            yield from (one[step] for one in value if isinstance(one, dict) and step in one)


def nested(text: str) -> Any:
    """Return the JSON that a text holds, or None where it holds none."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
