"""Readers of places: of a site, on a page, in an answer, in a network, on the map."""

import ipaddress
import re

from crawler import jsonpaths, selectors
from crawler.sources.values import bad, cut, number, read_text, wants
from crawler.sources.words import meant
from crawler.urls import canonical, host_of

#: The ways to a listing's next page that have a name; ``crawler.listing`` walks them.
MECHANISMS = ("trs", "link", "plugin", "numbers", "none")


def read_address(value: object) -> str:
    """Return the one spelling of an http or https address."""
    address = read_text(value)
    try:
        return canonical(address)
    except ValueError:
        hint = "http:// or https://, a host and a path"
        if re.match(r"(?:[\w-]+\.)+[a-z]{2,}(?:[:/]|$)", address):
            hint = f'did you mean "https://{address}"?'
        raise bad(f"is no address: {cut(address)}", hint) from None


def read_host(value: object) -> str:
    """Return the one spelling of a host's name, or of a literal address."""
    name = read_text(value)
    try:
        host = host_of(canonical(f"http://{name}/"))
    except ValueError:
        host = ""
    if not host or re.search(r"[/?#@\s]", name):
        inner = re.search(r"(?:[\w-]+\.)+[\w-]+", name)
        raise bad(
            f"is no host: {cut(name)}",
            f'a name alone, for example "{inner[0] if inner else "www.example.org"}"',
        )
    return host


def read_pattern(value: object) -> str:
    """Return a regular expression that compiles."""
    pattern = read_text(value)
    try:
        re.compile(pattern)
    except re.error as error:
        hint = "a Python regular expression in 'single quotes'"
        raise bad(f"is no pattern: {error}: {cut(pattern)}", hint) from None
    return pattern


def read_selector(value: object) -> str:
    """Return a selector that ``crawler.selectors`` can use."""
    if not isinstance(value, str):
        raise wants("text", value, '"div.content"')
    if reason := selectors.check(value):
        raise bad(f"{reason}: {cut(value)}", selectors.mend(value))
    return value


def read_next(value: object) -> str:
    """Return a selector, or the name of a mechanism of ``crawler.listing``."""
    if isinstance(value, str) and re.fullmatch(r"[a-z]+", value) and value not in MECHANISMS:
        raise bad(f"is no way to the next page: {cut(value)}", meant(value, MECHANISMS))
    return read_selector(value)


def read_path(value: object) -> str:
    """Return a path into JSON, or a template of paths."""
    path = read_text(value)
    if reason := jsonpaths.check_template(path):
        raise bad(f"{reason}: {cut(path)}", 'for example "data.list[*]", or "https://…/{id}.html"')
    return path


def read_network(value: object) -> str:
    """Return a network of IP addresses."""
    network = read_text(value)
    try:
        ipaddress.ip_network(network)
    except ValueError as error:
        try:
            hint = f'did you mean "{ipaddress.ip_network(network, strict=False)}"?'
        except ValueError:
            hint = 'for example "127.0.0.0/8"'
        raise bad(f"is no network: {error}", hint) from None
    return network


def read_port(value: object) -> int:
    """Return a port of TCP."""
    port = number(1, "443")(value)
    if port > 65535:
        raise bad(f"is no port: {port}", "1 to 65535")
    return port


def read_listen(value: object) -> str:
    """Return the host and port that a server listens at."""
    place = read_text(value)
    found = re.fullmatch(r"(?:[\w.-]+|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})", place)
    if not found or int(found[1]) > 65535:
        raise bad(f"is no host and port: {cut(place)}", 'for example "127.0.0.1:9464"')
    return place


def read_region(value: object) -> str:
    """Return a path of places; each has a name, so that what lies below one is found by its."""
    path = read_text(value)
    right = "/".join(part.strip() for part in path.split("/") if part.strip())
    if right != path:
        raise bad(f"is no path of places: {cut(path)}", right and f'did you mean "{right}"?')
    return path
