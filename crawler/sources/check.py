"""Hold a document against the keys it may have: typed values out, a fault for all that is wrong.

Pure: what the document says is all it knows; what files say of each other is for ``sources``.
"""

from collections.abc import Iterator
from typing import Any

from crawler.errors import Fault
from crawler.sources.keys import FAMILY, SOURCE, Key, Schema, Table
from crawler.sources.text import Document, KeyPath
from crawler.sources.values import BadValue
from crawler.sources.words import nearest, shown


def check(document: Document, schema: Schema) -> tuple[dict[str, Any], list[Fault]]:
    """Return the typed values of the keys that are right, and the faults of all others."""
    faults: list[Fault] = []
    return _Check(document, schema, faults).table(document.values, schema, ()), faults


class _Check:
    """One document on its way through the schema."""

    def __init__(self, document: Document, root: Schema, faults: list[Fault]) -> None:
        self.document, self.root, self.faults = document, root, faults

    def fault(self, at: KeyPath, what: str, hint: str = "") -> None:
        self.faults.append(self.document.fault(at, what, hint))

    def table(self, values: dict[str, Any], schema: Schema, at: KeyPath) -> dict[str, Any]:
        """Return the typed values of one table."""
        typed: dict[str, Any] = {}
        for name, value in values.items():
            place = (*at, name)
            match schema.get(name):
                case None:
                    self.fault(place, "is no key", self.right_key(name, schema, at))
                case Table(repeated=True) as table:
                    typed[name] = self.tables(value, table, place)
                case Table() as table if isinstance(value, dict):
                    typed[name] = self.table(value, table.keys, place)
                case Table():
                    self.fault(place, f"wants one table, not {shown(value)}", f"write [{name}]")
                case Key() as key:
                    typed |= self.value(name, key, value, place)
        # A needed key that is there but misspelt has its fault already.
        misspelt = {nearest(name, schema) for name in values if name not in schema}
        for name, wanted in schema.items():
            if wanted.required and name not in values and name not in misspelt:
                header = f"[[{name}]]"
                add = f"{name} = {wanted.kind.example}" if isinstance(wanted, Key) else header
                self.fault((*at, name), "is missing", f"add {add}")
        return typed

    def tables(self, values: Any, table: Table, at: KeyPath) -> list[dict[str, Any]]:
        """Return the typed values of each table of a row."""
        header = f"[[{at[-1]}]]"
        if not isinstance(values, list):
            self.fault(at, f"wants tables, not {shown(values)}", f"write {header}")
            return []
        if table.required and not values:
            self.fault(at, "is empty", f"at least one {header}")
        rows = []
        for position, row in enumerate(values):
            if isinstance(row, dict):
                rows.append(self.table(row, table.keys, (*at, position)))
            else:
                self.fault((*at, position), f"wants a table, not {shown(row)}", f"write {header}")
        return rows

    def value(self, name: str, key: Key, value: Any, at: KeyPath) -> dict[str, Any]:
        """Return the key with its typed value, or nothing where it cannot be read."""
        try:
            return {name: key.kind.read(value)}
        except BadValue as bad:
            for problem in bad.problems:
                place = at if problem.position is None else (*at, problem.position)
                self.fault(place, problem.what, problem.hint)
            return {}

    def right_key(self, name: str, schema: Schema, at: KeyPath) -> str:
        """Return where a key belongs that stands here by mistake, or the nearest that does."""
        homes = [home for home in _homes(name, self.root) if home != _header(at)]
        if self.root is FAMILY and name in SOURCE and not homes:
            return "a family has none: it belongs in each source"
        if homes:
            places = " or ".join(home or "above the first [table]" for home in homes)
            return f"it belongs {'' if homes == [''] else 'in '}{places}"
        if near := nearest(name, schema):
            return f'did you mean "{near}"?'
        return f"one of: {', '.join(schema)}"


def _homes(name: str, schema: Schema, header: str = "") -> Iterator[str]:
    """Yield the header of each table that has the key, ``""`` for the head of the file."""
    if name in schema:
        yield header
    for inner, table in schema.items():
        if isinstance(table, Table):
            path = f"{header.strip('[]')}.{inner}".removeprefix(".")
            yield from _homes(name, table.keys, f"[[{path}]]" if table.repeated else f"[{path}]")


def _header(at: KeyPath) -> str:
    return "" if not at else f"[{'.'.join(p for p in at if isinstance(p, str))}]"
