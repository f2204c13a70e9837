# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on tunnels of several kinds between one pair."""

import ipaddress
import struct

from other_kinds import KINDS, PACKETS, UDP, in_kind, reading
from packets import checksum, udp
from streams import later
from tunnel_kinds import four_in_six, six_in_four, six_in_six
from tunnel_packets import A, B, GOOD, HOST, PEER, frame, inner, outer
from vector import NEVER, TUNNEL, Vector, silent

LABELLED = outer(bytes.fromhex("003e8140") + inner(), protocol=137)  # one label, the last (RFC 3032 section 2.1)

def after(kind, first, last):
    """The last packet between the same addresses is of another kind than the first."""
    return Vector(fail=frame(first) + frame(last), clean=frame(last) * 2, unknown=NEVER, kind=kind)

OTHER = {4: "10.0.0.99", 6: "2001:470:1::99"}  # another source

def sent(kind, *sources, seconds=1, gap=None):
    """Packets of one flow, all others, from these sources: False for the usual one, True for the other."""
    version = KINDS[kind][0]
    at = 14 + (12 if version == 4 else 8)
    return [one for n, is_other in enumerate(sources) for one in later(
        seconds, [rewritten(packet, at, version, is_other) for packet in in_kind(frame(outer(inner(payload=udp(HOST, PEER, b"%4d" % n)))), kind)])]

def rewritten(packet, at, version, is_other):
    """With the other source, and without the checksum's difference: 0.0.0.97 more, which its last 16 bits take back."""
    if not is_other:
        return packet
    address = ipaddress.ip_address(OTHER[version]).packed
    made = bytearray(packet)
    made[at:at + len(address)] = address
    if version == 4:
        made[14 + 10:14 + 12] = bytes(2)
        made[14 + 10:14 + 12] = struct.pack("!H", checksum(bytes(made[14:14 + 20])))
    return bytes(made)

def in_turn(kind):
    unknown = None if kind in UDP else cut_ports(kind)
    return Vector(fail=sent(kind, False, True, False), clean=sent(kind, False, True, True), unknown=unknown, kind=kind, args=reading(kind))

def cut_ports(kind):
    """Captured up to the first octet of the ports inside."""
    [whole] = sent(kind, False)
    return [(whole[:whole.index(struct.pack("!HH", 40000, 9000)) + 1], len(whole))]

SENDING = tuple(kind for kind in PACKETS if kind != "ipip")

VECTORS = {
    "IPIP851": after("ipip", six_in_four(), GOOD),
    "IPIP853": in_turn("6in4"),
}

VARIANTS = [
    *(("IPIP853", in_turn(kind)) for kind in SENDING if kind != "6in4"),
    ("IPIP853", Vector(fail=sent("gre", False, True, False, True, False), clean=None, at=3)),  # once
    silent("IPIP853", sent("6in4", False, True, False, seconds=6)),  # too slow
    silent("IPIP853", sent("6in4", False, True, False), config=TUNNEL + "ttl=64\n"),
    ("IPIP851", after("6in4", GOOD, six_in_four())),
    ("IPIP851", after("mpls-in-ip", GOOD, LABELLED)),
    ("IPIP851", after("4in6", six_in_six(), four_in_six())),
    ("IPIP851", after("6in6", four_in_six(), six_in_six())),
    silent("IPIP851", frame(six_in_four(src=B, dst=A)) + frame(GOOD)),  # the other direction
    silent("IPIP851", frame(six_in_four()) + frame(GOOD), ["--kinds", "ipip"]),
]
