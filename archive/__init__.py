"""The holding half: what is kept and how it is found. Knows no network and no schedule.

The package is the code that holds the archive; the data it holds lie in ``data/``.
"""

from archive.errors import (
    ArchiveBusy,
    ArchiveError,
    ArchiveFull,
    Corrupt,
    NotAnArchive,
    PostError,
    UnknownArticle,
    UnknownRevision,
)
from archive.foreign import Response, is_warc, response_at, responses
from archive.plaintext import text_of
from archive.records import (
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
    Verdict,
)
from archive.sanitise import clean_html
from archive.store import Archive

__all__ = [
    "Archive",
    "ArchiveBusy",
    "ArchiveError",
    "ArchiveFull",
    "Article",
    "Attachment",
    "Capture",
    "Corrupt",
    "Filing",
    "Filters",
    "Fingerprint",
    "Hit",
    "NotAnArchive",
    "PostError",
    "Precision",
    "Receipt",
    "Response",
    "Results",
    "Revision",
    "Stored",
    "UnknownArticle",
    "UnknownRevision",
    "Verdict",
    "clean_html",
    "is_warc",
    "response_at",
    "responses",
    "text_of",
]
