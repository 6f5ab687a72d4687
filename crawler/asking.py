"""What is asked of an address, and what its answer means: ask on, use it, or fail. Pure."""

from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from archive import Capture
from crawler.blocked import why_blocked
from crawler.decode import BodyError, coding_of, decoded
from crawler.errors import FetchError
from crawler.records import Validators, Weight
from crawler.urls import absolute

FORM = "application/x-www-form-urlencoded; charset=UTF-8"
JSON = "application/json; charset=utf-8"

REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: The redirects that keep method and form (RFC 9110, 15.4).
FAITHFUL = frozenset({307, 308})
#: Client errors that pass by themselves: timed out, too early, too many.
PASSING = frozenset({408, 425, 429})

#: Failures that the same address will give again, by kind; any other kind may pass by itself.
WEIGHTS = {
    "guard": Weight.HARD,
    "blocked": Weight.HARD,
    "bomb": Weight.HARD,
    "too_large": Weight.HARD,
    "coding": Weight.SOFT,
    "redirect": Weight.SOFT,
    "tls": Weight.SOFT,
    "page": Weight.SOFT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request, before it is on the wire."""

    url: str
    method: str = "GET"
    form: tuple[tuple[str, str], ...] = ()
    validators: Validators = field(default_factory=Validators)
    #: seconds between two requests to the host
    delay: float
    #: most bytes of the payload, and of what it unpacks to
    limit: int
    #: seconds for the answer as a whole, redirects included
    deadline: float
    #: JSON to hand over, and header fields that go with it
    body: bytes = b""
    extra: tuple[tuple[str, str], ...] = ()

    def headers(self) -> dict[str, str]:
        """Return the header fields that belong to this request alone."""
        headers = {"Content-Type": FORM} if self.form else {}
        if self.body:
            # A kept connection may be closed while we write, and nobody knows what arrived.
            headers = {"Content-Type": JSON, "Accept": "*/*", "Connection": "close"}
            headers |= dict(self.extra)
        conditions = {
            "If-None-Match": self.validators.etag,
            "If-Modified-Since": self.validators.last_modified,
        }
        # What is not ASCII would be respelled on its way, and be another validator.
        return headers | {
            name: value
            for name, value in conditions.items()
            if value and value.isascii() and value.isprintable()
        }

    def content(self) -> bytes | None:
        """Return the form or the body as it is sent, or None."""
        return self.body or urlencode(self.form).encode() or None


def failure(
    url: str,
    kind: str,
    reason: str,
    *,
    status: int | None = None,
    retry_after: float | None = None,
) -> FetchError:
    """Return a FetchError with the weight of its kind, or of its status."""
    weight = WEIGHTS.get(kind, Weight.TEMPORARY)
    if kind == "status" and status is not None and 400 <= status < 500 and status not in PASSING:
        weight = Weight.SOFT
    return FetchError(url, kind, reason, status=status, retry_after=retry_after, weight=weight)


def unpacked(capture: Capture, limit: int) -> Capture:
    """Return the capture with its body.

    Raises FetchError where a page cannot be unpacked; what no page is stays without a body.
    """
    named = ",".join(v for k, v in capture.headers if k.lower() == "content-encoding")
    try:
        return replace(capture, body=decoded(capture.payload, coding_of(named), limit))
    except BodyError as error:
        if capture.status != 200:
            return capture
        raise failure(capture.url, error.kind, error.reason, status=capture.status) from error


def redirected(ask: Ask, capture: Capture) -> Ask | None:
    """Return what a redirect asks for, or None where the answer is none. Raises FetchError."""
    location = capture.header("location")
    if capture.status not in REDIRECTS or not location:
        return None
    url = _target(location, ask.url)
    if url == ask.url and capture.header("set-cookie"):
        reason = "redirects to itself until a cookie is kept"
        raise failure(url, "blocked", reason, status=capture.status)
    if capture.status in FAITHFUL:
        return replace(ask, url=url)
    return replace(ask, url=url, method="GET", form=(), body=b"")


def _target(location: str, base: str) -> str:
    """Return the address a Location field means; many Chinese servers write it in GBK."""
    raw = location.encode("latin-1")
    for charset in ("utf-8", "gb18030", "latin-1"):
        try:
            return absolute(raw.decode(charset), base)
        except UnicodeDecodeError:
            continue
        except ValueError:
            break
    raise failure(base, "redirect", f"redirects to no http or https address: {location[:200]!r}")


def usable(capture: Capture, ask: Ask, wait: float | None) -> Capture:
    """Return the answer if its status is 200, or 304 to a conditional request.

    Raises FetchError for any other; ``wait`` is what the host wants to be left alone, in seconds.
    """
    url, status = capture.final_url, capture.status
    blocked = why_blocked(capture)
    if blocked:
        raise failure(url, "blocked", blocked, status=status, retry_after=wait)
    if status == 304 and ask.validators == Validators():
        raise failure(url, "protocol", "304 to an unconditional request", status=status)
    if status not in (200, 304):
        error = failure(url, "status", f"status {status}", status=status, retry_after=wait)
        error.answer = capture
        raise error
    return capture


def accepted(capture: Capture, wait: float | None) -> Capture:
    """Return the answer to what was handed over if its status is 2xx. Raises FetchError."""
    url, status = capture.url, capture.status
    if capture.status in REDIRECTS:
        reason = f"status {status}: it redirects; give the address that it leads to"
        raise failure(url, "redirect", reason, status=status)
    if not 200 <= status < 300:
        raise failure(url, "status", f"status {status}", status=status, retry_after=wait)
    return capture
