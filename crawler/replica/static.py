"""Systems that publish lists and articles as static pages: each is a record of its habits.

What they share is here; what tells them apart is in ``SYSTEMS`` and in their two sheets under
``pages/``. Where a system is known from whole pages of real sites its markup follows them: NFCMS
(Guangdong), ``#ivs_content`` (Shanghai), webplus, TRS HyCloud and EasySite. The others follow what
public crawlers look for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import blake2b

from crawler.replica import markup
from crawler.replica.answers import Answer, Request
from crawler.replica.markup import cut, stamp, text
from crawler.replica.records import Column, Entry, Listing, Picture, Profile
from crawler.replica.shelf import Family, Page, Row, Shelf

BLOCK = '<div class="block"><h3><a href="{path}">{name}</a></h3><ul>\n'
CENTRE = '<p style="text-align: center;">'


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """How one system names its pages and writes the lines of a list."""

    #: folder of ``pages/`` with its list and its article
    pages: str
    #: an article's address, given its column, number and local moment
    article: Callable[[Column, int, datetime], str]
    #: the address of a list's n-th page, counted from 1
    page: Callable[[Column, int], str]
    row: Callable[[Row], str]
    charset: str = "utf-8"


class StaticSite:
    """Lists and articles of a system as files of a web server."""

    sitemap = ""
    server = "nginx"

    def __init__(self, system: System, profile: Profile) -> None:
        self.system, self.profile = system, profile
        menu = markup.menu(profile, '<li><a href="{path}">{name}</a></li>')
        self.sheets = markup.sheets(system.pages, profile, menu, beneath="static")

    def listings(self, address: str) -> tuple[Listing, ...]:
        return tuple(
            Listing(url=address + self.system.page(column, 1), kind="html", category=column.name)
            for column in self.profile.columns
        )

    def path(self, entry: Entry) -> str:
        column = self.profile.columns[entry.column]
        local = entry.published.astimezone(self.profile.clock)
        return self.system.article(column, 1_700_000 + entry.number, local)

    def media(self, entry: Entry, index: int, suffix: str) -> str:
        return f"/upload/{entry.number:09d}{index:02d}.{suffix}"

    def route(self, request: Request, shelf: Shelf) -> Answer | None:
        if request.target in ("/", "/index.html"):
            return self._page("home", blocks=markup.blocks(shelf, BLOCK, _line, "\n</ul></div>"))
        for index, column in enumerate(self.profile.columns):
            count = max(-(-shelf.total(index) // self.profile.rows), 1)
            paths = [self.system.page(column, number) for number in range(1, count + 1)]
            if request.target in paths:
                return self._list(shelf, index, paths.index(request.target) + 1, paths)
            if request.target == column.path:
                return self._list(shelf, index, 1, paths)
        return None

    def article(self, page: Page) -> Answer:
        entry, document, local = page.entry, page.document, page.local
        column = self.profile.columns[entry.column]
        older, newer = page.shelf.neighbours(entry)
        return self._page(
            "article",
            column=column.name,
            path=column.path,
            key=column.key,
            number=str(1_700_000 + entry.number),
            title=document.title,
            day=f"{local:%Y-%m-%d}",
            minute=f"{local:%Y-%m-%d %H:%M}",
            spoken=f"{local:%Y年%m月%d日%H:%M}",
            spoken_day=f"{local:%Y年%m月%d日}",
            origin=document.origin or "",
            topic=document.topic,
            summary=markup.summary(document, 80),
            url=page.shelf.url(entry),
            views=str(page.views),
            body=markup.body(
                document,
                paragraph=lambda line: f'<p style="text-indent: 2em;">{text(line)}</p>',
                picture=lambda picture: self._picture(entry, picture),
                tables='<table border="1" cellspacing="0" style="width:100%;">',
            ),
            editor=f"（责任编辑：{document.editor}）" if document.editor else "",
            files=self._files(page),
            older=_near(older),
            newer=_near(newer),
            related=markup.items(page.shelf.older(entry, 4), _line),
        )

    def missing(self) -> Answer:
        return self._page("missing", status=404)

    def _page(self, sheet: str, status: int = 200, **values: str) -> Answer:
        body = self.sheets[sheet].fill(**values).encode(self.system.charset)
        return Answer(status=status, body=body)

    def _list(self, shelf: Shelf, index: int, page: int, paths: list[str]) -> Answer:
        column, size = self.profile.columns[index], self.profile.rows
        rows = shelf.rows(index, (page - 1) * size, page * size)
        return self._page(
            "list",
            column=column.name,
            key=column.key,
            rows=markup.items(rows, self.system.row),
            total=str(shelf.total(index)),
            page=str(page),
            before=str(page - 1),
            count=str(len(paths)),
            next=_link("下一页", paths[page] if page < len(paths) else ""),
            previous=_link("上一页", paths[page - 2] if page > 1 else ""),
            last=_link("尾页", paths[-1]),
        )

    def _picture(self, entry: Entry, picture: Picture) -> str:
        source = self.media(entry, picture.index, "png")
        caption = f"{CENTRE}{text(picture.caption)}</p>"
        return f'{CENTRE}<img src="{source}" alt=""></p>\n{caption}'

    def _files(self, page: Page) -> str:
        return "".join(
            f'<p><a href="{self.media(page.entry, index, "pdf")}" target="_blank">'
            f"附件{index + 1}：{text(name)}</a></p>\n"
            for index, name in enumerate(page.document.attachments)
        )


def _link(name: str, path: str) -> str:
    return f'<a href="{path}">{name}</a>' if path else f"<span>{name}</span>"


def _line(row: Row) -> str:
    return f'<li><a href="{row.path}">{text(cut(row.title, 26))}</a><i>{stamp(row)}</i></li>'


def _near(row: Row | None) -> str:
    return f'<a href="{row.path}">{text(row.title)}</a>' if row else "没有了"


def _anchor(row: Row, length: int = 60) -> str:
    title = markup.attribute(row.title)
    return (
        f'<a href="{row.path}" target="_blank" title="{title}">{text(cut(row.title, length))}</a>'
    )


def _nfcms(row: Row) -> str:
    top = "<em>置顶</em>" if row.pinned else ""
    return (
        f'<ul class="ul_art_row"><li class="li_art_title">{top}{_anchor(row, 28)}</li>'
        f'<li class="li_art_date">{stamp(row)}</li></ul>'
    )


def _webplus(row: Row) -> str:
    top = '<img border="0" src="/_images/news/icon/top.gif">' if row.pinned else ""
    return (
        f'<li class="news n1 clearfix"><span class="news_title">{top}{_anchor(row)}</span>'
        f'<span class="news_meta">{stamp(row)}</span></li>'
    )


def _jeecms(row: Row) -> str:
    return f'<li class="clearfix">{_anchor(row, 30)}<span>{row.local:%Y/%m/%d}</span></li>'


def _n_node(row: Row) -> str:
    return f"<li><span>[{stamp(row)}]</span>{_anchor(row, 32)}</li>"


def _plain(row: Row) -> str:
    return f"<li>{_anchor(row, 34)}<span>{stamp(row)}</span></li>"


def _numbered(name: str, column: Column, page: int, *, first: int = 2) -> str:
    """The pages of a list as ``index.html``, ``index_2.html`` and so on."""
    stem, suffix = name.split(".")
    return f"{column.path}{name if page == 1 else f'{stem}_{page - 2 + first}.{suffix}'}"


def _hash(number: int) -> str:
    return blake2b(str(number).encode(), digest_size=16).hexdigest()


HABITS: dict[str, System] = {
    "nfcms": System(
        pages="nfcms",
        article=lambda column, number, _: f"{column.path}content/post_{number}.html",
        page=partial(_numbered, "index.html"),
        row=_nfcms,
    ),
    "people-cn": System(
        pages="people",
        article=lambda column, number, at: (
            f"/n1/{at:%Y}/{at:%m%d}/c{column.key}-{38_000_000 + number}.html"
        ),
        page=lambda column, page: f"{column.path}index{page if page > 1 else ''}.html",
        row=lambda row: f"<li>{_anchor(row)} <em>{stamp(row)}</em></li>",
        charset="gb18030",
    ),
    "ivs": System(
        pages="ivs",
        article=lambda column, number, at: f"{column.path}{at:%Y%m%d}/{_hash(number)}.html",
        page=partial(_numbered, "index.html"),
        row=_plain,
    ),
    "webplus": System(
        pages="webplus",
        article=lambda column, number, at: f"/{at:%Y/%m%d}/c{column.key}a{number}/page.htm",
        page=lambda column, page: f"{column.path}list{page if page > 1 else ''}.htm",
        row=_webplus,
    ),
    "trs-hycloud": System(
        pages="hycloud",
        article=lambda column, number, at: f"{column.path}{at:%Y%m}/t{at:%Y%m%d}_{number}.shtml",
        page=partial(_numbered, "index.shtml", first=1),
        row=_plain,
    ),
    "lonsun": System(
        pages="lonsun",
        article=lambda column, number, _: f"{column.path}{120_000_000 + number}.html",
        page=lambda column, page: (
            f"{column.path}index.html"
            if page == 1
            else f"/content/column/{column.key}?pageIndex={page}"
        ),
        row=lambda row: f'<li><span class="right date">{stamp(row)}</span>{_anchor(row)}</li>',
    ),
    "jeecms": System(
        pages="jeecms",
        article=lambda column, number, _: f"{column.path}{number}.jhtml",
        page=partial(_numbered, "index.jhtml"),
        row=_jeecms,
    ),
    "easysite": System(
        pages="easysite",
        article=lambda column, number, _: f"{column.path}{number}/index.html",
        page=lambda column, page: (
            f"{column.path}index.html"
            if page == 1
            else f"/eportal/ui?pageId={column.key}&currentPage={page}&moduleId=1667380"
        ),
        row=_plain,
    ),
    "n-node": System(
        pages="n-node",
        article=lambda column, number, _: f"{column.path}c{30_000_000 + number}/content.html",
        page=lambda column, page: (
            f"{column.path}index{f'_{column.key}_{page}' if page > 1 else ''}.html"
        ),
        row=_n_node,
    ),
}

SYSTEMS: dict[str, Callable[[Profile], Family]] = {
    name: partial(StaticSite, system) for name, system in HABITS.items()
}
