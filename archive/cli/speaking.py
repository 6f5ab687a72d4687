"""Commands that speak the language of the process: their help, and Click's own words.

Docstrings and ``help=`` stay plain English; a command is put into the language when it is asked
for. In English nothing is touched.
"""

import gettext
import inspect
import re
from collections.abc import Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from copy import copy
from typing import TypeVar

import click
from rich.cells import cell_len

from archive.language import DOMAIN, LOCALE, TAGS, _, language, of_locale, speaking
from archive.wrapping import filled

C = TypeVar("C", bound=click.Command)


@contextmanager
def speaking_as_told(environ: MutableMapping[str, str]) -> Iterator[None]:
    """Speak the language of the process; Click and the processes started meanwhile do, too."""
    chosen = of_locale(environ)
    before = environ.get("LANGUAGE")
    # Click asks the gettext of the standard library, which goes by LANGUAGE before all else.
    gettext.bindtextdomain(DOMAIN, str(LOCALE))
    gettext.textdomain(DOMAIN)
    environ["LANGUAGE"] = TAGS[chosen].replace("-", "_")
    try:
        with speaking(chosen):
            yield
    finally:
        if before is None:
            environ.pop("LANGUAGE", None)
        else:
            environ["LANGUAGE"] = before


def spoken(command: C) -> C:
    """Return ``command`` with its help in the language spoken; itself where that is English."""
    if language() == "en":
        return command
    put = copy(command)
    put.help = translated(command.help or "")
    if put.help and not command.short_help:
        put.short_help = first_sentence(put.help)
    put.params = [_spoken_parameter(parameter) for parameter in command.params]
    put.context_class = _Context
    put._help_option = None
    if isinstance(put, click.Group):
        put.commands = {name: spoken(below) for name, below in put.commands.items()}
    return put


def _spoken_parameter(parameter: click.Parameter) -> click.Parameter:
    put = copy(parameter)
    if isinstance(put.type, click.Path):
        # Named when it was made, which may have been before anybody spoke.
        put.type = copy(put.type)
        put.type.name = _(put.type.name)
    if isinstance(put, click.Option) and put.help:
        put.help = translated(put.help)
    return put


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a help text as the catalogue has them, each on one line.

    Those that Click must not fill, marked with a backspace, keep their lines.
    """
    found = re.split(r"\n\s*\n", inspect.cleandoc(text.partition("\f")[0]))
    return [
        part if part.startswith("\b") else " ".join(part.split()) for part in found if part.strip()
    ]


def translated(text: str) -> str:
    """Return a help text in the language spoken, paragraph by paragraph."""
    return "\n\n".join(_(paragraph) for paragraph in paragraphs(text))


def first_sentence(text: str) -> str:
    """Return what a list of commands says of one."""
    sentence = text.split("\n\n", 1)[0].split("。", 1)[0]
    return sentence.removesuffix(".")


class _Formatter(click.HelpFormatter):
    """Fills lines by how wide their characters are, and breaks between Chinese ones."""

    def write_heading(self, heading: str) -> None:
        """Write the heading of a section."""
        self.write(f"{'':>{self.current_indent}}{heading}：\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs, filled."""
        indent = " " * self.current_indent
        parts = []
        for paragraph in text.split("\n\n"):
            lines = _lines(paragraph, self.width - self.current_indent)
            parts.append("\n".join(indent + line for line in lines))
        self.write("\n\n".join(parts) + "\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write names and what they mean, in two columns."""
        pairs = list(rows)
        column = min(max((cell_len(name) for name, _meaning in pairs), default=0), col_max)
        left = " " * (self.current_indent + column + col_spacing)
        for name, meaning in pairs:
            lines = list(_lines(meaning, max(self.width - len(left), 10)))
            head = f"{'':>{self.current_indent}}{name}"
            room = len(left) - cell_len(head)
            if lines and room >= col_spacing:
                head += " " * room + lines.pop(0)
            self.write("\n".join([head, *(left + line for line in lines)]) + "\n")


class _Context(click.Context):
    formatter_class = _Formatter


def _lines(paragraph: str, width: int) -> list[str]:
    """Break a paragraph into lines of at most ``width`` columns."""
    if paragraph.startswith("\b"):
        return paragraph.removeprefix("\b").strip("\n").split("\n")
    return filled(paragraph, width)
