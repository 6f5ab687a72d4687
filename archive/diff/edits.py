"""Two states of an article → what was edited in it, field by field, and how much. Pure."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from archive.clock import shown_time
from archive.diff.inline import Op, Piece, inline
from archive.diff.texts import Diff, Line, diff
from archive.errors import NoSpan, UnknownRevision
from archive.language import N_, _
from archive.records import Article, Attachment, Stored


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldEdit:
    """A field that said something else afterwards, as people read it."""

    #: name of the field
    name: str
    before: str
    after: str
    diff: Diff

    @property
    def exchanged(self) -> bool:
        """Tell whether it is shown as a whole, as it was and as it is."""
        return self.name not in _COMPARED


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What was edited between two states of an article; the text comes last."""

    fields: tuple[FieldEdit, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the fields."""
        return tuple(field.name for field in self.fields)

    @property
    def text(self) -> Diff | None:
        """Return the diff of the text, if that was edited."""
        return next((field.diff for field in self.fields if field.name == "text"), None)

    @property
    def added(self) -> int:
        """Return how many characters were put into the text."""
        return self.text.added if self.text else 0

    @property
    def removed(self) -> int:
        """Return how many characters were taken out of the text."""
        return self.text.removed if self.text else 0

    @property
    def share(self) -> float:
        """Return what part of the text that is, 0 to 1."""
        return self.text.share if self.text else 0.0

    @property
    def weight(self) -> int:
        """Return how much the edit matters, beside others."""
        return sum(_weight(field) for field in self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two revisions of an article and what was edited between them."""

    before: Stored
    after: Stored
    #: when the page was first seen to say the one, and the other
    seen: tuple[datetime, datetime]
    edit: Edit
    #: number of the newest revision there is
    newest: int
    #: between them an extractor read the article anew, and part of this may be its doing
    reread: bool = False


# --- fields as people read them -----------------------------------------------------------------

#: Every field that can be edited, in the order in which it is told, and what it is called.
LABELS = {
    "title": N_("title"),
    "published": N_("published"),
    "written": N_("written"),
    "origin": N_("origin"),
    "author": N_("author"),
    "editor": N_("editor"),
    "issuer": N_("issuer"),
    "doc_number": N_("document number"),
    "index_number": N_("index number"),
    "attachments": N_("attachments"),
    "text": N_("text"),
}


def named(fields: Iterable[str]) -> str:
    """Return what people call these fields."""
    return _(", ").join(_(LABELS.get(field, field)) for field in fields)


def _published(article: Article) -> str:
    if article.published is None:
        return ""
    return f"{shown_time(article.published, article.precision, article.zone)} {article.zone}"


#: How a line of an attachment ends once its bytes are known.
DIGEST = re.compile(r" \(kept: sha256 [0-9a-f]{12}…\)$", re.MULTILINE)


def attached(file: Attachment) -> str:
    """Return an attachment's name and address, and which bytes it is where that is known."""
    kept = f" (kept: sha256 {file.sha256[:12]}…)" if file.sha256 else ""
    return f"{file.name} {file.url}{kept}".lstrip()


def _attachments(article: Article) -> str:
    return "\n".join(map(attached, article.attachments))


_SHOWN: dict[str, Callable[[Article], str]] = {
    "published": _published,
    "written": lambda article: article.written.isoformat() if article.written else "",
    "attachments": _attachments,
}


def edit_of(before: Article, after: Article, changed: Collection[str]) -> Edit:
    """Return what of the fields ``changed`` is other in ``after`` than it was ``before``."""
    found = []
    for name in LABELS:
        if name in changed:
            shown = _SHOWN.get(name) or attrgetter(name)
            old, new = shown(before), shown(after)
            if old != new:
                how = _COMPARED.get(name, _exchanged)
                found.append(FieldEdit(name=name, before=old, after=new, diff=how(old, new)))
    return Edit(fields=tuple(found))


def _within(before: str, after: str) -> Diff:
    """Compare two lines word by word, however little they are alike."""
    pieces, coarse = inline(before, after)
    return Diff(lines=(Line(before=before, after=after, pieces=pieces),), coarse=coarse)


def _exchanged(before: str, after: str) -> Diff:
    """Take a name, number or date as a whole: half of one says nothing."""
    both = (Piece(op=Op.DELETE, text=before), Piece(op=Op.INSERT, text=after))
    pieces = tuple(piece for piece in both if piece.text)
    return Diff(lines=(Line(before=before, after=after, pieces=pieces),))


_COMPARED = {"title": _within, "attachments": diff, "text": diff}


# --- how much an edit matters -------------------------------------------------------------------

#: A character of the title counts as this many of the text,
OF_TITLE = 10
#: a figure in the text that is another or new or gone counts so much more,
OF_FIGURE = 20
#: and so much a date, an origin, a number of the document, an attachment.
OF_FIELD = 100

_FIGURE = re.compile(r"\d+(?:[.,]\d+)*|[〇零一二三四五六七八九十百千万亿]{2,}")


def _weight(field: FieldEdit) -> int:
    if field.name not in ("title", "text"):
        return OF_FIELD
    edited = field.diff.added + field.diff.removed
    if field.name == "title":
        return OF_TITLE * edited
    return edited + OF_FIGURE * max(
        _figures(field.diff, Op.DELETE), _figures(field.diff, Op.INSERT)
    )


def _figures(found: Diff, op: Op) -> int:
    pieces = (piece for line in found.lines for piece in line.pieces)
    return sum(len(_FIGURE.findall(piece.text)) for piece in pieces if piece.op is op)


# --- which revisions ----------------------------------------------------------------------------

_SPAN = re.compile(r"(?P<only>[0-9]{1,9})|(?P<first>[0-9]{1,9})?\.\.(?P<last>[0-9]{1,9})?")


def span(asked: str, article_id: int, newest: int) -> tuple[int, int] | None:
    """Return the two revisions that ``3``, ``1..3``, ``2..`` or ``..3`` compares.

    Nothing asked is the newest. None where there is no revision before it. Raises NoSpan for what
    makes no sense, UnknownRevision for what is not there.
    """
    found = _SPAN.fullmatch(asked or str(newest))
    if found is None:
        raise NoSpan(asked)
    for number in map(int, filter(None, found.groups())):
        if not 1 <= number <= newest:
            raise UnknownRevision(article_id, number, newest)
    if found["only"]:
        last = int(found["only"])
        first = last - 1
    else:
        first, last = int(found["first"] or 1), int(found["last"] or newest)
        if found["first"] and found["last"] and first >= last:
            raise NoSpan(asked)
    return (first, last) if 1 <= first < last else None
