# SPDX-License-Identifier: GPL-2.0-or-later
"""ICMP errors from inside the tunnel (T), and to the senders of what is tunnelled (R).

T comes from a router and quotes the tunnel packet that was sent before it; R comes from the encapsulator and quotes the
datagram as it arrived there. The n-th datagram is the same in plain(n), inside(n) and what is quoted, but for its TTL.
"""

from packets import error, next_hop_mtu, udp
from streams import later
from tunnel_packets import HOST, PEER, frame, inner, outer

ROUTER = "10.9.0.1"  # inside the tunnel's path
GATE = "10.1.0.254"  # the encapsulator, as HOST knows it
BIG, FITS = 1400, 1252  # octets of data; 1252 are 1280 inside and 1300 outside
NARROW = next_hop_mtu(1300)

def datagram(n, size=4, ttl=64, **options):
    src = options.pop("src", HOST)
    return inner(src, PEER, udp(src, PEER, b"x" * size), id=0x100 + n, ttl=ttl, **options)

def tunnel_packet(n, size=4, **options):
    return outer(datagram(n, size, ttl=63, **options), id=0x1000 + n)

def plain(n, size=4, **options):
    return frame(datagram(n, size, **options))

def inside(n, size=4, **options):
    return frame(tunnel_packet(n, size, **options))

def sent(*numbers, **options):
    """Datagrams that arrive and go into the tunnel."""
    return [packet for n in numbers for packet in plain(n, **options) + later(0.1, inside(n, **options))]

def lost(*numbers, **options):
    """Datagrams that arrive and don't go into the tunnel."""
    return [packet for n in numbers for packet in later(2, plain(n, **options))]

def about(packet, type, code, rest=bytes(4), src=ROUTER, **options):
    """An error that quotes this datagram."""
    return frame(error(type, code, packet, src, rest, **options))

def told(type, code, n=1, rest=bytes(4), size=4, **options):
    """T about the n-th datagram."""
    return about(tunnel_packet(n, size), type, code, rest, **options)

def reported(type, code, n=2, rest=bytes(4), size=4, **options):
    """R about the n-th datagram."""
    return about(datagram(n, size), type, code, rest, GATE, **options)

def answered(frames, type, code, at=0, **options):
    """The frames, and an error that quotes the last one from that octet of IP on."""
    return frames + about(frames[-1][14 + at:], type, code, **options)

def too_big(*rest, mtu=NARROW, **options):
    """T with an MTU about a big datagram, and what follows."""
    return inside(1, BIG) + told(3, 4, 1, mtu, BIG, **options) + [packet for frames in rest for packet in frames]

# Why an ICMP error is not believed.
ASTRAY_ERROR = {"dst": "10.0.0.77"}
WRONG_HEADER = {"sum": 0x1234}
WRONG_SUM = {"icmp_sum": 0x1234}
FORGED = [ASTRAY_ERROR, WRONG_HEADER, WRONG_SUM] + [
    {"src": source} for source in ("127.0.0.1", "0.0.0.0", "0.0.0.9", "224.0.0.5", "240.0.0.1", "255.255.255.255")]
