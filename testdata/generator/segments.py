# SPDX-License-Identifier: GPL-2.0-or-later
"""TCP segments in a tunnel or outside it, for captures of a path MTU that is too small."""

from packets import After, ethernet, ipv4, tcp
from tunnel_packets import A, B, HOST, PEER, outer

SYN, ACK, RST = 2, 0x10, 4
MSS_1460 = b"\x02\x04\x05\xb4"


def segment(seconds, octets=0, seq=1, ack=1, flags=ACK, back=False, beside=False, sport=40000, df=True, **options):
    """A TCP segment with so many octets in the tunnel, or, `beside`, outside it; `back`: in the other direction."""
    ends, ports, tunnel = ((PEER, HOST), (80, sport), (B, A)) if back else ((HOST, PEER), (sport, 80), (A, B))
    packet = ipv4(*ends, tcp(*ends, bytes(octets), *ports, flags, seq=seq, ack=ack, **options), protocol=6, df=df)
    return After(seconds, ethernet(packet if beside else outer(packet, *tunnel, df=df)))


def mss(octets):
    return b"\x02\x04" + octets.to_bytes(2, "big")


def syn(options=MSS_1460, **others):
    return segment(0.01, seq=0, flags=SYN, options=options, **others)


def syn_ack(options=MSS_1460, **others):
    return segment(0.01, seq=0, flags=SYN | ACK, options=options, back=True, **others)


def handshake(options=MSS_1460, sport=40000):
    return [syn(options, sport=sport), syn_ack(options, sport=sport)]


def resent(octets=1440, times=5, seq=201, sport=40000, every=1, **options):
    return [segment(every, octets, seq=seq, sport=sport, **options) for _ in range(times)]


# A connection that is open, and 200 octets acknowledged.
ESTABLISHED = [*handshake(), segment(0.01, 200), segment(0.01, ack=201, back=True)]
