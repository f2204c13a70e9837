# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on datagrams that were seen on both sides of a tunnel's end."""

from icmp_errors import BIG, GATE, about, datagram, plain
from kind_errors import Errors
from other_kinds import CLEAR, FRAMES, KINDS, MINIMAL, PACKETS, on_both_sides
from packets import icmp, next_hop_mtu, tcp, udp
from streams import later
from tunnel_kinds import inner6, six_in_four
from tunnel_packets import A, ALERT, B, HOST, PEER, frame, inner, outer
from vector import STRICT, TUNNEL, Vector, doubtful, profile, silent

LAN, TUNDEV = ["--inner-side", "lan"], ["--inner-side", "tundev"]
OTHER_ALERT = b"\x94\x04\x00\x01"

def beside(ttl=64, n=1, **options):
    """The n-th datagram outside the tunnel."""
    return frame(datagram(n, ttl=ttl, **options))

def within(ttl=63, n=1, id=0x1000, outer_ttl=64, outer_tos=0, src=A, **options):
    """And inside."""
    return frame(outer(datagram(n, ttl=ttl, **options), src=src, id=id + n, ttl=outer_ttl, tos=outer_tos))

def enters(before, after, n=1, gap=0.1, **options):
    """It goes in with one TTL and has another in the tunnel."""
    return beside(before, n, **options) + later(gap, within(after, n, **options))

def leaves(before, after, n=1, gap=0.1, **options):
    return within(before, n, **options) + later(gap, beside(after, n, **options))

def changed(before, after, **both):
    """It goes in with some fields and has others in the tunnel."""
    return beside(**before, **both) + later(0.1, within(**after, **both))

def out(before, after, n=2, outer_tos=0, **both):
    """It has some fields in the tunnel, and others behind the exit."""
    return within(n=n, outer_tos=outer_tos, **before, **both) + later(0.1, beside(62, n, **after, **both))

def known(before, after, **both):
    """And what comes out is remembered from the first one on."""
    return leaves(63, 62) + later(0.1, out(before, after, **both))

def from_source(src):
    """It comes from there, and out of the tunnel."""
    return within(src=src) + later(0.1, beside(62))

def moved(before, after, n=1, **options):
    """The tunnel packet in two places, a router between, with these fields of the inner header."""
    return within(n=n, **options, **before) + later(0.1, within(n=n, outer_ttl=63, **options, **after))

def many(what, *steps, **options):
    return [packet for n, step in enumerate(steps) for packet in what(*step, n=n, **options)]

def in_two_places(*inner_options):
    """Two datagrams in the tunnel beside which the second one is seen with and without a change."""
    return moved({}, {}) + moved(*inner_options, n=2)

def out_of_6in4(src, dst):
    """It has come through a tunnel of 203.0.113.9 and 8.8.4.4, and is behind the exit."""
    def packet(hops):
        return inner6(src, dst, hops=hops)
    return frame(six_in_four(packet(63), src="203.0.113.9", dst="8.8.4.4")) + later(0.1, frame(packet(62)))

STEADY = many(enters, (64, 63), (64, 63), (64, 63))
TWO_BESIDE = beside(64) + later(0.1, beside(60))  # not copies: which one goes into the tunnel?
DF, NO_DF = {"df": True}, {"df": False}
ECT, ECT1, CE = {"tos": 2}, {"tos": 1}, {"tos": 3}
AF11, EF = {"tos": 0x28}, {"tos": 0xB8}
LISTED = ["--endpoint", "%s-%s" % (A, B)]
STRANGER = "10.9.9.9"
EXPIRES = beside(1, 9)
TOLD = about(datagram(9, BIG), 3, 4, next_hop_mtu(1280), GATE)
REFUSED = plain(9, BIG) + later(0.1, about(datagram(9, BIG), 3, 4, next_hop_mtu(1280), GATE))
AFTER = later(2, within(n=20))

LEAVING = many(leaves, (63, 62), (63, 62), (63, 62), (63, 62), (63, 62))
ENTERING = many(enters, (64, 63), (64, 63), (64, 63), (64, 63), (64, 63))
LEAVES_AFTER, ENTERS_AFTER = (later(0.1, what(*ttls, n=20)) for what, ttls in ((leaves, (63, 62)), (enters, (64, 63))))

def alone(before, one, after=()):
    """One datagram of many that has nothing on the other side."""
    return before + later(0.1, one) + list(after)

VECTORS = {
    "IPIP313": Vector(
        fail=STEADY + REFUSED + AFTER, clean=STEADY + REFUSED + later(0.1, within(n=9, size=BIG)),
        unknown=many(enters, (64, 63), (64, 63)) + REFUSED + AFTER, scope="tunnel", at=7, is_late=True),
    "IPIP401": Vector(
        fail=enters(64, 65), clean=enters(64, 63), unknown=many(enters, (64, 60), (64, 60), (64, 60))),
    "IPIP402": Vector(
        fail=changed({"options": ALERT}, {"options": OTHER_ALERT}), clean=changed({}, {}, options=ALERT),
        unknown=TWO_BESIDE + later(0.1, within(tos=0x28))),
    "IPIP403": Vector(
        fail=changed({}, {"sum": 0x1234}), clean=changed({}, {}), unknown=TWO_BESIDE + later(0.1, within(sum=0x1234))),
    "IPIP404": Vector(
        fail=in_two_places({"tos": 0x28}, {"tos": 0}), clean=in_two_places({"tos": 0x28}, {"tos": 0x28}),
        unknown=moved({}, {})),
    "IPIP405": Vector(
        fail=changed(DF, NO_DF), clean=changed(DF, DF), unknown=TWO_BESIDE + later(0.1, within(df=False))),
    "IPIP406": Vector(
        fail=leaves(63, 64), clean=leaves(63, 62), unknown=many(leaves, (63, 60), (63, 60), (63, 60))),
    "IPIP407": Vector(
        fail=leaves(0, 0), clean=leaves(1, 0), unknown=within(0) + later(0.1, within(0, id=0x2000)) + later(0.1, beside(0)),
        severity="warning"),
    "IPIP408": Vector(fail=known(DF, NO_DF), clean=known(DF, DF), unknown=out(DF, NO_DF)),
    "IPIP410": Vector(
        fail=from_source(STRANGER), clean=from_source(A), args=LISTED,
        unknown=within(src=STRANGER) + later(0.1, within(src=STRANGER, id=0x2000)) + later(0.1, beside(62))),
    "IPIP508": Vector(fail=known(ECT, {}), clean=known(ECT, ECT), unknown=out(ECT, {})),
    "IPIP509": Vector(
        fail=known(ECT, ECT, outer_tos=3), clean=known(ECT, CE, outer_tos=3), unknown=out(ECT, ECT, outer_tos=3)),
    "IPIP510": Vector(
        fail=known({}, {}, outer_tos=3), clean=known({}, {}, outer_tos=0), unknown=out({}, {}, outer_tos=3)),
    "IPIP511": Vector(
        fail=known(AF11, EF), clean=known(AF11, AF11), unknown=out(AF11, EF)),
    "IPIP411": Vector(
        fail=alone(LEAVING, within(63, 9), LEAVES_AFTER), clean=alone(LEAVING, within(63, 9, outer_tos=3), LEAVES_AFTER),
        unknown=alone(ENTERING, within(63, 9), ENTERS_AFTER), at=11, is_late=True, verb="pair"),
    "IPIP412": Vector(
        fail=alone(ENTERING, beside(64, 9), ENTERS_AFTER), clean=alone(ENTERING, beside(1, 9), ENTERS_AFTER),
        unknown=alone(LEAVING, beside(62, 9), LEAVES_AFTER), at=11, is_late=True, verb="pair"),
    "IPIP409": Vector(
        fail=STEADY + EXPIRES + AFTER,
        clean=STEADY + EXPIRES + later(0.1, about(datagram(9, ttl=1), 11, 0, src=GATE)) + AFTER,
        unknown=many(enters, (64, 63), (64, 63)) + EXPIRES + AFTER, at=7, is_late=True),
    "IPIP512": Vector(
        fail=changed(ECT, {}), clean=changed(ECT, ECT), unknown=TWO_BESIDE + later(0.1, within(tos=2))),
}

def own(before, after, src=A):
    """The encapsulator's own datagram, which nobody forwards."""
    return frame(inner(src, PEER, ttl=before)) + later(0.1, frame(outer(inner(src, PEER, ttl=after))))

def ending(type):
    """ICMP of this type, of which the TTL ends before the tunnel."""
    return inner(HOST, PEER, icmp(type, data=inner(PEER, HOST)), protocol=1, ttl=1, id=0x109)

def syn(mss, **options):
    segment = tcp(HOST, PEER, flags=2, options=b"\x02\x04" + mss.to_bytes(2, "big"))
    return inner(payload=segment, protocol=6, **options)

def translated(src):
    """Before the tunnel it has another source."""
    return frame(inner(src, PEER, udp(HOST, PEER), ttl=64)) + later(0.1, frame(outer(inner(ttl=60))))

SEGMENTS = [packet for n in range(2) for packet in later(0.001, within(60, n, size=1400))]
SECURITY = b"\x82\x0b" + bytes(9) + b"\x01"
MIRRORED = beside(64) + later(0.0005, beside(64)) + later(0.1, within(63))
SKEWED = within(63) + later(0.0005, beside(64))  # the clocks differ: it went in
SKEWED_OUT = beside(62) + later(0.0005, within(63))
EARLIER = many(enters, (64, 63))
SMALLER = many(enters, (64, 63), (64, 63), (64, 63), size=20)

# In tunnels of other kinds; a header of IPv6 has neither DF nor the options of IPv4.
OF_HEADER = {
    "IPIP402": Vector(
        fail=changed({"tos": 0x28}, {"tos": 0xB8}), clean=changed({}, {}, tos=0x28),
        unknown=TWO_BESIDE + later(0.1, within(tos=0x28)), severity="note"),
    "IPIP404": Vector(
        fail=moved({"ttl": 63}, {"ttl": 62}), clean=in_two_places({"tos": 0x28}, {"tos": 0x28}), unknown=moved({}, {})),
}
CHANGES = ("IPIP401", "IPIP402", "IPIP403", "IPIP404", "IPIP405", "IPIP406", "IPIP407", "IPIP408", "IPIP410", "IPIP411", "IPIP412", "IPIP508", "IPIP509",
           "IPIP510", "IPIP511", "IPIP512")
OF_IPV4 = ("IPIP403", "IPIP405", "IPIP408")
OF_IDENTIFICATION = ("IPIP404",)  # outside or inside

# Of minimal encapsulation there is one header, which has been the inner one.
OF_MINIMAL = ("IPIP313", "IPIP402", "IPIP405", "IPIP408", "IPIP410", "IPIP508", "IPIP512")

def expired_in(kind, inside):
    """What the sender gets of a datagram that ends before the tunnel."""
    e = Errors(kind, inside)
    steady = [one for n in range(3) for one in later(2, e.sent(n))]
    expires, after = later(2, e.plain(9, ttl=1)), later(2, e.go(20))
    return "IPIP409", e.vector(
        steady + expires + after, steady + expires + later(0.1, e.about("expired", e.datagram(9, ttl=1), GATE)) + after,
        e.sent(1) + expires + after, at=7, is_late=True)

def in_kinds():
    for kind in (*PACKETS, *FRAMES, CLEAR):
        usual = KINDS[kind][2]
        for inside in (4, 6) if kind in ("gre", "gre6") else (usual,):
            for rule in CHANGES:
                if inside == 4 or rule not in (*OF_IPV4, *(OF_IDENTIFICATION if KINDS[kind][0] == 6 else ())):
                    vector = (OF_HEADER if inside == 6 else VECTORS).get(rule, VECTORS[rule])
                    yield rule, on_both_sides(vector, kind, inside)
            yield expired_in(kind, inside)
    for rule in OF_MINIMAL:
        yield rule, on_both_sides(OF_HEADER.get(rule, VECTORS[rule]), *MINIMAL)
    yield expired_in(*MINIMAL, 4)

VARIANTS = [
    # Where the inner side is known, the step is, too.
    ("IPIP401", Vector(fail=enters(64, 64), clean=enters(64, 63), args=LAN)),
    ("IPIP401", Vector(fail=enters(64, 60), clean=enters(64, 63), args=LAN)),
    ("IPIP401", Vector(fail=enters(64, 63), clean=enters(64, 64), args=TUNDEV)),
    ("IPIP406", Vector(fail=leaves(63, 63), clean=leaves(63, 62), args=LAN)),
    ("IPIP406", Vector(fail=leaves(63, 62), clean=leaves(63, 63), args=TUNDEV)),
    # Where it isn't, two of a kind may be a fault, three are routers; one that stands out is a fault.
    ("IPIP401", Vector(fail=enters(64, 60), clean=enters(64, 64), is_late=True)),
    ("IPIP406", Vector(fail=leaves(63, 59), clean=leaves(63, 63), is_late=True)),
    ("IPIP401", Vector(fail=EARLIER + enters(64, 60, n=2), clean=EARLIER + enters(64, 63, n=2))),
    ("IPIP401", Vector(
        fail=many(enters, (64, 60), (64, 60), (64, 60), (64, 59)), clean=many(enters, (64, 63), (64, 63), (64, 63), (64, 63)))),
    ("IPIP401", Vector(fail=EARLIER + enters(64, 64, n=2), clean=EARLIER + enters(64, 63, n=2), severity="warning")),
    ("IPIP406", Vector(
        fail=many(leaves, (63, 63), (63, 62)), clean=many(leaves, (63, 62), (63, 62)), severity="warning")),
    # Clearly the same datagram, or not clear at all.
    silent("IPIP401", own(64, 64), LAN),
    # An error about what would have gone in shows another address of the encapsulator.
    ("IPIP401", Vector(
        fail=enters(64, 63) + own(64, 64, GATE), clean=enters(64, 63) + about(datagram(1, ttl=64), 3, 13, src=GATE) + own(64, 64, GATE),
        args=LAN)),
    silent("IPIP401", enters(64, 64), [*LAN, *profile("xdp-lb")]),
    silent("IPIP401", MIRRORED),
    silent("IPIP406", SKEWED),
    silent("IPIP401", SKEWED_OUT),
    silent("IPIP406", SKEWED_OUT),
    doubtful("IPIP401", enters(64, 63) + later(0.1, beside(64)) + later(0.1, within(60, id=0x2000))),
    *(silent("IPIP401", EARLIER + frames) for frames in (
        translated("192.168.0.9"), beside(64, size=2828) + SEGMENTS,
        frame(syn(1460)) + later(0.1, frame(outer(syn(1400, ttl=60)))), beside(64) + later(1.1, within(60)))),
    ("IPIP402", Vector(fail=changed({"tos": 0x28}, {"tos": 0xB8}), clean=changed({}, {}, tos=0x28), severity="note")),
    ("IPIP402", Vector(fail=changed(NO_DF, DF), clean=changed(NO_DF, NO_DF))),
    ("IPIP402", Vector(fail=changed({}, {"reserved": True}), clean=changed({}, {}, reserved=True))),
    ("IPIP402", Vector(
        fail=changed({"options": ALERT}, {"options": bytes([1] * 4)}),
        clean=changed({"options": b"\x07\x07\x04" + bytes(5)}, {"options": b"\x07\x07\x08\x0a\x00\x00\x01\x00"}))),
    # In as many octets an option more, one less, one of another length, one of another type; router alert and security are the sender's to the last octet.
    *(("IPIP402", Vector(fail=changed({"options": before}, {"options": after}), clean=changed({}, {}, options=before or after)))
      for before, after in (
          (2 * ALERT, ALERT + bytes(4)), (ALERT + bytes(4), 2 * ALERT), (ALERT, b"\x44\x04\x05\x00"),
          (b"\x07\x07\x04" + bytes(5), b"\x07\x03\x04" + bytes(5)), (SECURITY, SECURITY[:2] + b"\1" + SECURITY[3:]))),
    silent("IPIP402", changed(DF, NO_DF)),
    # What the policy declares of the encapsulator.
    ("IPIP401", Vector(fail=enters(64, 63), clean=enters(64, 62), args=LAN, config=TUNNEL + "encap-hops=2")),
    ("IPIP401", Vector(fail=enters(64, 63), clean=enters(64, 62), config=TUNNEL + "encap-hops=2")),
    ("IPIP401", Vector(fail=enters(64, 61), clean=enters(64, 64), config=TUNNEL + "encap-hops=2")),
    ("IPIP401", Vector(fail=enters(64, 62), clean=enters(64, 64), args=TUNDEV, config=TUNNEL + "encap-hops=2")),
    silent("IPIP401", own(64, 64), LAN, TUNNEL + "encap-hops=2"),
    silent("IPIP402", changed({"tos": 0x28}, {"tos": 0xB8}), config=TUNNEL + "allow=dscp"),
    ("IPIP402", Vector(fail=changed({"tos": 0x28}, {"tos": 0xB8}), clean=changed({}, {}), config=TUNNEL + "allow=df-clear", severity="note")),
    ("IPIP402", Vector(fail=changed(NO_DF, DF), clean=changed(DF, NO_DF), config=TUNNEL + "allow=dscp;df-clear")),
    silent("IPIP405", changed(DF, NO_DF), config=TUNNEL + "allow=df-clear"),
    ("IPIP405", Vector(fail=changed(DF, NO_DF), clean=changed(DF, DF), config=TUNNEL + "allow=dscp")),
    silent("IPIP512", changed(ECT, CE)),
    ("IPIP512", Vector(fail=changed(ECT, CE, ttl=64), clean=changed(ECT, ECT, ttl=64), args=TUNDEV)),
    ("IPIP404", Vector(fail=moved({"ttl": 63}, {"ttl": 62}), clean=in_two_places({"ttl": 9}, {"ttl": 9}))),
    ("IPIP404", Vector(fail=in_two_places(DF, NO_DF), clean=in_two_places(DF, DF))),
    *(("IPIP404", Vector(fail=moved(*both), clean=in_two_places(*both[:1] * 2))) for both in ((DF, NO_DF), (NO_DF, DF))),  # remembered from the first
    # The checksum alone, its first octet or its second one.
    *(("IPIP404", Vector(fail=in_two_places({"sum": 0x1234}, {"sum": sum}), clean=in_two_places({"sum": 0x1234}, {"sum": 0x1234})))
      for sum in (0x1334, 0x1235)),
    # Another round through a tunnel that inherits the TTL.
    silent("IPIP404", in_two_places({}, {}) + frame(outer(inner(ttl=60), id=0, ttl=60)) + later(0.1, frame(outer(inner(ttl=59), id=0, ttl=59)))),
    ("IPIP407", Vector(fail=leaves(0, 255), clean=leaves(1, 0))),
    ("IPIP407", Vector(fail=leaves(0, 0), clean=leaves(1, 1), severity="warning", args=TUNDEV)),
    ("IPIP407", Vector(fail=leaves(0, 255), clean=leaves(1, 1), severity="warning", args=TUNDEV)),
    ("IPIP407", Vector(fail=leaves(0, 0), clean=leaves(1, 0), args=LAN)),
    silent("IPIP403", changed({}, {}, sum=0x1234)),  # wrong before
    ("IPIP408", Vector(fail=known(NO_DF, DF), clean=known(NO_DF, NO_DF))),
    ("IPIP408", Vector(fail=known({}, {"reserved": True}), clean=known({}, {}, reserved=True))),
    ("IPIP408", Vector(fail=known({"options": ALERT}, {"options": OTHER_ALERT}), clean=known({}, {}, options=ALERT))),
    silent("IPIP408", known(AF11, EF)),
    silent("IPIP408", known(DF, NO_DF), config=TUNNEL + "allow=df-clear"),
    ("IPIP408", Vector(fail=known(NO_DF, DF), clean=known(DF, NO_DF), config=TUNNEL + "allow=df-clear")),
    # The clocks differ: it was outside first, and came out nevertheless.
    ("IPIP408", Vector(fail=beside(62, df=False) + later(0.0005, within(63)), clean=beside(62) + later(0.0005, within(63)))),
    doubtful("IPIP508", beside(62) + later(0.0005, within(63, tos=2))),
    ("IPIP410", Vector(fail=from_source(STRANGER), clean=from_source(A), args=[*LISTED, *STRICT], severity="error")),
    ("IPIP410", Vector(
        fail=leaves(63, 62) + within(n=2, src=STRANGER) + later(0.1, beside(62, 2)), clean=leaves(63, 62) + leaves(63, 62, n=2),
        config="[policy]\nlearn=1")),
    silent("IPIP410", from_source(STRANGER)),
    # What is embedded in its addresses says where a packet of 6to4 or ISATAP may come from, and needs no list.
    *(("IPIP410", Vector(fail=out_of_6in4("2001:470:3::1", "2001:470:4::1"), clean=out_of_6in4(*ends), args=[*LISTED, *STRICT],
                         severity="error", kind="6in4"))
      for ends in (("2002:cb00:7109::1", "2002:808:404::1"), ("2001:470::200:5efe:203.0.113.9", "2001:470::200:5efe:8.8.4.4"))),
    # Whatever RFC 6040 section 4.2 makes of the two; and what no table does.
    *(("IPIP508", Vector(fail=known(*wrong, outer_tos=tos), clean=known(*right, outer_tos=tos))) for tos, wrong, right in (
        (1, (ECT, {}), (ECT, ECT1)), (2, (ECT1, ECT), (ECT1, ECT1)), (0, (CE, ECT), (CE, CE)), (2, ({}, ECT), ({}, {})),
        (3, (CE, {}), (CE, CE)))),
    silent("IPIP508", known(ECT, CE)),  # a queue behind the exit
    ("IPIP508", Vector(fail=known(ECT, CE), clean=known(ECT, ECT), args=TUNDEV)),
    ("IPIP508", Vector(fail=known({}, CE), clean=known({}, {}))),
    # ECT(1) of the outer header reaches the inner one since RFC 6040.
    ("IPIP508", Vector(fail=known(ECT, ECT1, outer_tos=1), clean=known(ECT, ECT, outer_tos=1), args=profile("linux-3.10"), severity="warning")),
    silent("IPIP508", known(ECT, ECT, outer_tos=1), profile("linux")),
    silent("IPIP508", known(ECT, {}, outer_tos=0), profile("vpp")),
    silent("IPIP508", known(ECT, ECT, outer_tos=3)),  # IPIP509
    silent("IPIP509", known(ECT, ECT, outer_tos=3), profile("gif")),
    ("IPIP509", Vector(fail=known(ECT1, {}, outer_tos=3), clean=known(ECT1, CE, outer_tos=3))),
    ("IPIP510", Vector(
        fail=known({}, {}, outer_tos=3), clean=known({}, {}, outer_tos=2), args=profile("linux-2.6"), severity="note")),
    silent("IPIP511", known(AF11, EF, outer_tos=0xB8)),
    silent("IPIP511", known(AF11, EF), config=TUNNEL + "allow=dscp"),
    # Which of several tunnel headers has shown what, is not known.
    doubtful("IPIP509", leaves(63, 62) + frame(outer(outer(datagram(2, ttl=63, tos=2), tos=3), src="10.7.0.1", dst="10.7.0.2")) + later(0.1, beside(62, 2, tos=2))),
    silent("IPIP411", alone(LEAVING, within(63, 9), LEAVES_AFTER)),  # `ipip check` misses nothing
    # Multicast and fragments draw no error.
    silent("IPIP409", STEADY + frame(inner(HOST, PEER, ttl=1, mf=True, df=False, payload=bytes(64))) + AFTER),
    silent("IPIP409", STEADY + frame(inner(HOST, "224.0.0.9", ttl=1, id=0x109)) + AFTER),
    *(("IPIP409", Vector(
        fail=STEADY + frame(ending(8)) + AFTER, clean=STEADY + frame(ending(type)) + AFTER, at=7, is_late=True)) for type in (3, 11)),
    # An error about another datagram is none about this one.
    ("IPIP409", Vector(
        fail=STEADY + EXPIRES + later(0.1, about(datagram(8, ttl=1), 11, 0, src=GATE)) + AFTER, clean=None, at=7, is_late=True)),
    ("IPIP313", Vector(  # nor is one about the TTL an answer to what is too big
        fail=STEADY + REFUSED + later(0.1, beside(1, 8)) + later(0.1, about(datagram(8, ttl=1), 11, 0, src=GATE)) + AFTER, clean=None,
        scope="tunnel", at=7, is_late=True)),
    silent("IPIP313", STEADY + plain(9, BIG) + later(0.1, within(n=9, size=BIG)) + later(0.1, TOLD) + AFTER),
    silent("IPIP313", STEADY + plain(9, BIG, df=False) + later(0.1, about(datagram(9, BIG, df=False), 3, 4, next_hop_mtu(1280), GATE)) + AFTER),
    silent("IPIP313", STEADY + plain(9, BIG) + later(1.1, TOLD) + AFTER),
    doubtful("IPIP409", STEADY + EXPIRES),
    silent("IPIP313", SMALLER + plain(9, BIG) + AFTER),
    # A bridge takes nothing, a router one.
    *(("IPIP401", on_both_sides(Vector(fail=enters(64, 61), clean=enters(64, right), args=LAN), "gretap", 4)) for right in (64, 63)),
    *(("IPIP406", on_both_sides(Vector(fail=leaves(63, 60), clean=leaves(63, right), args=LAN), "gretap6", 4)) for right in (63, 62)),
    *in_kinds(),
]
