"""The replica portal: government sites on this machine, for demo, tests and benchmarks.

Each plays one family of systems faithfully in structure, with text of our own from a seeded
grammar: TRS WCM (``trs``), Hanweb jcms (``hanweb``), UCAP (``policy``), an old GBK table site
(``county``) and an English department with feeds (``english``). It imports nothing of ours, needs
nothing but Python, and serves only this machine::

    with Portal(size=200, seed=1, now=datetime(2024, 5, 1, tzinfo=UTC)) as portal:
        portal.sites                      # addresses, listings, zones
        list(portal.truth())              # what the pages say
        portal.change()                   # a day later: what was changed, as a record
"""

from crawler.replica.portal import Portal
from crawler.replica.records import Changes, Listing, Reprint, Site, Truth
from crawler.replica.visits import Visit, Visits

__all__ = ["Changes", "Listing", "Portal", "Reprint", "Site", "Truth", "Visit", "Visits"]
