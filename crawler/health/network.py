"""Whether it is our own network that fails, and not so many sites at once. Pure."""

from datetime import timedelta

#: The id under which our own network stands; no source has it.
OWN_NETWORK = ""
#: Kinds of failure that a network of ours gives which is down.
UNREACHABLE = frozenset({"dns", "connect", "timeout"})
#: The hosts asked within so long are compared: a source that fails is asked again in 5 minutes.
LATELY = timedelta(minutes=15)
#: Fewer hosts tell nothing: two may well be down together.
FEWEST = 3
#: This share of them has to fail.
MOST = 2 / 3


def is_ours(failing: int, asked: int) -> bool:
    """Tell whether so many hosts of those asked lately fail that the fault is ours."""
    return failing >= FEWEST and failing >= MOST * asked
