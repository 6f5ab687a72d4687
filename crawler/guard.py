"""Which addresses may be fetched at all: nothing a page says leads into a private network.

An address is checked twice: by its text before a request, and by every IP address its name resolves
to when the connection is made. The connection goes to the very addresses that were checked, so a
name that resolves differently the next time (DNS rebinding) gains nothing.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
#: host, port → the addresses its name stands for
Lookup = Callable[[str, int], Awaitable[Sequence[str]]]

#: Special purpose although ``is_global`` says otherwise in some supported versions of Python:
#: 3fff::/20 documentation (RFC 9637), 64:ff9b:1::/48 local NAT64 (RFC 8215), 192.88.99.0/24 6to4.
_SPECIAL: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in ("3fff::/20", "64:ff9b:1::/48", "192.88.99.0/24", "192.0.0.0/24", "100.64.0.0/10")
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Refused(OSError):  # noqa: N818 - an OSError, since a resolver may raise nothing else
    """An address that must not be asked."""


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Return networks of CIDR notation. Raises ValueError."""
    return tuple(ipaddress.ip_network(text, strict=False) for text in texts)


def _inner(address: IPAddress) -> IPAddress:
    """Return the IPv4 address that an IPv6 one carries (mapped, 6to4, Teredo, NAT64), or itself."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address.sixtofour is not None:
            return address.sixtofour
        if address.teredo is not None:
            return address.teredo[1]
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def public(address: IPAddress, allowed: Sequence[Network] = ()) -> bool:
    """Tell whether an address may be asked: public, or in a network the owner allowed."""
    if any(address in network for network in allowed):
        return True
    inner = _inner(address)
    if isinstance(address, ipaddress.IPv6Address) and inner is not address:
        return public(inner)
    special = any(address.version == n.version and address in n for n in _SPECIAL)
    return address.is_global and not address.is_multicast and not special


def check(url: str, *, ports: Sequence[int], allowed: Sequence[Network]) -> None:
    """Raise Refused unless the text of a canonical address is fit to be asked."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Refused(f"not an http address: {url}")
    if parts.username or parts.password:
        raise Refused("an address with a user name")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if port not in ports:
        raise Refused(f"port {port} is not among the allowed ones ({', '.join(map(str, ports))})")
    try:
        literal = ipaddress.ip_address(parts.hostname)
    except ValueError:
        return
    if not public(literal, allowed):
        raise Refused(f"{literal} is not a public address")


async def system_lookup(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class PinnedResolver(AbstractResolver):
    """Resolves a name once a connection and hands over only addresses that may be asked."""

    def __init__(self, allowed: Sequence[Network], lookup: Lookup = system_lookup) -> None:
        self._allowed, self._lookup = allowed, lookup
        self._resolved: dict[str, str] = {}

    def address_of(self, host: str) -> str:
        """Return the first address a name last resolved to; a literal address is its own."""
        return self._resolved.get(host, host if host[:1].isdigit() or ":" in host else "")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the addresses of ``host``; raises Refused if any of them is not public."""
        found = await self._lookup(host, port)
        for text in found:
            if not public(ipaddress.ip_address(text.partition("%")[0]), self._allowed):
                raise Refused(f"{host} resolves to {text}, which is not a public address")
        if found:
            self._resolved[host] = found[0]
        return [
            ResolveResult(
                hostname=host,
                host=text,
                port=port,
                family=socket.AF_INET6 if ":" in text else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for text in found
        ]

    async def close(self) -> None:
        """Nothing to close."""
