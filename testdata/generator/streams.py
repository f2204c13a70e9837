# SPDX-License-Identifier: GPL-2.0-or-later
"""Several tunnel packets, one after the other."""

from packets import After, ethernet, pcap, udp
from tunnel_packets import HOST, PEER, frame, inner, outer, tunnelled

def later(seconds, frames):
    """The frames, of which the first comes so many seconds after what is before it."""
    first, *rest = frames
    return [(After(seconds, first[0]), first[1]) if isinstance(first, tuple) else After(seconds, first), *rest]

def stream(count, inside=lambda n: {}, outside=lambda n: {}, every=0.1):
    """Different datagrams through the tunnel; what is said of the headers depends on the number, from 0 on."""
    return [packet for n in range(count) for packet in later(
        every, tunnelled({"id": 0x100 + n, **inside(n)}, {"id": 0x1000 + n, **outside(n)}))]

def constant(**options):
    return lambda n: options

def inherited(count, hops=0, ttls=4, exceptions=()):
    """The outer TTL follows the inner one, `hops` routers later, but for the packets in `exceptions`."""
    return stream(count, lambda n: {"ttl": 100 + n % ttls},
                  lambda n: {"ttl": 64 if n in exceptions else 100 + n % ttls - hops})

def clear(n, **options):
    """The n-th datagram in a tunnel packet that may be fragmented; what is said is of the outer header."""
    packet = inner(payload=udp(HOST, PEER, b"%d" % n), id=n, df=False)
    return frame(outer(packet, **{"id": 7, "df": False, **options}))

def clears(numbers, **options):
    return [packet for n in numbers for packet in clear(n, **options)]

def capture_of(count, **make):
    """A capture of packets of one tunnel; each option is a function of the number of the packet: inner_ttl, ttl, inner_tos, ..."""
    frames = []
    for i in range(count):
        values = {name: value(i) for name, value in make.items()}
        inside = inner(**{name[6:]: value for name, value in values.items() if name.startswith("inner_")})
        frames.append(ethernet(outer(inside, **{name: value for name, value in values.items() if not name.startswith("inner_")})))
    return pcap(frames)
