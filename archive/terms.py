"""What a query is made of: terms, facts, and how they are joined. Pure."""

from dataclasses import dataclass

from archive.tokens import RUN, fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of Chinese or a word, folded, as it must stand in the text."""

    text: str
    chinese: bool
    #: nothing stands between it and the piece before it
    glued: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Pieces that must follow one another."""

    pieces: tuple[Piece, ...]
    #: ``econom*``: the last piece may go on
    prefix: bool = False
    #: ``title`` or ``text`` where it must stand there, else ""
    column: str = ""

    @property
    def character(self) -> bool:
        """Tell whether it is one Chinese character and no more."""
        (first, *more) = self.pieces
        return not more and first.chinese and len(first.text) == 1

    @property
    def open(self) -> bool:
        """Tell whether the index has to gather all words that it may become.

        One character behind others begins a pair or is a tail; glued to a word, the lead of a run.
        """
        last = self.pieces[-1]
        single = last.chinese and len(last.text) == 1 and not last.glued
        return self.prefix or (single and (not self.character or self.column == "text"))


@dataclass(frozen=True, slots=True)
class All:
    """Every item must match."""

    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """One of the items must match."""

    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The item must not match."""

    item: "Node"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What is known of the article besides its words: ``source:cn-gov``."""

    #: of ``archive.facts.FIELDS``
    field: str
    value: str
    #: ``author:"张 三"``: that and no more
    whole: bool = False
    #: ``source:cn-*``: that and whatever follows
    prefix: bool = False

    @property
    def open(self) -> bool:
        """Tell whether the index has to gather all values that it may become."""
        return self.prefix or (not self.whole and len(self.value) == 1)


Node = Term | Fact | All | Some | Not


def read_term(text: str, *, column: str = "") -> Term:
    """Return ``text`` as pieces that must follow one another; without pieces where it has none."""
    folded = fold(text)
    pieces: list[Piece] = []
    end = -1
    for run in RUN.finditer(folded):
        pieces.append(
            Piece(text=run[0], chinese=run.lastindex is not None, glued=run.start() == end)
        )
        end = run.end()
    # A run of Chinese is found inside of longer runs anyway.
    prefix = bool(pieces) and not pieces[-1].chinese and folded[end:] == "*"
    return Term(pieces=tuple(pieces), prefix=prefix, column=column)
