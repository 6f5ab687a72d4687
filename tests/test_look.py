"""The colours of the pages: every text on every ground that it stands on, light and dark."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[1] / "archive/datasette_plugin/static"
#: text, ground, and the contrast that WCAG 2.2 AA asks for: 1.4.3 for text, 1.4.11 for edges
PAIRS = (
    *((ink, ground, 4.5) for ink in ("ink", "quiet", "link", "accent")
      for ground in ("paper", "card", "sunk")),
    ("on-accent", "accent", 4.5),
    ("on-hit", "hit", 4.5),
    ("on-added", "added", 4.5),
    ("on-removed", "removed", 4.5),
    *(("on-warn", ground, 4.5) for ground in ("warn", "paper", "card")),
    *((edge, ground, 3.0) for edge in ("edge", "focus") for ground in ("paper", "card")),
)  # fmt: skip


def colours(scheme: str) -> dict[str, str]:
    """Return name → colour of the light or the dark scheme."""
    text = (STATIC / "gazette.css").read_text(encoding="utf-8")
    light, dark = re.findall(r":root \{(.*?)\}", text, re.DOTALL)[:2]
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", light))
    return (
        found
        if scheme == "light"
        else found | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", dark))
    )


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb``, as WCAG 2.2 defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_every_text_can_be_read_on_its_ground(
    scheme: str, text: str, ground: str, least: float
) -> None:
    found = colours(scheme)
    one, other = sorted((luminance(found[text]), luminance(found[ground])), reverse=True)
    assert (one + 0.05) / (other + 0.05) >= least


def test_no_style_sheet_loads_anything() -> None:
    for sheet in STATIC.glob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert "url(" not in text, sheet
        assert "@import" not in text, sheet


def test_our_style_sheets_name_colours_only_once() -> None:
    for name in ("search.css", "reading.css"):
        assert not re.search(r"#[0-9a-f]{3,6}\b", (STATIC / name).read_text(encoding="utf-8"))
