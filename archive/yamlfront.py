"""The YAML of a post, from whoever wrote it → its keys; nothing in it can run or run away. Pure.

Every scalar stays the text it is: a category ``no`` is no boolean and ``2022`` no number.
"""

import re
from collections.abc import Mapping

import yaml

from archive.errors import PostError

_Loader: type[yaml.CBaseLoader] | type[yaml.BaseLoader] = getattr(
    yaml, "CBaseLoader", yaml.BaseLoader
)
#: a post needs four levels: the keys, our own map, a list of attachments, one attachment
_DEEPEST = 8
_FENCE = re.compile(r"---[ \t]*")
_KEY = re.compile(r"(\w[\w-]*):(?:[ \t]+(.*?))?[ \t]*")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.*?)[ \t]*")


def split_post(text: str, *, path: str) -> tuple[str, int, str]:
    """Return the front matter, the number of its first line, and what follows it.

    Raises PostError where the text does not open with front matter, or never closes it.
    """
    lines = text.split("\n")
    opening = next((number for number, line in enumerate(lines) if line.strip()), None)
    if opening is None:
        raise PostError(path, 1, "the file is empty")
    if not _FENCE.fullmatch(lines[opening]):
        raise PostError(path, opening + 1, "no front matter: the first line is not ---")
    for number in range(opening + 1, len(lines)):
        if _FENCE.fullmatch(lines[number]):
            front = "".join(f"{line}\n" for line in lines[opening + 1 : number])
            return front, opening + 2, "\n".join(lines[number + 1 :])
    raise PostError(path, opening + 1, "the front matter is never closed by ---")


def read_yaml(front: str, *, path: str, first_line: int) -> tuple[Mapping[str, object], list[str]]:
    """Return the keys of front matter and notes on how they were read.

    What is no YAML (a colon in a bare value, a quote not doubled) is read line by line, as the
    format lays it out. Raises PostError where that way finds no title either.
    """
    try:
        _refuse_depth(front, path, first_line)
        keys = yaml.load(front, Loader=_Loader)  # noqa: S506 - builds texts, lists and maps only
    except yaml.MarkedYAMLError as error:
        line, why = _line(first_line, error.problem_mark or error.context_mark), error.problem
    except yaml.YAMLError as error:
        line, why = first_line, str(error).partition("\n")[0]
    else:
        if not isinstance(keys, dict):
            raise PostError(path, first_line, "the front matter is no list of keys and values")
        return {k: v for k, v in keys.items() if isinstance(k, str)}, []
    by_line = _read_lines(front)
    if "title" not in by_line:
        raise PostError(path, line, f"the front matter is no YAML: {why}")
    return by_line, [f"front matter read line by line: line {line}: {why}"]


def _refuse_depth(front: str, path: str, first_line: int) -> None:
    # libyaml's composer recurses in C: 100,000 brackets end the process, no exception (measured).
    depth = 0
    for event in yaml.parse(front, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            line = _line(first_line, event.start_mark)
            raise PostError(path, line, "the front matter is nested too deep")


def _line(first_line: int, mark: object) -> int:
    # The C parser's marks and the Python one's are two classes, and either may be missing.
    return first_line + int(getattr(mark, "line", 0))


def _read_lines(front: str) -> dict[str, object]:
    keys: dict[str, object] = {}
    items: list[str] = []
    for line in front.split("\n"):
        if key := _KEY.fullmatch(line):
            items = []
            keys[key[1]] = _unquoted(key[2]) if key[2] else items
        elif item := _ITEM.fullmatch(line):
            items.append(_unquoted(item[1]))
    return {key: value or "" for key, value in keys.items()}


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1].replace("''", "'")
    return value
