"""What travels from a site to an article: one frozen record per stage, all of them pure data.

``Source → Listing → Capture → Link* → (frontier) → Capture → Draft → Article → Receipt → Attempt →
Report``; Capture, Article and Receipt belong to the archive.
"""

from crawler.records.pages import (
    EXACT,
    UPDATED,
    Draft,
    Findings,
    Found,
    Judged,
    Link,
    ListingPage,
    PageRequest,
)
from crawler.records.sites import (
    REVISITS,
    ArticleRules,
    Files,
    Listing,
    ListingKind,
    ListingRules,
    Rhythm,
    Selectors,
    Source,
)
from crawler.records.visits import (
    Attempt,
    Blank,
    Due,
    Habit,
    Known,
    Listed,
    Outcome,
    Pulse,
    Report,
    Restless,
    Round,
    SourceState,
    Validators,
    Weight,
)

__all__ = [
    "EXACT",
    "REVISITS",
    "UPDATED",
    "ArticleRules",
    "Attempt",
    "Blank",
    "Draft",
    "Due",
    "Files",
    "Findings",
    "Found",
    "Habit",
    "Judged",
    "Known",
    "Link",
    "Listed",
    "Listing",
    "ListingKind",
    "ListingPage",
    "ListingRules",
    "Outcome",
    "PageRequest",
    "Pulse",
    "Report",
    "Restless",
    "Rhythm",
    "Round",
    "Selectors",
    "Source",
    "SourceState",
    "Validators",
    "Weight",
]
