"""Who finds near-duplicates of a batch: ours and the peers, behind one face.

Each is given every article in turn and says which earlier ones it is a reprint of. The peers are
used as their manuals say: characters in groups of four, 128 permutations, a Jaccard similarity of
.5 or more (the best of .4 to .8 here); for SimHash 64 bits of which at most three differ.
"""

import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory

from archive import Article
from archive.fingerprint import fingerprint, unsigned, words
from archive.reprints.clusters import Reprints
from archive.rows import columns
from archive.schema import open_archive

#: number of the article → the number that stands for its cluster
Clusters = list[int]
Finder = Callable[[Sequence[Article]], tuple[Clusters, float]]


class Shelf:
    """An archive of bare articles, not searchable: what matching needs, and nothing that costs."""

    def __init__(self, path: Path) -> None:
        self.conn = open_archive(path)
        self.conn.execute("DROP TRIGGER articles_insert")
        self.conn.execute("BEGIN IMMEDIATE")
        self._reprints = Reprints(self.conn)
        self._filled: dict[str, object] = {}
        for _, name, kind, required, default, _ in self.conn.execute("PRAGMA table_info(articles)"):
            if required and default is None:
                self._filled[name] = 1 if kind == "INTEGER" else ""
        #: seconds of CPU spent on matching alone
        self.seconds = 0.0

    def put(self, id_: int, article: Article) -> None:
        """Store and match an article."""
        start = time.process_time()
        row, digest = columns(article), fingerprint(article).body
        place = self._reprints.find(row, digest)
        self.seconds += time.process_time() - start
        own = {**self._filled, **row, "id": id_, "cluster": id_, "body_sha256": digest}
        names, marks = ", ".join(own), ", ".join(f":{name}" for name in own)
        self.conn.execute(f"INSERT INTO articles ({names}) VALUES ({marks})", own)  # noqa: S608
        start = time.process_time()
        self._reprints.enter(id_, place)
        self.seconds += time.process_time() - start

    def commit(self) -> None:
        """Let what was stored last, the time for it counted."""
        start = time.process_time()
        self.conn.execute("COMMIT")
        self.seconds += time.process_time() - start
        self.conn.execute("BEGIN IMMEDIATE")


def gazette(articles: Sequence[Article]) -> tuple[Clusters, float]:
    """Return the clusters of ours, and the seconds it took."""
    with TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder, "archive.db"))
        with closing(shelf.conn):
            for number, article in enumerate(articles):
                shelf.put(number + 1, article)
                if number % 100 == 99:
                    shelf.commit()
            rows = shelf.conn.execute("SELECT cluster FROM articles ORDER BY id").fetchall()
    return [row["cluster"] - 1 for row in rows], shelf.seconds


def datasketch(articles: Sequence[Article]) -> tuple[Clusters, float]:
    """Return the clusters of MinHash and LSH as datasketch has them."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=0.5, num_perm=128)
    above = list(range(len(articles)))
    start = time.process_time()
    for number, article in enumerate(articles):
        plain = words(unsigned(article.text))
        hashed = MinHash(num_perm=128)
        hashed.update_batch([plain[at : at + 4].encode() for at in range(len(plain) - 3)])
        for other in index.query(hashed):
            above[_top(above, number)] = _top(above, other)
        index.insert(number, hashed)
    seconds = time.process_time() - start
    return [_top(above, number) for number in above], seconds


def simhash(articles: Sequence[Article]) -> tuple[Clusters, float]:
    """Return the clusters of SimHash, three bits of 64 apart at most."""
    from simhash import Simhash, SimhashIndex

    index = SimhashIndex([], k=3)
    above = list(range(len(articles)))
    start = time.process_time()
    for number, article in enumerate(articles):
        plain = words(unsigned(article.text))
        hashed = Simhash([plain[at : at + 4] for at in range(len(plain) - 3)])
        for other in index.get_near_dups(hashed):
            above[_top(above, number)] = _top(above, int(other))
        index.add(str(number), hashed)
    seconds = time.process_time() - start
    return [_top(above, number) for number in above], seconds


def _top(above: list[int], number: int) -> int:
    while above[number] != number:
        above[number] = number = above[above[number]]
    return number


#: name → finder; a peer only where it is installed
FINDERS: dict[str, Finder] = {"gazette": gazette, "datasketch": datasketch, "simhash": simhash}


def installed() -> tuple[dict[str, Finder], list[str]]:
    """Return who can run here by name and version, and the names of the others."""
    found: dict[str, Finder] = {}
    absent = []
    for name, finder in FINDERS.items():
        try:
            found[f"{name} {version(name)}"] = finder
        except PackageNotFoundError:
            absent.append(name)
    return found, absent


def bytes_of(conn: sqlite3.Connection, *tables: str) -> int:
    """Return how many bytes of the file tables and their indexes take."""
    sql = "SELECT sum(pgsize) FROM dbstat WHERE name = ? OR name GLOB ?"
    return sum(int(conn.execute(sql, (name, f"{name}_*")).fetchone()[0] or 0) for name in tables)
