"""From what was observed of a source to how it stands, and why. Pure.

Each room looks for alarms of one kind; the gravest says the state. One bad look is no alarm, except
where it cannot be chance: a challenge, a certificate, a robots.txt that forbids.
"""

from crawler.health.judging import as_of, judge, network
from crawler.health.network import LATELY, OWN_NETWORK, UNREACHABLE
from crawler.health.present import is_late, standing_of, unwatched

__all__ = [
    "LATELY",
    "OWN_NETWORK",
    "UNREACHABLE",
    "as_of",
    "is_late",
    "judge",
    "network",
    "standing_of",
    "unwatched",
]
