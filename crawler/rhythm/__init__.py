"""When a listing publishes, learned from it, and when to look at it next. Pure.

What was found is counted by hour of the week in the source's zone (``learning``); from the counts
follow rates (``rates``), from the rates the next look (``looks``). What one page tells of its
overlap with what is known stands in ``overlap``, how rarely all pages are read in ``sweeps``.
"""

from crawler.rhythm.learning import expected, learned
from crawler.rhythm.looks import next_look
from crawler.rhythm.overlap import has_lost, hastened, reads_on, share_of_known
from crawler.rhythm.spans import Dated, Span, span_of
from crawler.rhythm.sweeps import after_sweep, sweep_is_due

__all__ = [
    "Dated",
    "Span",
    "after_sweep",
    "expected",
    "has_lost",
    "hastened",
    "learned",
    "next_look",
    "reads_on",
    "share_of_known",
    "span_of",
    "sweep_is_due",
]
