"""A municipal portal on Hanweb jcms.

A column's page carries its first records as XML inside ``<script type="text/xml">``, each record a
CDATA section, and in another script the parameters with which ``jquery.jpage.js`` asks
``/module/web/jpage/dataproxy.jsp`` for the next group: ``startrecord``, ``endrecord`` and
``perpage`` in the query, col, appid, webid, path, columnid, sourceContentType, unitid, webname and
permissiontype as form fields. The ``nextgroup`` link of the XML asks for the same by GET. Titles
are cut in the list and whole in ``title``. The body stands in ``#zoom``.
"""

import re
from urllib.parse import quote

from crawler.replica import markup
from crawler.replica.answers import Answer, Request
from crawler.replica.markup import cut, stamp, text
from crawler.replica.records import Entry, Listing, Picture, Profile
from crawler.replica.shelf import Page, Row, Shelf

COLUMN = re.compile(r"/col/col(\d+)/(?:index\.html)?")
PROXY = "/module/web/jpage/dataproxy.jsp"
TYPE = "text/html;charset=UTF-8"
WEBID = "27"
#: pages that travel in one answer
GROUP = 2
BLOCK = '<div class="block"><a href="{path}">{name}</a><ul>\n'


class Hanweb:
    """Lists and articles as jcms publishes them."""

    sitemap = ""
    server = "Apache-Coyote/1.1"

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        menu = markup.menu(profile, '<li><a title="{name}" href="{path}">{name}</a></li>')
        self.sheets = markup.sheets("hanweb", profile, menu)

    def listings(self, address: str) -> tuple[Listing, ...]:
        return tuple(
            Listing(url=address + column.path, kind="hanweb", category=column.name)
            for column in self.profile.columns
        )

    def path(self, entry: Entry) -> str:
        local = entry.published.astimezone(self.profile.clock)
        key = self.profile.columns[entry.column].key
        return f"/art/{local.year}/{local.month}/{local.day}/art_{key}_{400000 + entry.number}.html"

    def media(self, entry: Entry, index: int, suffix: str) -> str:
        folder = "attach" if suffix == "pdf" else "picture"
        return f"/{folder}/0/{entry.number:09d}{index:02d}.{suffix}"

    def route(self, request: Request, shelf: Shelf) -> Answer | None:
        if request.path in ("/", "/index.html"):
            blocks = markup.blocks(shelf, BLOCK, self._line, "\n</ul></div>")
            return Answer(body=self.sheets["home"].fill(blocks=blocks).encode(), type=TYPE)
        if request.path == PROXY:
            return self._proxy(request, shelf)
        found = COLUMN.fullmatch(request.path)
        keys = [column.key for column in self.profile.columns]
        if not found or found[1] not in keys:
            return None
        return self._list(shelf, keys.index(found[1]))

    def article(self, page: Page) -> Answer:
        entry, document = page.entry, page.document
        column = self.profile.columns[entry.column]
        when = f"{page.local:%Y-%m-%d %H:%M:%S}"
        written = self.sheets["article"].fill(
            column=column.name,
            path=column.path,
            title=document.title,
            when=when,
            minute=when[:16],
            summary=markup.summary(document, 100),
            topic=document.topic,
            origin=document.origin or "",
            url=page.shelf.url(entry),
            guid=f"{page.local.year}{400000 + entry.number}",
            views=str(page.views),
            body=self._body(page),
            files=self._files(page),
            related=markup.items(page.shelf.older(entry, 4), self._line),
        )
        return Answer(body=written.encode(), type=TYPE)

    def content(self, page: Page) -> str:
        return f'<div id="zoom">{self._body(page)}{self._files(page)}</div>'

    def missing(self) -> Answer:
        return Answer(status=404, body=self.sheets["missing"].fill().encode(), type=TYPE)

    def _list(self, shelf: Shelf, column: int) -> Answer:
        here = self.profile.columns[column]
        rows = shelf.rows(column, 0, GROUP * self.profile.rows)
        written = self.sheets["list"].fill(
            column=here.name,
            key=here.key,
            unit=_unit(column),
            nextgroup=self._next(column, 1),
            records=markup.items(rows, self._record),
            total=str(shelf.total(column)),
            group=str(GROUP),
            size=str(self.profile.rows),
        )
        return Answer(body=written.encode(), type=TYPE)

    def _proxy(self, request: Request, shelf: Shelf) -> Answer:
        """The next group of records; an empty store where the parameters fit no unit."""
        asked = request.parameters()
        units = {
            (column.key, _unit(index)): index for index, column in enumerate(self.profile.columns)
        }
        column = units.get((asked.get("columnid", ""), asked.get("unitid", "")))
        if column is None or asked.get("webid") != WEBID:
            return _store("<totalrecord>0</totalrecord>\n<recordset>\n</recordset>")
        size = _number(asked.get("perpage"), self.profile.rows, 100) or self.profile.rows
        group = size * GROUP
        turn = _number(asked.get("page"), 0, 100_000)
        start = _number(asked.get("startrecord"), turn * group + 1, 10_000_000) or 1
        stop = _number(asked.get("endrecord"), start + group - 1, 10_000_000)
        stop = min(stop, start + 3 * size - 1)
        total = shelf.total(column)
        onward = self._next(column, stop // group) if stop < total else ""
        records = markup.items(shelf.rows(column, start - 1, stop), self._record)
        return _store(
            f"<totalrecord>{total}</totalrecord>\n<totalpage>{-(-total // size)}</totalpage>\n"
            f"{onward}\n<recordset>\n{records}\n</recordset>"
        )

    def _record(self, row: Row) -> str:
        mark = '<i class="zd">置顶</i>' if row.pinned else ""
        title = markup.attribute(row.title)
        return (
            f'<record><![CDATA[\n<li>{mark}<a href="{row.path}" title="{title}" '
            f'target="_blank">{text(cut(row.title, 22))}</a><span>{stamp(row)}</span></li>]]>'
            "</record>"
        )

    def _next(self, column: int, turn: int) -> str:
        key, name = self.profile.columns[column].key, quote(quote(self.profile.name))
        return (
            f'<nextgroup><![CDATA[<a href="{PROXY}?page={turn}&appid=1&appid=1&webid={WEBID}&path=/'
            f"&columnid={key}&unitid={_unit(column)}&webname={name}&permissiontype=0"
            '"></a>]]></nextgroup>'
        )

    def _line(self, row: Row) -> str:
        title = text(cut(row.title, 24))
        return f'<li><a href="{row.path}">{title}</a><span class="sp2">{stamp(row)}</span></li>'

    def _body(self, page: Page) -> str:
        document = page.document
        written = markup.body(
            document,
            paragraph=lambda line: f'<p style="text-indent: 2em;">{text(line)}</p>',
            picture=lambda picture: self._picture(page.entry, picture),
            tables='<table border="1" style="border-collapse:collapse;width:100%;">',
        )
        return written if document.markup else written + _signed(page)

    def _picture(self, entry: Entry, picture: Picture) -> str:
        source = self.media(entry, picture.index, "png")
        return (
            f'<p style="text-align: center;"><img src="{source}" data-src="{source}"></p>\n'
            f'<p style="text-align: center;">{text(picture.caption)}</p>'
        )

    def _files(self, page: Page) -> str:
        return "".join(
            '\n<p><img src="/module/jslib/icons/pdf.png">'
            f'<a href="{self.media(page.entry, index, "pdf")}">附件{index + 1}：{text(name)}</a>'
            "</p>"
            for index, name in enumerate(page.document.attachments)
        )


def _signed(page: Page) -> str:
    document = page.document
    lines: list[str] = []
    if document.author:
        lines.append(f"作者：{document.author}\u00a0 责任编辑：{document.editor}")
    elif document.editor:
        lines.append(f"编辑：{document.editor}")
    if document.origin and page.entry.seed % 2:
        lines.append(f"【来源：{document.origin}】")
    return "".join(f"\n<p>{text(line)}</p>" for line in lines)


def _store(content: str) -> Answer:
    page = f'<?xml version="1.0" encoding="utf-8"?>\n<datastore>\n{content}\n</datastore>\n'
    return Answer(body=page.encode(), type="text/xml;charset=UTF-8")


def _unit(column: int) -> str:
    return str(38501 + column)


def _number(given: str | None, default: int, most: int) -> int:
    return min(int(given), most) if given and given.isdecimal() else default
