"""Gates are told from pages; a page taken for a gate would be the worse mistake."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive import Capture
from crawler.blocked import why_blocked
from tests.shared import shared

RELOAD = b"""<!DOCTYPE html><html><head><meta charset="utf-8"><title></title></head><body>
<script>document.cookie="acw_sc__v2="+x();document.location.reload();</script></body></html>"""
PACKED = b"""<html><head><script>eval(function(p,a,c,k,e,d){return p}('0.1=2',3,3,'document|cookie'
.split('|'),0,{}))</script></head><body></body></html>"""
CLOUDFLARE = b"""<!DOCTYPE html><html><head><title>Just a moment...</title><script
src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script></head><body></body></html>"""
GUARD = b"<html><script src=/_guard/auto.js></script></html>"
BLANK = b"<html><head><script>var a=1;b(a)</script></head><body></body></html>"
NOTICE = (
    "<html><head><title>关于召开会议的通知</title><script>document.cookie='seen=1';"
    "if(/Mobile/.test(navigator.userAgent)){window.location='/m/1.html'}</script></head><body>"
    "<h1>关于召开会议的通知</h1><p>各县区人民政府:定于三月十五日上午召开工作会议,请准时参加。</p>"
    "<p>市政府办公室</p></body></html>"
).encode()


def gate(status: int, cookies: str, body: bytes) -> str:
    """Return why an answer is a gate, or ""."""
    return why_blocked(
        Capture(
            url="http://a.gov/",
            final_url="http://a.gov/",
            status=status,
            headers=tuple(("Set-Cookie", one) for one in cookies.split("; ") if one),
            body=body,
            payload=body,
            fetched_at=datetime(2024, 3, 15, tzinfo=UTC),
        )
    )


@pytest.mark.parametrize("status", [401, 403])
def test_an_answer_that_means_not_for_you(status: int) -> None:
    assert f"status {status}" in gate(status, "", b"")


@pytest.mark.parametrize("status", [202, 412, 521])
def test_the_statuses_of_gates_need_a_script(status: int) -> None:
    assert f"status {status}" in gate(status, "", BLANK)
    assert gate(status, "", b"<h1>Precondition failed</h1>") == ""


@pytest.mark.parametrize(
    "body", [RELOAD, PACKED, CLOUDFLARE, GUARD], ids=["reload", "packed", "cloudflare", "guard"]
)
def test_a_page_that_is_only_a_script_is_a_gate(body: bytes) -> None:
    assert "script" in gate(200, "", body)


def test_a_blank_page_with_a_gates_cookie_is_a_gate() -> None:
    assert "script" in gate(200, "wzws_sessionid=gTEyMQ==; path=/", BLANK)
    assert gate(200, "JSESSIONID=1", BLANK) == ""


@pytest.mark.parametrize("status", [200, 301, 304, 404, 410, 500, 502, 503])
@pytest.mark.parametrize("body", [NOTICE, b"", b"plain", b"%PDF-1.7 document.cookie="])
def test_ordinary_answers_are_no_gates(status: int, body: bytes) -> None:
    assert gate(status, "", body) == ""


def test_a_small_article_behind_a_gate_that_let_us_in_is_an_article() -> None:
    assert gate(200, "wzws_sessionid=gTEyMQ==; HOY_TR=x", NOTICE) == ""


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_a_very_short_article_is_an_article(charset: str) -> None:
    page = NOTICE.decode().replace("请准时参加", "").encode(charset)
    assert gate(200, "", page) == ""


def test_a_home_page_that_only_leads_on_is_no_gate() -> None:
    body = b"<html><script>window.location.href='/col/col1/index.html'</script></html>"
    assert gate(200, "", body) == ""


def test_an_error_page_of_an_old_server_is_no_gate() -> None:
    assert gate(200, "", b"<html><script>history.back();alert('id?')</script></html>") == ""


def test_a_hostile_page_is_judged_quickly() -> None:
    for part in (b"<", b"<script>", b"<style", b"<!--"):
        body = (b"document.cookie=location.reload(" + part * 20_000)[:20_000]
        gate(200, "", body)


def test_no_real_page_is_taken_for_a_gate() -> None:
    pages = [p for p in sorted(shared("corpus/articles").rglob("*.html*")) if page(p)]
    assert len(pages) > 100
    assert [p.name for p in pages if gate(200, "", page(p))] == []


def page(path: Path) -> bytes:
    body = path.read_bytes()
    return gzip.decompress(body) if path.suffix == ".gz" else body
