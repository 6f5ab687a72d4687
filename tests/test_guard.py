"""Nothing a page says leads into a private network."""

import socket
from ipaddress import ip_address

import pytest
from aiohttp.abc import AbstractResolver

from crawler.guard import Guard, PinnedResolver, Refused
from crawler.urls import canonical
from tests.test_fetch import Names

PUBLIC = Guard(ports=(80, 443))
LOOPBACK = Guard(ports=(80, 443), allow_networks=("127.0.0.0/8",))

HOSTILE = """
http://127.0.0.1/ http://127.1/ http://2130706433/ http://0x7f000001/ http://0177.0.0.1/
http://127.0.0.1./ http://１２７.０.０.１/ http://0/ http://0.0.0.0/ http://10.1/ http://172.16.0.1/
http://172.31.255.255/ http://192.168.1.1/ http://169.254.169.254/latest/meta-data/
http://100.64.0.1/ http://192.0.0.8/ http://192.0.2.1/ http://192.88.99.1/ http://198.18.0.1/
http://198.51.100.7/ http://224.0.0.1/ http://239.1.1.1/ http://240.0.0.1/ http://255.255.255.255/
http://[::]/ http://[::1]/ http://[0:0:0:0:0:0:0:1]/ http://[::127.0.0.1]/ http://[::ffff:127.0.0.1]/
http://[::ffff:7f00:1]/ http://[64:ff9b::7f00:1]/ http://[64:ff9b:1::a00:1]/ http://[2002:7f00:1::]/
http://[2001:0:4136:e378:8000:63bf:f5ff:fffe]/ http://[fe80::1]/ http://[fc00::1]/ http://[fd00:ec2::254]/
http://[fec0::1]/ http://[ff02::1]/ http://[2001:db8::1]/ http://[3fff::1]/ http://[100::1]/
http://[5f00::1]/ http://www.example.gov:22/ http://www.example.gov:0/ https://www.example.gov:6379/
http://a@www.example.gov/ http://a:b@www.example.gov/ http://:@10.0.0.1/ http://10.0.0.1\\@www.example.gov/
""".split()


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_address_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        PUBLIC.check(canonical(url))


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://a.gov/", "gopher://a.gov/", "//a.gov/", ""]
)
def test_only_http_is_asked(url: str) -> None:
    with pytest.raises(Refused):
        PUBLIC.check(url)


def test_two_parsers_read_one_address() -> None:
    # urlsplit sees the host 127.0.0.1 here, a browser evil.example: the canonical form decides.
    url = canonical("http://evil.example\\@127.0.0.1/")
    assert url == "http://evil.example/@127.0.0.1/"
    PUBLIC.check(url)


@pytest.mark.parametrize(
    "url",
    ["http://www.example.gov/", "https://www.example.gov:443/", "http://93.184.216.34/",
     "http://[2606:2800:220:1::1]/", "http://[::ffff:93.184.216.34]/", "http://a.gov:80/a@b:c"],
)  # fmt: skip
def test_a_public_address_may_be_asked(url: str) -> None:
    PUBLIC.check(canonical(url))


def test_an_allowed_network_opens_itself_and_no_other() -> None:
    LOOPBACK.check("http://127.0.0.9/")
    for url in HOSTILE:
        address = canonical(url)
        if "127.0.0.1" in address or "7f00:1]" in address or "2002:7f00" in address:
            continue
        with pytest.raises(Refused):
            LOOPBACK.check(address)
    assert not LOOPBACK.admits(ip_address("::1"))


async def resolve(guard: Guard, *found: str) -> list[str]:
    names: AbstractResolver = PinnedResolver(guard, Names(found))
    return [one["host"] for one in await names.resolve("www.example.gov", 80, socket.AF_INET)]


@pytest.mark.parametrize(
    "found",
    [["10.0.0.7"], ["93.184.216.34", "10.0.0.7"], ["93.184.216.34", "::1"], ["fe80::1%eth0"],
     ["64:ff9b::a00:1"], ["localhost"], ["::ffff:169.254.169.254"]],
)  # fmt: skip
async def test_one_private_address_spoils_a_name(found: list[str]) -> None:
    with pytest.raises(Refused):
        await resolve(PUBLIC, *found)


async def test_a_public_name_is_connected_to_the_addresses_that_were_checked() -> None:
    found = ["93.184.216.34", "2606:2800:220:1::1"]
    assert await resolve(PUBLIC, *found) == found


async def test_a_name_without_an_address_is_an_os_error() -> None:
    with pytest.raises(OSError, match="no address"):
        await resolve(PUBLIC)


def test_a_network_that_is_none_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="network"):
        Guard(ports=(80,), allow_networks=("127.0.0.0/99",))
