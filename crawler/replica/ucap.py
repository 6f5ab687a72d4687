"""A policy library on UCAP, the system of gov.cn.

The 信息公开 table heads each paper, with blanks inside its labels and a title broken over two
lines: 索 引 号, 主题分类, 发文机关, 成文日期, 标题, 发文字号, 发布日期. A paper is written
days before it is published. ``PubDate`` is the moment the page was built, not that of the paper;
the true minute is in ``firstpublishedtime``, the last edit in ``lastmodifiedtime``. The body
stands in ``#UCAP-CONTENT .pages_content`` and repeats title and number. Page 2 of a list is
``index_2.htm``, named only by the pagination script.
"""

import re

from crawler.replica import markup
from crawler.replica.answers import Answer, Request
from crawler.replica.markup import stamp, text
from crawler.replica.records import Document, Entry, Listing, Picture, Profile
from crawler.replica.shelf import Page, Row, Shelf

INDEX = re.compile(r"(?P<folder>/[a-z/]+/)(?:index(?:_(?P<page>[1-9]\d*))?\.htm)?")
TYPE = "text/html; charset=utf-8"
BLOCK = '<div class="block"><h3><a href="{path}">{name}</a></h3><ul>\n'
INDENT = '<p style="text-indent: 2em; text-align: justify;">'
CENTRE = '<p style="text-align: center;">'
RIGHT = '<p style="text-align: right;">'
CELLS = '<table border="1" cellpadding="0" cellspacing="0" style="border-collapse:collapse;">'


class Ucap:
    """Lists and papers as UCAP publishes them."""

    sitemap = ""
    server = "nginx"

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        menu = markup.menu(profile, '<li><a href="{path}">{name}</a></li>')
        self.sheets = markup.sheets("ucap", profile, menu)

    def listings(self, address: str) -> tuple[Listing, ...]:
        return tuple(
            Listing(url=f"{address}{column.path}index.htm", kind="html", category=column.name)
            for column in self.profile.columns
        )

    def path(self, entry: Entry) -> str:
        return f"/content/{self._folder(entry)}/content_{6900000 + entry.number}.htm"

    def media(self, entry: Entry, index: int, suffix: str) -> str:
        folder = "files" if suffix == "pdf" else "images"
        return f"/content/{self._folder(entry)}/{folder}/{entry.number:09d}{index:02d}.{suffix}"

    def route(self, request: Request, shelf: Shelf) -> Answer | None:
        if request.path in ("/", "/index.htm"):
            blocks = markup.blocks(shelf, BLOCK, self._row, "\n</ul></div>")
            return Answer(body=self.sheets["home"].fill(blocks=blocks).encode(), type=TYPE)
        found = INDEX.fullmatch(request.path)
        folders = [column.path for column in self.profile.columns]
        if not found or found["folder"] not in folders:
            return None
        return self._list(shelf, folders.index(found["folder"]), int(found["page"] or 1))

    def article(self, page: Page) -> Answer:
        entry, document, clock = page.entry, page.document, self.profile.clock
        built = max(entry.published, page.shelf.opened).astimezone(clock)
        edited = (entry.edited or entry.published).astimezone(clock)
        written = document.written
        filled = self.sheets["article"].fill(
            column=self.profile.columns[entry.column].name,
            title=document.title,
            built=f"{built:%Y-%m-%d %H:%M:%S}",
            first=f"{page.local:%Y-%m-%d-%H:%M:00}",
            last=f"{edited:%Y-%m-%d-%H:%M:00}",
            topic=document.topic,
            number=str(6900000 + entry.number),
            index=document.index_number or "",
            issuer=document.issuer or "",
            written=f"{written:%Y年%m月%d日}" if written else "",
            broken=_broken(document.title),
            doc=document.doc_number or "",
            day=f"{page.local:%Y年%m月%d日}",
            origin=document.origin or "",
            body=self._body(page),
            files=self._files(page),
            views=str(page.views),
            related=markup.items(page.shelf.older(entry, 3), self._row),
        )
        return Answer(body=filled.encode(), type=TYPE)

    def content(self, page: Page) -> str:
        return f'<div class="pages_content">\n{self._body(page)}\n</div>{self._files(page)}'

    def _body(self, page: Page) -> str:
        return markup.body(
            page.document,
            paragraph=lambda line: _paragraph(line, page.document),
            picture=lambda picture: self._picture(page.entry, picture),
            tables=CELLS,
        )

    def missing(self) -> Answer:
        return Answer(status=404, body=self.sheets["missing"].fill().encode(), type=TYPE)

    def _list(self, shelf: Shelf, column: int, page: int) -> Answer | None:
        size = self.profile.rows
        count = max(-(-shelf.total(column) // size), 1)
        if page > count:
            return None
        written = self.sheets["list"].fill(
            column=self.profile.columns[column].name,
            rows=markup.items(shelf.rows(column, (page - 1) * size, page * size), self._row),
            count=str(count),
            page=str(page),
        )
        return Answer(body=written.encode(), type=TYPE)

    def _row(self, row: Row) -> str:
        mark = '<span class="top">置顶</span>' if row.pinned else ""
        return (
            f'<li><h4>{mark}<a href="{row.path}" target="_blank">{text(row.title)}</a>'
            f'<span class="date">{stamp(row)}</span></h4></li>'
        )

    def _picture(self, entry: Entry, picture: Picture) -> str:
        source = self.media(entry, picture.index, "png")
        return f'{CENTRE}<img src="{source}"></p>\n{CENTRE}{text(picture.caption)}</p>'

    def _files(self, page: Page) -> str:
        files = "".join(
            f'<li><a href="{self.media(page.entry, index, "pdf")}" target="_blank">{text(name)}</a>'
            "</li>"
            for index, name in enumerate(page.document.attachments)
        )
        return f'<div class="fujian"><b>附件：</b><ul>{files}</ul></div>\n' if files else ""

    def _folder(self, entry: Entry) -> str:
        return f"{entry.published.astimezone(self.profile.clock):%Y-%m/%d}"


def _broken(title: str) -> str:
    return title if len(title) <= 30 else f"{title[:26]}\n            {title[26:]}"


def _paragraph(line: str, document: Document) -> str:
    if line == document.title:
        bold = f'<span style="font-size: 18pt; font-weight: bold;">{text(line)}</span>'
        return f"{CENTRE}{bold}</p>"
    if line == document.doc_number:
        return f"{CENTRE}{line}</p>"
    if line == document.issuer or (document.written and line == document.blocks[-2]):
        return f"{RIGHT}{line}&nbsp;&nbsp;&nbsp;&nbsp;</p>"
    return f"{INDENT}{text(line)}</p>"
