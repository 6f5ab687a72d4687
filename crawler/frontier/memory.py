"""The one connection to ``crawl.db`` that all rooms of the frontier share."""

import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path

from crawler.schema import open_memory, writing


class Memory:
    """``crawl.db``, open."""

    def __init__(self, path: Path, *, read_only: bool) -> None:
        """Open the file, or make it. Raises what ``open_memory`` raises."""
        self._path = path
        self.db: sqlite3.Connection = open_memory(path, read_only=read_only)

    def writing(self) -> AbstractContextManager[None]:
        """Hold one transaction; all of it is remembered, or nothing. Raises FrontierFull."""
        return writing(self.db, self._path)
