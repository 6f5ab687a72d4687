"""Addresses on this machine for the sites to listen on."""

import errno
import socket
from typing import NamedTuple

FIRST_HOST = 11


class Place(NamedTuple):
    """Where one site is served."""

    socket: socket.socket
    #: its name in the log
    host: str
    address: str


def places(count: int, port: int, hosts: str) -> list[Place]:
    """A listening socket for each site: an address each, or a port each where that cannot be.

    Linux serves any address of 127/8; other systems know only 127.0.0.1, and get ports.
    """
    if hosts not in ("auto", "addresses", "ports"):
        raise ValueError(f"hosts is auto, addresses or ports, not {hosts!r}")
    if hosts != "ports":
        try:
            return _addresses(count, port)
        except OSError as error:
            if hosts == "addresses" or error.errno != errno.EADDRNOTAVAIL:
                raise
    found: list[Place] = []
    try:
        for index in range(count):
            listening = _listen("127.0.0.1", port + index if port else 0)
            host = f"127.0.0.1:{listening.getsockname()[1]}"
            found.append(Place(listening, host, f"http://{host}"))
    except OSError:
        _close(found)
        raise
    return found


def _addresses(count: int, port: int) -> list[Place]:
    for attempt in range(20):
        found: list[Place] = []
        shared = port
        try:
            for index in range(count):
                host = f"127.0.0.{FIRST_HOST + index}"
                listening = _listen(host, shared)
                shared = listening.getsockname()[1]
                found.append(Place(listening, host, f"http://{host}:{shared}"))
        except OSError as error:
            _close(found)
            if port or error.errno != errno.EADDRINUSE or attempt == 19:
                raise
        else:
            return found
    raise AssertionError("the last attempt returns or raises")


def _listen(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(256)
    except OSError:
        listening.close()
        raise
    return listening


def _close(opened: list[Place]) -> None:
    for place in opened:
        place.socket.close()
