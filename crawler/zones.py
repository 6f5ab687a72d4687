"""A country's usual time zone, from its top-level domain and the tz database."""

import re
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit


@cache
def _zones() -> dict[str, str]:
    """Return country code (ISO 3166) → its first zone in zone.tab, mostly the chief one."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return {row[0].lower(): row[2] for row in reversed(rows)}


_IDEOGRAPHS, _KANA = re.compile("[\u4e00-\u9fff]"), re.compile("[\u3040-\u30ff]")


def zone_of(url: str, text: str = "") -> str:
    """Return the IANA zone of the country an address belongs to by its domain.

    A domain of no country leaves it to the letters: China's for a text in Chinese, else ``UTC``.
    """
    country = (urlsplit(url).hostname or "").rpartition(".")[2]
    zone = _zones().get({"uk": "gb"}.get(country, country), "")
    return zone or ("Asia/Shanghai" if _is_chinese(text) else "UTC")


def _is_chinese(text: str) -> bool:
    ideographs = len(_IDEOGRAPHS.findall(text))
    return 20 * ideographs > len(text) and 10 * len(_KANA.findall(text)) < ideographs
