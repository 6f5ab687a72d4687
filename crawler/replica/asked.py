"""Systems whose lists stand on no page: a script asks an address for them, which answers JSON.

gkmlpt is the platform for legal disclosure of all Guangdong: ``/gkmlpt/api/all/COLUMN?page=&sid=``
answers records with days in seconds since 1970, and the page names the columns in
``window._CONFIG``. JPaaS is Hanweb's newer system: the page of a column has scripts with ``url``
and ``queryData``, and ``/api-gateway/jpaas-publish-server/front/page/build/unit`` answers a piece
of HTML inside JSON, its page told by ``paramJson``.
"""

import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from urllib.parse import quote

from crawler.replica import markup
from crawler.replica.answers import Answer, Request
from crawler.replica.markup import cut, stamp, text
from crawler.replica.records import Column, Listing, Profile
from crawler.replica.shelf import Family, Row, Shelf
from crawler.replica.static import HABITS, StaticSite, System

TYPE = "application/json;charset=UTF-8"
API, SID = "/gkmlpt/api/all", "769006"
UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"
WEB, SHEETS = "3549", "zfHuDn7pjzPV0dB1wLhu9"


class Gkmlpt(StaticSite):
    """Lists as records of JSON; beyond the last page there is nothing, with status 404."""

    def listings(self, address: str) -> tuple[Listing, ...]:
        return tuple(
            Listing(
                url=f"{address}{API}/{column.key}?page=1&sid={SID}",
                kind="json",
                category=column.name,
            )
            for column in self.profile.columns
        )

    def route(self, request: Request, shelf: Shelf) -> Answer | None:
        columns = self.profile.columns
        if request.path in ("/gkmlpt/index", "/gkmlpt/policy"):
            tree = [{"id": int(c.key), "name": c.name, "post_count": shelf.total(index) + 3}
                    for index, c in enumerate(columns)]  # fmt: skip
            return self._page("list", tree=json.dumps(tree, ensure_ascii=False), sid=SID)
        keys: dict[str, tuple[int, ...]]
        keys = {f"{API}/{column.key}": (index,) for index, column in enumerate(columns)}
        keys[f"{API}/0"] = tuple(range(len(columns)))
        if request.path not in keys:
            return super().route(request, shelf)
        asked, size = request.parameters(), self.profile.rows
        held = [row for index in keys[request.path]
                for row in shelf.rows(index, 0, shelf.total(index))]  # fmt: skip
        if len(keys[request.path]) > 1:
            held.sort(key=lambda row: row.local, reverse=True)
        page = int(asked["page"]) if asked.get("page", "").isdecimal() else 1
        rows = held[max(page - 1, 0) * size : max(page, 1) * size]
        if not rows or asked.get("sid") != SID:
            return Answer(status=404, body=b'{"message":"Not Found"}', type=TYPE)
        told = {
            "total": len(held),
            "page": page,
            "articles": [self._record(shelf, row) for row in rows],
        }
        return Answer(body=json.dumps(told).encode(), type=TYPE)

    def _record(self, shelf: Shelf, row: Row) -> dict[str, object]:
        midnight = row.local.replace(hour=0, minute=0, second=0)
        return {
            "id": 1_700_000 + row.entry.number,
            "title": row.title,
            "publisher": f"{self.profile.name}办公室",
            "identifier": f"00755{row.entry.number:04d}/{row.local:%Y}-{row.entry.number:05d}",
            "document_number": "",
            "classify_main_name": self.profile.columns[row.entry.column].name,
            "date": int(midnight.timestamp()),
            "created_at": f"{row.local:%Y-%m-%d %H:%M:%S}",
            "abolition": 0,
            "url": shelf.url(row.entry),
        }


class Jpaas(StaticSite):
    """Lists as HTML inside JSON; a page beyond the last is an empty list."""

    def listings(self, address: str) -> tuple[Listing, ...]:
        return tuple(
            Listing(url=address + self._unit(column, 1), kind="json", category=column.name)
            for column in self.profile.columns
        )

    def route(self, request: Request, shelf: Shelf) -> Answer | None:
        columns = self.profile.columns
        keys = {column.key: index for index, column in enumerate(columns)}
        for column in columns:
            if request.path == column.path:
                data = str({"parseType": "bulidstatic", "webId": WEB, "tplSetId": SHEETS,
                            "pageType": "column", "tagId": "信息列表", "editType": "null",
                            "pageId": column.key})  # fmt: skip
                return self._page("list", column=column.name, unit=UNIT, data=data)
        if request.path != UNIT:
            return super().route(request, shelf)
        asked = request.parameters()
        index = keys.get(asked.get("pageId", ""))
        if index is None or asked.get("tplSetId") != SHEETS:
            told: dict[str, object] = {"success": False, "code": "500", "message": "参数错误"}
            return Answer(body=json.dumps(told).encode(), type=TYPE)
        number = str(json.loads(asked.get("paramJson", "{}")).get("pageNo", 1))
        rows = _rows(shelf, index, number, self.profile.rows)
        html = f'<div class="list"><ul>{markup.items(rows, _line)}</ul></div>'
        told = {"success": True, "code": "200", "message": "操作成功", "data": {"html": html}}
        return Answer(body=json.dumps(told).encode(), type=TYPE)

    def _unit(self, column: Column, number: int) -> str:
        param = quote(json.dumps({"pageNo": number, "pageSize": self.profile.rows}))
        return (
            f"{UNIT}?webId={WEB}&pageId={column.key}&parseType=bulidstatic&pageType=column"
            f"&tagId={quote('信息列表')}&tplSetId={SHEETS}&paramJson={param}"
        )


def _rows(shelf: Shelf, index: int, page: str, size: int) -> list[Row]:
    start = (int(page) - 1) * size if page.isdecimal() else 0
    return shelf.rows(index, max(start, 0), max(start, 0) + size)


def _line(row: Row) -> str:
    title = markup.attribute(row.title)
    return (
        f'<li><a href="{row.path}" title="{title}" target="_blank">{text(cut(row.title, 30))}</a>'
        f"<span>{stamp(row)}</span></li>"
    )


def _post(column: Column, number: int, at: datetime) -> str:
    return f"/gkmlpt/content/{number // 1_000_000}/{number // 1000}/post_{number}.html"


def _article(column: Column, number: int, at: datetime) -> str:
    return f"/art/{at:%Y/%-m/%-d}/art_{column.key}_{number}.html"


def _nowhere(column: Column, page: int) -> str:
    return f"{column.path}#{page}"


ASKED: dict[str, Callable[[Profile], Family]] = {
    "gkmlpt": partial(
        Gkmlpt,
        System(pages="gkmlpt", article=_post, page=_nowhere, row=HABITS["nfcms"].row),
    ),
    "jpaas": partial(
        Jpaas, System(pages="jpaas", article=_article, page=_nowhere, row=HABITS["nfcms"].row)
    ),
}
