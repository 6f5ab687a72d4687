"""A county's old ASP site.

GBK bytes, declared as gb2312 in the page and not at all in the header, with characters that gb2312
does not have; everything in tables, the body as bare text with ``<br>`` in a cell; addresses with
parameters; list dates without a year. Only the article says the whole date, and no time.
"""

import re

from crawler.replica import markup
from crawler.replica.answers import Answer, Request
from crawler.replica.markup import cut, text
from crawler.replica.records import Entry, Listing, Picture, Profile
from crawler.replica.shelf import Page, Row, Shelf

NUMBER = re.compile(r"[1-9]\d{0,6}")
BLOCK = (
    '<tr><td colspan=2><table width=100%><tr><td colspan=2><b><a href="{path}">{name}</a></b>'
    "</td></tr>\n"
)


class GbkTable:
    """Lists and articles as a hand-made CMS of 2004 puts them."""

    sitemap = ""
    server = "Microsoft-IIS/6.0"

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        menu = markup.menu(profile, '<a href="{path}">{name}</a>', " | ")
        self.sheets = markup.sheets("gbk", profile, menu)

    def listings(self, address: str) -> tuple[Listing, ...]:
        return tuple(
            Listing(url=address + column.path, kind="html", category=column.name)
            for column in self.profile.columns
        )

    def path(self, entry: Entry) -> str:
        return f"/show.asp?id={20000 + entry.number}"

    def media(self, entry: Entry, index: int, suffix: str) -> str:
        return f"/uploadfile/{entry.number:09d}{index:02d}.{suffix}"

    def route(self, request: Request, shelf: Shelf) -> Answer | None:
        if request.path in ("/", "/index.asp"):
            return self._page(
                "home", blocks=markup.blocks(shelf, BLOCK, _row, "\n</table></td></tr>")
            )
        if request.path != "/list.asp":
            return None
        asked = request.parameters()
        keys = [column.key for column in self.profile.columns]
        page = asked.get("page", "1")
        if asked.get("classid") not in keys or not NUMBER.fullmatch(page):
            return None
        return self._list(shelf, keys.index(asked["classid"]), int(page))

    def article(self, page: Page) -> Answer:
        entry, document, local = page.entry, page.document, page.local
        column = self.profile.columns[entry.column]
        older, newer = page.shelf.neighbours(entry)
        editor = text(document.editor or "")
        return self._page(
            "article",
            title=document.title,
            column=column.name,
            path=column.path[1:],
            hot=markup.items(page.shelf.older(entry, 5), _hot),
            author=document.author or "",
            origin=document.origin or "",
            when=f"{local.year}-{local.month}-{local.day}",
            views=str(page.views),
            body=self._body(page),
            files=self._files(page),
            signed=f"<tr><td align=right>【编辑：{editor}】</td></tr>\n" if editor else "",
            older=_near(older),
            newer=_near(newer),
        )

    def content(self, page: Page) -> str:
        whole = f"{self._body(page)}\n{self._files(page)}"
        return whole.replace("src=upload", "src=/upload").replace('href="upload', 'href="/upload')

    def _body(self, page: Page) -> str:
        return markup.body(
            page.document,
            paragraph=lambda line: f"　　{text(line)}<br><br>",
            picture=lambda picture: self._picture(page.entry, picture),
            tables="<table border=1 width=90% align=center>",
        )

    def missing(self) -> Answer:
        return self._page("missing", status=404)

    def _page(self, sheet: str, status: int = 200, **values: str) -> Answer:
        page = self.sheets[sheet].fill(**values)
        return Answer(status=status, body=page.encode("gb18030"))

    def _list(self, shelf: Shelf, column: int, page: int) -> Answer | None:
        size, total = self.profile.rows, shelf.total(column)
        count = max(-(-total // size), 1)
        if page > count:
            return None
        here = self.profile.columns[column]
        rows = shelf.rows(column, (page - 1) * size, page * size)
        return self._page(
            "list",
            column=here.name,
            rows=markup.items(rows, _row),
            total=str(total),
            page=str(page),
            count=str(count),
            turn=_turn(f"list.asp?classid={here.key}&page=", page, count),
        )

    def _picture(self, entry: Entry, picture: Picture) -> str:
        source = self.media(entry, picture.index, "png")[1:]
        return f"<center><img src={source} border=0><br>{text(picture.caption)}</center><br>"

    def _files(self, page: Page) -> str:
        return "".join(
            f'附件：<a href="{self.media(page.entry, index, "pdf")[1:]}">{text(name)}</a><br>\n'
            for index, name in enumerate(page.document.attachments)
        )


def _turn(link: str, page: int, count: int) -> str:
    back = f'<a href="{link}1">首页</a> <a href="{link}{page - 1}">上一页</a>'
    onward = f'<a href="{link}{page + 1}">下一页</a> <a href="{link}{count}">尾页</a>'
    return f"{back if page > 1 else '首页 上一页'} {onward if page < count else '下一页 尾页'}"


def _row(row: Row) -> str:
    mark = "<font color=red>[顶]</font>" if row.pinned else ""
    return (
        f'<tr><td height=26>·{mark}<a href="{row.path[1:]}" title="{markup.attribute(row.title)}" '
        f"target=_blank>{text(cut(row.title, 30))}</a></td>"
        f"<td width=60>[{row.local:%m-%d}]</td></tr>"
    )


def _hot(row: Row) -> str:
    return f'<tr><td>·<a href="{row.path[1:]}">{text(cut(row.title, 12))}</a></td></tr>'


def _near(row: Row | None) -> str:
    return f'<a href="{row.path[1:]}">{text(row.title)}</a>' if row else "没有了"
