# SPDX-License-Identifier: GPL-2.0-or-later
"""As flow_vectors.py, for the rules on ICMP errors from inside the tunnel (T) and to those who send into it (R).

T comes from a router and quotes the tunnel packet that was sent before it; R comes from the encapsulator and quotes the
datagram as it arrived there. The n-th datagram is the same in plain(n), inside(n) and what is quoted, but for its TTL.
"""

from packets import error, icmp, next_hop_mtu, pointer, udp
from flow_vectors import SITE, TUNNEL, doubtful, inherited, later, profile, silent
from vectors import A, B, HOST, LARGE, PEER, STRICT, Vector, fragments, frame, inner, outer, super_tcp, tunnelled

ROUTER = "10.9.0.1"  # inside the tunnel's path
GATE = "10.1.0.254"  # the encapsulator, as HOST knows it
MULTICAST = "224.1.1.1"
BIG, FITS, HUGE = 1400, 1252, 1472  # octets of data; 1252 are 1280 inside and 1300 outside
NARROW = next_hop_mtu(1300)
AROUND = bytes([10, 9, 0, 2])  # the router that a redirect names
OUTER_FIELD, INNER_FIELD = pointer(8), pointer(28)

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

def to_sender(packet):
    """The datagram goes through the tunnel; the encapsulator says that the host is unreachable."""
    return frame(outer(packet)) + about(packet, 3, 1, src=GATE)

def carried_icmp(type):
    return inner(payload=icmp(type, 3 if type == 3 else 0, data=inner(PEER, HOST)), protocol=1)

def too_big(*rest, mtu=NARROW, **options):
    """T with an MTU about a big datagram, and what follows."""
    return inside(1, BIG) + told(3, 4, 1, mtu, BIG, **options) + [packet for frames in rest for packet in frames]

def big_report(n, mtu):
    return reported(3, 4, n, next_hop_mtu(mtu), BIG)

def super_packet(n):
    return frame(outer(super_tcp(2000), id=n))

def expired(count):
    """Every datagram of a sender that keeps sending expires in the tunnel."""
    return [packet for n in range(count) for packet in sent(n) + told(11, 0, n)]

# Why an ICMP error is not believed.
ASTRAY_ERROR = {"dst": "10.0.0.77"}
WRONG_HEADER = {"sum": 0x1234}
WRONG_SUM = {"icmp_sum": 0x1234}
FORGED = [ASTRAY_ERROR, WRONG_HEADER, WRONG_SUM] + [
    {"src": source} for source in ("127.0.0.1", "0.0.0.0", "0.0.0.9", "224.0.0.5", "240.0.0.1", "255.255.255.255")]

HOSTS = ["10.1.0.%d" % n for n in (1, 2, 3)]

def blackholed(hosts):
    """Each has sent small datagrams through the tunnel; then two big ones of each are lost."""
    frames = [packet for host in hosts for packet in sent(*range(4), src=host)]
    return frames + [packet for host in hosts for packet in lost(8, 9, size=BIG, src=host)]

SMALL_ONES = sent(*range(4))
BIG_ONES = range(10, 22)
LEAVES = datagram(1, ttl=62)
ASTRAY = inner(HOST, "10.3.0.1")
FLOW_SEEN = [packet for n in range(7) for packet in inside(n)]
NOT_FIRST = inner(offset=8, df=False)

ICMP = {
    "IPIP108": Vector(
        fail=inside(1) + told(11, 0), clean=inside(1) + told(11, 1), unknown=inside(1) + told(11, 0, **ASTRAY_ERROR),
        severity="warning"),
    "IPIP210": Vector(
        fail=frame(outer(ASTRAY)) + frame(inner(HOST, "10.3.0.1", ttl=63)), clean=inside(1) + frame(LEAVES),
        unknown=inside(1) + frame(LEAVES), args=SITE, unknown_args=[], severity="warning"),
    "IPIP301": Vector(
        fail=inside(1) + told(3, 0, octets=28), clean=inside(1) + told(3, 0, octets=48),
        unknown=inside(1) + told(3, 0, octets=28, **WRONG_HEADER), severity="note"),
    "IPIP302": Vector(
        fail=FLOW_SEEN + told(3, 0, 99), clean=FLOW_SEEN + told(3, 0, 6), unknown=inside(1) + told(3, 0, 99),
        severity="warning"),
    "IPIP303": Vector(
        fail=inside(1) + told(3, 0) + plain(2) + later(6, plain(3)),
        clean=inside(1) + told(3, 0) + plain(2) + reported(3, 0) + later(6, plain(3)),
        unknown=inside(1) + told(3, 0) + plain(2), severity="note"),
    "IPIP304": Vector(
        fail=inside(1) + told(3, 0) + plain(2) + reported(3, 1),
        clean=inside(1) + told(3, 0) + plain(2) + reported(3, 0),
        unknown=inside(1) + plain(2) + reported(3, 1), args=STRICT, severity="note"),
    "IPIP305": Vector(
        fail=inside(1) + told(3, 3, src=B) + plain(2) + reported(3, 3),
        clean=inside(1) + told(3, 3, src=B) + plain(2) + reported(3, 1),
        unknown=inside(1) + plain(2) + reported(3, 3), severity="error"),
    "IPIP306": Vector(
        fail=too_big(plain(2, BIG), later(5, plain(3, BIG))),
        clean=too_big(plain(2, BIG), big_report(2, 1280), later(5, plain(3, BIG))),
        unknown=too_big(plain(2, BIG), later(4, plain(3, BIG))), severity="warning"),
    "IPIP307": Vector(
        fail=inside(1) + told(4, 0), clean=inside(1) + told(3, 0), unknown=inside(1) + told(4, 0, **WRONG_SUM),
        severity="note"),
    "IPIP308": Vector(
        fail=inside(1) + told(11, 0) + reported(11, 0, 1), clean=inside(1) + told(11, 0) + reported(3, 1, 1),
        unknown=inside(1) + told(11, 0), severity="error"),
    "IPIP309": Vector(
        fail=SMALL_ONES + lost(*BIG_ONES, size=BIG), clean=SMALL_ONES + lost(*BIG_ONES, size=BIG, df=False),
        unknown=SMALL_ONES + lost(*BIG_ONES[:-1], size=BIG), severity="warning"),
    "IPIP310": Vector(
        fail=inside(1) + told(12, 0, 1, OUTER_FIELD) + reported(12, 0, 1, OUTER_FIELD),
        clean=inside(1) + told(12, 0, 1, INNER_FIELD) + reported(12, 0, 1, OUTER_FIELD),
        unknown=inside(1) + reported(12, 0, 1, OUTER_FIELD), severity="error"),
    "IPIP311": Vector(
        fail=inside(1) + told(3, 3, src=B), clean=inside(1) + told(3, 3),
        unknown=inside(1) + told(3, 3, src=B, **ASTRAY_ERROR), severity="warning"),
    "IPIP312": Vector(
        fail=too_big(later(3, inside(2, BIG)), inside(3, FITS + 1)),
        clean=too_big(later(3, inside(2, BIG)), inside(3, FITS)),
        unknown=too_big(later(3, inside(2, BIG))), severity="warning"),
    "IPIP314": Vector(
        fail=too_big(plain(2, BIG), big_report(2, 1281)), clean=too_big(plain(2, BIG), big_report(2, 1280)),
        unknown=inside(1, BIG) + plain(2, BIG) + big_report(2, 1280), severity="error"),
    "IPIP315": Vector(
        fail=too_big(mtu=next_hop_mtu(67)), clean=too_big(), unknown=too_big(mtu=next_hop_mtu(67), **ASTRAY_ERROR),
        severity="warning"),
    "IPIP316": Vector(
        fail=to_sender(carried_icmp(3)), clean=to_sender(carried_icmp(8)),
        unknown=answered(frame(outer(carried_icmp(3))), 3, 1, src=GATE, at=20, octets=20), severity="error"),
    "IPIP317": Vector(
        fail=inside(1) + told(3, 1, src=B), clean=inside(1) + told(3, 1),
        unknown=inside(1) + told(3, 1, src=B, **ASTRAY_ERROR), severity="note"),
}

def forbidden(type, code, rest=bytes(4)):
    """IPIP305: the encapsulator passes on what it was told itself."""
    return "IPIP305", Vector(
        fail=inside(1) + told(type, code, 1, rest) + plain(2) + reported(type, code, 2, rest),
        clean=inside(1) + told(type, code, 1, rest) + plain(2) + later(31, reported(type, code, 2, rest)),
        severity="error")

TRACEROUTE = outer(inner(ttl=1), ttl=1)
FARTHER = outer(inner(ttl=4), ttl=4)  # and its last hop
EXPIRED_FARTHER = outer(inner(ttl=4), ttl=1)

ICMP_VARIANTS = [
    ("IPIP108", Vector(fail=frame(TRACEROUTE) + about(TRACEROUTE, 11, 0), clean=None, severity="note")),
    ("IPIP108", Vector(fail=frame(FARTHER) + about(EXPIRED_FARTHER, 11, 0), clean=None, severity="note")),
    ("IPIP108", Vector(fail=answered(inherited(20), 11, 0), clean=None, severity="note")),
    ("IPIP210", Vector(
        fail=frame(outer(ASTRAY)) + later(9, frame(inner(HOST, "10.3.0.1", ttl=60))),
        clean=frame(outer(ASTRAY)) + later(11, frame(inner(HOST, "10.3.0.1", ttl=60))), args=SITE, severity="warning")),
    silent("IPIP210", frame(outer(ASTRAY)) + frame(ASTRAY), SITE),
    # What can't be true needs no history. Private addresses and the encapsulator's own may send errors.
    *(("IPIP302", Vector(fail=inside(1) + told(3, 0, **forgery), clean=inside(1) + told(3, 0, src=source),
                         severity="warning"))
      for forgery, source in zip(FORGED, 3 * [ROUTER, A, "169.254.0.1"])),
    # What the snapshot length cuts off can't be held against an error; nor its options.
    ("IPIP302", Vector(
        fail=inside(1) + told(3, 0, **WRONG_HEADER), clean=FLOW_SEEN + told(3, 0, 6, **WRONG_SUM), captured=80, severity="warning")),
    # An error in a tunnel of its own, about a packet of another one and to nobody there.
    ("IPIP302", Vector(
        fail=inside(1) + frame(outer(error(11, 0, tunnel_packet(1), ROUTER, **ASTRAY_ERROR), src="10.4.0.1", dst="10.4.0.2")),
        clean=inside(1) + frame(outer(error(11, 0, tunnel_packet(1), ROUTER), src="10.4.0.1", dst="10.4.0.2")),
        severity="warning")),
    doubtful("IPIP108", inside(1) + frame(
        outer(error(11, 0, tunnel_packet(1), ROUTER, **ASTRAY_ERROR), src="10.4.0.1", dst="10.4.0.2"))),
    *(silent("IPIP312", too_big(later(3, inside(2, BIG)), *[inside(n, BIG) for n in range(3, 9)], **forgery))
      for forgery in FORGED),
    *(silent("IPIP306", too_big(plain(2, BIG), later(5, plain(3, BIG)), **forgery)) for forgery in FORGED[:4]),
    # A forged R is no R.
    ("IPIP303", Vector(
        fail=inside(1) + told(3, 0) + plain(2) + reported(3, 0, **ASTRAY_ERROR) + later(6, plain(3)), clean=None,
        severity="note")),
    doubtful("IPIP305", inside(1) + told(3, 3, src=B) + plain(2) + reported(3, 3, **ASTRAY_ERROR)),
    doubtful("IPIP310", inside(1) + told(12, 0, 1, OUTER_FIELD) + reported(12, 0, 1, OUTER_FIELD, **WRONG_SUM)),
    doubtful("IPIP314", too_big(plain(2, BIG), reported(3, 4, 2, next_hop_mtu(1281), BIG, **WRONG_SUM))),
    doubtful("IPIP302", answered(FLOW_SEEN + fragments(LARGE, 64, id=9)[1:], 3, 0)),
    ("IPIP303", Vector(
        fail=inside(1) + told(3, 1) + later(6, plain(2)), clean=inside(1) + told(3, 2) + later(6, plain(2)),
        severity="note")),
    silent("IPIP304", ICMP["IPIP304"].fail),
    silent("IPIP304", ICMP["IPIP304"].fail, profile("linux")),
    silent("IPIP304", inside(1) + told(3, 0) + plain(2) + later(31, reported(3, 1)), STRICT),
    forbidden(3, 2),
    forbidden(3, 3),
    forbidden(3, 5),
    forbidden(5, 1, AROUND),
    silent("IPIP305", inside(1) + told(3, 2) + plain(2) + reported(3, 3)),
    ("IPIP306", Vector(
        fail=ICMP["IPIP306"].fail, clean=ICMP["IPIP306"].clean, captured=114, severity="warning")),
    ("IPIP306", Vector(
        fail=too_big(plain(2, BIG), later(5, plain(3, FITS + 1))),
        clean=too_big(plain(2, BIG), later(5, plain(3, FITS))), severity="warning")),
    ("IPIP306", Vector(
        fail=too_big(plain(2, BIG), later(5, plain(3, BIG)), plain(4, BIG)),
        clean=too_big(plain(2, BIG, df=False), later(5, plain(3, BIG, df=False)), plain(4, BIG, df=False)),
        severity="warning", earlier=(4,))),
    # Each that is too big draws the error again.
    ("IPIP306", Vector(
        fail=too_big(plain(2, BIG), inside(2, BIG), told(3, 4, 2, NARROW, BIG), later(5, plain(3, BIG))), clean=None,
        severity="warning")),
    # What goes to the sender is in the capture, and there is no error.
    ("IPIP306", Vector(
        fail=too_big(plain(2, BIG), frame(inner(PEER, HOST)), later(5, plain(3, BIG))), clean=None, severity="error")),
    doubtful("IPIP306", too_big(plain(2, BIG), later(6, plain(2, BIG)))),
    silent("IPIP306", too_big(plain(2, BIG), later(5, plain(3, BIG)), mtu=next_hop_mtu(1448))),
    ("IPIP307", Vector(fail=inside(1) + plain(2) + reported(4, 0), clean=None, severity="warning")),
    ("IPIP308", Vector(
        fail=inside(1) + told(11, 0) + plain(2) + reported(3, 0),
        clean=inside(1) + told(11, 0) + plain(2) + reported(3, 1), severity="note")),
    ("IPIP308", Vector(
        fail=expired(3), clean=expired(2) + reported(3, 1, 1) + sent(2) + told(11, 0, 2), severity="warning")),
    doubtful("IPIP308", expired(2)),
    doubtful("IPIP308", [packet for n in range(3) for packet in inside(n) + told(11, 0, n)]),
    ("IPIP308", Vector(
        fail=answered(answered(inherited(20), 11, 0), 11, 0, src=GATE, at=48), clean=None, severity="note")),
    ("IPIP309", Vector(fail=blackholed(HOSTS), clean=None, severity="warning")),
    doubtful("IPIP309", blackholed(HOSTS[:2])),
    silent("IPIP309", SMALL_ONES + plain(9, BIG) + big_report(9, 1400) + lost(*BIG_ONES, size=BIG)),
    silent("IPIP309", SMALL_ONES + lost(*BIG_ONES)),
    ("IPIP311", Vector(fail=inside(1) + told(3, 2, src=B), clean=None, severity="warning")),
    silent("IPIP317", inside(1) + told(3, 2, src=B)),
    silent("IPIP317", inside(1) + told(3, 3, src=B)),
    ("IPIP312", Vector(
        fail=too_big(later(3, inside(2, BIG)), inside(3, BIG), inside(4, BIG)), clean=None, severity="error",
        earlier=(4,))),
    ("IPIP312", Vector(
        fail=too_big(*[later(1.5, inside(n, BIG)) + told(3, 4, n, NARROW, BIG) for n in range(2, 5)], inside(5, BIG)), clean=None,
        severity="error", earlier=(7,))),
    silent("IPIP312", inside(1, BIG) + inside(2, BIG) + inside(3, BIG)),
    silent("IPIP312", too_big(later(0.5, inside(2, BIG)), later(0.5, inside(3, BIG)), later(0.5, inside(4, BIG)))),
    # For five minutes after an error no larger size may be tried (RFC 1191 section 3); what comes later is in doubt.
    ("IPIP312", Vector(
        fail=too_big(later(298, inside(2, BIG)), inside(3, BIG)),
        clean=too_big(later(298, inside(2, FITS)), inside(3, FITS)), severity="warning")),
    doubtful("IPIP312", too_big(later(301, inside(2, BIG)), inside(3, BIG), inside(4, BIG))),
    # The last error counts, and one that comes after the five minutes starts a new period with a grace of its own.
    ("IPIP312", Vector(
        fail=too_big(later(200, inside(2, BIG)) + told(3, 4, 2, NARROW, BIG), later(200, inside(3, BIG))), clean=None,
        severity="warning")),
    ("IPIP312", Vector(
        fail=too_big(later(301, inside(2, BIG)) + told(3, 4, 2, NARROW, BIG), inside(3, BIG), later(2, inside(4, BIG)), inside(5, BIG)),
        clean=None, severity="warning")),
    silent("IPIP312", too_big(later(601, inside(2, BIG)), inside(3, BIG))),
    doubtful("IPIP312", too_big(later(3, super_packet(2)), super_packet(3), super_packet(4))),
    ("IPIP314", Vector(fail=too_big(plain(2, BIG), big_report(2, 1279)), clean=None, severity="warning")),
    ("IPIP314", Vector(fail=too_big(plain(2, BIG), big_report(2, 0)), clean=None, severity="note")),
    ("IPIP314", Vector(
        fail=inside(1) + plain(2, BIG) + big_report(2, 1300), clean=inside(1) + plain(2, BIG) + big_report(2, 1280),
        severity="error", config=TUNNEL + "mtu=1300")),
    ("IPIP314", Vector(
        fail=too_big(plain(2, HUGE), reported(3, 4, 2, next_hop_mtu(1480), HUGE)),
        clean=inside(1) + plain(3, HUGE) + reported(3, 4, 3, next_hop_mtu(1480), HUGE)
        + too_big(plain(2, HUGE), reported(3, 4, 2, next_hop_mtu(1480), HUGE)), severity="error")),
    doubtful("IPIP314", too_big(later(601, plain(2, BIG)), big_report(2, 1300))),
    ("IPIP315", Vector(
        fail=too_big(mtu=next_hop_mtu(1448)), clean=too_big(mtu=next_hop_mtu(1447)), severity="warning")),
    ("IPIP315", Vector(fail=too_big(mtu=next_hop_mtu(1)), clean=too_big(mtu=next_hop_mtu(0)), severity="warning")),
    ("IPIP315", Vector(
        fail=too_big(mtu=next_hop_mtu(575)), clean=too_big(mtu=next_hop_mtu(576)), severity="note")),
    ("IPIP315", Vector(fail=too_big(mtu=next_hop_mtu(68)), clean=None, severity="note")),
    ("IPIP316", Vector(fail=to_sender(NOT_FIRST), clean=to_sender(inner(df=False)), severity="error")),
    ("IPIP316", Vector(fail=to_sender(inner(dst=MULTICAST)), clean=None, severity="error")),
    ("IPIP316", Vector(fail=to_sender(inner(dst="255.255.255.255")), clean=None, severity="error")),
    ("IPIP316", Vector(
        fail=answered(fragments(LARGE, 64), 3, 1),
        clean=fragments(LARGE, 64) + about(fragments(LARGE, 64)[0][14:], 3, 1), severity="error")),
    ("IPIP316", Vector(fail=answered(tunnelled({}, {"dst": MULTICAST}), 3, 1), clean=None, severity="error")),
    ("IPIP316", Vector(fail=answered(tunnelled({}, {"dst": "255.255.255.255"}), 3, 1), clean=None, severity="error")),
    ("IPIP316", Vector(
        fail=answered(frame(outer(carried_icmp(3))), 3, 1), clean=answered(frame(outer(carried_icmp(8))), 3, 1),
        severity="note")),
]
