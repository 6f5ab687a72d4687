"""A comparison on a terminal: red and struck out, green, and what is as it was folded away."""

from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby

from rich.console import Console
from rich.text import Text

from archive.diff.edits import LABELS, Comparison, FieldEdit
from archive.diff.forms import ARROW, heading, remarks, unchanged
from archive.diff.inline import Op, Piece, tokens
from archive.diff.texts import Diff, Line
from archive.escapes import neutral, one_line
from archive.language import _

_STYLES = {Op.EQUAL: "", Op.DELETE: "red strike", Op.INSERT: "green"}
#: Without colour, as ``wdiff`` marks them: not every terminal can strike out.
_MARKS = {Op.EQUAL: "{}", Op.DELETE: "[-{}-]", Op.INSERT: "{{+{}+}}"}

#: Of what is equal between two edits of a paragraph, so many characters stand beside each.
_BESIDE = 60


def print_comparison(comparison: Comparison, console: Console) -> None:
    """Print what changed: the fields first, then the paragraphs of the text."""
    console.print(Text(one_line(comparison.after.article.title), "bold"))
    console.print(Text(heading(comparison), "dim"))
    for remark in remarks(comparison):
        console.print(Text(_("note: {remark}").format(remark=remark), "dim"))
    console.print()
    plain = console.no_color or console.color_system is None
    for field in comparison.edit.fields:
        if field.name != "text":
            for line in _field(field, plain):
                console.print(line)
    text = comparison.edit.text
    if text and len(comparison.edit.fields) > 1:
        console.print()
    for line in _paragraphs(text, plain) if text else ():
        console.print(line)


def _field(field: FieldEdit, plain: bool) -> Iterator[Text]:
    label = _(LABELS[field.name])
    between = ARROW if field.exchanged else ""
    for line in field.diff.lines:
        yield Text.assemble((f"{label}{_(': ')}", "dim"), _inline(line.pieces, plain, between))


def _paragraphs(text: Diff, plain: bool) -> Iterator[Text]:
    for same, group in groupby(text.lines, key=lambda line: line.same):
        lines: list[Line] = list(group)
        if same:
            yield Text(unchanged(len(lines)), "dim")
        else:
            yield from (_inline(_shortened(line.pieces), plain) for line in lines)


def _inline(pieces: Sequence[Piece], plain: bool, between: str = "") -> Text:
    shown = [
        Text(_MARKS[piece.op].format(neutral(piece.text)))
        if plain
        else Text(neutral(piece.text), _STYLES[piece.op])
        for piece in pieces
    ]
    return Text(between).join(shown)


def _shortened(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces with the middle of what is long and equal left out."""
    shown = []
    for at, piece in enumerate(pieces):
        text = piece.text
        if piece.op is Op.EQUAL and len(text) > 3 * _BESIDE:
            words = tokens(text)
            # Nothing is edited before the first piece, nor after the last.
            head = _first(words) if at else ""
            tail = _first(words[::-1], backwards=True) if at + 1 < len(pieces) else ""
            text = f"{head}…{tail}"
        shown.append(Piece(op=piece.op, text=text))
    return shown


def _first(words: Sequence[str], *, backwards: bool = False) -> str:
    """Return the first words that fill the room beside an edit."""
    ends = accumulate(map(len, words))
    taken = [word for word, end in zip(words, ends, strict=True) if end <= _BESIDE]
    return "".join(reversed(taken) if backwards else taken)
