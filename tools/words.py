"""Brings the Chinese catalogue into step with the code: ``make words``.

Four kinds of text go into it: what stands in ``_( )``, ``N_( )`` and ``ngettext( )`` in code and
templates; the help of every command, a paragraph an entry; Click's own words; and, in the context
``told``, the sentences of errors and notes, which are made in English and translated where they
are shown (``archive.language.retold``).
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from archive.cli.speaking import paragraphs
from archive.language import LETTERS, TOLD

ROOT = Path(__file__).parents[1]
PO = ROOT / "archive" / "locale" / "zh_CN" / "LC_MESSAGES" / "gazette.po"

#: One text, or its forms for one and for many.
Text = str | tuple[str, ...]
Entry = tuple[Text, str, str | None]

KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "N_": None, "ngettext": (1, 2)}

#: Calls whose texts end as an error or a note, besides those named …Error.
TELLING = {"Fault", "Corrupt", "NotAnArchive", "ArchiveFull", "UsageError", "BadParameter", "note",
           "complain", "remark", "failure", "fault", "Refused", "Paused", "bad",
           "wants"}  # fmt: skip
#: Lists that notes are gathered in.
GATHERED = {"notes", "faults"}
#: Names, of variables and of arguments, whose texts end in a sentence.
NAMED = {"reason", "refused", "why", "what", "hint", "args", "message", "wanted", "RESTORE"}
#: Rooms that return or yield what is wrong, in words.
FINDING = ("archive/verify/", "archive/attest.py", "archive/seals.py", "archive/warc/foreign.py",
           "crawler/blocked.py", "crawler/discovery/judging.py",
           "crawler/discovery/reasons.py", "crawler/health/", "crawler/importing.py",
           "crawler/sources/check.py")  # fmt: skip
#: What the system and libraries say in errors that people often see.
FOREIGN = (
    "No such file or directory", "Permission denied", "No space left on device", "File exists",
    "Is a directory", "Not a directory", "Read-only file system", "Input/output error",
    "Address already in use", "Cannot assign requested address", "Connection refused",
    "Network is unreachable", "Name or service not known", "database is locked",
    "database or disk is full", "disk I/O error", "attempt to write a readonly database",
    "database disk image is malformed", "Domain name not found",
    "Timeout while contacting DNS servers",
    "Connection reset by peer", "No route to host",
    "ConnectTimeout: {why}", "ReadTimeout: {why}", "ServerDisconnectedError: {why}",
    "Connect call failed {address}", "Connection timeout to host {url}",
    "Timeout on reading data from socket", "Server disconnected",
)  # fmt: skip


def entries() -> Iterator[Entry]:
    """Yield text, place and context of everything that people are told."""
    for path in _code():
        place = path.relative_to(ROOT).as_posix()
        tree = ast.parse(path.read_bytes())
        for text in _marked(tree):
            yield text, place, None
        for told in _sentences(tree, finds=place.startswith(FINDING)):
            yield told, place, TOLD
    for path in sorted((ROOT / "archive").rglob("templates/*.html")):
        place = path.relative_to(ROOT).as_posix()
        for text in _of_template(path.read_bytes()):
            yield text, place, None
    for text in FOREIGN:
        yield text, "elsewhere", TOLD
    for text in _help():
        yield text, "--help", None
    for path in sorted(Path(click.__file__).parent.glob("*.py")):
        for text in _marked(ast.parse(path.read_bytes())):
            yield text, "click", None


def _code() -> list[Path]:
    halves = [path for half in ("archive", "crawler") for path in (ROOT / half).rglob("*.py")]
    return sorted(path for path in halves if "replica" not in path.parts)


def _marked(tree: ast.AST) -> Iterator[Text]:
    """Yield what stands in the brackets of KEYWORDS; within f-strings too, unlike Babel."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in KEYWORDS:
            match [argument for argument in node.args if isinstance(argument, ast.Constant)]:
                case [ast.Constant(value=str(one)), ast.Constant(value=str(many)), *_]:
                    yield one, many
                case [ast.Constant(value=str(text))]:
                    yield text


def _of_template(source: bytes) -> Iterator[Text]:
    found = extract("jinja2.ext:babel_extract", io.BytesIO(source), KEYWORDS)
    for _line, text, _comments, _context in found:
        if text:
            yield text


def _help() -> Iterator[str]:
    from crawler.cli import main

    yield from _help_of(main)


def _help_of(command: click.Command) -> Iterator[str]:
    yield from paragraphs(command.help or "")
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield from paragraphs(parameter.help or "")
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            listed = command.get_command(context, name)
            if listed is not None:
                yield from paragraphs(listed.help or "")
            _name, whole, _rest = command.resolve_command(context, [name])
            if whole is not None:
                yield from _help_of(whole)


# --- sentences of errors and notes --------------------------------------------------------------


def _sentences(tree: ast.AST, *, finds: bool) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Raise(exc=ast.expr() as said):
                yield from _texts(said)
            case ast.Call(func=function) if _tells(function):
                yield from _texts(node)
            case ast.keyword(arg=name, value=said) if name in NAMED:
                yield from _texts(said)
            case ast.Assign(targets=[target], value=said) if _names(target) & NAMED:
                yield from _texts(said)
            case ast.AugAssign(target=ast.Name(id=name), value=said) if name in NAMED:
                yield from _texts(said)
            case ast.Return(value=ast.expr() as said) if finds:
                yield from _texts(said)
            case ast.Yield(value=ast.expr() as said) if finds:
                yield from _texts(said)


def _tells(function: ast.expr) -> bool:
    match function:
        case ast.Name(id=name) if name.endswith("Error") or name in TELLING:
            return True
        case ast.Attribute(
            attr="append" | "extend", value=ast.Name(id=name) | ast.Attribute(attr=name)
        ):
            return name in GATHERED
        case ast.Attribute(attr="__init__"):
            return True
        case ast.Attribute(attr=name):
            return name.endswith("Error") or name in TELLING
    return False


def _names(target: ast.expr) -> set[str]:
    parts = target.elts if isinstance(target, ast.Tuple) else [target]
    return {getattr(part, "id", "") or getattr(part, "attr", "") for part in parts}


def _texts(tree: ast.AST) -> Iterator[str]:
    inner: set[int] = set()
    for node in ast.walk(tree):
        if id(node) in inner:
            continue
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in KEYWORDS:
            inner.update(id(below) for below in ast.walk(node))
        elif isinstance(node, ast.JoinedStr):
            inner.update(id(part) for part in node.values if isinstance(part, ast.Constant))
            inner.update(
                id(below)
                for part in node.values
                if isinstance(part, ast.FormattedValue) and part.format_spec
                for below in ast.walk(part.format_spec)
            )
            yield from _worded(_template(node))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _worded(_braced(node.value))


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _worded(text: str) -> Iterator[str]:
    """Yield ``text`` where it says something: words, not a sign, a key or a name alone."""
    said = re.sub(r"\{\w+\}", "", text)
    if text.lstrip().startswith(("SELECT ", "INSERT ")):
        return
    letters = len(re.findall("[a-z]", said))
    if letters >= LETTERS if text != said else letters and " " in text.strip():
        yield text


def _template(node: ast.JoinedStr) -> str:
    """Return an f-string as a text with named places."""
    names: list[str] = []
    parts = []
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            name = _name(part.value)
            names.append(name)
            count = names.count(name)
            parts.append(f"{{{name if count == 1 else f'{name}{count}'}}}")
        elif isinstance(part, ast.Constant):
            parts.append(_braced(str(part.value)))
    return "".join(parts)


def _name(value: ast.expr) -> str:
    for node in ast.walk(value):
        name = getattr(node, "attr", None) or getattr(node, "id", None)
        if name and name not in ("self", "join", "sorted", "len", "str", "repr", "map"):
            return str(name).strip("_").lower()
    return "value"


# --- the catalogue ------------------------------------------------------------------------------


def needed() -> Catalog:
    """Return a catalogue of all that is said, without translations."""
    catalogue = Catalog(locale="zh_CN", domain="gazette")
    for text, place, context in entries():
        catalogue.add(text, locations=[(place, None)], context=context)  # type: ignore[list-item]
    return catalogue


def read() -> Catalog:
    """Return the catalogue as it lies on the disk."""
    with PO.open("rb") as file:
        return read_po(file, locale="zh_CN", domain="gazette")


def write(catalogue: Catalog) -> None:
    """Write the catalogue, and what programs read of it."""
    with PO.open("wb") as file:
        write_po(file, catalogue, width=100, sort_by_file=True, include_lineno=False,
                 ignore_obsolete=True)  # fmt: skip
    PO.with_suffix(".mo").write_bytes(compiled(read()))


def compiled(catalogue: Catalog) -> bytes:
    """Return the catalogue as programs read it."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def main() -> None:
    """Write what is said now into the catalogue, compile it, and list what wants a translation."""
    catalogue = read()
    asked = needed()
    asked.creation_date = catalogue.creation_date
    catalogue.update(asked, no_fuzzy_matching=True, update_creation_date=False)
    write(catalogue)
    missing = [message.id for message in catalogue if message.id and not _done(message.string)]
    for text in missing:
        print(f"no translation: {text!r}")
    print(f"{len(catalogue)} entries, {len(missing)} without a translation", file=sys.stderr)


def _done(text: str | tuple[str, ...] | list[str] | None) -> bool:
    return all(text) if isinstance(text, tuple | list) else bool(text)


if __name__ == "__main__":
    main()
