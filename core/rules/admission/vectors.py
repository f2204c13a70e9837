# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on who may tunnel what."""

from icmp_errors import datagram, inside
from packets import udp
from other_kinds import FOU, FRAMES, MINIMAL, MIRRORS, OPAQUE, OUTSIDE_IPV6, PACKETS, READ, as_kind, in_kind, in_kinds, on_both_sides, reading, text6
from streams import later, stream
from tunnel_kinds import (A6, B6, FRAME, GOOD_GRE, GOOD_GRE6, HOST6, PEER6, clear_esp, ethernet_frame, four_in_six, gre, gre6_packet, gre_packet, gue,
                          inner6, limit, minimal, outer6, six_in_four, six_in_six, udp6, udp_tunnel)
from tunnel_packets import A, B, GOOD, HOST, INNER_CUT, LARGE, PEER, authenticated, cut, frame, inner, outer, tunnelled
from vector import ENTRY, NEVER, SITE, TUNNEL, TUNNEL6, Vector, silent

SPOOFED = {"src": PEER, "dst": "10.2.0.9"}
ASTRAY = {"dst": "10.3.0.1"}
EXIT = "10.2.255.1"  # an end of the tunnel in the site of PEER
INTO_SITE = {"dst": EXIT}
STRANGER = tunnelled({}, {"src": "10.0.0.3"})
INTO_SITE_CUT = cut(outer(inner(), dst=EXIT), 30)
LEAVES = datagram(1, ttl=62)  # the decapsulator

VECTORS = {
    "IPIP120": Vector(
        fail=tunnelled({}, {"ttl": 65}), clean=frame(GOOD), unknown=INNER_CUT, severity="warning",
        config=TUNNEL + "ttl=inherit"),
    "IPIP209": Vector(
        fail=tunnelled(SPOOFED, INTO_SITE), clean=tunnelled({**SPOOFED, "src": HOST}, INTO_SITE), unknown=INTO_SITE_CUT,
        args=SITE, severity="warning"),
    "IPIP210": Vector(
        fail=tunnelled(ASTRAY) + frame(inner(HOST, "10.3.0.1", ttl=63)), clean=inside(1) + frame(LEAVES),
        unknown=inside(1) + frame(LEAVES), args=SITE, unknown_args=[], severity="warning"),
    "IPIP211": Vector(
        fail=STRANGER, clean=frame(GOOD), args=["--endpoint", A + "-" + B], severity="warning", unknown=NEVER),
    "IPIP212": Vector(
        fail=tunnelled(ASTRAY, INTO_SITE), clean=tunnelled({}, INTO_SITE), unknown=INTO_SITE_CUT, args=SITE,
        severity="note", scope="tunnel"),
    "IPIP214": Vector(
        fail=tunnelled({}, INTO_SITE), clean=authenticated(1, **INTO_SITE), args=SITE, severity="note", unknown=NEVER,
        scope="tunnel"),
    "IPIP852": Vector(
        fail=frame(GOOD_GRE), clean=frame(GOOD), unknown=NEVER, config=TUNNEL + "mode=ipip"),
}

MODES = {
    "6in4": "sit", "4in6": "ipip6", "6in6": "ip6ip6", "gre": "gre", "gre6": "ip6gre", "gretap": "gretap", "gretap6": "ip6gretap",
    "erspan": "erspan", "erspan6": "ip6erspan", "esp": "vti", "mpls-in-ip": "mplsip",
}

def another_kind(kind):
    """IPIP852: this kind where another is declared, and where it is declared, too."""
    packet, over_ipv6 = in_kind(frame(GOOD), kind), kind in OUTSIDE_IPV6
    section, other = (text6(TUNNEL), "ipcomp") if over_ipv6 else (TUNNEL, "ipip")
    return [("IPIP852", Vector(fail=packet, clean=None, unknown=NEVER, config=section + "mode=" + other, args=reading(kind), kind=kind)),
            ("IPIP852", Vector(fail=None, clean=packet, config=section + "mode=%s;%s" % (other, MODES.get(kind, kind)), args=reading(kind), kind=kind)),
            silent("IPIP852", packet, reading(kind), section)]

def of_kind(config, fail, clean, args=()):
    """IPIP120 with a key that some kinds have."""
    return "IPIP120", Vector(fail=frame(fail), clean=frame(clean), severity="warning", config=config, args=list(args))

def in_udp(sport=50000):
    return udp_tunnel(gue(inner()), 6080, sport=sport)

def in_udp6(**options):
    return outer6(udp6(A6, B6, gue(inner()), 50000, 6080), next=17, **options)

def limited(number):
    return outer6(limit(41, number) + inner6(), next=60)

def others(config):
    """The section of a policy file, for the other direction of the tunnel."""
    return config.replace("%s %s" % (A, B), "%s %s" % (B, A))

def declared(config, fail, clean, args=()):
    """IPIP120: what contradicts the declaration, and what agrees with it. One of the other direction has no effect."""
    section = TUNNEL + config
    return [("IPIP120", Vector(fail=fail, clean=clean, severity="warning", args=list(args), config=section)),
            silent("IPIP120", fail, args, others(section))]

RELATED = (*PACKETS, *FRAMES)

def in_clear(rule, wrong, right, around=INTO_SITE, args=(), **options):
    """In ESP with the NULL cipher, as declared."""
    def packet(inside):
        return outer(clear_esp(inner(**inside)), protocol=50, **around)
    return rule, Vector(fail=frame(packet(wrong)), clean=frame(packet(right)), unknown=NEVER, kind="esp",
                        args=[*args, "--esp-null", "16"], **options)

VARIANTS = [
    *declared("ttl=64", tunnelled({}, {"ttl": 65}), tunnelled({}, {"ttl": 63})),
    *declared("ttl=64", tunnelled({}, {"ttl": 63}), frame(GOOD), ENTRY),
    *declared("ttl=inherit", tunnelled({"ttl": 60}, {"ttl": 61}), tunnelled({"ttl": 60}, {"ttl": 59})),
    *declared("ttl=inherit", tunnelled({"ttl": 60}, {"ttl": 59}), tunnelled({"ttl": 60}, {"ttl": 60}), ENTRY),
    *declared("tos=0x28", frame(GOOD), tunnelled({}, {"tos": 0x28}), ENTRY),
    *declared("tos=0x28", frame(GOOD), tunnelled({}, {"tos": 0x28})),
    *declared("tos=inherit", tunnelled({"tos": 0x28}), tunnelled({"tos": 0x28}, {"tos": 0x28}), ENTRY),
    *declared("tos=inherit", tunnelled({"tos": 0x28}), tunnelled({"tos": 0x28}, {"tos": 0x28})),
    *declared("df=set", tunnelled({"df": False}, {"df": False}), tunnelled({"df": False})),
    *declared("df=copy", tunnelled({"df": False}), frame(GOOD)),
    *declared("df=clear", frame(GOOD), tunnelled({}, {"df": False})),
    *declared("mtu=147", frame(outer(LARGE)), frame(outer(inner(payload=udp(HOST, PEER, b"x" * 99))))),
    silent("IPIP209", VECTORS["IPIP209"].fail),
    silent("IPIP209", VECTORS["IPIP209"].fail, SITE + ["--endpoint", A + "-" + EXIT]),
    silent("IPIP209", tunnelled(SPOOFED, {"src": "10.2.0.8", **INTO_SITE}), SITE),
    silent("IPIP211", tunnelled({}, {"src": B, "dst": A}), VECTORS["IPIP211"].args),
    silent("IPIP211", STRANGER),
    ("IPIP211", Vector(
        fail=stream(2) + STRANGER, clean=stream(1) + STRANGER, severity="warning", config="[policy]\nlearn=2\n")),
    silent("IPIP212", VECTORS["IPIP212"].fail),
    silent("IPIP212", tunnelled(ASTRAY), SITE),
    ("IPIP214", Vector(
        fail=tunnelled({}, {"src": EXIT, "dst": B}), clean=tunnelled({}, {"src": EXIT, "dst": "10.2.0.8"}), args=SITE,
        severity="note")),
    silent("IPIP214", frame(GOOD), SITE),
    silent("IPIP214", VECTORS["IPIP214"].fail),
    ("IPIP210", Vector(
        fail=tunnelled(ASTRAY) + later(9, frame(inner(HOST, "10.3.0.1", ttl=60))),
        clean=tunnelled(ASTRAY) + later(11, frame(inner(HOST, "10.3.0.1", ttl=60))), args=SITE, severity="warning")),
    silent("IPIP210", tunnelled(ASTRAY) + frame(inner(**ASTRAY)), SITE),
    *(("IPIP210", on_both_sides(VECTORS["IPIP210"], kind)) for kind in (*PACKETS, *MINIMAL)),
    # A site that has no IPv6 prefix says nothing of IPv6 destinations.
    silent("IPIP210", on_both_sides(VECTORS["IPIP210"], "6in4").fail, SITE),
    in_clear("IPIP209", SPOOFED, {**SPOOFED, "src": HOST}, args=SITE),
    in_clear("IPIP212", ASTRAY, {}, args=SITE, scope="tunnel"),
    in_clear("IPIP120", {"ttl": 63}, {"ttl": 64}, {}, config=TUNNEL + "ttl=inherit"),
    *in_kinds(VECTORS, {211: READ, 214: [kind for kind in READ if kind not in OPAQUE]}),
    *in_kinds(VECTORS, {120: RELATED, 209: (*RELATED, *MINIMAL), 212: (*RELATED, *MINIMAL)}),
    ("IPIP120", Vector(
        fail=frame(minimal(inner(ttl=65))), clean=frame(minimal(inner(ttl=64))), unknown=cut(minimal(), 22), severity="warning",
        config=TUNNEL + "ttl=64", kind="minimal")),
    # A site that has no IPv6 prefix says nothing of IPv6 destinations.
    silent("IPIP212", as_kind(VECTORS["IPIP212"], "6in4").fail, SITE),
    silent("IPIP212", frame(six_in_four(inner6("fe80::1", "fe80::2"), dst=EXIT)), [*SITE, "--site", "2001:470::/32"]),
    # 6to4 and ISATAP say where their ends are; a configured tunnel does not.
    silent("IPIP211", frame(six_in_four(inner6("2002:a00:1::1"))), ["--endpoint", A + "-10.0.0.9"]),
    ("IPIP211", Vector(
        fail=frame(six_in_four(inner6("2002:a00:1::1"))), clean=None, args=["--endpoint", A + "-10.0.0.9"], severity="warning",
        config=TUNNEL + "mode=sit", kind="6in4")),
    *(of_kind(TUNNEL + config, fail, clean) for config, fail, clean in (
        ("key=42", gre_packet(key=41), gre_packet(key=42)),
        ("key=0.0.0.42", GOOD_GRE, gre_packet(key=42)),
        ("key=none", gre_packet(key=0), GOOD_GRE),
        ("csum=yes", GOOD_GRE, gre_packet(has_checksum=True)),
        ("csum=no", gre_packet(has_checksum=True), GOOD_GRE),
        ("seq=yes", GOOD_GRE, gre_packet(sequence=1)),
        ("seq=no", gre_packet(sequence=1), GOOD_GRE),
        ("key=42", gre_packet(inner6(), type=0x86DD), gre_packet(inner6(), type=0x86DD, key=42)),
        ("key=42", gre_packet(ethernet_frame(inner()), type=FRAME), gre_packet(ethernet_frame(inner()), type=FRAME, key=42)),
        ("key=42", udp_tunnel(gre(inner()), 4754), udp_tunnel(gre(inner(), key=42), 4754)),
        ("sport=40000", in_udp(), in_udp(sport=40000)),
        ("dport=4754", in_udp(), udp_tunnel(gre(inner()), 4754)),
        ("tos=0x28", six_in_four(), six_in_four(tos=0x28)),
        ("df=clear", six_in_four(), six_in_four(df=False)),
        ("df=set", six_in_four(df=False), six_in_four()),
    )),
    *(of_kind(TUNNEL6 + config, fail, clean) for config, fail, clean in (
        ("ttl=64", four_in_six(hops=65), four_in_six(hops=63)),
        ("ttl=inherit", six_in_six(inner6(hops=60), hops=61), six_in_six(inner6(hops=60), hops=60)),
        ("tos=EF", gre6_packet(), gre6_packet(outer_options={"tclass": 0xB8})),
        ("tos=inherit", six_in_six(inner6(tclass=0xB8)), six_in_six(inner6(tclass=0xB8), tclass=0xB8)),
        ("mtu=1280", four_in_six(inner(payload=bytes(1221))), four_in_six(inner(payload=bytes(1220)))),
        ("encaplimit=4", six_in_six(), limited(4)),
        ("encaplimit=4", limited(3), limited(4)),
        ("encaplimit=none", limited(4), six_in_six()),
        ("encaplimit=4", outer6(limit(4, 5) + inner(), next=60), outer6(limit(4, 4) + inner(), next=60)),
        ("encaplimit=4", outer6(limit(47, 5) + gre(inner()), next=60), outer6(limit(47, 4) + gre(inner()), next=60)),
        ("flowlabel=0x12345", six_in_six(), six_in_six(label=0x12345)),
        ("flowlabel=inherit", six_in_six(inner6(label=7)), six_in_six(inner6(label=7), label=7)),
        ("flowlabel=inherit", six_in_six(inner6(label=7)), six_in_six(label=9)),
        ("flowlabel=0x0", four_in_six(label=1), four_in_six()),
        ("key=42", GOOD_GRE6, gre6_packet(key=42)),
        ("csum=yes", GOOD_GRE6, gre6_packet(has_checksum=True)),
        ("seq=no", gre6_packet(sequence=1), GOOD_GRE6),
        ("flowlabel=0x5", in_udp6(), in_udp6(label=5)),
        ("dport=6080", outer6(udp6(A6, B6, gre(inner()), 50000, 4754), next=17), in_udp6()),
    )),
    # In a nest the limit goes down, whatever is declared.
    silent("IPIP120", frame(outer6(limit(41, 2) + outer6(limit(41, 3) + inner6(), src=HOST6, dst=PEER6, next=60), next=60)), (),
           TUNNEL6 + "encaplimit=4"),
    of_kind(TUNNEL + "sport=40000", udp_tunnel(inner(), 5555), udp_tunnel(inner(), 5555, sport=40000), FOU),
    *(vector for kind in READ for vector in another_kind(kind)),
    ("IPIP852", Vector(fail=frame(GOOD), clean=frame(six_in_four()), config=TUNNEL + "mode=sit")),
    ("IPIP852", Vector(fail=frame(four_in_six()), clean=frame(six_in_six()), config=TUNNEL6 + "mode=ip6ip6")),
    ("IPIP852", Vector(fail=frame(GOOD_GRE), clean=frame(six_in_four()), config=TUNNEL + "mode=any")),
]
