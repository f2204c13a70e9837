# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on loops, nesting and scans."""

from packets import address, icmp, tcp, udp
from other_kinds import FRAMES, GRE, MINIMAL, OPAQUE, PACKETS, READ, UDP, OUTSIDE_IPV6, address6, as_kind, in_kind, in_frames, in_kinds, reading
from streams import later
from tunnel_kinds import A6, HOST6, PEER6, echo_in_four, gre, gre_packet, inner6, ipv6, six_in_four, six_in_six, udp6
from tunnel_packets import A, B, GOOD, HOST, INNER_CUT, PEER, VERSION_4_IN_41, cut, frame, inner, nested, outer, signed, tunnelled
from vector import NEVER, TUNNEL, Vector, doubtful, of_first_fragments, silent

def looping(*ttls, **inner_options):
    """The same inner datagram again and again, each time in a new tunnel packet."""
    return [packet for n, ttl in enumerate(ttls) for packet in tunnelled({"ttl": ttl, **inner_options}, {"id": n})]

def relayed(*steps):
    """The same inner datagram through one tunnel direction after the other: (src, dst, inner TTL)."""
    return [packet for n, (src, dst, ttl) in enumerate(steps)
            for packet in tunnelled({"ttl": ttl}, {"src": src, "dst": dst, "id": n})]

def long_udp(end):
    return frame(six_in_four(inner6(payload=udp6(HOST6, PEER6, bytes(500) + end))))

VECTORS = {
    "IPIP201": Vector(
        fail=tunnelled({"src": A, "ttl": 57}), clean=tunnelled({"src": "10.0.0.3", "ttl": 57}), unknown=INNER_CUT,
        severity="warning"),
    "IPIP202": Vector(
        fail=tunnelled({"src": B}), clean=tunnelled({"src": "10.0.0.3"}), unknown=INNER_CUT),
    "IPIP203": Vector(
        fail=looping(60, 59), clean=looping(60, 60), unknown=INNER_CUT, severity="warning"),
    "IPIP204": Vector(
        fail=tunnelled({"src": A, "dst": B}), clean=tunnelled({"src": A, "dst": "10.0.0.3"}), unknown=INNER_CUT),
    "IPIP213": Vector(
        fail=frame(GOOD) + later(0.5, frame(GOOD)), clean=frame(GOOD) + later(0.5, tunnelled({}, {"id": 9})),
        unknown=INNER_CUT, severity="note"),
    "IPIP215": Vector(
        fail=frame(nested(4)), clean=frame(nested(3)), unknown=NEVER),
    "IPIP216": Vector(
        fail=frame(outer(outer(inner()))), clean=frame(outer(outer(inner(), src="10.0.0.3"))), unknown=NEVER),
    "IPIP217": Vector(
        fail=frame(outer(inner(src=B, dst=A, payload=icmp(0), protocol=1))),
        clean=frame(outer(inner(src=B, dst=A, payload=icmp(8), protocol=1))), unknown=INNER_CUT),
    "IPIP218": Vector(
        fail=frame(outer(inner(src=A, dst=B, payload=icmp(8), protocol=1))),
        clean=frame(outer(inner(src=A, dst=B, payload=icmp(0), protocol=1))), unknown=INNER_CUT),
    "IPIP219": Vector(
        fail=tunnelled({"src": A, "ttl": 1}), clean=tunnelled({"src": A, "ttl": 2}), unknown=INNER_CUT),
    "IPIP220": Vector(
        fail=relayed((A, B, 60), (B, A, 59), (A, B, 58)), clean=relayed((A, B, 60), (B, A, 59), (A, B, 60)),
        unknown=INNER_CUT, severity="error"),
}

REQUEST = {"src": A, "dst": B, "payload": icmp(8), "protocol": 1}
BACK = {"src": B, "dst": A}
TRACED = udp(A, PEER, dport=33434)
ECHO_REQUEST6 = echo_in_four(A6, PEER6)[20 + 40:]

def routing(dst, **options):
    """What a routing protocol of the encapsulator sends: OSPF by default."""
    return tunnelled({"src": A, "dst": dst, "ttl": 1, "payload": b"x" * 44, "protocol": 89, **options})

def keepalive(type):
    """What the exit is to send back as it is, by Cisco's habit: GRE of type 0 inside, and nothing more."""
    return frame(gre_packet(outer(gre(b"", type=type), src=B, dst=A, protocol=47)))

def bounced(count):
    """The same datagram, without an Identification, there and back so many times in all."""
    return relayed(*((A, B, 60 - n) if n % 2 == 0 else (B, A, 60 - n) for n in range(count)))

def nested_in_itself(kind):
    """A tunnel packet of this kind in another tunnel of the same ends, and of others."""
    [whole] = in_kind(frame(GOOD), kind)
    packet, is_ipv6 = whole[14:], whole[14] >> 4 == 6
    def within(src, dst):
        if not is_ipv6:
            return frame(outer(packet, src=src, dst=dst))
        return frame(ipv6(address6(address(src)), address6(address(dst)), packet, next=41))
    return Vector(fail=within(A, B), clean=within(B, A), unknown=NEVER, kind=kind, args=reading(kind))

OTHERS = (*PACKETS, *FRAMES, *MINIMAL)

def echo(n, **options):
    """The n-th echo request of a sender. In IPv6 nothing but its sequence number tells it from others."""
    return tunnelled({"payload": icmp(8, rest=b"\1\2" + n.to_bytes(2, "big")), "protocol": 1}, options)

def data(n):
    """The same of TCP, which may send it again."""
    return tunnelled({"payload": tcp(HOST, PEER, b"ipip", seq=n), "protocol": 6})

MAPPED_A, MAPPED_B = "::ffff:" + A, "::ffff:" + B
SIX_TO_FOUR_A, SIX_TO_FOUR_B = ("2002:%02x%02x:%02x%02x::1" % tuple(address(end)) for end in (A, B))
ISATAP_A, ISATAP_B = ("2001:470:1:1:0:5efe:" + end for end in (A, B))
INNER6_CUT = cut(six_in_four(), 50)

def echo6(*ends, **options):
    return frame(echo_in_four(*ends, **options))

def probe(rule, fail, clean):
    return rule, Vector(fail=fail, clean=clean, unknown=INNER6_CUT, kind="6in4")

VARIANTS = [
    # An authentication header means IPsec (RFC 4301).
    *((rule, Vector(fail=fail, clean=clean, severity="warning"))
      for rule, fail, clean in (
          ("IPIP204", tunnelled({"src": A, "dst": B}), signed({"src": A, "dst": B})),
          ("IPIP217", frame(outer(inner(src=B, dst=A, payload=icmp(0), protocol=1))),
           signed({"src": B, "dst": A, "protocol": 1}, payload=icmp(0))),
          ("IPIP218", tunnelled(REQUEST), signed({"src": A, "dst": B, "protocol": 1}, payload=icmp(8))),
          ("IPIP219", tunnelled({"src": A, "ttl": 1}), signed({"src": A, "ttl": 1})))),
    ("IPIP201", Vector(fail=signed({"src": A, "ttl": 57}), clean=signed(), severity="note")),
    ("IPIP201", Vector(fail=signed({"src": A, "ttl": 1}), clean=signed(), severity="note")),
    # IPIP202 holds for IPsec, too.
    ("IPIP202", Vector(fail=signed({"src": B}), clean=signed(), severity="error")),
    # Routing protocols of the encapsulator are no scan: OSPF, RIP, IGMP.
    *(silent("IPIP219", frames) for frames in (
        routing("224.0.0.5"), routing("224.0.0.9", protocol=17, payload=udp(A, "224.0.0.9", dport=520)),
        routing("224.0.0.22", protocol=2), routing("255.255.255.255", protocol=17, payload=udp(A, "255.255.255.255", dport=520)))),
    ("IPIP219", Vector(fail=routing("223.0.0.5"), clean=routing("224.0.0.5"), severity="warning")),
    ("IPIP219", Vector(
        fail=tunnelled({"src": A, "ttl": 1}), clean=None, severity="note", args=["--endpoint", A + "-" + B])),
    ("IPIP201", Vector(fail=routing("224.0.0.5"), clean=None, severity="note")),
    # Nor are a traceroute of its own, and pings between the tunnel's ends that are answered in the tunnel.
    *(("IPIP201", Vector(fail=tunnelled({"src": A, **options}), clean=None, severity=severity))
      for severity, options in (
          ("note", {"ttl": 5, "payload": TRACED}), ("note", {"ttl": 29, "payload": udp(A, PEER, dport=33534)}),
          ("note", {"ttl": 5, "payload": icmp(8), "protocol": 1}),
          ("warning", {"ttl": 5, "payload": udp(A, PEER, dport=33535)}), ("warning", {"ttl": 31 + 3, "payload": TRACED}),
          ("warning", {"ttl": 5, "payload": icmp(0), "protocol": 1}), ("warning", {"ttl": 5}))),
    # One of IPv6 as well; what is cut, or a later fragment, has no ports to know it by. A TTL of 254 has one hop behind it.
    *(("IPIP201", Vector(fail=frame(six_in_six(ipv6(A6, PEER6, octets, next=next, hops=5))), clean=None, severity=severity, kind="6in6"))
      for severity, next, octets in (
          ("note", 58, ECHO_REQUEST6), ("warning", 58, b"\x81" + ECHO_REQUEST6[1:]), ("note", 17, udp6(A6, PEER6, dport=33434)),
          ("warning", 17, udp6(A6, PEER6, dport=33433)), ("warning", 17, TRACED[:3]))),
    *(("IPIP201", Vector(fail=tunnelled({"src": A, "payload": TRACED, **options}), clean=None, severity=severity))
      for severity, options in (
          ("warning", {"ttl": 5, "df": False, "offset": 1}), ("warning", {"ttl": 5, "payload": tcp(A, PEER), "protocol": 6}), ("note", {"ttl": 254}), ("note", {"ttl": 255}), ("warning", {"ttl": 253}))),
    ("IPIP204", Vector(fail=tunnelled(REQUEST) + tunnelled({**BACK, "payload": icmp(0), "protocol": 1}, BACK), clean=None,
                       severity="note")),
    ("IPIP218", Vector(
        fail=tunnelled(REQUEST) + tunnelled({**BACK, "payload": icmp(0), "protocol": 1}, BACK)
        + tunnelled({**REQUEST, "id": 9}, {"id": 9}), clean=None, severity="note", earlier=(1,))),
    ("IPIP218", Vector(fail=tunnelled(REQUEST), clean=None, severity="note", args=["--endpoint", A + "-" + B])),
    # A reply outside the tunnel makes nothing better.
    ("IPIP218", Vector(
        fail=tunnelled(REQUEST) + frame(inner(B, A, icmp(0), protocol=1)) + tunnelled({**REQUEST, "id": 9}, {"id": 9}),
        clean=None, severity="warning", earlier=(1,))),
    ("IPIP201", Vector(  # the flow is known from another tunnel, then the datagram comes plain
        fail=tunnelled({"src": A, "ttl": 57, "id": 8}, {"src": "10.0.0.3"}) + frame(inner(src=A, ttl=58))
        + tunnelled({"src": A, "ttl": 57}), clean=None, severity="error")),
    ("IPIP203", Vector(fail=looping(60, 59, 58), clean=looping(60, 60, 61), severity="error", earlier=(2,))),
    # Equal packets without an Identification may be different ones that came on ways of different lengths.
    ("IPIP203", Vector(
        fail=looping(60, 59, 58, 57, 56, 55, id=0), clean=looping(60, 59, 58, 57, 56, id=0), severity="error")),
    ("IPIP203", Vector(
        fail=tunnelled({"ttl": 60}, {"id": 1}) + later(10, tunnelled({"ttl": 59, "tos": 0x28}, {"id": 2})),
        clean=tunnelled({"ttl": 60}, {"id": 1}) + later(10.1, tunnelled({"ttl": 59, "tos": 0x28}, {"id": 2})),
        severity="warning")),
    silent("IPIP203", VECTORS["IPIP220"].fail),
    silent("IPIP203", tunnelled({"ttl": 60, "id": 1}) + tunnelled({"ttl": 59, "id": 2})),
    silent("IPIP203", relayed((A, B, 60), (B, "10.0.0.3", 59))),
    ("IPIP220", Vector(
        fail=relayed((A, B, 60), (B, "10.0.0.3", 59), (A, B, 58)),
        clean=relayed((A, B, 60), ("10.0.0.5", "10.0.0.3", 59), (A, B, 58)), severity="error")),
    silent("IPIP220", looping(60, 59, 58)),
    ("IPIP213", Vector(
        fail=frame(GOOD) + later(1, frame(GOOD)), clean=frame(GOOD) + later(1.1, frame(GOOD)), severity="note")),
    silent("IPIP213", frame(GOOD) + later(0.001, frame(GOOD))),
    # Without an Identification, and different only behind what most datagrams differ in.
    ("IPIP213", Vector(
        fail=long_udp(b"a") + later(0.5, long_udp(b"a")), clean=long_udp(b"a") + later(0.5, long_udp(b"b")), severity="note",
        kind="6in4")),
    silent("IPIP213", frame(GOOD) + later(0.5, tunnelled({}, {"ttl": 62}))),
    # Of IPv4 under protocol 41 IPIP100 is the only finding: Linux drops it, too.
    *(silent(rule, VERSION_4_IN_41) for rule in ("IPIP201", "IPIP204", "IPIP218")),
    *of_first_fragments(VECTORS, 201, 202, 204, 217, 218, 219),
    *in_kinds(VECTORS, {number: ("6in6", "gre", *UDP) for number in (201, 202, 204, 217, 218, 219)}),
    *in_kinds(VECTORS, {217: MINIMAL, 218: MINIMAL}, folds=True),
    *in_kinds(VECTORS, {number: ("gre6",) for number in (201, 202, 204, 217, 218, 219)}, inside=6),
    *in_kinds(VECTORS, {203: [kind for kind in OTHERS if not kind.startswith("6in")]}, folds=True),
    *(("IPIP203", as_kind(Vector(
        fail=looping(60, 59, 58, 57, 56, 55, id=0), clean=looping(60, 59, 58, 57, 56, id=0), unknown=INNER_CUT, severity="error"), kind))
      for kind in ("6in4", "6in6")),
    *(("IPIP220", as_kind(Vector(fail=bounced(11), clean=bounced(10), unknown=INNER_CUT, severity="error"), kind)) for kind in ("6in4", "6in6")),
    *in_kinds(VECTORS, {213: [kind for kind in OTHERS if kind not in OUTSIDE_IPV6], 215: [kind for kind in READ if kind not in ("esp", "ipcomp")]}),
    *in_kinds(VECTORS, {213: ("6in6",)}, fail=echo(1) + later(0.5, echo(1)), clean=echo(1) + later(0.5, echo(2))),
    *(silent("IPIP213", in_kind(one + later(0.5, one), "6in6")) for one in (data(1), frame(GOOD))),
    *in_kinds(VECTORS, {213: ("4in6", "gre6", "gretap6")}, clean=frame(GOOD) + later(0.5, tunnelled({"id": 9}, {"id": 9}))),
    *in_kinds(VECTORS, {220: [kind for kind in OTHERS if not kind.startswith("6in")]}, folds=True),
    *(("IPIP215", Vector(fail=frame(outer(outer(outer(in_kind(frame(GOOD), kind)[0][14:], src="10.0.0.7"), src="10.0.0.8"))),
                         clean=frame(outer(outer(in_kind(frame(GOOD), kind)[0][14:], src="10.0.0.8"))), unknown=NEVER, kind=kind))
      for kind in ("esp", "ipcomp")),
    # Of an IPv4 address inside an IPv6 one: no host sends from a mapped address, nor as a 6to4 or ISATAP host that it is not.
    *(probe("IPIP217", echo6(src, dst, type=129), echo6(src, dst)) for src, dst in (
        (MAPPED_B, MAPPED_A), (SIX_TO_FOUR_B, SIX_TO_FOUR_A), (ISATAP_B, ISATAP_A))),
    probe("IPIP218", echo6(MAPPED_A, MAPPED_B), echo6(MAPPED_A, MAPPED_B, type=129)),
    probe("IPIP219", echo6(MAPPED_A, PEER6, hops=1), echo6(MAPPED_A, PEER6, hops=2)),
    probe("IPIP204", frame(six_in_four(inner6(MAPPED_A, MAPPED_B))), frame(six_in_four(inner6(MAPPED_A, PEER6)))),
    *(silent(rule, echo6(SIX_TO_FOUR_A, SIX_TO_FOUR_B, hops=1)) for rule in ("IPIP204", "IPIP218", "IPIP219")),
    # Back from a router of ISATAP; where it is none, that is IPIP712.
    ("IPIP202", Vector(fail=frame(six_in_four(inner6(ISATAP_B, PEER6))), clean=frame(six_in_four(inner6(ISATAP_A, PEER6))),
                       unknown=INNER6_CUT, kind="6in4", config=TUNNEL + "prl=" + A)),
    *(silent("IPIP202", frame(six_in_four(inner6(src, PEER6)))) for src in (ISATAP_B, SIX_TO_FOUR_B, MAPPED_B)),
    ("IPIP202", Vector(fail=keepalive(0x0800), clean=keepalive(0), unknown=cut(keepalive(0)[0][14:], 47), kind="gre")),
    *(doubtful("IPIP202", cut(keepalive(0)[0][14:], 44 + octets)) for octets in range(3)),
    ("IPIP202", Vector(  # a later fragment; one that goes on elsewhere
        fail=frame(gre_packet(inner(src=B, dst=A, payload=gre(b"", type=0), protocol=47, df=False, offset=1))), clean=keepalive(0), kind="gre")),
    ("IPIP202", Vector(
        fail=frame(gre_packet(outer(gre(b"", type=4), src=B, dst=A, protocol=47))), clean=keepalive(0), kind="gre")),
    # More headers than the analyzer reads, and as many.
    *(("IPIP215", Vector(fail=frame(nested(depth)), clean=frame(nested(3)), severity=severity))
      for depth, severity in ((8, "warning"), (9, "error"), (20, "error"))),
    # A scanner's packet is whole.
    ("IPIP217", Vector(
        fail=frame(outer(inner(src=B, dst=A, payload=icmp(0), protocol=1))),
        clean=frame(outer(inner(src=B, dst=A, payload=icmp(0), protocol=1, df=False, offset=1))))),
    silent("IPIP217", frame(outer(inner(src=B, dst=A, payload=b"", protocol=1)))),
    ("IPIP219", Vector(
        fail=frame(six_in_six(inner6(A6, PEER6, hops=0))), clean=frame(six_in_six(inner6(A6, PEER6, hops=2))), kind="6in6")),
    *in_frames(VECTORS, 201, 202, 204, kinds=("gretap",)),
    *in_frames(VECTORS, 201, 202, 204, kinds=("gretap6",), inside=6),
    *(("IPIP216", nested_in_itself(kind)) for kind in READ if kind not in (*MINIMAL, *OPAQUE)),
]
