"""Damages a page the way networks, editors, templates and attackers do. Pure: a seed says all.

``damaged(body, other, seed)`` returns the same bytes for the same seed, on any machine.
"""

import random
import re
from collections.abc import Callable

_TAG = re.compile(rb"<[a-zA-Z][^<>]{0,400}>")
_CLOSING = re.compile(rb"</[a-zA-Z][^<>]{0,40}>")
_ATTRIBUTE = re.compile(rb"""([^\s=<>"'/]+)(\s*=\s*(?:"[^"]*"|'[^']*'|[^\s<>"']+))?""")
_CHARSET = re.compile(rb"""(charset\s*=\s*["']?)[A-Za-z0-9_-]+""", re.IGNORECASE)
_CHARSETS = b"""
    utf-8 gb2312 gbk gb18030 big5 hz utf-16 utf-7 utf-32 latin-1 windows-1252 shift_jis euc-kr
    koi8-r iso-2022-jp iso-2022-kr idna punycode base64 rot13 unicode_escape undefined mbcs x-no
""".split()
_NESTED = [b"<div>", b"<b>", b"<table><tr><td>", b"<ul><li>", b"<font>", b"<a href=x>", b"<p>",
           b"<select><option>", b"<svg><g>", b"<h1>", b"<form>", b"<template>"]  # fmt: skip
_PIECES = [
    b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<script>", b"</script>", b"<style>", b"<title>",
    b"</body></html>", b"<plaintext>", b"<textarea>", b"<noscript>", b"<frameset>", b"<math><mi>",
    b"&#xD800;", b"&#0;", b"&#x110000;", b"&#99999999999;", b"&" * 200, b"<" * 200, b'"' * 99,
    b'<base href="http://[x">', b'<base href="//">', b'<a href="//[x.pdf">',
    b"<a href='http://:99'>",
    b'<meta name="PubDate" content="9999-99-99">', b'<meta http-equiv="refresh" content="0">',
    b'<script type="application/ld+json">[[{"@type":3}', b"\xef\xbb\xbf", b"\xff\xfe",
    b"\xed\xa0\x80",
    b'<script type="application/ld+json">' + b"[" * 5000 + b"</script>",
    b'<script type="application/ld+json">{"@graph":{"author":[[{"name":{"a":1}}]],'
    b'"datePublished":-1e999}}</script>',
    '<p>发布时间：2026-02-30 25:61 来源：'.encode(), '<span>0000年00月00日</span>'.encode(),
    '<td>成文日期：二〇〇〇〇年十三月</td>'.encode(), "<p>١٢٣٤-٠٥-٠٦ ²⁰²⁴-①-②".encode(),
    "\u202e\u2028\u0085\ufeff".encode(), b"<time datetime='P1Y'>", b"<p>" + b"9" * 5000,
    b'<table rowspan="99999999" colspan="-1"><td colspan="1e9">',
    b"<img srcset=',,, ,' src='data:'>",
]  # fmt: skip

#: Returns a damaged copy of a page; the second page is what it may be spliced with.
Damage = Callable[[random.Random, bytes, bytes], bytes]


def flip(rng: random.Random, body: bytes, _: bytes) -> bytes:
    """Flip single bits, few or many."""
    damaged = bytearray(body)
    for _count in range(rng.choice([1, 8, 64, 500])):
        damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
    return bytes(damaged)


def truncate(rng: random.Random, body: bytes, _: bytes) -> bytes:
    """Cut the page off at any byte, from either side."""
    at = rng.randrange(len(body))
    return body[:at] if rng.random() < 0.8 else body[at:]


def attributes(rng: random.Random, body: bytes, _: bytes) -> bytes:
    """Shuffle, double or drop the attributes of some tags."""
    share, kind = rng.choice([0.02, 0.2, 1.0]), rng.randrange(3)

    def change(tag: re.Match[bytes]) -> bytes:
        if rng.random() > share:
            return tag[0]
        name, *parts = [found[0] for found in _ATTRIBUTE.finditer(tag[0][1:-1])] or [b"p"]
        rng.shuffle(parts)
        if kind == 1:
            parts *= 2
        elif kind == 2:
            parts = parts[: len(parts) // 2]
        return b"<" + b" ".join([name, *parts]) + b">"

    return _TAG.sub(change, body)


def swap(rng: random.Random, body: bytes, _: bytes) -> bytes:
    """Let tags change places."""
    spans = [found.span() for found in _TAG.finditer(body)]
    if len(spans) < 2:
        return body[::-1]
    for _count in range(rng.choice([1, 5, 40])):
        first, second = sorted(rng.sample(spans, 2))
        one, other = body[slice(*first)], body[slice(*second)]
        if len(one) == len(other):
            body = body[: first[0]] + other + body[first[1] : second[0]] + one + body[second[1] :]
        else:
            # the first alone takes the other's place, padded, so that the spans stay right
            body = body[: first[0]] + other[: len(one)].ljust(len(one)) + body[first[1] :]
    return body


def splice(rng: random.Random, body: bytes, other: bytes) -> bytes:
    """Go on with another page in the middle of this one, or put a piece of it in."""
    at, start = rng.randrange(len(body) + 1), rng.randrange(len(other) + 1)
    if rng.random() < 0.5:
        return body[:at] + other[start:]
    return body[:at] + other[start : start + rng.choice([20, 500, 20_000])] + body[at:]


def unclose(rng: random.Random, body: bytes, _: bytes) -> bytes:
    """Drop closing tags, some or all."""
    share = rng.choice([0.02, 0.3, 1.0])
    return _CLOSING.sub(lambda tag: b"" if rng.random() < share else tag[0], body)


def recode(rng: random.Random, body: bytes, _: bytes) -> bytes:
    """Declare another charset, or be in another one."""
    name = rng.choice(_CHARSETS)
    if rng.random() < 0.3:
        text, coding = body.decode("utf-8", "replace"), rng.choice(["gb18030", "utf-16", "big5"])
        body = text.encode(coding, "replace")
    changed, count = _CHARSET.subn(lambda found: found[1] + name, body)
    return changed if count else b"<meta charset=" + name + b">" + body


def nul(rng: random.Random, body: bytes, _: bytes) -> bytes:
    """Sow zero bytes and other controls."""
    damaged = bytearray(body)
    for _count in range(rng.choice([1, 20, 400])):
        damaged.insert(rng.randrange(len(damaged) + 1), rng.choice([0, 0, 0, 1, 8, 12, 27, 127]))
    return bytes(damaged)


def nest(rng: random.Random, body: bytes, _: bytes) -> bytes:
    """Open a tag many times over."""
    at = rng.randrange(len(body) + 1)
    return body[:at] + rng.choice(_NESTED) * rng.choice([20, 200, 600, 3000]) + body[at:]


def insert(rng: random.Random, body: bytes, _: bytes) -> bytes:
    """Put in what parsers and readers stumble over."""
    for _count in range(rng.choice([1, 3])):
        at = rng.randrange(len(body) + 1)
        body = body[:at] + rng.choice(_PIECES) + body[at:]
    return body


def repeat(rng: random.Random, body: bytes, _: bytes) -> bytes:
    """Double, drop or turn round a stretch of the page."""
    start = rng.randrange(len(body))
    piece = body[start : start + rng.choice([1, 30, 800, 9000])]
    instead = rng.choice([piece * 2, piece * 5, b"", piece[::-1]])
    return body[:start] + instead + body[start + len(piece) :]


DAMAGES: dict[str, Damage] = {
    "flip": flip,
    "truncate": truncate,
    "attributes": attributes,
    "swap": swap,
    "splice": splice,
    "unclose": unclose,
    "recode": recode,
    "nul": nul,
    "nest": nest,
    "insert": insert,
    "repeat": repeat,
}


def damaged(body: bytes, other: bytes, seed: str) -> tuple[bytes, tuple[str, ...]]:
    """Return a damaged copy of a page, and the names of what was done to it, in order."""
    rng = random.Random(seed)
    names = tuple(rng.choices(tuple(DAMAGES), k=rng.choice([1, 1, 2, 3])))
    for name in names:
        body = DAMAGES[name](rng, body or b" ", other or b" ")
    return body, names
