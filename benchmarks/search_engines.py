"""Who answers the queries: ours and the peers, behind one face.

The peers are used as their manuals say. Each is given the raw title and text; what a query joins
(AND, OR, NOT) is joined for them from the answers for each term. tantivy is given the words that
jieba (``rjieba``, its Rust twin) cuts for a search engine, and the query cut the same way, all
words of it to be found; the newest first by a field of its own.
"""

import importlib.util
import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from archive.query import compile_query
from archive.records import Filters
from archive.schema import open_archive, reindex
from archive.scope import scope_of
from benchmarks.search_archive import Text, index_size, insert
from benchmarks.search_queries import Asked

_PAGE = 20


class Engine(ABC):
    """What finds texts by their number; the highest is the newest."""

    name: str
    #: one in so many queries is asked: for those that take long
    every = 1

    def __init__(self, folder: Path, texts: Sequence[Text]) -> None:
        self.folder, self.texts = folder, texts
        self.prepare()
        start = time.perf_counter()
        self.build()
        self.seconds = time.perf_counter() - start

    def prepare(self) -> None:  # noqa: B027 - most have nothing to prepare
        """Do what does not count."""

    @abstractmethod
    def build(self) -> None:
        """Index all the texts."""

    @abstractmethod
    def term(self, term: str, *, title: bool) -> set[int]:
        """Return the numbers of all texts with a term."""

    @abstractmethod
    def newest(self, asked: Asked) -> object:
        """Return a page of the newest that match the first term."""

    @abstractmethod
    def size(self) -> int:
        """Return the bytes of the index."""

    def find(self, asked: Asked) -> set[int]:
        """Return the numbers of all texts that match."""
        first, *others = (self.term(term, title=asked.title) for term in asked.terms)
        for other in others:
            first = {"or": first | other, "not": first - other}.get(asked.sign, first & other)
        return first


class Ours(Engine):
    """The archive: its schema, its query language, ``reindex``."""

    name = "Gazette"

    def prepare(self) -> None:
        self.path = self.folder / "archive.db"
        with closing(open_archive(self.path)) as conn:
            insert(conn, self.texts, len(self.texts))
        self.conn = open_archive(self.path, read_only=True)
        ids = self.conn.execute("SELECT id FROM articles ORDER BY id")
        self.numbers = {row[0]: number for number, row in enumerate(ids)}

    def build(self) -> None:
        with closing(open_archive(self.path)) as conn:
            reindex(conn)

    def _select(self, text: str, rest: str = "") -> list[int]:
        scope = scope_of(self.conn, compile_query(text).match, Filters())
        found = self.conn.execute(scope.select(scope.id, rest), scope.values)
        return [self.numbers[row[0]] for row in found]

    def find(self, asked: Asked) -> set[int]:
        return set(self._select(asked.text))

    def term(self, term: str, *, title: bool) -> set[int]:
        raise NotImplementedError

    def newest(self, asked: Asked) -> object:
        scope = scope_of(self.conn, compile_query(asked.text).match, Filters())
        rest = f"ORDER BY {scope.id} DESC LIMIT {_PAGE}"
        return self.conn.execute(scope.select(scope.id, rest), scope.values).fetchall()

    def size(self) -> int:
        return index_size(self.path)


class _Fts(Engine):
    """An FTS5 table of raw texts."""

    tokenizer: str

    def build(self) -> None:
        self.path = self.folder / f"{self.tokenizer}.db"
        self.conn = sqlite3.connect(self.path)
        columns = f"title, text, content='', tokenize='{self.tokenizer}'"
        self.conn.execute(f"CREATE VIRTUAL TABLE f USING fts5({columns})")
        rows = ((n, text.title, text.text) for n, text in enumerate(self.texts))
        self.conn.executemany("INSERT INTO f(rowid, title, text) VALUES (?, ?, ?)", rows)
        self.conn.execute("INSERT INTO f(f) VALUES ('optimize')")
        self.conn.commit()

    @staticmethod
    def _match(term: str, *, title: bool) -> str:
        return f'{"title : " if title else ""}"{term}"'

    def term(self, term: str, *, title: bool) -> set[int]:
        sql = "SELECT rowid FROM f WHERE f MATCH ?"
        return {row[0] for row in self.conn.execute(sql, (self._match(term, title=title),))}

    def newest(self, asked: Asked) -> object:
        sql = f"SELECT rowid FROM f WHERE f MATCH ? ORDER BY rowid DESC LIMIT {_PAGE}"  # noqa: S608
        return self.conn.execute(sql, (self._match(asked.terms[0], title=asked.title),)).fetchall()

    def size(self) -> int:
        sql = "SELECT sum(length(block) + 12) FROM f_data"
        return int(self.conn.execute(sql).fetchone()[0])


class Unicode61(_Fts):
    """FTS5 as it comes."""

    name, tokenizer = "FTS5 unicode61", "unicode61"


class Trigram(_Fts):
    """FTS5's own answer to languages without blanks."""

    name, tokenizer = "FTS5 trigram", "trigram"


class Like(Engine):
    """No index: every text is read for every query."""

    name = "LIKE"
    every = 10

    def build(self) -> None:
        self.conn = sqlite3.connect(self.folder / "like.db")
        self.conn.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, title TEXT, text TEXT)")
        rows = ((n, text.title, text.text) for n, text in enumerate(self.texts))
        self.conn.executemany("INSERT INTO t VALUES (?, ?, ?)", rows)
        self.conn.commit()

    @staticmethod
    def _where(term: str, *, title: bool) -> tuple[str, dict[str, str]]:
        return "title LIKE :p" if title else "(title LIKE :p OR text LIKE :p)", {"p": f"%{term}%"}

    def term(self, term: str, *, title: bool) -> set[int]:
        where, values = self._where(term, title=title)
        return {row[0] for row in self.conn.execute(f"SELECT id FROM t WHERE {where}", values)}  # noqa: S608

    def newest(self, asked: Asked) -> object:
        where, values = self._where(asked.terms[0], title=asked.title)
        sql = f"SELECT id FROM t WHERE {where} ORDER BY id DESC LIMIT {_PAGE}"  # noqa: S608
        return self.conn.execute(sql, values).fetchall()

    def size(self) -> int:
        return 0


class Tantivy(Engine):
    """tantivy with jieba's words."""

    name = "tantivy, jieba"

    def build(self) -> None:
        import rjieba  # type: ignore[import-not-found]
        import tantivy  # type: ignore[import-not-found]

        self.cut, self.tantivy = rjieba.cut_for_search, tantivy
        schema = tantivy.SchemaBuilder()
        schema.add_integer_field("number", stored=True, fast=True, indexed=True)
        for field in ("title", "text"):
            schema.add_text_field(field, tokenizer_name="whitespace", index_option="position")
        self.schema = schema.build()
        self.path = self.folder / "tantivy"
        self.path.mkdir()
        self.index = tantivy.Index(self.schema, path=str(self.path))
        writer = self.index.writer(heap_size=200_000_000)
        for number, text in enumerate(self.texts):
            words = {"title": self._words(text.title), "text": self._words(text.text)}
            writer.add_document(tantivy.Document(number=number, **words))
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()
        self.searcher = self.index.searcher()

    def _words(self, text: str) -> str:
        return " ".join(word for word in self.cut(text.lower()) if not word.isspace())

    def _query(self, term: str, *, title: bool) -> Any:
        tantivy = self.tantivy
        must, should = tantivy.Occur.Must, tantivy.Occur.Should
        words = [word for word in self.cut(term.lower()) if not word.isspace()]

        def of(word: str) -> Any:
            fields = ("title",) if title else ("title", "text")
            parts = [(should, tantivy.Query.term_query(self.schema, f, word)) for f in fields]
            return tantivy.Query.boolean_query(parts)

        return tantivy.Query.boolean_query([(must, of(word)) for word in words])

    def _search(self, term: str, most: int, *, title: bool) -> list[int]:
        found = self.searcher.search(
            self._query(term, title=title), limit=most, order_by_field="number"
        )
        return [key for key, _address in found.hits]

    def term(self, term: str, *, title: bool) -> set[int]:
        return set(self._search(term, len(self.texts), title=title))

    def newest(self, asked: Asked) -> object:
        return self._search(asked.terms[0], _PAGE, title=asked.title)

    def size(self) -> int:
        return sum(path.stat().st_size for path in self.path.iterdir())


def engines() -> list[type[Engine]]:
    """Return ours and all peers that are installed (``make bench`` installs them)."""
    found: list[type[Engine]] = [Ours, Unicode61, Trigram, Like]
    if importlib.util.find_spec("tantivy") and importlib.util.find_spec("rjieba"):
        found.append(Tantivy)
    return found
