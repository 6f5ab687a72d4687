"""What each service is sent: its own form, within its limits, with nothing in a title that acts."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.watch.messages import MOST, SHAPES, Post, Talk, fitting, refusal
from crawler.watch.records import Item

NOW = datetime(2026, 3, 1, 8, 0, 0, 250_000, tzinfo=UTC)
HOSTILE = "<!channel> <@all> [点我](http://evil.example) `x` *粗* | & </a>\n## 标题"


def item(n: int = 1, **over: Any) -> Item:
    own: dict[str, Any] = {
        "id": f"urn:uuid:{n}",
        "article": n,
        "title": f"第{n}号通告",
        "url": f"https://www.city.example/{n}.html?a=1&b=(2)",
        "source": "city",
        "origin": "市人社局",
        "published": NOW,
        "day": "2026-03-01",
        "archived": NOW,
        "snippet": "就业工作",
    }
    return Item(**(own | over))


def talk(*items: Item, **over: Any) -> Talk:
    return Talk(**({"watch": "jobs", "query": "就业", "items": items or (item(),)} | over))


def post(shape: str, said: Talk, secret: str = "", url: str = "https://host.example/hook") -> Post:
    return SHAPES[shape].post(said, url, secret, NOW)


def body(sent: Post) -> Any:
    return json.loads(sent.body)


def test_json_says_all_that_is_known_with_an_id_that_stays() -> None:
    said = body(post("json", talk()))
    assert said["watch"] == "jobs"
    assert said["query"] == "就业"
    assert said["test"] is False
    (hit,) = said["hits"]
    assert hit == {
        "id": "urn:uuid:1",
        "article": 1,
        "title": "第1号通告",
        "url": "https://www.city.example/1.html?a=1&b=(2)",
        "source": "city",
        "origin": "市人社局",
        "published": "2026-03-01T08:00:00Z",
        "day": "2026-03-01",
        "archived": "2026-03-01T08:00:00Z",
        "snippet": "就业工作",
    }


def test_json_is_signed_over_its_bytes() -> None:
    sent = post("json", talk(), secret="key")  # noqa: S106
    signed = hmac.new(b"key", sent.body, hashlib.sha256).hexdigest()
    assert sent.headers == (("X-Gazette-Signature", f"sha256={signed}"),)


def test_ntfy_is_posted_to_the_root_with_its_topic() -> None:
    sent = post("ntfy", talk(), secret="tk", url="https://ntfy.example/sub/news")  # noqa: S106
    assert sent.url == "https://ntfy.example/sub/"
    assert sent.headers == (("Authorization", "Bearer tk"),)
    said = body(sent)
    assert (said["topic"], said["title"]) == ("news", "第1号通告")
    assert said["click"] == "https://www.city.example/1.html?a=1&b=(2)"
    assert len(body(post("ntfy", talk(item(1), item(2))))["message"].split("\n")) == 4


def test_slack_gets_text_with_links() -> None:
    text = body(post("slack", talk()))["text"]
    assert "<https://www.city.example/1.html?a=1&amp;b=(2)|第1号通告>" in text


def test_dingtalk_is_signed_in_the_address_by_milliseconds_and_secret() -> None:
    url = "https://oapi.dingtalk.example/robot/send?access_token=t"
    sent = post("dingtalk", talk(), secret="SECx", url=url)  # noqa: S106
    asked = parse_qs(urlsplit(sent.url).query)
    assert asked["timestamp"] == ["1772352000250"]
    signed = hmac.new(b"SECx", b"1772352000250\nSECx", hashlib.sha256).digest()
    assert asked["sign"] == [base64.b64encode(signed).decode()]
    assert body(sent)["msgtype"] == "markdown"
    assert set(body(sent)["markdown"]) == {"title", "text"}


def test_wecom_gets_markdown() -> None:
    said = body(post("wecom", talk()))
    assert said["msgtype"] == "markdown"
    assert (
        "[第1号通告](https://www.city.example/1.html?a=1&b=%282%29)" in said["markdown"]["content"]
    )


def test_feishu_is_signed_in_the_body_with_the_seconds_in_the_key() -> None:
    said = body(post("feishu", talk(), secret="k"))  # noqa: S106
    assert said["timestamp"] == "1772352000"
    signed = hmac.new(b"1772352000\nk", b"", hashlib.sha256).digest()
    assert said["sign"] == base64.b64encode(signed).decode()
    assert said["msg_type"] == "post"
    (row,) = said["content"]["post"]["zh_cn"]["content"]
    assert row[0]["tag"] == "a"
    assert row[0]["text"] == "第1号通告"
    assert row[0]["href"] == "https://www.city.example/1.html?a=1&b=(2)"


@pytest.mark.parametrize("shape", ["dingtalk", "wecom"])
def test_a_title_is_no_markdown_and_calls_nobody(shape: str) -> None:
    hostile = body(post(shape, talk(item(title=HOSTILE, url="urn:x", origin=HOSTILE))))
    text = hostile["markdown"].get("text") or hostile["markdown"]["content"]
    _heading, *rest = text.split("\n\n")
    assert not set("\n".join(rest).replace("> ", "")) & set("[]<>*`@")


def test_a_title_calls_nobody_in_slack() -> None:
    text = body(post("slack", talk(item(title=HOSTILE, url="urn:x", origin=HOSTILE))))["text"]
    assert "<" not in text
    assert "&lt;!channel&gt;" in text


@pytest.mark.parametrize("shape", SHAPES)
@given(
    title=st.text(max_size=600),
    url=st.sampled_from(["https://a.example/" + "x" * 8000, "urn:x", "https://a.example/"]),
    snippet=st.text(max_size=400),
)
def test_a_message_stays_below_what_the_service_takes(
    shape: str, title: str, url: str, snippet: str
) -> None:
    many = talk(*(item(n, title=title, url=url, snippet=snippet) for n in range(25)))
    taken = fitting(many, SHAPES[shape])
    assert 1 <= len(taken) <= MOST
    sent = post(shape, talk(*taken), secret="s")  # noqa: S106
    assert len(sent.body) <= SHAPES[shape].limit
    json.loads(sent.body)


@pytest.mark.parametrize(
    ("shape", "answer", "taken"),
    [
        ("dingtalk", b'{"errcode":0,"errmsg":"ok"}', True),
        ("dingtalk", b'{"errcode":310000,"errmsg":"sign not match"}', False),
        ("wecom", b'{"errcode":45009,"errmsg":"api freq out of limit"}', False),
        ("feishu", b'{"code":0,"msg":"success"}', True),
        ("feishu", b'{"StatusCode":0,"StatusMessage":"success"}', True),
        ("feishu", b'{"code":19021,"msg":"sign match fail"}', False),
        ("feishu", b"<html>", False),
        ("wecom", b"[]", False),
        ("slack", b"ok", True),
        ("json", b"", True),
    ],
)
def test_a_refusal_that_comes_with_status_200_is_heard(
    shape: str, answer: bytes, taken: bool
) -> None:
    assert (refusal(SHAPES[shape], answer) == "") is taken
