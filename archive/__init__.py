"""The holding half: what is kept and how it is found. Knows no network and no schedule.

The package is the code that holds the archive; the data it holds lie in ``data/``.
"""

from archive.atom import atom_entry, atom_feed
from archive.errors import (
    ArchiveBusy,
    ArchiveError,
    ArchiveFull,
    Corrupt,
    Deleted,
    NotAnArchive,
    PostError,
    UnknownArticle,
    UnknownRevision,
)
from archive.files import knowing_files
from archive.mirror import Mirrored, MirrorRule, keep_in_step
from archive.plaintext import text_of
from archive.records import (
    Absence,
    Article,
    Attachment,
    Capture,
    FileFiling,
    Filing,
    Filters,
    Fingerprint,
    Hit,
    KeptFile,
    Precision,
    Receipt,
    Results,
    Revision,
    Stored,
    Tombstone,
    Verdict,
)
from archive.rows import local_day
from archive.sanitise import clean_html
from archive.since import (
    Arrival,
    Arrivals,
    arrivals,
    asks_nothing,
    hash_of_link,
    link_before,
    newest_link,
    passage,
    sample,
    standing,
)
from archive.store import Archive
from archive.takedown import TakedownRule
from archive.warc.foreign import Response, is_warc, response_at, responses

__all__ = [
    "Absence",
    "Archive",
    "ArchiveBusy",
    "ArchiveError",
    "ArchiveFull",
    "Arrival",
    "Arrivals",
    "Article",
    "Attachment",
    "Capture",
    "Corrupt",
    "Deleted",
    "FileFiling",
    "Filing",
    "Filters",
    "Fingerprint",
    "Hit",
    "KeptFile",
    "MirrorRule",
    "Mirrored",
    "NotAnArchive",
    "PostError",
    "Precision",
    "Receipt",
    "Response",
    "Results",
    "Revision",
    "Stored",
    "TakedownRule",
    "Tombstone",
    "UnknownArticle",
    "UnknownRevision",
    "Verdict",
    "arrivals",
    "asks_nothing",
    "atom_entry",
    "atom_feed",
    "clean_html",
    "hash_of_link",
    "is_warc",
    "keep_in_step",
    "knowing_files",
    "link_before",
    "local_day",
    "newest_link",
    "passage",
    "response_at",
    "responses",
    "sample",
    "standing",
    "text_of",
]
