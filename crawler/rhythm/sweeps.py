"""When to read a listing to its last allowed page: late inserts stand deep in it.

Backdated notices are inserted where their date belongs (juriscraper #1361). Every sweep that finds
none doubles the wait, so that it costs next to nothing where nobody backdates.
"""

from datetime import datetime, timedelta

FIRST, LONGEST = timedelta(days=1), timedelta(days=16)


def sweep_is_due(swept: datetime | None, vain: int, now: datetime) -> bool:
    """Tell whether to sweep a listing that was swept then, ``vain`` times in a row for nothing.

    A sweep in the future was made by a clock that went wrong.
    """
    if swept is None or swept > now + FIRST:
        return True
    wait: timedelta = FIRST * 2 ** min(vain, 10)
    return now - swept >= min(wait, LONGEST)


def after_sweep(vain: int, *, found: bool) -> int:
    """Return how many sweeps in a row were in vain after one more."""
    return 0 if found else vain + 1
