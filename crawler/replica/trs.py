"""A provincial portal on TRS WCM.

Static pages under their column's folder, with relative links: ``./202403/t20240315_300123.html``;
page 2 of a list is ``index_1.html`` and is named only by the script ``createPageHTML(N, 0, "index",
"html")``. Metas follow 国办发〔2017〕47号, ``PubDate`` to the minute. The body stands in
``.TRS_Editor`` and ends in its bylines; pictures carry ``OLDSRC``; files stand below the body. One
plan stands on three pages, which a script in its body counts in the same way; the bylines are on
the last.
"""

import re
from dataclasses import replace

from crawler.replica import markup
from crawler.replica.answers import Answer, Request
from crawler.replica.compose import parts
from crawler.replica.markup import cut, stamp, text
from crawler.replica.records import Document, Entry, Listing, Picture, Profile
from crawler.replica.shelf import Page, Row, Shelf

INDEX = re.compile(r"(?P<folder>/[a-z/]+/)(?:index(?:_(?P<page>[1-9]\d*))?\.html)?")
FURTHER = re.compile(r"(?P<first>.+)_(?P<part>[1-9])\.html")
PAGER = (markup.PAGES / "trs" / "page.js").read_bytes()
BLOCK = '<div class="block"><h3><a href="{path}">{name}</a></h3><ul>\n'


class Trs:
    """Lists and articles as TRS WCM publishes them."""

    sitemap = ""
    server = "nginx"

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        menu = markup.menu(profile, '<li><a href="{path}">{name}</a></li>')
        self.sheets = markup.sheets("trs", profile, menu)

    def listings(self, address: str) -> tuple[Listing, ...]:
        return tuple(
            Listing(url=address + column.path, kind="html", category=column.name)
            for column in self.profile.columns
        )

    def path(self, entry: Entry) -> str:
        return f"{self._folder(entry)}t{self._day(entry)}_{300000 + entry.number}.html"

    def media(self, entry: Entry, index: int, suffix: str) -> str:
        return self._folder(entry) + self._file(entry, index, suffix)

    def route(self, request: Request, shelf: Shelf) -> Answer | None:
        if request.path in ("/", "/index.html"):
            blocks = markup.blocks(shelf, BLOCK, lambda row: self._row(row, "/"), "\n</ul></div>")
            page = self.sheets["home"].fill(blocks=blocks)
            return Answer(body=page.encode(), modified=shelf.changed)
        if request.path == "/images/page.js":
            return Answer(body=PAGER, type="application/javascript")
        found = INDEX.fullmatch(request.path)
        folders = [column.path for column in self.profile.columns]
        if not found or found["folder"] not in folders:
            return self._further(request, shelf)
        return self._list(shelf, folders.index(found["folder"]), int(found["page"] or 0))

    def article(self, page: Page) -> Answer:
        return self._part(page, 0)

    def _further(self, request: Request, shelf: Shelf) -> Answer | None:
        """A page of a plan behind its first."""
        found = FURTHER.fullmatch(request.path)
        entry = shelf.find(f"{found['first']}.html") if found else None
        if found is None or entry is None or entry.kind != "plan" or entry.number in shelf.gone:
            return None
        page = shelf.page(entry, shelf.views.get(entry.number, entry.seed % 5000))
        part = int(found["part"])
        return self._part(page, part) if part < len(parts(page.document)) else None

    def _part(self, page: Page, part: int) -> Answer:
        entry, document = page.entry, page.document
        shown = parts(document) if entry.kind == "plan" else (range(len(document.blocks)),)
        last = part == len(shown) - 1
        older, newer = page.shelf.neighbours(entry)
        written = self.sheets["article"].fill(
            column=self.profile.columns[entry.column].name,
            title=document.title,
            when=f"{page.local:%Y-%m-%d %H:%M}",
            origin=document.origin or "",
            topic=document.topic,
            author=document.author or "",
            summary=markup.summary(document, 80),
            url=page.shelf.url(entry),
            # beside an article of several pages a script fills the counter in
            views=str(page.views) if len(shown) == 1 else "",
            body=self._body(
                entry,
                replace(document, blocks=document.blocks[shown[part].start : shown[part].stop]),
            ),
            signed=self._signed(page) if last else "",
            pager=self._pager(entry, len(shown), part),
            files=self._files(page) if last else "",
            older=self._near(older),
            newer=self._near(newer),
            related=markup.items(page.shelf.older(entry, 4), self._related),
        )
        return Answer(body=written.encode())

    def content(self, page: Page) -> str:
        written = f"{self._body(page.entry, page.document)}\n{self._signed(page)}"
        whole = f'<div class="TRS_Editor">\n{written}</div>{self._files(page)}'
        folder = self._folder(page.entry)  # a copy hangs on another address
        return whole.replace('="./', f'="{folder}').replace('OLDSRC="', f'OLDSRC="{folder}')

    def _body(self, entry: Entry, document: Document) -> str:
        return markup.body(
            document,
            paragraph=lambda line: f'<p style="text-align: justify;">　　{text(line)}</p>',
            picture=lambda picture: self._picture(entry, picture),
            tables='<table border="1" cellspacing="0" cellpadding="0" width="100%">',
        )

    def missing(self) -> Answer:
        return Answer(status=404, body=self.sheets["missing"].fill().encode())

    def _list(self, shelf: Shelf, column: int, page: int) -> Answer | None:
        size = self.profile.rows
        count = max(-(-shelf.total(column) // size), 1)
        if page >= count:
            return None
        here = self.profile.columns[column]
        rows = shelf.rows(column, page * size, page * size + size)
        written = self.sheets["list"].fill(
            column=here.name,
            rows=markup.items(rows, lambda row: self._row(row, here.path)),
            count=str(count),
            page=str(page),
        )
        return Answer(body=written.encode(), modified=shelf.changed)

    def _row(self, row: Row, folder: str) -> str:
        mark = '<b class="top">[置顶]</b>' if row.pinned else ""
        return (
            f'<li>{mark}<a href=".{row.path[len(folder) - 1 :]}" target="_blank" '
            f'title="{markup.attribute(row.title)}">{text(row.title)}</a><span>{stamp(row)}</span></li>'
        )

    def _related(self, row: Row) -> str:
        title = text(cut(row.title, 26))
        return f'<li><a href="{row.path}">{title}</a><span>{stamp(row)}</span></li>'

    def _near(self, row: Row | None) -> str:
        if row is None:
            return "没有了"
        return f'<a href="{row.path}">{text(row.title)}</a> <span>{stamp(row)}</span>'

    def _picture(self, entry: Entry, picture: Picture) -> str:
        file = self._file(entry, picture.index, "png")
        return (
            f'<p style="text-align: center;"><img src="./{file}" OLDSRC="{file}" alt=""></p>\n'
            f'<p style="text-align: center;">{text(picture.caption)}</p>'
        )

    def _signed(self, page: Page) -> str:
        document = page.document
        lines: list[str] = []
        if document.author:
            lines.append(f"（记者 {document.author}）")
        if page.entry.seed % 3 == 0 and document.origin:
            lines.append(f"【来源：{document.origin}】")
        if document.editor:
            lines.append(f"（责任编辑：{document.editor}）")
        return "".join(f'<p style="text-align: right;">{text(line)}</p>\n' for line in lines)

    def _files(self, page: Page) -> str:
        files = "".join(
            f'<li><a href="./{self._file(page.entry, index, "pdf")}">{index + 1}.{text(name)}</a>'
            "</li>"
            for index, name in enumerate(page.document.attachments)
        )
        return f'<div class="fujian"><p>附件：</p><ul>{files}</ul></div>\n' if files else ""

    def _pager(self, entry: Entry, count: int, part: int) -> str:
        if count == 1:
            return ""
        name = self.path(entry).rpartition("/")[2].removesuffix(".html")
        call = f'createPageHTML({count}, {part}, "{name}", "html");'
        return f'<script src="/images/page.js"></script><script>{call}</script>\n'

    def _day(self, entry: Entry) -> str:
        local = entry.published.astimezone(self.profile.clock)
        return f"{local.year}{local.month:02d}{local.day:02d}"

    def _folder(self, entry: Entry) -> str:
        return f"{self.profile.columns[entry.column].path}{self._day(entry)[:6]}/"

    def _file(self, entry: Entry, index: int, suffix: str) -> str:
        letter = "P" if suffix == "pdf" else "W"
        return f"{letter}0{self._day(entry)}{entry.number:09d}{index:02d}.{suffix}"
