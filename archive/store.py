"""The archive as it is written to; how it is read stands in ``reader``.

If the process, the machine or the network dies at any moment, every article whose receipt was
returned is still there, none is stored twice, and the next ``put`` goes on without help. An
``Archive`` belongs to the thread that opened it; other processes may read it at any time, and write
to it in turn.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from archive.deletion import bury, erase, wiping
from archive.putting import Putting
from archive.reader import Reader
from archive.records import (
    Absence,
    Article,
    Capture,
    FileFiling,
    Filing,
    Receipt,
    Tombstone,
    Verdict,
)
from archive.reprints.clusters import match_all, sketches_are_current
from archive.rows import stamp
from archive.schema import index_is_current, reindex, transaction
from archive.sqliteerrors import expected_errors
from archive.takedown import TakedownRule
from archive.tidying import tidy
from archive.tombstones import tombstone_for

_TAKEDOWN = TakedownRule()
#: Pages of the index that are merged at a time: many times what a pass adds.
_TIDIED = 4_000


class Archive(Reader):
    """The articles, their revisions and captures: ``with Archive.open(path) as archive: …``."""

    def put(
        self,
        article: Article,
        capture: Capture | None,
        *,
        now: datetime,
        further: Sequence[Capture] = (),
    ) -> Receipt:
        """Store an article and the answers it was read from; return what became of it.

        ``further`` are the captures of its pages after the first, in order. When this returns, the
        article is safe on disk; putting it again changes nothing. An article is known by its
        canonical address. What it says is compared by digest, but for what tells a reader nothing
        (``sameness``): one that says the same takes over how it is shown and filed (HTML, pictures,
        channels), and keeps the source that found it first. Raises ArchiveFull or ArchiveBusy,
        with nothing stored.
        """
        filing = Filing(article=article, capture=capture, further=tuple(further))
        return self.put_all([filing], now=now)[0]

    def put_all(self, batch: Sequence[Filing], *, now: datetime) -> list[Receipt]:
        """Put several articles in one transaction: all of them are stored, or none."""
        if not batch:
            return []
        with self._writing(now) as putting:
            return [putting.put(filing.article, filing.pages) for filing in batch]

    def reread(
        self, article_id: int, article: Article, *, now: datetime, pages: Sequence[Capture] = ()
    ) -> tuple[str, ...]:
        """Store what an extractor reads today from ``pages``; return the fields that differ.

        Never a revision, for the page did not change: the chain gets a link of its own kind, under
        the number of the revision that stands. Where no field says something else, only how the
        article is shown and filed is taken over; where nothing differs, nothing is written. It
        keeps its address and its source. ``pages`` are all it was read from, where that is more
        than was kept. Raises UnknownArticle, ArchiveError for an imported one.
        """
        with self._writing(now) as putting:
            return putting.reread(article_id, article, pages)

    def seen(self, url: str, *, now: datetime, capture: Capture | None = None) -> Receipt | None:
        """Note that the article at ``url`` stands as it was; None where it is not archived.

        For a 304, or an answer of equal bytes. What was gone is back then.
        """
        with self._writing(now) as putting:
            return putting.seen(url, capture)

    def absent(
        self,
        url: str,
        capture: Capture,
        *,
        how: str,
        now: datetime,
        rule: TakedownRule = _TAKEDOWN,
    ) -> Absence | None:
        """Note that the article at ``url`` was not found; None where it is not archived.

        ``how`` is ``404``, ``410``, ``redirect`` or ``soft404``; the answer is kept as a proof. It
        is missing from the first such visit on, and gone once ``rule`` says so; nothing is ever
        deleted, and it stands again as soon as it is seen.
        """
        with self._writing(now) as putting:
            return putting.absent(url, capture, how, rule)

    def listed(self, named: Iterable[str], left: Iterable[str], *, now: datetime) -> None:
        """Note which articles a listing names, and which it named and goes on without."""
        with self._writing(now) as putting:
            putting.list_anew(named, left)

    def delete(self, article_id: int, *, reason: str, now: datetime) -> Tombstone:
        """Delete an article for good, because the law asks for it; return what stands there now.

        Its text, its HTML, what it said before, its place in the index, the bytes of its captures
        and of the files that no other article has are overwritten; address, digests, moments and
        the reason stay in the chain, and it is never stored again. Again for one that is deleted,
        it finishes what a crash left undone. Raises UnknownArticle; ArchiveBusy or ArchiveError
        where another process is in the way.
        """
        with expected_errors(self._path):
            if tombstone_for(self._conn, article_id) is None:
                with wiping(self._conn), self._writing(now) as putting:
                    bury(
                        self._conn,
                        putting.chain.append,
                        article_id,
                        reason=reason,
                        at=stamp(now),
                    )
            found = tombstone_for(self._conn, article_id)
            assert found is not None
            with wiping(self._conn):
                erase(self._conn, self._warc, found)
        return found

    def keep_files(self, filings: Sequence[FileFiling], *, now: datetime) -> list[Verdict | None]:
        """Store answers that hold files of articles; return for each new, revised or unchanged.

        Bytes that are held already are not stored again. Another digest of an attachment is a
        revision of its articles; those that are not held are passed over. None stands for a 304
        against what is not held: ask again in full. All are stored, or none; raises ArchiveFull
        or ArchiveBusy.
        """
        with self._writing(now) as putting:
            return putting.keep_files(filings)

    def tidy(self) -> bool:
        """Merge a little of what lies scattered in the full-text index; say if there was any.

        For quiet moments, a pass at its end: 0.2 s at most, in steps between which others write.
        What this leaves the next call goes on with. Raises ArchiveFull or ArchiveBusy.
        """
        with expected_errors(self._path):
            return tidy(self._conn, _TIDIED)

    @contextmanager
    def _writing(self, now: datetime) -> Iterator[Putting]:
        """Hold the write lock; at the end all that was written lasts, or nothing of it."""
        with expected_errors(self._path):
            if not self._index_checked:
                if not index_is_current(self._conn):
                    reindex(self._conn)
                if not sketches_are_current(self._conn):
                    with transaction(self._conn):
                        match_all(self._conn)
                self._index_checked = True
            with transaction(self._conn):
                putting = Putting(self._conn, self._warc, now)
                try:
                    yield putting
                    putting.finish()
                except BaseException:
                    # Only while the lock is still ours: another process may be writing by now.
                    if self._conn.in_transaction:
                        putting.undo()
                    raise
