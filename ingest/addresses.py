"""Which addresses may be asked: public ones, and of redirects those that stay with the same office."""

import ipaddress
import socket
from collections.abc import Set

import httpx

from ingest.transfer import BY_HAND, TransientError
from rag.errors import CorpusError


def public_addresses(host: str, port: int) -> list[str]:
    """The addresses of `host`, which must all be public; an address given instead of a name stands for itself.

    A catalog names .gov.cn hosts only, so a literal address was asked for on purpose.

    Raises:
        TransientError: the name is not known.
        CorpusError: one of the addresses lies inside a network or on this computer.
    """
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise TransientError(f"找不到网站 {host}") from problem
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        if not is_public(address):
            raise CorpusError(f"网站 {host} 指向内部地址 {address}，没有访问，请检查网址和本机的域名解析。")
    return addresses


def is_public(text: str) -> bool:
    """Whether an IPv4 or IPv6 address is reached over the public internet and is one computer's."""
    address = ipaddress.ip_address(text)
    # An IPv4 address in the clothes of an IPv6 one is judged as what it leads to.
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
    return bool(inner.is_global and not inner.is_multicast)


def redirect_target(url: httpx.URL, location: str, hosts: Set[str]) -> httpx.URL:
    """Where a redirect leads: only to `hosts`, never from https back to http, to no other unusual port.

    Raises:
        CorpusError: it leads elsewhere; the message says where.
    """
    try:
        target = url.join(location).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError) as problem:
        raise CorpusError(f"网站把网址转到 {location[:200]!r}，这不是网址，{BY_HAND}。") from problem
    encrypted_enough = target.scheme == "https" or target.scheme == url.scheme == "http"
    usual_port = target.port is None or target.port == url.port
    if not location or target.host not in hosts or not encrypted_enough or not usual_port or target.userinfo:
        raise CorpusError(
            f"网站把网址转到 {str(target)[:200]}，不在 {'、'.join(sorted(hosts))} 上或不再加密，没有跟随，请核对目录里的网址。"
        )
    return target
