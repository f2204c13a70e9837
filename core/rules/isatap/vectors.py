# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on ISATAP."""

import struct

from tunnel_kinds import echo_in_four, inner6, ipv6, six_in_four, sum6
from tunnel_packets import A, B, cut, frame
from vector import TUNNEL, Vector, doubtful, silent

LOCAL_A, LOCAL_B, LOCAL_OTHER = ("fe80::5efe:%s" % address for address in (A, B, "10.0.0.9"))
GLOBAL_A, GLOBAL_B, GLOBAL_OTHER = ("2001:470:1:1:0:5efe:%s" % address for address in (A, B, "10.0.0.9"))
NATIVE = "2001:470:3::1"

def packet(src=LOCAL_A, dst=LOCAL_B, payload=None, **options):
    return six_in_four(inner6(src, dst, payload, **options))

def advertisement(inner_src, inner_dst, **options):
    """RFC 4861 section 4.2."""
    octets = struct.pack("!BBHBBHII", 134, 0, 0, 64, 0, 1800, 0, 0)
    octets = octets[:2] + struct.pack("!H", sum6(inner_src, inner_dst, 58, octets)) + octets[4:]
    return six_in_four(ipv6(inner_src, inner_dst, octets, next=58, hops=255), **options)

GOOD = packet()
CUT = cut(GOOD, 50)
ADVERTISED = frame(advertisement(LOCAL_A, LOCAL_B))

VECTORS = {
    "IPIP711": Vector(
        fail=frame(packet("fe80::200:5efe:" + A)), clean=frame(GOOD), unknown=CUT),
    "IPIP712": Vector(
        fail=frame(packet(LOCAL_OTHER)), clean=frame(GOOD), unknown=CUT),
    "IPIP713": Vector(
        fail=frame(packet(dst=LOCAL_OTHER)), clean=frame(GOOD), unknown=CUT),
    "IPIP714": Vector(
        fail=frame(packet(dst="fe80::5efe:224.0.0.1")), clean=frame(GOOD), unknown=CUT),
}

VARIANTS = [
    silent("IPIP712", frame(echo_in_four(LOCAL_B, LOCAL_A, type=129))),  # IPIP217
    ("IPIP711", Vector(fail=frame(packet("fe80::300:5efe:" + A)), clean=frame(packet("ff02::300:5efe:" + A, LOCAL_B)), severity="error")),
    ("IPIP711", Vector(fail=frame(packet(dst="fe80::5efe:8.8.4.4")), clean=frame(packet(dst="fe80::200:5efe:8.8.4.4")))),
    *(silent("IPIP711", frame(packet(dst="fe80::%s:203.0.113.9" % identifier))) for identifier in ("5efe", "200:5efe")),
    # A router forwards what is of others.
    doubtful("IPIP712", frame(packet(NATIVE, GLOBAL_B))),
    silent("IPIP712", ADVERTISED + frame(packet(NATIVE, GLOBAL_B))),
    silent("IPIP712", ADVERTISED + frame(packet(GLOBAL_OTHER, GLOBAL_B))),
    # Routers may be declared.
    silent("IPIP712", frame(packet(NATIVE, GLOBAL_B)), config=TUNNEL + "prl=" + A),
    silent("IPIP712", frame(packet(GLOBAL_OTHER, GLOBAL_B)), config=TUNNEL + "prl=10.0.0.9;" + A),
    ("IPIP712", Vector(fail=frame(packet(GLOBAL_OTHER, GLOBAL_B)), clean=frame(GOOD), config=TUNNEL + "prl=" + B)),
    silent("IPIP713", frame(packet(GLOBAL_A, GLOBAL_OTHER)), config=TUNNEL + "prl=" + B),
    ("IPIP713", Vector(fail=frame(packet(GLOBAL_A, GLOBAL_OTHER)), clean=frame(packet(GLOBAL_A, GLOBAL_B)), unknown=frame(packet(NATIVE, GLOBAL_OTHER)))),
    silent("IPIP713", frame(advertisement(LOCAL_B, LOCAL_A, src=B, dst=A)) + frame(packet(GLOBAL_A, GLOBAL_OTHER))),
    doubtful("IPIP713", frame(packet("2001:470:1:1::5", GLOBAL_OTHER))),  # a neighbour without an ISATAP address
    doubtful("IPIP713", frame(packet("2001:470:1:1:0:5efe:10.0.0.7", GLOBAL_OTHER))),
    *(("IPIP714", Vector(fail=frame(packet("fe80::5efe:" + src)), clean=frame(GOOD))) for src in (
        "0.0.0.0", "0.1.2.3", "224.0.0.1", "240.0.0.1", "255.255.255.255")),
    ("IPIP714", Vector(fail=frame(packet("fe80::5efe:127.0.0.1")), clean=frame(packet("fe80::5efe:126.0.0.1")))),
    ("IPIP714", Vector(fail=frame(packet(dst="fe80::5efe:255.255.255.255")), clean=frame(packet(dst="fe80::5efe:223.255.255.255")))),
]
