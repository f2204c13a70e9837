# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on who may tunnel what."""

from icmp_errors import datagram, inside
from packets import udp
from other_kinds import MINIMAL, OPAQUE, OUTSIDE_IPV6, READ, UDP, in_kinds
from streams import later, stream
from tunnel_packets import A, B, GOOD, HOST, INNER_CUT, LARGE, PEER, authenticated, cut, frame, inner, outer, tunnelled
from vector import ENTRY, NEVER, SITE, TUNNEL, Vector, silent

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
}

def others(config):
    """The section of a policy file, for the other direction of the tunnel."""
    return config.replace("%s %s" % (A, B), "%s %s" % (B, A))

def declared(config, fail, clean, args=()):
    """IPIP120: what contradicts the declaration, and what agrees with it. One of the other direction has no effect."""
    section = TUNNEL + config
    return [("IPIP120", Vector(fail=fail, clean=clean, severity="warning", args=list(args), config=section)),
            silent("IPIP120", fail, args, others(section))]

OUTSIDE_IPV4 = [kind for kind in READ if kind not in OUTSIDE_IPV6]
ALL_IPV4 = ("gre", "gretap", *UDP, *MINIMAL)

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
    *in_kinds(VECTORS, {211: OUTSIDE_IPV4, 214: [kind for kind in OUTSIDE_IPV4 if kind not in OPAQUE]}),
    *in_kinds(VECTORS, {120: ("6in4", "gre", "gretap", *UDP), 209: ALL_IPV4, 212: ALL_IPV4}),
]
