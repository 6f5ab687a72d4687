"""A country's usual time zone, from its top-level domain and the tz database."""

from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit


@cache
def _zones() -> dict[str, str]:
    """Return country code (ISO 3166) → its first zone in zone.tab, mostly the chief one."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return {row[0].lower(): row[2] for row in reversed(rows)}


def zone_of(url: str) -> str:
    """Return the IANA zone of the country an address belongs to by its domain, else ``UTC``."""
    country = (urlsplit(url).hostname or "").rpartition(".")[2]
    return _zones().get({"uk": "gb"}.get(country, country), "UTC")
