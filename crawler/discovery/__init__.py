"""From one address of a site to what could be watched there.

A page is looked over for what it leads to (``look``, ``columns``: feeds, news columns, the way up
from an article), candidates are tried and judged by what they name (``trying``, ``judging``), and
what is kept becomes the text of a source file (``writing``). Only ``asking`` asks the site, each
page once; every page is read in the sandbox.
"""

from crawler.discovery.naming import free_id
from crawler.discovery.records import Candidate, Discovery, Look, Nature, Sample, Site, Tried
from crawler.discovery.walk import MOST_REQUESTS, discover
from crawler.discovery.writing import as_toml

__all__ = [
    "MOST_REQUESTS",
    "Candidate",
    "Discovery",
    "Look",
    "Nature",
    "Sample",
    "Site",
    "Tried",
    "as_toml",
    "discover",
    "free_id",
]
