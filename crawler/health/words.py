"""Kinds of failure → what they say of a site: the state, the words, whether one look is enough."""

from crawler.records import NO_ROBOTS, State

#: Kinds that cannot be chance: one look is enough.
HARD = frozenset({"blocked", "robots", "tls"})
#: Kinds by which a site keeps us out; with all others it is broken.
SHUT = frozenset({"blocked", "robots"})
#: What readers of listings say of one that names nothing.
EMPTY = "names no article"


def state_of(kind: str) -> State:
    """Return the state of a site that gives nothing but such failures."""
    return State.BLOCKED if kind in SHUT else State.BROKEN


def told(kind: str, why: str, *, once_read: bool = True) -> str:
    """Return in words what a failure says; ``once_read``: what failed could be read before."""
    match kind:
        case "blocked":
            return f"it refuses us or shows a challenge: {why}"
        case "robots" if once_read:
            return "its robots.txt forbids now what it allowed"
        case "robots":
            return "its robots.txt forbids it"
        case "tls" if "certificate" in why.lower():
            return f"its certificate is not accepted: {why}"
        case "tls":
            return f"no secure connection to it: {why}"
        case "dns":
            return f"its host name leads nowhere: {why}"
        case "connect":
            return f"no connection to it: {why}"
        case "timeout":
            return f"it does not answer in time: {why}"
        case "status":
            return f"it answers with an error: {why}"
        case "ListingError" if once_read and why == EMPTY:
            return "its listing names no article any more"
        case "ListingError":
            return f"its listing cannot be read: {why}"
        case _ if kind == NO_ROBOTS:
            return f"whether it allows us to ask is not known: {why}"
    return f"it cannot be read: {why}"
