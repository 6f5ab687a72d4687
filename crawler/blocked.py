"""Answers that are no page but a gate: recognised, never passed. Pure."""

import re

#: Cookies that gates of Chinese government sites set before they let a browser in.
_GATE_COOKIES = re.compile(r"\b(wzws_sessionid|wzws_cid|HOY_TR|__jsl_clearance|acw_sc__v2)\b", re.I)
#: A page that only sets a cookie or computes one and loads itself again.
_RELOADS = re.compile(
    rb"document\.cookie\s*=|location\.(reload|replace|href)|window\.location\s*=|"
    rb"eval\(function\(p,a,c,k|/_guard/|/cdn-cgi/challenge|Just a moment\.\.\.",
    re.I,
)
_MARKUP = re.compile(rb"<script\b.*?</script\s*>|<style\b.*?</style\s*>|<[^>]*>", re.I | re.S)
#: Statuses that gates answer with: 412 and 521 (Ruishu, Jiasule), 202 with a script.
GATES = frozenset({412, 521})
#: A gate's page is small and says nothing to a reader.
_LARGEST, _MOST_TEXT = 20_000, 120


def gate(status: int, cookies: str, body: bytes) -> str:
    """Return what makes an answer a challenge or a block, or "" for an ordinary answer."""
    if status in GATES:
        return f"status {status}, a challenge"
    if status in (401, 403):
        return f"status {status}, access refused"
    if status not in (200, 202) or len(body) > _LARGEST or b"<" not in body:
        return ""
    if not _RELOADS.search(body) and not _GATE_COOKIES.search(cookies):
        return ""
    words = b"".join(_MARKUP.sub(b" ", body).split())
    if len(words) > _MOST_TEXT:
        return ""
    return "a page that only sets a cookie and loads itself again, a challenge"
