"""Which addresses may be fetched at all: public ones, on ports that the settings name.

A page can name any address, and so can a redirect or a name server. Every hop is checked before it
is asked for, and a name's addresses are checked where they are about to be connected to, so that a
name cannot point elsewhere between the check and the use (DNS rebinding).
"""

import socket
from collections.abc import Collection, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult

Address = IPv4Address | IPv6Address

DEFAULT_PORTS = {"http": 80, "https": 443}

#: Not public by the IANA registries, whatever the standard library of this Python believes.
SPECIAL = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",
            "100.64.0.0/10",  # carrier-grade NAT: neither private nor global (GHSA-gwph-fp79-379w)
            "192.0.0.0/24",
            "192.88.99.0/24",  # 6to4 relays, withdrawn
            "198.18.0.0/15",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "2001::/23",
            "2001:db8::/32",
            "3fff::/20",
        ),
    )
)

GLOBAL_UNICAST = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")
_LOW_32 = 0xFFFF_FFFF


class Refused(Exception):  # noqa: N818 - reads as the sentence a user sees
    """An address may not be fetched; the text says why."""


class Guard:
    """The rules of one run: ports, and networks that may be fetched although not public."""

    def __init__(self, *, ports: Collection[int], allow_networks: Collection[str] = ()) -> None:
        self._ports = frozenset(ports)
        self._allowed = tuple(ip_network(network, strict=False) for network in allow_networks)

    def check(self, url: str) -> None:
        """Check everything about a canonical address that can be known without asking for its name.

        Raises Refused.
        """
        parts = urlsplit(url)
        if parts.scheme not in DEFAULT_PORTS:
            raise Refused(f"scheme {parts.scheme or 'none'}; only http and https are fetched")
        if "@" in parts.netloc:
            raise Refused("the address carries a user name")
        port = DEFAULT_PORTS[parts.scheme] if parts.port is None else parts.port
        if port not in self._ports:
            raise Refused(f"port {port} is not among the ports of the settings")
        literal = _literal(parts.hostname or "")
        if literal is not None and not self.admits(literal):
            raise Refused(f"{literal} is not a public address")

    def admits(self, address: Address) -> bool:
        """Tell whether an address is public, or allowed, wherever it really leads."""
        return all(self._admits(end) for end in _ends(address))

    def _admits(self, address: Address) -> bool:
        if any(address in network for network in self._allowed):
            return True
        if any(address in network for network in SPECIAL) or not address.is_global:
            return False
        return isinstance(address, IPv4Address) or address in GLOBAL_UNICAST


class PinnedResolver(AbstractResolver):
    """Resolves a name once and hands over its addresses only if the guard admits every one.

    The connection is made to the very addresses that were checked. Not asked for literal
    addresses: ``Guard.check`` sees to those.
    """

    def __init__(self, guard: Guard, under: AbstractResolver) -> None:
        self._guard, self._under = guard, under

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the checked addresses of a name. Raises Refused, and OSError as below."""
        results = await self._under.resolve(host, port, family)
        if not results:
            raise OSError(None, f"{host} has no address")
        for result in results:
            literal = _literal(result["host"])
            if literal is None or not self._guard.admits(literal):
                raise Refused(f"{host} resolves to {result['host']}, not a public address")
        return results

    async def close(self) -> None:
        """Close the resolver below."""
        await self._under.close()


def _literal(host: str) -> Address | None:
    """Return a host as the address it spells, or None where it is a name.

    Decimal, octal and short forms are spelled out by the canonical address already.
    """
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _ends(address: Address) -> Iterator[Address]:
    """Yield the addresses where a packet may arrive: tunnels and translations unwrapped."""
    if isinstance(address, IPv4Address):
        yield address
        return
    number = int(address)
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    elif number >> 32 == 0 and number > 1:  # IPv4-compatible, ::a.b.c.d
        yield IPv4Address(number)
    elif address in _NAT64:
        yield IPv4Address(number & _LOW_32)
    elif address.sixtofour is not None:
        yield address.sixtofour
    elif address.teredo is not None:
        yield from address.teredo
    else:
        yield address
