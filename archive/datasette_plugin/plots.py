"""Plots as SVG to stand inside a page: bars of counts, large or small. Pure.

Only shapes are drawn, and stretched to the room there is; words and numbers stand in HTML around
them, where they keep their size on a narrow screen. Colours are the style sheet's, so a plot is
light or dark as its page is. Each bar says in words what it shows, and a table tells the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

#: Units of a bar and of the gap behind it, in the plot's own measure.
_BAR, _GAP = 8, 2
#: Height of a plot in its own measure.
_HEIGHT = 100
#: Least height of a bar that stands for something: few are seen to be more than none.
_LEAST = 2.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One count."""

    #: what it is of, in words: its tooltip and its row of the table
    label: str
    count: int
    #: where it leads, or ""
    address: str = ""
    #: drawn apart: not yet over, or a day of rest
    pale: bool = False


def scale(most: int) -> tuple[int, ...]:
    """Return the lines of a scale from 0 to ``most`` or a little more: round numbers, two to five.

    >>> scale(7), scale(23), scale(1240)
    ((0, 2, 4, 6, 8), (0, 10, 20, 30), (0, 500, 1000, 1500))
    """
    if most <= 1:
        return (0, 1)
    power = 10 ** (len(str(most)) - 1)
    fair = (step for size in (power // 10, power) for step in (size, 2 * size, 5 * size))
    step = next(step for step in fair if step and most <= 4 * step)
    return tuple(range(0, most + step, step))


def bars(counts: Sequence[Bar], *, name: str, title: str, description: str, top: int = 0) -> Markup:
    """Return counts as bars side by side; ``top`` is the count that would fill the height.

    ``name`` is the plot's id in the page. Without ``top`` the largest count fills the height.
    """
    top = top or max((bar.count for bar in counts), default=0) or 1
    width = max(len(counts) * (_BAR + _GAP) - _GAP, 1)
    drawn = Markup("").join(_bar(bar, place, top) for place, bar in enumerate(counts))
    return Markup(
        '<svg class="h-plot" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" '
        'aria-labelledby="{name}-title {name}-what" focusable="false">'
        '<title id="{name}-title">{}</title><desc id="{name}-what">{}</desc>{}</svg>'
    ).format(width, _HEIGHT, title, description, drawn, name=name)


def _bar(bar: Bar, place: int, top: int) -> Markup:
    """Return one bar; behind it stands a field of full height, so that a low one is easily met."""
    left = place * (_BAR + _GAP)
    height = min(max(bar.count / top * _HEIGHT, _LEAST), _HEIGHT) if bar.count else 0.0
    shape = Markup(
        '<g><title>{}</title><rect class="h-field" x="{}" y="0" width="{}" height="{}"/>'
        '<rect class="h-bar{}" x="{}" y="{}" width="{}" height="{}"/></g>'
    ).format(
        bar.label, left - _GAP / 2, _BAR + _GAP, _HEIGHT,
        " h-pale" if bar.pale else "", left, round(_HEIGHT - height, 2), _BAR, round(height, 2),
    )  # fmt: skip
    if not bar.address:
        return shape
    # Out of the order of the keyboard: the table below has the same links.
    return Markup('<a href="{}" tabindex="-1">{}</a>').format(bar.address, shape)
