"""The log of what was asked, from which a crawler's manners can be read."""

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple, overload


class Visit(NamedTuple):
    """One request that was answered."""

    #: seconds on the monotonic clock when it came in
    at: float
    #: the site's host as in ``Site.hosts``
    host: str
    method: str
    #: path and query
    path: str
    status: int


class Visits(Sequence[Visit]):
    """The last requests, and how many of them were under way at once at each host."""

    def __init__(self, limit: int = 200_000) -> None:
        self._kept: deque[Visit] = deque(maxlen=limit)
        self._busy: Counter[str] = Counter()
        #: most requests under way at once, by host; counted where answers are delayed
        self.peak: Counter[str] = Counter()

    @overload
    def __getitem__(self, index: int) -> Visit: ...
    @overload
    def __getitem__(self, index: slice) -> list[Visit]: ...
    def __getitem__(self, index: int | slice) -> Visit | list[Visit]:
        return list(self._kept.copy())[index]

    def __iter__(self) -> Iterator[Visit]:
        return iter(self._kept.copy())

    def __len__(self) -> int:
        return len(self._kept)

    def tally(
        self,
        *,
        host: str | None = None,
        path: str | None = None,
        method: str | None = None,
        status: int | None = None,
    ) -> int:
        """How many of the kept requests agree with all that is given."""
        wanted = (host, method, path, status)
        return sum(
            all(want is None or want == has for want, has in zip(wanted, visit[1:], strict=True))
            for visit in self
        )

    def clear(self) -> None:
        """Forget all of them."""
        self._kept.clear()
        self.peak.clear()

    def begin(self, host: str) -> None:
        self._busy[host] += 1
        self.peak[host] = max(self.peak[host], self._busy[host])

    def end(self, visit: Visit) -> None:
        self._busy[visit.host] -= 1
        self._kept.append(visit)
