"""What a page of a listing tells by how much of it is known.

Media Cloud's rss-fetcher looks sooner where under a third of a feed's entries are known and later
where over two thirds are. None known means that entries have left the page unseen.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta

#: Under this share of known entries the next look comes sooner.
FEW = 1 / 3


def share_of_known(named: Sequence[str], new: Collection[str]) -> float:
    """Return which share of the entries of a page was known before; 1 of an empty page."""
    return 1 - sum(url in new for url in named) / len(named) if named else 1.0


def reads_on(named: Sequence[str], new: Collection[str]) -> bool:
    """Tell whether the page after this one may hold something new.

    It may where nothing on this one is known, pinned entries at its head aside: where the page ends
    with what is new. An entry that was inserted between known ones is no sign of that.
    """
    return bool(named) and named[-1] in new


def has_lost(named: Sequence[str], new: Collection[str]) -> bool:
    """Tell whether entries have probably left this page before they were ever seen.

    Next to nothing on it is known, and it ends with what is new; pinned entries do not hide that.
    """
    return reads_on(named, new) and share_of_known(named, new) < FEW


def hastened(share: float, gap: timedelta) -> timedelta | None:
    """Return how long to wait at most after a look that came ``gap`` after the one before."""
    return gap / 2 if share < FEW else None
