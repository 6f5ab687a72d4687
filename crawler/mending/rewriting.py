"""A source's file on disk: the text that a mended source would have, and that text put in place.

Written beside and moved over it, so that no reader ever sees half; taken back where the
configuration as a whole would no longer load.
"""

import codecs
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler import sources
from crawler.errors import ConfigError
from crawler.mending.editing import diff, edited
from crawler.mending.statements import EditError
from crawler.records import Source
from crawler.settings import Settings

__all__ = ["EditError", "Rewriting", "rewriting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewriting:
    """A file of a source and the text it should have."""

    path: Path
    before: bytes
    after: bytes

    @property
    def diff(self) -> str:
        """Return what changes, as a unified diff."""
        name = self.path.name
        return diff(self.before.decode(errors="replace"), self.after.decode(), name)

    def write(self) -> None:
        """Put the text in place. Raises EditError where it cannot stay."""
        path = self.path.resolve()
        if path.read_bytes() != self.before:
            raise EditError(f"{self.path} was edited meanwhile; run it again")
        self._put(path, self.after)
        try:
            sources.load(path.parent.parent)
        except ConfigError as error:
            self._put(path, self.before)
            raise EditError(f"{self.path} is as it was: {error}") from error

    def _put(self, path: Path, text: bytes) -> None:
        unfinished = path.with_name(f".{path.name}.new")
        unfinished.write_bytes(text)
        unfinished.chmod(path.stat().st_mode)
        unfinished.replace(path)


def rewriting(folder: Path, wanted: Source, settings: Settings) -> Rewriting:
    """Return how the file of a source below the config folder has to change.

    Raises EditError where it cannot be made to say what it should.
    """
    path = folder / "sources" / f"{wanted.id}.toml"
    before = path.read_bytes()
    text = before.removeprefix(codecs.BOM_UTF8).decode()
    with TemporaryDirectory() as scratch:
        draft = Path(scratch) / path.name

        def load(changed: str) -> Source:
            draft.write_text(changed, encoding="utf-8")
            return sources.load_source(draft, folder / "families", settings)

        try:
            after = edited(text.replace("\r\n", "\n"), wanted, load)
        except ConfigError as error:
            raise EditError(f"{path}: {error}") from error
    if "\r\n" in text:
        after = after.replace("\n", "\r\n")
    mark = codecs.BOM_UTF8 if before.startswith(codecs.BOM_UTF8) else b""
    return Rewriting(path=path, before=before, after=mark + after.encode())
