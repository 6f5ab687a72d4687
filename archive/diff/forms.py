"""A comparison → unified text, HTML or JSON, with nothing in it that acts. Pure."""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from archive.clock import looked_at
from archive.diff.edits import LABELS, Comparison, FieldEdit
from archive.diff.inline import Op, Piece
from archive.diff.texts import Diff, Line
from archive.escapes import neutral
from archive.language import _, ngettext
from archive.rows import stamp

#: Lines around a change that a unified diff repeats, as ``diff -u`` does.
_CONTEXT = 3

_Marked = tuple[str, str]


# --- unified ------------------------------------------------------------------------------------


def as_unified(found: Diff, before: str, after: str) -> Iterator[str]:
    """Yield the lines of a unified diff; ``before`` and ``after`` are what its files are called."""
    marked = list(_marked(found.lines))
    changed = [at for at, (mark, _) in enumerate(marked) if mark != " "]
    if not changed:
        return
    yield f"--- {before}"
    yield f"+++ {after}"
    start = end = 0
    old = new = 1
    for first, last in _spans(changed, len(marked)):
        between = marked[end:first]
        old, new = old + _count(between, "-"), new + _count(between, "+")
        start, end = first, last
        hunk = marked[start:end]
        gone, come = _count(hunk, "-"), _count(hunk, "+")
        # Where a side has no line, the one before it is named.
        yield f"@@ -{old - (not gone)},{gone} +{new - (not come)},{come} @@"
        yield from (mark + text for mark, text in hunk)
        old, new = old + gone, new + come


def _marked(lines: Sequence[Line]) -> Iterator[_Marked]:
    """Yield every line with its mark; of what changed together, first all that is gone."""
    for same, group in groupby(lines, key=lambda line: line.same):
        together = list(group)
        if same:
            yield from ((" ", line.before or "") for line in together)
        else:
            yield from (("-", line.before) for line in together if line.before is not None)
            yield from (("+", line.after) for line in together if line.after is not None)


def _spans(changed: Sequence[int], end: int) -> Iterator[tuple[int, int]]:
    """Yield begin and end of the hunks around the lines that changed."""
    first = last = changed[0]
    for at in changed[1:]:
        if at - last > 2 * _CONTEXT + 1:
            yield max(first - _CONTEXT, 0), last + 1 + _CONTEXT
            first = at
        last = at
    yield max(first - _CONTEXT, 0), min(last + 1 + _CONTEXT, end)


def _count(marked: Sequence[_Marked], mark: str) -> int:
    """Return how many lines the side whose mark this is has."""
    return sum(each[0] in (" ", mark) for each in marked)


# --- HTML ---------------------------------------------------------------------------------------

#: Stands between what a name, number or date was and what it is.
ARROW = " → "

_TAGS = {Op.EQUAL: "{}", Op.DELETE: "<del>{}</del>", Op.INSERT: "<ins>{}</ins>"}


def as_html(comparison: Comparison) -> str:
    """Return a fragment that stands by itself: what changed as ``<del>`` and ``<ins>``."""
    article = comparison.after.article
    lang = f' lang="{escape(article.lang)}"' if article.lang else ""
    facts = [field for field in comparison.edit.fields if field.name != "text"]
    parts = [f'<div class="gazette-diff"{lang}>']
    if facts:
        parts += ["<table>", *map(_row, facts), "</table>"]
    if comparison.edit.text:
        parts += _paragraphs(comparison.edit.text)
    return "\n".join([*parts, "</div>"])


def _row(field: FieldEdit) -> str:
    between = ARROW if field.exchanged else ""
    shown = "<br>".join(_inline(line.pieces, between) for line in field.diff.lines)
    return f'<tr><th scope="row">{_(LABELS[field.name])}</th><td>{shown}</td></tr>'


def _paragraphs(text: Diff) -> Iterator[str]:
    """Yield the changed paragraphs, and how many between them are as they were."""
    for same, group in groupby(text.lines, key=lambda line: line.same):
        lines = list(group)
        if same:
            hidden = "\n".join(f"<p>{_inline(line.pieces)}</p>" for line in lines)
            yield f"<details><summary>{unchanged(len(lines))}</summary>\n{hidden}\n</details>"
        else:
            yield from (f"<p>{_inline(line.pieces)}</p>" for line in lines)


def _inline(pieces: Sequence[Piece], between: str = "") -> str:
    return between.join(_TAGS[piece.op].format(escape(neutral(piece.text))) for piece in pieces)


def unchanged(lines: int) -> str:
    """Return in words how many paragraphs were left out."""
    told = ngettext("… {count} paragraph unchanged", "… {count} paragraphs unchanged", lines)
    return told.format(count=lines)


# --- JSON ---------------------------------------------------------------------------------------


def as_data(comparison: Comparison) -> dict[str, object]:
    """Return what JSON shows of a comparison: both texts can be put together again from it."""
    edit = comparison.edit
    return {
        "id": comparison.after.id,
        "from": comparison.before.revision,
        "to": comparison.after.revision,
        "seen": [stamp(moment) for moment in comparison.seen],
        "changed": edit.names,
        "added": edit.added,
        "removed": edit.removed,
        "share": round(edit.share, 4),
        "weight": edit.weight,
        "reread": comparison.reread,
        "coarse": any(field.diff.coarse for field in edit.fields),
        "fields": {field.name: _field(field) for field in edit.fields},
    }


def _field(field: FieldEdit) -> dict[str, object]:
    lines = [
        [[piece.op.value, piece.text] for piece in line.pieces if piece.text]
        for line in field.diff.lines
    ]
    return {"before": field.before, "after": field.after, "lines": lines}


# --- in words -----------------------------------------------------------------------------------


def heading(comparison: Comparison) -> str:
    """Return in words what is compared."""
    zone = comparison.after.article.zone
    first, last = (looked_at(moment, zone) for moment in comparison.seen)
    told = _("revision {before} → {after} · seen {first} → {last} {zone}")
    before, after = comparison.before.revision, comparison.after.revision
    return told.format(before=before, after=after, first=first, last=last, zone=zone)


def remarks(comparison: Comparison) -> Iterator[str]:
    """Yield what a reader of the comparison should know."""
    if comparison.reread:
        yield _("in between, an extractor read the page anew: part of this may be its doing")
    if not comparison.edit.fields:
        yield _("nothing differs: what was changed in between was changed back")
    if any(field.diff.coarse for field in comparison.edit.fields):
        yield _("too long to compare word by word: more is shown as changed than was")


def how_much(added: int, removed: int, share: float) -> str:
    """Return what was edited in a text as ``+12 −3 (4 %)``, or "" where nothing was."""
    if not added and not removed:
        return ""
    percent = f"{100 * share:.0f}" if share >= 0.01 else "<1"
    return f"+{added:,} −{removed:,} ({percent} %)"
