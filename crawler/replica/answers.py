"""What is asked and what is answered, free of sockets; and the answers no site is asked for."""

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, its target cut at the question mark."""

    method: str
    path: str
    query: str = ""
    #: names in lower case
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def target(self) -> str:
        """Path and query as they were asked for."""
        return f"{self.path}?{self.query}" if self.query else self.path

    def parameters(self) -> dict[str, str]:
        """Query and form fields together; the form's win."""
        asked = parse_qs(self.query, keep_blank_values=True)
        if self.body:
            asked |= parse_qs(self.body.decode("ascii", "replace"), keep_blank_values=True)
        return {name: values[-1] for name, values in asked.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One response before it is put on the wire."""

    status: int = 200
    body: bytes = b""
    #: the Content-Type header, whole
    type: str = "text/html"
    headers: tuple[tuple[str, str], ...] = ()
    #: with a moment here the answer carries validators, and 304 is given where they hold
    modified: datetime | None = None


def overloaded(retry_after: str) -> Answer:
    """The page of a proxy whose server does not keep up."""
    return Answer(
        status=503,
        body=b"<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n"
        b"<body>\r\n<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n"
        b"<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
        headers=(("Retry-After", retry_after),),
    )


def challenge(status: int, moment: int) -> Answer:
    """What a web firewall gives to those who run no scripts.

    Two habits: a status of its own (412 and others) with the cookie set in the header, and a plain
    200 whose script sets ``wzws_sessionid`` and loads the page again.
    """
    token = f"gTZh{moment:x}oGZj"
    script = (
        f'var _0x2f="{token}";document.cookie="wzws_sessionid="+_0x2f+"; path=/";'
        "setTimeout(function(){location.reload();},800);"
    )
    page = (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title></title>'
        f'<meta http-equiv="refresh" content="5"><script>{script}</script></head>'
        "<body><noscript>请开启JavaScript并刷新该页。</noscript></body></html>"
    )
    cookie = (("Set-Cookie", f"wzws_sessionid={token}; Path=/; HttpOnly"),)
    return Answer(
        status=status,
        body=page.encode(),
        type="text/html; charset=utf-8",
        headers=(*(() if status == 200 else cookie), ("Cache-Control", "no-store")),
    )


def robots(address: str, *, closed: bool, sitemap: str = "") -> Answer:
    """robots.txt: a few corners that no crawler needs, or everything."""
    lines = ["User-agent: *"]
    lines += ["Disallow: /"] if closed else ["Disallow: /admin/", "Disallow: /search/"]
    if sitemap:
        lines += ["", f"Sitemap: {address}{sitemap}"]
    return Answer(body="\n".join([*lines, ""]).encode(), type="text/plain")
