"""What a webhook is sent: for each service the body, address and signature that it asks for. Pure.

Titles come from pages that anybody may write, so nothing of them acts in a chat: what would be
markup, a mention or a link there is written otherwise. Rules and limits are those of the services'
own pages: https://docs.ntfy.sh/publish/#publish-as-json, https://docs.slack.dev/messaging/
sending-messages-using-incoming-webhooks, https://open.dingtalk.com/document/robots/
custom-robot-access, https://developer.work.weixin.qq.com/document/path/91770,
https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from urllib.parse import quote_plus, urlsplit, urlunsplit

from crawler.watch.records import Item, Notice

#: Characters of a title, and of an address worth a link, in a chat.
_TITLE, _LINK = 200, 1000
#: Characters of what stands beside a title: of an article who published it, of a source why.
_ABOUT, _WHY = 120, 240
#: Hits that one message holds at most.
MOST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What one message is about."""

    watch: str
    query: str
    items: tuple[Item, ...] | tuple[Notice, ...]
    #: it was asked for to see whether messages arrive
    test: bool = False

    @property
    def heading(self) -> str:
        """Return the line that stands above the items."""
        mark = "[test] " if self.test else ""
        return f"{mark}{self.watch}: {len(self.items)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One request."""

    url: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How one service wants to be spoken to."""

    #: (what to say, address, secret, now) → the request
    post: Callable[[Talk, str, str, datetime], Post]
    #: bytes of a body that it takes; kept well below what it says
    limit: int
    #: it takes a secret
    signs: bool
    #: key of its answer that is 0 where a message was taken, or ""
    verdict: tuple[str, ...] = ()
    #: seconds between two messages: the Chinese three stop who sends more than 20 a minute
    pause: float = 0
    #: least seconds to wait after a refusal; DingTalk shuts out for ten minutes
    rest: float = 0


def fitting(talk: Talk, shape: Shape) -> tuple[Item, ...] | tuple[Notice, ...]:
    """Return as many of the first items as one message takes, one at least."""
    items = talk.items[:MOST]
    while len(items) > 1:
        said = Talk(watch=talk.watch, query=talk.query, items=items, test=talk.test)
        body = shape.post(said, "http://host/topic", "secret", datetime(2026, 1, 1, tzinfo=UTC))
        if len(body.body) <= shape.limit:
            break
        items = items[:-1]
    return items


def _packed(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _short(text: str, most: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"


def _link(url: str) -> str:
    """Return an address that can be followed, or ""."""
    return url if url.startswith(("https://", "http://")) and len(url) <= _LINK else ""


def _about(item: Item | Notice) -> str:
    return _short(item.about, _WHY if isinstance(item, Notice) else _ABOUT)


def _row(item: Item | Notice) -> dict[str, object]:
    """Return what machines are told of an item: all but what is worded for people."""
    row = asdict(item)
    if isinstance(item, Notice):
        row = {key: value for key, value in row.items() if key not in ("title", "about")}
    return {
        key: f"{value:%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else value
        for key, value in row.items()
    }


def _json(talk: Talk, url: str, secret: str, now: datetime) -> Post:
    rows = [_row(item) for item in talk.items]
    if talk.items and isinstance(talk.items[0], Notice):
        body = _packed({"test": talk.test, "health": rows})
    else:
        body = _packed({"watch": talk.watch, "query": talk.query, "test": talk.test, "hits": rows})
    if not secret:
        return Post(url=url, body=body)
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return Post(url=url, body=body, headers=(("X-Gazette-Signature", f"sha256={signature}"),))


def _ntfy(talk: Talk, url: str, secret: str, now: datetime) -> Post:
    """JSON goes to the server's root and names the topic; a message over 4,096 bytes is a file."""
    parts = urlsplit(url)
    root, _, topic = parts.path.rstrip("/").rpartition("/")
    first = talk.items[0]
    alone = len(talk.items) == 1
    lines = [f"{_short(item.title, _TITLE)}\n{_about(item)}" for item in talk.items]
    said = {
        "topic": topic,
        "title": _short(first.title, _TITLE) if alone else talk.heading,
        "message": f"{_about(first)}\n{_short(first.snippet, 300)}" if alone else "\n".join(lines),
        "tags": ["newspaper"],
    }
    if alone and talk.test:
        said["title"] = f"[test] {said['title']}"
    if alone and _link(first.url):
        said["click"] = first.url
    bearer = (("Authorization", f"Bearer {secret}"),) if secret else ()
    return Post(url=urlunsplit(parts._replace(path=f"{root}/")), body=_packed(said), headers=bearer)


_SLACK = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_IN_SLACK_LINK = str.maketrans({"<": "%3C", ">": "%3E", "|": "%7C", "&": "&amp;"})
#: In Slack these are marks where they stand around a word.
_SLACK_MARKS = str.maketrans("*_~`|", "＊＿～'｜")


def _slack(talk: Talk, url: str, secret: str, now: datetime) -> Post:
    """Three characters are escaped; nothing else can become a mention such as <!channel>."""
    lines = [talk.heading.translate(_SLACK)]
    for item in talk.items:
        title = _short(item.title, _TITLE).translate(_SLACK_MARKS).translate(_SLACK)
        link = _link(item.url).translate(_IN_SLACK_LINK)
        shown = f"<{link}|{title}>" if link else title
        lines.append(f"• {shown} {_about(item).translate(_SLACK_MARKS).translate(_SLACK)}")
    return Post(url=url, body=_packed({"text": "\n".join(lines), "unfurl_links": False}))


#: Markdown of the Chinese services knows no escapes, and ``<@all>`` calls everybody.
_PLAIN = str.maketrans("[]<>*_`#\\@", "［］＜＞＊＿'＃＼＠")
_IN_PARENTHESES = str.maketrans({"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "\\": "%5C"})


def _markdown(talk: Talk) -> str:
    lines = [f"**{talk.heading.translate(_PLAIN)}**"]
    for item in talk.items:
        title = _short(item.title, _TITLE).translate(_PLAIN)
        link = _link(item.url).translate(_IN_PARENTHESES)
        lines.append(f"[{title}]({link})" if link else title)
        lines.append(f"> {_about(item).translate(_PLAIN)}")
    return "\n\n".join(lines)


def _dingtalk(talk: Talk, url: str, secret: str, now: datetime) -> Post:
    """Signed in the address: HMAC-SHA256, by the secret, of milliseconds, line feed, secret."""
    title = talk.heading.translate(_PLAIN)
    body = _packed({"msgtype": "markdown", "markdown": {"title": title, "text": _markdown(talk)}})
    if secret:
        stamp = str(round(now.timestamp() * 1000))
        signed = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
        mark = "&" if "?" in url else "?"
        url += f"{mark}timestamp={stamp}&sign={quote_plus(base64.b64encode(signed))}"
    return Post(url=url, body=body)


def _wecom(talk: Talk, url: str, secret: str, now: datetime) -> Post:
    """The content of a markdown message has 4,096 bytes at most."""
    return Post(
        url=url, body=_packed({"msgtype": "markdown", "markdown": {"content": _markdown(talk)}})
    )


def _feishu(talk: Talk, url: str, secret: str, now: datetime) -> Post:
    """Signed in the body: HMAC-SHA256 of nothing, by seconds, line feed, secret as the key."""
    rows: list[list[dict[str, str]]] = []
    for item in talk.items:
        title, link = _short(item.title, _TITLE), _link(item.url)
        named = (
            {"tag": "a", "text": title, "href": link} if link else {"tag": "text", "text": title}
        )
        rows.append([named, {"tag": "text", "text": f"  {_about(item)}"}])
    said: dict[str, object] = {
        "msg_type": "post",
        "content": {"post": {"zh_cn": {"title": talk.heading, "content": rows}}},
    }
    if secret:
        stamp = str(round(now.timestamp()))
        signed = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
        said = {"timestamp": stamp, "sign": base64.b64encode(signed).decode(), **said}
    return Post(url=url, body=_packed(said))


SHAPES = {
    "json": Shape(post=_json, limit=256_000, signs=True),
    "ntfy": Shape(post=_ntfy, limit=3_800, signs=True),
    "slack": Shape(post=_slack, limit=16_000, signs=False, pause=1),
    "dingtalk": Shape(
        post=_dingtalk, limit=15_000, signs=True, verdict=("errcode",), pause=3.1, rest=600
    ),
    "wecom": Shape(post=_wecom, limit=3_800, signs=False, verdict=("errcode",), pause=3.1, rest=60),
    "feishu": Shape(
        post=_feishu, limit=15_000, signs=True, verdict=("code", "StatusCode"), pause=1, rest=60
    ),
}


def refusal(shape: Shape, answer: bytes) -> str:
    """Return why a service did not take a message that it answered with 200, or ""."""
    if not shape.verdict:
        return ""
    try:
        said = json.loads(answer)
    except ValueError:
        return "the answer is no JSON"
    if not isinstance(said, dict):
        return "the answer is no JSON object"
    code = next((said[key] for key in shape.verdict if key in said), None)
    if code == 0:
        return ""
    words: Sequence[str] = [str(said[key]) for key in ("errmsg", "msg") if said.get(key)]
    return _short(f"refused with {code}: {' '.join(words)}", 300)
