# SPDX-License-Identifier: GPL-2.0-or-later
"""The tunnel that the vectors are made of: its ends, its packets, whole, in fragments, cut."""

from packets import authentication_header, checksum, ethernet, icmp, ipv4, tcp, udp

A, B = "10.0.0.1", "10.0.0.2"  # the tunnel's ends
HOST, PEER = "10.1.0.1", "10.2.0.1"  # behind them

def inner(src=HOST, dst=PEER, payload=None, **options):
    options.setdefault("df", True)
    return ipv4(src, dst, udp(src, dst) if payload is None else payload, **options)

def outer(payload, src=A, dst=B, **options):
    options.setdefault("protocol", 4)
    options.setdefault("df", True)
    return ipv4(src, dst, payload, **options)

def frame(packet):
    return [ethernet(packet)]

def tunnelled(inner_options=None, outer_options=None):
    return frame(outer(inner(**(inner_options or {})), **(outer_options or {})))

def fragments(packet, *cuts, **options):
    """The outer fragments of a tunnel packet that carries `packet`, cut at these octets of the payload."""
    edges = [0, *cuts, len(packet)]
    options.setdefault("df", False)
    frames = []
    for begin, end in zip(edges, edges[1:]):
        assert begin % 8 == 0
        frames += frame(outer(packet[begin:end], mf=end < len(packet), offset=begin // 8, **options))
    return frames

def cut(packet, octets):
    """The same frame as `packet`, of which the snapshot length left so many octets of IP."""
    whole = ethernet(packet)
    return [(whole[:14 + octets], len(whole))]

LARGE = inner(payload=udp(HOST, PEER, b"x" * 100), df=False)
LARGE_DF = inner(payload=udp(HOST, PEER, b"x" * 100), df=True)
GOOD = outer(inner())
INNER_CUT = cut(GOOD, 30)
OPTIONS_CUT = cut(outer(inner(), options=b"\x94\x04\x00\x00"), 22)
ALERT = b"\x94\x04\x00\x00"  # router alert
ROUTE = b"\x07\x07\x04\x00\x00\x00\x00\x00"  # record route, one empty slot, end of options

def super_tcp(size):
    return ipv4(HOST, PEER, tcp(HOST, PEER, b"x" * size), protocol=6, df=True)

def nested(depth, pairs=None):
    packet = inner()
    for level in range(depth - 1):
        src, dst = pairs[level] if pairs else ("10.%d.0.1" % (10 + level), "10.%d.0.2" % (10 + level))
        packet = outer(packet, src=src, dst=dst)
    return packet

def authenticated(n, **options):
    return frame(outer(authentication_header(4) + inner(id=n), protocol=51, id=n, **options))

def piece(begin, octets, **options):
    """An outer fragment."""
    return frame(outer(octets, offset=begin // 8, **{"df": False, **options}))

ANOTHER = tunnelled({"id": 9}, {"id": 9})
HEAD, TAIL = piece(0, LARGE[:64], mf=True), piece(64, LARGE[64:])

def partial(frames):
    """The tunnel packet as the first fragment of a larger one, of which the snapshot length leaves only what is given."""
    octets = bytearray(frames[-1][14:])
    octets[6] |= 0x20
    octets[2:4] = (len(octets) + 8).to_bytes(2, "big")
    octets[10:12] = bytes(2)
    octets[10:12] = checksum(bytes(octets[:20])).to_bytes(2, "big")
    return [(frames[-1][:14] + bytes(octets), 14 + len(octets) + 8)]

def signed(inner_options=None, outer_options=None, payload=None):
    """A tunnel packet with an authentication header between."""
    packet = inner(payload=payload, **(inner_options or {}))
    return frame(outer(authentication_header(4) + packet, **{"protocol": 51, **(outer_options or {})}))

def six(octets, **options):
    """A tunnel packet under the protocol number of IPv6."""
    return frame(outer(octets, protocol=41, **options))

VERSION_4_IN_41 = six(inner(src=A, dst=B, ttl=0, tos=0xB8, payload=icmp(8), protocol=1), df=False)
