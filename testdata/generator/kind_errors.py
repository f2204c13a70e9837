# SPDX-License-Identifier: GPL-2.0-or-later
"""ICMP and ICMPv6 errors about tunnels of every kind, as icmp_errors.py has them about IPv4 in IPv4.

An error has the family of what it quotes (RFC 792, RFC 4443): from inside the tunnel that of the tunnel header, to a sender that of its
packets. Errors are named by what they mean.
"""

import struct

import icmp_errors
from other_kinds import KINDS, Tunnel, address6, inside6, kind_name, reading
from packets import address, error, next_hop_mtu, pointer
from streams import later
from tunnel_kinds import ipv6, sum6
from tunnel_packets import B, frame
from vector import Vector

# Type and code in both families.
MEANINGS = {
    "network": ((3, 0), (1, 0)), "host": ((3, 1), (1, 3)), "protocol": ((3, 2), (4, 1)), "port": ((3, 3), (1, 4)),
    "big": ((3, 4), (2, 0)), "expired": ((11, 0), (3, 0)), "reassembly": ((11, 1), (3, 1)), "problem": ((12, 0), (4, 0)),
    "quench": ((4, 0), None), "redirect": ((5, 1), None),
}
BIG = 1440  # octets of data
NARROW = 1400  # octets that the path takes

def text6(text):
    """The IPv6 address that other_kinds.py has for it."""
    return text if ":" in text else address6(address(text))

def error6(type, code, quoted, src, rest=bytes(4), octets=1232, dst=None, icmp_sum=None):
    """RFC 4443 section 2.1; by default it quotes as much as fits into 1280 octets."""
    dst = socket_text(quoted[8:24]) if dst is None else text6(dst)
    src = text6(src)
    def body(sum):
        return struct.pack("!BBH", type, code, sum) + rest + quoted[:octets]
    return ipv6(src, dst, body(sum6(src, dst, 58, body(0)) if icmp_sum is None else icmp_sum), next=58, hops=63)

def socket_text(octets):
    return ":".join("%x" % group for group in struct.unpack("!8H", octets))

class Errors:
    """The tunnel of one kind; `inside` is the version there, where the kind may have both."""

    def __init__(self, kind, inside=None):
        self.kind, self.inside_version = kind, inside
        self.outside, self.inner = KINDS[kind][0], inside or KINDS[kind][2]
        self.tunnel = Tunnel(kind, inside=inside, folds=True)
        self.args = reading(kind)

    def inside(self, packet):
        return inside6(packet) if self.inner == 6 else packet

    def datagram(self, n, size=4, **options):
        return self.inside(icmp_errors.datagram(n, size, **options))

    def packet(self, n, size=4, **options):
        return self.tunnel.packet(icmp_errors.tunnel_packet(n, size, **options))

    def overhead(self):
        return len(self.packet(1)) - len(self.datagram(1))

    def plain(self, n, size=4, **options):
        return frame(self.datagram(n, size, **options))

    def go(self, n, size=4, **options):
        """In the tunnel."""
        return frame(self.packet(n, size, **options))

    def sent(self, *numbers, **options):
        return [one for n in numbers for one in self.plain(n, **options) + later(0.1, self.go(n, **options))]

    def about(self, meaning, packet, src, rest=None, mtu=None, at=None, **options):
        """An error that quotes this packet."""
        is_ipv6 = packet[0] >> 4 == 6
        type, code = MEANINGS[meaning][is_ipv6]
        if mtu is not None:
            rest = struct.pack("!I", mtu) if is_ipv6 else next_hop_mtu(mtu)
        if at is not None:
            rest = struct.pack("!I", at) if is_ipv6 else pointer(at)
        if is_ipv6:
            options.pop("sum", None)
        return frame((error6 if is_ipv6 else error)(type, code, packet, src, bytes(4) if rest is None else rest, **options))

    def told(self, meaning, n=1, size=4, src=icmp_errors.ROUTER, **options):
        """T about the n-th tunnel packet."""
        return self.about(meaning, self.packet(n, size), src, **options)

    def reported(self, meaning, n=2, size=4, src=icmp_errors.GATE, df=True, **options):
        """R about the n-th packet."""
        return self.about(meaning, self.datagram(n, size, df=df), src, **options)

    def too_big(self, *rest, mtu=NARROW, **options):
        """T with an MTU about a big packet, and what follows."""
        return self.go(1, BIG) + self.told("big", 1, BIG, mtu=mtu, **options) + [one for frames in rest for one in frames]

    def exit(self):
        return B if self.outside == 4 else text6(B)

    def vector(self, fail, clean, unknown=None, **options):
        return Vector(fail=fail, clean=clean, unknown=unknown, kind=kind_name(self.kind), args=options.pop("args", []) + self.args, **options)

ASTRAY = {"dst": "10.0.0.77"}
WRONG_SUM = {"icmp_sum": 0x1234}
