"""A site rebuilt overnight: the same articles in other pages.

What an editor once wrote is taken over as it is, its own box included: only the pages around it
are new. Lists are cards in boxes, the day stands in two pieces, a box of hot articles looks much
like them; everything is UTF-8 whatever it was before. Page 2 of a list is ``?page=2``. By choice a
list is filled in by a script from ``/v2/api/list``, articles have other addresses that keep the
system's number, and the columns have moved.
"""

import json
import re
from dataclasses import dataclass
from html import escape

from crawler.replica import markup
from crawler.replica.answers import Answer, Request
from crawler.replica.markup import cut, stamp, text
from crawler.replica.records import Document, Entry, Listing
from crawler.replica.shelf import Editorial, Page, Row, Shelf

TYPE = "text/html; charset=utf-8"
CHANNEL = re.compile(r"/v2/channel/(\d{1,3})/")
NUMBER = re.compile(r"\d+(?=\D*$)")
MENU = '<a class="site-nav__item" href="{path}">{name}</a>'
FORMS = {"second": "%Y-%m-%d %H:%M:%S", "minute": "%Y-%m-%d %H:%M", "day": "%Y-%m-%d"}
#: What becomes of the address of a column: it stays, or has moved and answers so.
COLUMNS = ("stays", "redirects", "gone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Redesign:
    """What is rebuilt besides the pages."""

    #: one of COLUMNS
    columns: str = "stays"
    #: articles have other addresses; the old ones redirect
    addresses: bool = False
    #: a script fills the lists
    scripted: bool = False


class Redesigned:
    """A family's site after its redesign."""

    sitemap = ""
    server = "openresty"

    def __init__(self, before: Editorial, plan: Redesign) -> None:
        self.before, self.plan = before, plan
        self.profile = before.profile
        links = enumerate(self.profile.columns)
        menu = "".join(
            MENU.format(path=self.column(index), name=escape(column.name))
            for index, column in links
        )
        self.sheets = markup.sheets("redesign", self.profile, menu)

    def column(self, index: int) -> str:
        """The path of a column's list."""
        path = self.profile.columns[index].path
        return path if self.plan.columns == "stays" else f"/v2/channel/{index + 1}/"

    def listings(self, address: str) -> tuple[Listing, ...]:
        return tuple(
            Listing(url=address + self.column(index), kind="html", category=column.name)
            for index, column in enumerate(self.profile.columns)
        )

    def path(self, entry: Entry) -> str:
        path = self.before.path(entry)
        found = NUMBER.search(path)
        return f"/v2/detail/{found[0]}.html" if self.plan.addresses and found else path

    def media(self, entry: Entry, index: int, suffix: str) -> str:
        return self.before.media(entry, index, suffix)

    def route(self, request: Request, shelf: Shelf) -> Answer | None:
        if request.path == "/":
            return self._page("home", blocks=self._blocks(shelf))
        if request.path == "/v2/api/list":
            return self._rows(request, shelf)
        index = self._asked(request, shelf.address)
        if index is None:
            return self._moved(request, shelf)
        return self._list(shelf, index, int(request.parameters().get("page", "1")))

    def _asked(self, request: Request, address: str) -> int | None:
        """Which column's list is asked for, by today's address."""
        for index, listing in enumerate(self.listings(address)):
            asked = request.parameters()
            path, _, query = listing.url.removeprefix(address).partition("?")
            folder = request.path.removesuffix("index.html").removesuffix("index.htm")
            wanted = dict(pair.split("=", 1) for pair in query.split("&") if pair)
            if path in (request.path, folder) and wanted.items() <= asked.items():
                return index
        return None

    def _moved(self, request: Request, shelf: Shelf) -> Answer | None:
        """Where an address of old leads to now."""
        onward = shelf.moved.get(request.target)
        if onward is None and self.plan.columns == "redirects":
            target = f"{shelf.address}{request.target}"
            for index, old in enumerate(self.before.listings(shelf.address)):
                if target == old.url:
                    onward = self.column(index)
        if onward is None:
            return None
        return Answer(status=301, headers=(("Location", f"{shelf.address}{onward}"),))

    def article(self, page: Page) -> Answer:
        entry, document = page.entry, page.document
        content, editor = self.before.content(page), document.editor
        return self._page(
            "article",
            column=self.profile.columns[entry.column].name,
            title=document.title,
            when=f"{page.local:{FORMS[self.profile.precision]}}",
            origin=document.origin or "",
            views=str(page.views),
            table=_table(document),
            author=f"作者：{document.author}" if document.author else "",
            # where the text itself does not say so
            editor=f"编辑：{editor}" if editor and editor not in content else "",
            body=content,
            related=markup.items(page.shelf.older(entry, 4), _hot),
        )

    def missing(self) -> Answer:
        return self._page("missing", status=404)

    def _page(self, sheet: str, status: int = 200, **values: str) -> Answer:
        body = self.sheets[sheet].fill(**values).encode()
        return Answer(status=status, body=body, type=TYPE)

    def _blocks(self, shelf: Shelf) -> str:
        return "\n".join(
            f'<section class="front__box"><h2><a href="{self.column(index)}">'
            f"{text(column.name)}</a></h2>\n{markup.items(shelf.rows(index, 0, 6), _hot)}</section>"
            for index, column in enumerate(self.profile.columns)
        )

    def _list(self, shelf: Shelf, index: int, page: int) -> Answer | None:
        name, size = self.profile.columns[index].name, self.profile.rows
        if self.plan.scripted:
            return self._page("script", column=name, channel=str(index + 1))
        count = max(-(-shelf.total(index) // size), 1)
        if not 1 <= page <= count:
            return None
        path = self.column(index)
        onward = f"{path}{'&' if '?' in path else '?'}page={page + 1}"
        turn = f'<a class="turn__on" href="{onward}">下一页</a>\n' if page < count else ""
        rows = shelf.rows(index, (page - 1) * size, page * size)
        return self._page(
            "list",
            column=name,
            rows=markup.items(rows, _card),
            turn=f'<div class="turn"><span>{page} / {count}</span>{turn}</div>\n',
            hot=markup.items(shelf.rows(index, 40, 48), _hot),
        )

    def _rows(self, request: Request, shelf: Shelf) -> Answer | None:
        asked = request.parameters()
        channel, page = asked.get("channel", ""), asked.get("page", "1")
        if not channel.isdecimal() or not page.isdecimal():
            return None
        index, size = int(channel) - 1, self.profile.rows
        if not 0 <= index < len(self.profile.columns) or int(page) < 1:
            return None
        rows = shelf.rows(index, (int(page) - 1) * size, int(page) * size)
        answer = {
            "total": shelf.total(index),
            "rows": [{"title": r.title, "url": r.path, "date": stamp(r)} for r in rows],
        }
        body = json.dumps(answer, ensure_ascii=False).encode()
        return Answer(body=body, type="application/json;charset=UTF-8")


def _card(row: Row) -> str:
    mark = '<em class="card__top">置顶</em>' if row.pinned else ""
    return (
        f'<div class="card"><div class="card__day"><b>{row.local.day:02d}</b>'
        f"<i>{row.local:%Y-%m}</i></div>"
        f'<div class="card__main">{mark}<a class="card__link" href="{row.path}" '
        f'title="{markup.attribute(row.title)}">{text(cut(row.title, 24))}</a></div></div>'
    )


def _hot(row: Row) -> str:
    title = text(cut(row.title, 16))
    return f'<div class="card card--hot"><a class="card__link" href="{row.path}">{title}</a></div>'


def _table(document: Document) -> str:
    """The facts of a paper, a label and a value each."""
    written = document.written
    facts = {
        "索引号": document.index_number,
        "发文机关": document.issuer,
        "成文日期": f"{written:%Y年%m月%d日}" if written else None,
        "发文字号": document.doc_number,
    }
    cells = "".join(
        f"<tr><th>{name}</th><td>{text(value)}</td></tr>" for name, value in facts.items() if value
    )
    return f'<table class="detail__paper">{cells}</table>\n' if cells else ""
