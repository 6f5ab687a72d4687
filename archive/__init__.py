"""The holding half: what is kept and how it is found. Knows no network and no schedule.

The package is the code that holds the archive; the data it holds lie in ``data/``.
"""

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
from archive.plaintext import text_of
from archive.records import (
    Absence,
    Article,
    Attachment,
    Capture,
    Filing,
    Filters,
    Fingerprint,
    Hit,
    Precision,
    Receipt,
    Results,
    Revision,
    Stored,
    Tombstone,
    Verdict,
)
from archive.sanitise import clean_html
from archive.store import Archive
from archive.takedown import TakedownRule

__all__ = [
    "Absence",
    "Archive",
    "ArchiveBusy",
    "ArchiveError",
    "ArchiveFull",
    "Article",
    "Attachment",
    "Capture",
    "Corrupt",
    "Deleted",
    "Filing",
    "Filters",
    "Fingerprint",
    "Hit",
    "NotAnArchive",
    "PostError",
    "Precision",
    "Receipt",
    "Results",
    "Revision",
    "Stored",
    "TakedownRule",
    "Tombstone",
    "UnknownArticle",
    "UnknownRevision",
    "Verdict",
    "clean_html",
    "text_of",
]
