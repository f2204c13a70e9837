# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on how flows are spread over paths."""

import struct
from dataclasses import replace

from packets import udp
from streams import later
from tunnel_kinds import (
    four_in_six, gre, gre6_packet, gue, inner6, outer6, six_in_six, sum6, udp6, udp_tunnel)
from tunnel_packets import HOST, PEER, cut, frame, inner
from vector import TUNNEL6, Vector, doubtful, silent

FOU = ["--udp-tunnel", "5555=fou-ipip"]

def datagram(n, sport):
    """The n-th one inside, of the flow from this port."""
    return inner(payload=udp(HOST, PEER, b"%4d" % n, sport=sport), id=n + 1)

def datagram6(n, sport):
    return inner6(payload=udp6("2001:470:3::1", "2001:470:4::1", b"%4d" % n, sport=sport))

def over_udp(packet, sport=50000, kind="gue"):
    port, payload = {"gue": (6080, gue(packet)), "gre-in-udp": (4754, gre(packet)), "fou": (5555, packet)}[kind]
    return udp_tunnel(payload, port, sport=sport)

def over_udp6(packet, sport=50000, label=0):
    """GUE in IPv6."""
    octets = struct.pack("!HHHH", sport, 6080, 8 + 4 + len(packet), 0) + gue(packet)
    octets = octets[:6] + struct.pack("!H", sum6("2001:470:1::1", "2001:470:2::1", 17, octets)) + octets[8:]
    return outer6(octets, next=17, label=label)

# By kind: the tunnel packet around the n-th datagram of the flow from a port, with a flow label.
LABELLED = {
    "4in6": lambda n, sport, label: four_in_six(datagram(n, sport), label=label),
    "6in6": lambda n, sport, label: six_in_six(datagram6(n, sport), label=label),
    "gre6": lambda n, sport, label: gre6_packet(datagram(n, sport), {"label": label}),
    "gue": lambda n, sport, label: over_udp6(datagram(n, sport), label=label),
}
PORTS = {kind: lambda n, sport, port, kind=kind: over_udp(datagram(n, sport), port, kind) for kind in ("fou", "gue", "gre-in-udp")}

def stream(make, count, value, flows=8, every=0.01):
    """Packets of so many flows in turn; value(n) is what the outer header has."""
    return [one for n in range(count) for one in later(every, frame(make(n, 40000 + n % flows, value(n))))]

def all_with(value):
    return lambda n: value

def last_with(value, other, count=100):
    """The last packet has another one."""
    return lambda n: other if n == count - 1 else value

def polarised(kind, label):
    make = LABELLED[kind]
    return Vector(fail=stream(make, 100, all_with(label)), clean=stream(make, 100, last_with(label, 0xabcde)),
                  unknown=stream(make, 99, all_with(label)), kind=kind)

def unstable(kind):
    make = LABELLED[kind]
    front = {"4in6": 40 + 20, "6in6": 40 + 40, "gre6": 40 + 4 + 20, "gue": 40 + 8 + 4 + 20}[kind]
    return Vector(fail=stream(make, 3, lambda n: n + 1, flows=1), clean=stream(make, 3, lambda n: min(n, 1), flows=1),
                  unknown=cut(make(0, 40000, 1), front + 2), kind=kind)

def one_port(kind):
    make = PORTS[kind]
    return Vector(fail=stream(make, 100, all_with(50000)), clean=stream(make, 100, last_with(50000, 50001)),
                  unknown=stream(make, 99, all_with(50000)), kind=kind, severity="note", args=FOU if kind == "fou" else [])

def changing_port(kind):
    make = PORTS[kind]
    return Vector(fail=stream(make, 3, lambda n: 50000 + n, flows=1, every=10), clean=stream(make, 3, lambda n: 50000 + n % 2, flows=1, every=10),
                  kind=kind, args=FOU if kind == "fou" else [])

def with_label(kind, n, label, same=True):
    """The n-th packet, with a label inside, and the same or the next one outside."""
    packet = inner6(payload=udp6("2001:470:3::1", "2001:470:4::1", b"%4d" % n), label=label)
    label += not same
    return frame(six_in_six(packet, label=label) if kind == "6in6" else gre6_packet(packet, {"label": label}, type=0x86DD))

def copied(kind, labels=3, count=20):
    """That many packets with these labels in turn; another one outside on the last, or one packet less."""
    def packets(count, last):
        return [one for n in range(count) for one in with_label(kind, n, 0xa0001 + n % labels, n + 1 < count or last)]
    return Vector(fail=packets(count, True), clean=packets(count, False), unknown=packets(count - 1, True), kind=kind)

VECTORS = {
    "IPIP743": copied("6in6"),
    "IPIP751": polarised("4in6", 0),
    "IPIP752": unstable("4in6"),
    "IPIP753": polarised("4in6", 0xffcb3),
    "IPIP835": replace(changing_port("fou"), unknown=one_port("fou").unknown),
}

VARIANTS = [
    ("IPIP743", copied("gre6")),
    ("IPIP743", Vector(fail=copied("6in6", count=60).fail, clean=None, at=20)),
    doubtful("IPIP743", copied("6in6", labels=2, count=100).fail),
    silent("IPIP743", copied("6in6").fail, ["--profile", "linux"]),
    silent("IPIP743", copied("6in6").fail, config=TUNNEL6 + "flowlabel=inherit\n"),
    *(("IPIP751", polarised(kind, 0)) for kind in LABELLED if kind != "4in6"),
    *(("IPIP752", unstable(kind)) for kind in LABELLED if kind != "4in6"),
    *(("IPIP753", polarised(kind, 1)) for kind in LABELLED if kind != "4in6"),
    *(("IPIP835", changing_port(kind)) for kind in PORTS if kind != "fou"),
    *(("IPIP835", one_port(kind)) for kind in PORTS),
    doubtful("IPIP751", stream(LABELLED["4in6"], 200, all_with(0), flows=7)),
    silent("IPIP752", stream(LABELLED["4in6"], 30, lambda n: n + 1, flows=1, every=0.6)),  # too slow for a path to reorder them
    silent("IPIP752", stream(LABELLED["4in6"], 30, lambda n: n % 3, flows=3)),  # each its own
    silent("IPIP835", stream(PORTS["gue"], 30, lambda n: 50000 + n % 3, flows=3)),
]
