"""The one spelling of an address: the WHATWG parser, then what our own lists say. Pure.

Two spellings of one page must not become two articles, and no two pages one: whatever is not known
to be without meaning is left as it stands.
"""

import re
from urllib.parse import unquote_to_bytes

import ada_url

#: Query parameters that say where a reader came from and never which page is meant.
TRACKING = frozenset({
    "_ga", "_gl", "gclid", "dclid", "gbraid", "wbraid", "gclsrc",  # Google Analytics and Ads
    "fbclid", "msclkid", "yclid", "twclid", "igshid",  # other networks' click identifiers
    "mc_cid", "mc_eid", "_hsenc", "_hsmi", "mkt_tok",  # Mailchimp, HubSpot, Marketo letters
    "spm",  # Alibaba's page positions, copied into links by many portals
    "isappinstalled", "tdsourcetag", "nsukey", "weixin_share_id",  # WeChat and QQ shares
    "jsessionid", "phpsessid",  # the visit, not the page; new with each answer as we keep no cookie
})  # fmt: skip

#: Parameters to drop only with these values, as their names also carry meaning: WeChat's shares.
SHARED = {"from": frozenset({"timeline", "singlemessage", "groupmessage"})}

#: Longer addresses are traps or data, not pages (sitemaps.org allows 2,048).
LONGEST = 8192

_UTM = "utm_"
_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(rb"[A-Za-z0-9._~-]")  # RFC 3986, 2.3


def absolute(url: str, base: str = "") -> str:
    """Return the address as a browser would ask for it, without its fragment.

    Raises ValueError for what is no http or https address.
    """
    return _parsed(url, base).href


def canonical(url: str, base: str = "") -> str:
    """Return the address as the archive knows it; ``canonical(canonical(u)) == canonical(u)``.

    Beyond ``absolute``: escapes in one spelling, tracking parameters, session identifiers and an
    empty query dropped. Escapes that are no UTF-8 (GBK queries) stay. Raises ValueError for what is
    no http or https address.
    """
    parsed = _parsed(url, base)
    path, search = parsed.pathname, parsed.search
    wanted_path = _spelled(path)
    if ";" in path:
        # Twice: it may hide in escapes, and hide them from being spelled.
        wanted_path = _SESSION.sub("", _spelled(_SESSION.sub("", path)))
    if wanted_path != path:
        parsed.pathname = wanted_path
    wanted_search = _query(search) if search else ""
    if wanted_search != search:
        parsed.search = wanted_search
    # The setters cannot take away the mark of an empty query.
    return parsed.href if wanted_search else parsed.href.removesuffix("?")


def address_of(href: str, base: str = "") -> str:
    """Return the canonical form of a reference, "" for what is no http or https address."""
    try:
        return canonical(href, base)
    except ValueError:
        return ""


def host_of(url: str) -> str:
    """Return the host of an http or https address: a name in ASCII, or a literal address.

    An IPv6 address stands in brackets. "" for what is no such address.
    """
    try:
        return _parsed(url, "").hostname
    except ValueError:
        return ""


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address, without a slash at the end."""
    return _parsed(url, "").origin


def _parsed(url: str, base: str) -> ada_url.URL:
    if len(url) > LONGEST:
        raise ValueError(f"address of {len(url)} characters")
    # str.strip() knows the ideographic and no-break spaces that the WHATWG parser would escape.
    try:
        parsed = ada_url.URL(url.strip(), base.strip() or None)
    except ValueError as error:
        raise ValueError(f"no address: {url!r}") from error
    if parsed.protocol not in ("http:", "https:"):
        raise ValueError(f"no http or https address: {url!r}")
    parsed.hash = ""
    if len(parsed.href) > LONGEST:
        raise ValueError(f"address of {len(parsed.href)} characters")
    return parsed


def _query(search: str) -> str:
    """Return a query without the parameters that do not tell pages apart."""
    kept = [piece for piece in map(_spelled, search[1:].split("&")) if not _is_tracking(piece)]
    return "?" + "&".join(kept) if any(kept) else ""


def _is_tracking(piece: str) -> bool:
    name, _, value = piece.partition("=")
    name = name.lower()
    return name in TRACKING or name.startswith(_UTM) or value in SHARED.get(name, ())


def _spelled(part: str) -> str:
    """Return a path or parameter with upper-case escapes and unreserved characters plain.

    One that holds a stray percent sign (``%u4e2d`` of old scripts) is left alone: decoding beside
    it could make up an escape that was not there.
    """
    if "%" not in part or _STRAY.search(part):
        return part
    return _ESCAPE.sub(_escape, part)


def _escape(match: re.Match[str]) -> str:
    raw = unquote_to_bytes(match[0])
    return raw.decode("ascii") if _UNRESERVED.match(raw) else match[0].upper()
