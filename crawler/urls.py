"""The canonical form of an address: one page, one spelling. Pure."""

import re

import ada_url

#: Query parameters that name a reader's way to a page, never the page: those of Google, Meta and
#: Alibaba's analytics, by their public documentation. Anything else may choose what is shown.
TRACKING = re.compile(r"(utm_[a-z_]+|gclid|dclid|fbclid|msclkid|spm|_hs(enc|mi)|mc_[ce]id)=?", re.I)

_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
#: Longer addresses are traps or data, not pages (sitemaps.org allows 2,048).
LONGEST = 4096


def canonical(url: str, base: str = "") -> str:
    """Return the canonical http(s) address that ``url`` means on a page at ``base``.

    WHATWG parsing (lower-case host, no default port, dot segments resolved), no fragment, no
    tracking parameters, escapes of unreserved characters undone and the others in upper case
    (RFC 3986, 6.2.2). Bytes of other charsets in a query stay as they are. Applying it twice
    changes nothing. Raises ValueError for anything but an http or https address with a host.
    """
    if len(url) > LONGEST:
        raise ValueError(f"address of {len(url)} characters")
    try:
        parsed = ada_url.URL(url, base) if base else ada_url.URL(url)
    except (ValueError, UnicodeError) as error:
        raise ValueError(f"no address: {url!r}") from error
    if parsed.protocol not in ("http:", "https:") or not parsed.hostname:
        raise ValueError(f"no http address: {url!r}")
    parsed.hash = ""
    if parsed.search:
        kept = [p for p in parsed.search[1:].split("&") if p and not TRACKING.match(p)]
        parsed.search = _respell("&".join(kept))
    spelt = _respell(parsed.pathname)
    if spelt != parsed.pathname:
        parsed.pathname = spelt
    # A lone "?" stays in href when the query was emptied by hand.
    return parsed.href.removesuffix("?") if not parsed.search else parsed.href


def _respell(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        byte = int(match[1], 16)
        # An escaped dot stays, since a dot segment would then be resolved the second time.
        if byte in _UNRESERVED and byte != 0x2E:
            return chr(byte)
        return match[0].upper()

    return _ESCAPE.sub(one, text)


def host_of(url: str) -> str:
    """Return the host of an address in lower case, without the port; "" where it has none."""
    try:
        return ada_url.URL(url).hostname
    except (ValueError, UnicodeError):
        return ""
