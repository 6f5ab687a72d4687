"""Saved searches: what is new and matches goes to a feed and, if wanted, to a webhook.

``memory`` holds what was found and what was sent, ``messages`` says what each service wants to be
sent, ``feed`` writes the feed, ``deliver`` does it all in order. Nothing here fetches pages.
"""

from crawler.watch.deliver import Outcome, feed_of, run, send_sample
from crawler.watch.feed import is_free
from crawler.watch.memory import Memory
from crawler.watch.messages import SHAPES
from crawler.watch.records import Hook, Watch, WatchError
from crawler.watch.sending import check_address

__all__ = [
    "SHAPES",
    "Hook",
    "Memory",
    "Outcome",
    "Watch",
    "WatchError",
    "check_address",
    "feed_of",
    "is_free",
    "run",
    "send_sample",
]
