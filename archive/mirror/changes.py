"""Which articles a mirror is to look at: those whose row is another than when it was written.

Every row of the archive has a seal, so what has changed is found whatever changed it: a revision,
another way to show it, the verdict that it is gone. Where it proves to be nothing that a post
says, no file is written.
"""

from collections.abc import Iterator

_Seals = Iterator[tuple[int, str]]


def changes(wanted: _Seals, held: _Seals) -> Iterator[tuple[int, str]]:
    """Yield id and seal of what is to be looked at, seal "" for what is wanted no more.

    Both come with falling ids.
    """
    nothing = (-1, "")
    want, have = next(wanted, nothing), next(held, nothing)
    while want != nothing or have != nothing:
        if want[0] > have[0]:
            yield want
            want = next(wanted, nothing)
        elif want[0] < have[0]:
            yield have[0], ""
            have = next(held, nothing)
        else:
            if want[1] != have[1]:
                yield want
            want, have = next(wanted, nothing), next(held, nothing)
