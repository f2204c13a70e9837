# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on ICMP errors."""

from icmp_errors import (
    ASTRAY_ERROR, FORGED, GATE, ROUTER, WRONG_HEADER, WRONG_SUM, about, answered, inside, plain, reported, sent,
    told, too_big, tunnel_packet)
from kind_vectors import ICMP, OWN
from packets import error, icmp, next_hop_mtu, pointer
from streams import inherited, later
from tunnel_packets import A, B, HOST, LARGE, PEER, fragments, frame, inner, outer, tunnelled
from vector import STRICT, Vector, doubtful, profile, silent

OUTER_FIELD, INNER_FIELD = pointer(8), pointer(28)

def to_sender(packet):
    """The datagram goes through the tunnel; the encapsulator reports the host unreachable."""
    return frame(outer(packet)) + about(packet, 3, 1, src=GATE)

def carried_icmp(type):
    return inner(payload=icmp(type, 3 if type == 3 else 0, data=inner(PEER, HOST)), protocol=1)

FLOW_SEEN = [packet for n in range(7) for packet in inside(n)]

VECTORS = OWN | {
    "IPIP108": Vector(
        fail=inside(1) + told(11, 0), clean=inside(1) + told(11, 1), unknown=inside(1) + told(11, 0, **ASTRAY_ERROR),
        severity="warning"),
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
    "IPIP307": Vector(
        fail=inside(1) + told(4, 0), clean=inside(1) + told(3, 0), unknown=inside(1) + told(4, 0, **WRONG_SUM),
        severity="note"),
    "IPIP308": Vector(
        fail=inside(1) + told(11, 0) + reported(11, 0, 1), clean=inside(1) + told(11, 0) + reported(3, 1, 1),
        unknown=inside(1) + told(11, 0), severity="error"),
    "IPIP310": Vector(
        fail=inside(1) + told(12, 0, 1, OUTER_FIELD) + reported(12, 0, 1, OUTER_FIELD),
        clean=inside(1) + told(12, 0, 1, INNER_FIELD) + reported(12, 0, 1, OUTER_FIELD),
        unknown=inside(1) + reported(12, 0, 1, OUTER_FIELD), severity="error"),
    "IPIP311": Vector(
        fail=inside(1) + told(3, 3, src=B), clean=inside(1) + told(3, 3),
        unknown=inside(1) + told(3, 3, src=B, **ASTRAY_ERROR), severity="warning"),
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

MULTICAST = "224.1.1.1"
AROUND = bytes([10, 9, 0, 2])  # the router that a redirect names

def expired(count):
    """Every datagram of a sender that keeps sending expires in the tunnel."""
    return [packet for n in range(count) for packet in sent(n) + told(11, 0, n)]

ELSEWHERE, FARTHER_HOST = inner(dst="10.254.0.1"), "10.254.0.2"
NOT_FIRST = inner(offset=8, df=False)

def forbidden(type, code, rest=bytes(4)):
    """IPIP305: the encapsulator passes on what it was told itself."""
    return "IPIP305", Vector(
        fail=inside(1) + told(type, code, 1, rest) + plain(2) + reported(type, code, 2, rest),
        clean=inside(1) + told(type, code, 1, rest) + plain(2) + later(31, reported(type, code, 2, rest)),
        severity="error")

TRACEROUTE = outer(inner(ttl=1), ttl=1)
FARTHER = outer(inner(ttl=4), ttl=4)  # and its last hop
EXPIRED_FARTHER = outer(inner(ttl=4), ttl=1)

UNLIKE = outer(inner(ttl=5), ttl=64)

VARIANTS = ICMP + [
    ("IPIP108", Vector(fail=frame(TRACEROUTE) + about(TRACEROUTE, 11, 0), clean=None, severity="note")),
    ("IPIP108", Vector(fail=frame(FARTHER) + about(EXPIRED_FARTHER, 11, 0), clean=None, severity="note")),
    ("IPIP108", Vector(fail=answered(inherited(20), 11, 0), clean=None, severity="note")),
    # One that follows no inner TTL; of which nothing else is known; that the encapsulator reports to itself.
    ("IPIP108", Vector(fail=frame(UNLIKE) + about(UNLIKE, 11, 0), clean=None, severity="warning")),
    *(("IPIP108", Vector(fail=before + about(outer(inner(ttl=ttl), ttl=1, id=9), 11, 0), clean=None, severity=severity))
      for before, ttl, severity in (
          ([], 1, "note"), ([], 5, "note"), ([], 17, "warning"), (inside(1), 2, "note"), (inside(1), 3, "warning"))),
    # What can't be true needs no history. Private addresses and the encapsulator's own may send errors.
    *(("IPIP302", Vector(fail=inside(1) + told(3, 0, **forgery), clean=inside(1) + told(3, 0, src=source),
                         severity="warning"))
      for forgery, source in zip(FORGED, 3 * [ROUTER, A, "169.254.0.1"])),
    # What the snapshot length cuts off can't be held against an error; nor its options.
    ("IPIP302", Vector(
        fail=inside(1) + told(3, 0, **WRONG_HEADER), clean=FLOW_SEEN + told(3, 0, 6, **WRONG_SUM), captured=80, severity="warning")),
    # An error in a tunnel of its own, about a packet of another one, with a wrong destination.
    ("IPIP302", Vector(
        fail=inside(1) + frame(outer(error(11, 0, tunnel_packet(1), ROUTER, **ASTRAY_ERROR), src="10.4.0.1", dst="10.4.0.2")),
        clean=inside(1) + frame(outer(error(11, 0, tunnel_packet(1), ROUTER), src="10.4.0.1", dst="10.4.0.2")),
        severity="warning")),
    doubtful("IPIP108", inside(1) + frame(
        outer(error(11, 0, tunnel_packet(1), ROUTER, **ASTRAY_ERROR), src="10.4.0.1", dst="10.4.0.2"))),
    # A forged R is no R.
    ("IPIP303", Vector(
        fail=inside(1) + told(3, 0) + plain(2) + reported(3, 0, **ASTRAY_ERROR) + later(6, plain(3)), clean=None,
        severity="note")),
    # About a datagram of which nothing else was seen: the answer is about that one.
    ("IPIP303", Vector(
        fail=inside(1) + about(outer(ELSEWHERE), 3, 1) + about(inner(dst=FARTHER_HOST), 3, 1, src=GATE) + later(6, plain(3)),
        clean=inside(1) + about(outer(ELSEWHERE), 3, 1) + about(ELSEWHERE, 3, 1, src=GATE) + later(6, plain(3)),
        severity="note")),
    doubtful("IPIP305", inside(1) + told(3, 3, src=B) + plain(2) + reported(3, 3, **ASTRAY_ERROR)),
    doubtful("IPIP310", inside(1) + told(12, 0, 1, OUTER_FIELD) + reported(12, 0, 1, OUTER_FIELD, **WRONG_SUM)),
    doubtful("IPIP302", answered(FLOW_SEEN + fragments(LARGE, 64, id=9)[1:], 3, 0)),
    ("IPIP303", Vector(
        fail=inside(1) + told(3, 1) + later(6, plain(2)), clean=inside(1) + told(3, 2) + later(6, plain(2)),
        severity="note")),
    silent("IPIP304", VECTORS["IPIP304"].fail),
    silent("IPIP304", VECTORS["IPIP304"].fail, profile("linux")),
    silent("IPIP304", inside(1) + told(3, 0) + plain(2) + later(31, reported(3, 1)), STRICT),
    silent("IPIP304", inside(1) + told(3, 0) + told(3, 1) + plain(2) + reported(3, 1), STRICT),
    forbidden(3, 2),
    forbidden(3, 3),
    forbidden(3, 5),
    forbidden(5, 1, AROUND),
    silent("IPIP305", inside(1) + told(3, 2) + plain(2) + reported(3, 3)),
    ("IPIP307", Vector(fail=inside(1) + plain(2) + reported(4, 0), clean=None, severity="warning")),
    ("IPIP308", Vector(
        fail=inside(1) + told(11, 0) + plain(2) + reported(3, 0),
        clean=inside(1) + told(11, 0) + plain(2) + reported(3, 1), severity="note")),
    ("IPIP308", Vector(
        fail=expired(3), clean=expired(2) + reported(3, 1, 1) + sent(2) + told(11, 0, 2), severity="warning")),
    doubtful("IPIP308", expired(2)),
    # No ICMP error to a sender passes the tunnel device.
    ("IPIP308", Vector(fail=None, clean=None, unknown=expired(3), args=["--inner-side", "tundev"])),
    ("IPIP303", Vector(
        fail=None, clean=None, unknown=VECTORS["IPIP303"].fail, args=["--inner-side", "tundev"])),
    doubtful("IPIP308", [packet for n in range(3) for packet in inside(n) + told(11, 0, n)]),
    ("IPIP308", Vector(
        fail=answered(answered(inherited(20), 11, 0), 11, 0, src=GATE, at=48), clean=None, severity="note")),
    ("IPIP311", Vector(fail=inside(1) + told(3, 2, src=B), clean=None, severity="warning")),
    silent("IPIP317", inside(1) + told(3, 2, src=B)),
    silent("IPIP317", inside(1) + told(3, 3, src=B)),
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
