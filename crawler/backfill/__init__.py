"""The history of a source: every listing walked to its end, and its articles fetched after news.

``rules`` says when a walk ends, ``reach`` how far it is; ``walking`` does it, ``pages`` the part of
the listings; ``idle`` lets the daemon do it while nothing else is due.
"""

from crawler.backfill.reach import Reach
from crawler.backfill.walking import alone, run

__all__ = ["Reach", "alone", "run"]
