"""What a made page is written on: its parts in HTML, and beside them the truth about each."""

import random
from dataclasses import dataclass, field

from tests.page_words import Words

#: Names that say nothing, and names that say what themes say of their article.
_NEUTRAL = (
    "con conTxt detail box box_2 main-l nr wz txt newsbox bd inner w1200 left-part cen".split()
)


def key(text: str) -> str:
    """Return what is compared of a line: all but its white space."""
    return "".join(text.split())


@dataclass(slots=True)
class Sheet:
    """Collects the truth while the parts of a page are written."""

    chance: random.Random
    words: Words
    title: str = ""
    #: lines of the article, in order
    lines: list[str] = field(default_factory=list)
    #: line → the part of the page it comes from; none of these may be in the article
    foreign: dict[str, str] = field(default_factory=dict)
    #: lines that may be counted as the article's or not
    either: set[str] = field(default_factory=set)
    pictures: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    foreign_pictures: list[str] = field(default_factory=list)
    tables: int = 0
    lists: int = 0
    headings: list[str] = field(default_factory=list)

    def must(self, text: str) -> str:
        """Note a line of the article; return it."""
        self.lines.append(text)
        return text

    def never(self, part: str, text: str) -> str:
        """Note a line that is not the article's; return it."""
        self.foreign[key(text)] = part
        return text

    def may(self, text: str) -> str:
        """Note a line that may count as the article's; return it."""
        self.either.add(key(text))
        return text

    def picture(self, *, own: bool = True) -> str:
        """Return the address of another picture."""
        address = f"/upload/{self.chance.randrange(10**9)}.{self.chance.choice(('jpg', 'png'))}"
        (self.pictures if own else self.foreign_pictures).append(address)
        return address

    def file(self) -> str:
        """Return the address of another file."""
        ending = self.chance.choice(("pdf", "doc", "docx", "xls", "xlsx", "wps", "ofd", "zip"))
        address = f"./P{self.chance.randrange(10**12)}.{ending}"
        self.files.append(address)
        return address

    def called(self) -> str:
        """Return an attribute for a box of the article: a name that says nothing, or none."""
        kind = self.chance.randrange(4)
        if kind == 0:
            return ""
        if kind == 1:
            return f' class="{self.chance.choice(_NEUTRAL)}"'
        letters = "".join(self.chance.choices("bcdfghkmqrtvwxyz", k=self.chance.randint(1, 4)))
        attribute = "class" if kind == 2 else "id"
        joint = self.chance.choice(("", "-", "_"))
        return f' {attribute}="{letters}{joint}{self.chance.randrange(99)}"'

    def named(self, *names: str) -> str:
        """Return an attribute for a box of furniture: one of ``names``, or one saying nothing."""
        if self.chance.random() < 0.35:
            return f' class="{self.chance.choice(names)}"'
        return self.called()

    def pick(self, *options: str) -> str:
        return self.chance.choice(options)
