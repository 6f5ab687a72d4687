"""Recognise a page that a firewall shows to programs in place of the one asked for. Pure.

A challenge is never answered: a site that wants a browser is reported as blocked, and what it
showed is never taken for an article.
"""

import re

from archive import Capture

#: Statuses that mean: not for you.
REFUSALS = frozenset({401, 403})

#: Statuses under which firewalls hand out a script that is to earn the page (412 Botgate,
#: 521 Jiasule); as plain statuses they are errors like any other.
CHALLENGE_STATUSES = frozenset({202, 412, 521})

#: Cookies that only a challenge sets.
CHALLENGE_COOKIES = re.compile(
    rb"wzws_(?:sessionid|cid)|HOY_TR|__jsl_clearance|acw_sc__v\d|cf_chl_"
)

#: A challenge is a script and little else; larger pages are looked at no further.
LARGEST = 16 << 10

#: Bytes a challenge may show to a reader besides its script: "one moment", and no notice.
MOST_TEXT = 40

#: What challenges load or how they are packed (Cloudflare, _guard, Dean Edwards' packer).
_MARKS = re.compile(rb"/cdn-cgi/challenge-platform/|/_guard/|eval\(function\(p,a,c,k,e,")
_SETS_COOKIE = re.compile(rb"document\s*\.\s*cookie\s*=")
_GOES_ON = re.compile(rb"location\s*(?:\.\s*(?:reload|replace|assign|href)|=)|\.submit\s*\(")
_HIDDEN = re.compile(rb"<(?:script|style|noscript|title)\b", re.IGNORECASE)
_HIDDEN_END = re.compile(rb"</(?:script|style|noscript|title)\s*>", re.IGNORECASE)
_TAG = re.compile(rb"<[^<>]*>")


def why_blocked(capture: Capture) -> str:
    """Return why an answer counts as a refusal or a challenge, or "" where it does not."""
    if capture.status in REFUSALS:
        return f"status {capture.status}"
    if capture.header("cf-mitigated").lower() == "challenge":
        return "a challenge by the site's content network"
    cookies = "\n".join(v for k, v in capture.headers if k.lower() == "set-cookie").encode()
    marked = CHALLENGE_COOKIES.search(cookies) is not None
    scripted = b"<script" in capture.body[:LARGEST].lower()
    if capture.status in CHALLENGE_STATUSES and (marked or scripted):
        return f"status {capture.status} with a script to run"
    if capture.status == 200 and scripted and len(capture.body) <= LARGEST:
        marked = marked or _earns_a_cookie(capture.body)
        if marked and len(_shown(capture.body)) <= MOST_TEXT:
            return "a page that only sets a cookie by script"
    return ""


def _earns_a_cookie(body: bytes) -> bool:
    if CHALLENGE_COOKIES.search(body) or _MARKS.search(body):
        return True
    return bool(_SETS_COOKIE.search(body) and _GOES_ON.search(body))


def _shown(body: bytes) -> bytes:
    return b" ".join(b"".join(split_tags(body)).split())


def split_tags(body: bytes) -> list[bytes]:
    """Return what of a page stands between its tags, outside scripts, styles and its title."""
    first, *others = _HIDDEN.split(body)
    # Split, not matched in pairs: a page of unclosed tags must not cost more than its length.
    outside = [first, *(b"".join(_HIDDEN_END.split(other)[1:]) for other in others)]
    return _TAG.split(b"".join(outside))
