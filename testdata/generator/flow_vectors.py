# SPDX-License-Identifier: GPL-2.0-or-later
"""As vectors.py, for the rules that look at more than one tunnel packet or at what the operator knows.

FLOW has a vector for every rule; FLOW_VARIANTS has further ones, as (rule, vector): other severities, limits, what must
stay silent. The finding is on the last frame, for a rule of tunnel scope too: that is where it becomes known.
"""

from packets import After, authentication_header, checksum, icmp, udp
from vectors import (
    A, B, ENTRY, GOOD, HOST, INNER_CUT, LARGE, LARGE_DF, PEER, STRICT, VECTORS, Vector, cut, ecn, fragments, frame, inner, outer,
    tunnelled)

EXIT = "10.2.255.1"  # a tunnel's end in the site of PEER
SITE = ["--site", "10.2.0.0/16"]
TUNNEL = "[tunnel %s %s]\n" % (A, B)  # a section of the policy file

# The rules that report once for each tunnel direction.
TUNNEL_SCOPE = {
    "IPIP107", "IPIP212", "IPIP214", "IPIP507", "IPIP514", "IPIP623", "IPIP624", "IPIP626", "IPIP627", "IPIP636",
    "IPIP638", "IPIP639", "IPIP905", "IPIP906", "IPIP907", "IPIP908",
}

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

def looping(*ttls, **inner_options):
    """The same inner datagram again and again, each time in a new tunnel packet."""
    return [packet for n, ttl in enumerate(ttls) for packet in tunnelled({"ttl": ttl, **inner_options}, {"id": n})]

def relayed(*steps):
    """The same inner datagram through one tunnel direction after the other: (src, dst, inner TTL)."""
    return [packet for n, (src, dst, ttl) in enumerate(steps)
            for packet in tunnelled({"ttl": ttl}, {"src": src, "dst": dst, "id": n})]

def clear(n, **options):
    """The n-th datagram in a tunnel packet that may be fragmented; what is said is of the outer header."""
    packet = inner(payload=udp(HOST, PEER, b"%d" % n), id=n, df=False)
    return frame(outer(packet, **{"id": 7, "df": False, **options}))

def clears(numbers, **options):
    return [packet for n in numbers for packet in clear(n, **options)]

def bursts(*counts, **options):
    """So many datagrams in each second of the clock, a millisecond apart."""
    frames, gap = [], 1
    for count in counts:
        for _ in range(count):
            frames += later(gap, clear(len(frames), id=len(frames), **options))
            gap = 0.001
        gap = 1 - (count - 1) * 0.001
    return frames

def inner_clear(n, **options):
    """The n-th datagram, which may be fragmented inside; what is said is of the inner header."""
    packet = inner(**{"payload": udp(HOST, PEER, b"%d" % n), "df": False, "id": 7, **options})
    return frame(outer(packet, id=n))

def authenticated(n, **options):
    return frame(outer(authentication_header(4) + inner(id=n), protocol=51, id=n, **options))

def piece(begin, octets, **options):
    """An outer fragment."""
    return frame(outer(octets, offset=begin // 8, **{"df": False, **options}))

def ect(count, last=0):
    """ECN-capable datagrams without ECN outside, but for the last one."""
    return stream(count, constant(tos=2), lambda n: {"tos": last if n == count - 1 else 0}, every=0.01)

def others(config):
    """The section of a policy file, for the other direction of the tunnel."""
    return config.replace("%s %s" % (A, B), "%s %s" % (B, A))

SPOOFED = {"src": PEER, "dst": "10.2.0.9"}
ASTRAY = {"dst": "10.3.0.1"}
INTO_SITE = {"dst": EXIT}
ANOTHER = tunnelled({"id": 9}, {"id": 9})
STRANGER = tunnelled({}, {"src": "10.0.0.3"})
HEAD, TAIL = piece(0, LARGE[:64], mf=True), piece(64, LARGE[64:])
CLEAR_CUT = cut(outer(inner(df=False), df=False), 30)
INTO_SITE_CUT = cut(outer(inner(), dst=EXIT), 30)

FLOW = {
    "IPIP107": Vector(
        fail=inherited(20), clean=stream(20, lambda n: {"ttl": 100 + n % 4}), unknown=inherited(19), severity="note"),
    "IPIP120": Vector(
        fail=tunnelled({}, {"ttl": 65}), clean=frame(GOOD), unknown=INNER_CUT, severity="warning",
        config=TUNNEL + "ttl=inherit"),
    "IPIP203": Vector(
        fail=looping(60, 59), clean=looping(60, 60), unknown=INNER_CUT, severity="warning"),
    "IPIP209": Vector(
        fail=tunnelled(SPOOFED, INTO_SITE), clean=tunnelled({**SPOOFED, "src": HOST}, INTO_SITE), unknown=INTO_SITE_CUT,
        args=SITE, severity="warning"),
    "IPIP211": Vector(
        fail=STRANGER, clean=frame(GOOD), args=["--endpoint", A + "-" + B], severity="warning"),
    "IPIP212": Vector(
        fail=tunnelled(ASTRAY, INTO_SITE), clean=tunnelled({}, INTO_SITE), unknown=INTO_SITE_CUT, args=SITE,
        severity="note"),
    "IPIP213": Vector(
        fail=frame(GOOD) + later(0.5, frame(GOOD)), clean=frame(GOOD) + later(0.5, tunnelled({}, {"id": 9})),
        unknown=INNER_CUT, severity="note"),
    "IPIP214": Vector(
        fail=tunnelled({}, INTO_SITE), clean=authenticated(1, **INTO_SITE), args=SITE, severity="note"),
    "IPIP220": Vector(
        fail=relayed((A, B, 60), (B, A, 59), (A, B, 58)), clean=relayed((A, B, 60), (B, A, 59), (A, B, 60)),
        unknown=INNER_CUT, severity="error"),
    "IPIP507": Vector(
        fail=ect(1000), clean=ect(1000, last=2), unknown=ect(999), severity="note"),
    "IPIP514": Vector(
        fail=authenticated(1) + authenticated(2, tos=0x28), clean=authenticated(1) + authenticated(2), severity="note"),
    "IPIP621": Vector(
        fail=clear(1) + clear(2), clean=clear(1) + clear(2, id=8), unknown=CLEAR_CUT, severity="warning"),
    "IPIP622": Vector(
        fail=clear(1) + later(2, clear(1)), clean=clear(1) + later(2, clear(1, id=8)), unknown=CLEAR_CUT,
        severity="note"),
    "IPIP623": Vector(
        fail=bursts(547, 547, 547), clean=bursts(547, 547, 546), severity="warning"),
    "IPIP624": Vector(
        fail=clears(range(10)), clean=clears(range(9)) + clear(9, id=8), unknown=clears(range(9)), severity="warning"),
    "IPIP626": Vector(
        fail=stream(20, outside=lambda n: {"id": 0x100 + n}), clean=stream(20),
        unknown=stream(19, outside=lambda n: {"id": 0x100 + n}), severity="note"),
    "IPIP627": Vector(
        fail=inner_clear(1) + inner_clear(2), clean=inner_clear(1) + inner_clear(2, id=8),
        unknown=cut(outer(inner(df=False)), 30), severity="note"),
    "IPIP635": Vector(
        fail=HEAD + piece(56, b"conflict" + LARGE[64:]), clean=HEAD + TAIL, severity="error"),
    "IPIP636": Vector(
        fail=HEAD + later(61, ANOTHER), clean=HEAD + TAIL + later(61, ANOTHER), unknown=HEAD + later(59, ANOTHER),
        severity="note"),
    "IPIP637": Vector(
        fail=HEAD + piece(64, LARGE[64:], tos=0x28), clean=HEAD + TAIL, severity="error"),
    "IPIP638": Vector(
        fail=fragments(LARGE, 64, 96), clean=fragments(LARGE, 64), unknown=HEAD, severity="note"),
    "IPIP639": Vector(
        fail=HEAD + TAIL, clean=frame(outer(LARGE, df=False)), unknown=HEAD, severity="note"),
    "IPIP905": Vector(
        fail=frame(GOOD) + later(0.001, frame(GOOD)), clean=frame(GOOD) + later(0.002, frame(GOOD)), unknown=INNER_CUT,
        severity="note"),
    "IPIP906": Vector(
        fail=stream(20), clean=stream(20, outside=constant(ttl=100)), unknown=stream(19), severity="note"),
    "IPIP907": Vector(
        fail=stream(100), clean=tunnelled({"src": PEER, "dst": HOST}, {"src": B, "dst": A}) + stream(100),
        unknown=stream(99), severity="note"),
    "IPIP908": Vector(
        fail=stream(1) + later(-1.5, ANOTHER), clean=stream(1) + later(-1, ANOTHER), severity="note"),
}

def silent(rule, frames, args=(), config=None):
    return rule, Vector(fail=None, clean=frames, args=list(args), config=config)

def doubtful(rule, frames):
    return rule, Vector(fail=None, clean=None, unknown=frames)

def profile(name):
    return ["--profile", name]

def declared(config, fail, clean, args=()):
    """IPIP120: what contradicts the declaration, and what agrees with it. One of the other direction says nothing."""
    section = TUNNEL + config
    return [("IPIP120", Vector(fail=fail, clean=clean, severity="warning", args=list(args), config=section)),
            silent("IPIP120", fail, args, others(section))]

def partial(frames):
    """The tunnel packet as the first fragment of a larger one, of which the snapshot length leaves only what is given."""
    octets = bytearray(frames[-1][14:])
    octets[6] |= 0x20
    octets[2:4] = (len(octets) + 8).to_bytes(2, "big")
    octets[10:12] = bytes(2)
    octets[10:12] = checksum(bytes(octets[:20])).to_bytes(2, "big")
    return [(frames[-1][:14] + bytes(octets), 14 + len(octets) + 8)]

def judged_partial(rule):
    vector = VECTORS[rule]
    return rule, Vector(
        fail=partial(vector.fail), clean=partial(vector.clean), args=vector.args, severity=vector.severity)

# What is judged on a first fragment if the rest never comes.
OF_FIRST_FRAGMENTS = [
    "IPIP%d" % number for number in (
        100, 101, 102, 106, 115, 201, 202, 204, 206, 207, 208, 217, 218, 219, 501, 502, 503, 504, 505, 506, 611, 612)]
DF_HEAD, DF_TAIL = fragments(LARGE_DF, 64)

def six(octets, **options):
    """A tunnel packet under the protocol number of IPv6."""
    return frame(outer(octets, protocol=41, **options))

def signed(inner_options=None, outer_options=None, payload=None):
    """A tunnel packet with an authentication header between."""
    packet = inner(payload=payload, **(inner_options or {}))
    return frame(outer(authentication_header(4) + packet, **{"protocol": 51, **(outer_options or {})}))

IPSEC = TUNNEL + "profile=strict-rfc2003"
REQUEST = {"src": A, "dst": B, "payload": icmp(8), "protocol": 1}
BACK = {"src": B, "dst": A}
TRACED = udp(A, PEER, dport=33434)

def routing(dst, **options):
    """What a routing protocol of the encapsulator sends: OSPF, unless something else is said."""
    return tunnelled({"src": A, "dst": dst, "ttl": 1, "payload": b"x" * 44, "protocol": 89, **options})

def unfilled(count, of, **options):
    """So many of these packets have nothing in the outer checksum."""
    return stream(of, outside=lambda n: {"sum": 0, **options} if n < count else options)

FLOW_VARIANTS = [
    # An outer checksum of 0 on more than half of a direction is left to the network card, unless it was captured elsewhere.
    ("IPIP109", Vector(fail=unfilled(1, 1), clean=unfilled(3, 5), severity="error", is_late=True)),
    ("IPIP109", Vector(fail=unfilled(2, 2), clean=unfilled(3, 3), severity="error", is_late=True, earlier=(1,))),
    ("IPIP109", Vector(fail=frame(GOOD) * 3 + unfilled(3, 3), clean=unfilled(4, 7), severity="error", is_late=True, earlier=(4, 5))),
    # Other wrong ones of such a direction stay wrong.
    ("IPIP109", Vector(fail=unfilled(9, 9) + tunnelled({}, {"sum": 1}), clean=None, severity="error", is_late=True)),
    *(("IPIP109", Vector(fail=unfilled(4, 4), clean=stream(4), severity="error", args=["--vantage", vantage], earlier=(1, 2, 3)))
      for vantage in ("entry", "mid", "exit")),
    silent("IPIP109", unfilled(1, 1), ["--vantage", "host-tx"]),
    silent("IPIP904", unfilled(4, 4), ENTRY),
    ("IPIP904", Vector(fail=None, clean=unfilled(2, 4), is_late=True)),
    # An authentication header means IPsec (RFC 4301), unless a section on the tunnel says otherwise.
    *((rule, Vector(fail=fail, clean=clean, severity=severity))
      for rule, fail, clean, severity in (
          ("IPIP105", tunnelled({}, {"df": False}), signed({}, {"df": False}), "error"),
          ("IPIP101", tunnelled({"tos": 0xB8}), signed({"tos": 0xB8}), "note"),
          ("IPIP106", tunnelled({"df": False}, {"df": False}), signed({"df": False}, {"df": False}), "note"),
          ("IPIP503", ecn(3, 2), signed({"tos": 3}, {"tos": 2}), "note"),
          ("IPIP204", tunnelled({"src": A, "dst": B}), signed({"src": A, "dst": B}), "warning"),
          ("IPIP217", frame(outer(inner(src=B, dst=A, payload=icmp(0), protocol=1))),
           signed({"src": B, "dst": A, "protocol": 1}, payload=icmp(0)), "warning"),
          ("IPIP218", tunnelled(REQUEST), signed({"src": A, "dst": B, "protocol": 1}, payload=icmp(8)), "warning"),
          ("IPIP219", tunnelled({"src": A, "ttl": 1}), signed({"src": A, "ttl": 1}), "warning"))),
    silent("IPIP105", signed({}, {"df": False}), STRICT),
    silent("IPIP105", signed({}, {"df": False}), config="[policy]\nprofile=strict-rfc2003\n"),
    silent("IPIP501", signed({"tos": 3}, {"tos": 2})),
    ("IPIP105", Vector(fail=signed({}, {"df": False}), clean=signed(), severity="error", config=IPSEC)),
    # The direction is IPsec's from then on.
    ("IPIP105", Vector(
        fail=tunnelled({"id": 9}, {"id": 9, "df": False}),
        clean=signed({}, {"df": False}) + tunnelled({"id": 9}, {"id": 9, "df": False}), severity="error")),
    ("IPIP201", Vector(fail=signed({"src": A, "ttl": 57}), clean=signed(), severity="note")),
    ("IPIP201", Vector(fail=signed({"src": A, "ttl": 1}), clean=signed(), severity="note")),
    # What speaks of it as before.
    ("IPIP202", Vector(fail=signed({"src": B}), clean=signed(), severity="error")),
    ("IPIP115", Vector(fail=signed({"ttl": 0}), clean=signed({"ttl": 1}), severity="error")),
    ("IPIP502", Vector(fail=signed({}, {"tos": 3}), clean=signed({"tos": 2}, {"tos": 3}), severity="warning")),
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
    ("IPIP204", Vector(fail=tunnelled(REQUEST) + tunnelled({**BACK, "payload": icmp(0), "protocol": 1}, BACK), clean=None,
                       severity="note")),
    ("IPIP218", Vector(
        fail=tunnelled(REQUEST) + tunnelled({**BACK, "payload": icmp(0), "protocol": 1}, BACK)
        + tunnelled({**REQUEST, "id": 9}, {"id": 9}), clean=None, severity="note", earlier=(1,))),
    # A reply outside the tunnel makes nothing better.
    ("IPIP218", Vector(
        fail=tunnelled(REQUEST) + frame(inner(B, A, icmp(0), protocol=1)) + tunnelled({**REQUEST, "id": 9}, {"id": 9}),
        clean=None, severity="warning", earlier=(1,))),
    # Protocol 41: one octet that says another version than 6 is enough, in a first fragment, too.
    *(("IPIP100", Vector(fail=frames, clean=frame(GOOD), severity="error")) for frames in (
        six(inner()), six(b"\x45"), six(b"\x50" + inner()[1:]), six(inner()[:24], mf=True, df=False),
        cut(outer(inner(), protocol=41), 21),
        frame(outer(authentication_header(41) + inner(), protocol=51)),
        frame(outer(outer(inner(), protocol=41, src="10.7.0.1"))))),
    # Nothing else is said of it: Linux drops it, too.
    *(silent(rule, six(inner(src=A, dst=B, ttl=0, tos=0xB8, payload=icmp(8), protocol=1), df=False))
      for rule in ("IPIP101", "IPIP103", "IPIP105", "IPIP115", "IPIP201", "IPIP204", "IPIP218", "IPIP501")),
    *map(judged_partial, OF_FIRST_FRAGMENTS),
    # The fragments of one datagram, cut by the snapshot length: judged on the one at offset 0, wherever it comes, and once.
    *(("IPIP116", Vector(fail=frames, clean=None, severity="error", captured=captured))
      for frames in ([DF_TAIL, DF_HEAD], [DF_HEAD]) for captured in (54, 96)),
    ("IPIP116", Vector(fail=None, clean=fragments(LARGE, 64), captured=96)),
    # Or what comes is not enough.
    ("IPIP116", Vector(fail=[DF_HEAD], clean=fragments(LARGE, 64)[:1], severity="error", is_late=True)),
    ("IPIP116", Vector(fail=[DF_HEAD, DF_TAIL], clean=None, severity="error")),
    ("IPIP116", Vector(fail=None, clean=None, unknown=[DF_TAIL, DF_HEAD], captured=53)),
    *(("IPIP%d" % number, Vector(fail=None, clean=None, unknown=fragments(inner(total=200, df=False), 24)[:1], captured=60))
      for number in (103, 104)),
    ("IPIP107", Vector(fail=inherited(20), clean=None, args=STRICT, severity="warning")),
    ("IPIP107", Vector(fail=inherited(20, hops=64), clean=inherited(20, hops=65), severity="note")),
    ("IPIP107", Vector(
        fail=inherited(20, exceptions=(3,)), clean=inherited(20, exceptions=(3, 6)), severity="note")),
    ("IPIP107", Vector(fail=inherited(20, ttls=3), clean=inherited(20, ttls=2), severity="note")),
    *(silent("IPIP107", inherited(20), profile(name)) for name in ("linux", "linux-2.6", "linux-3.10", "vpp")),
    silent("IPIP107", inherited(20), config=TUNNEL + "ttl=inherit"),
    silent("IPIP101", tunnelled({"tos": 0xB8}), config=TUNNEL + "tos=0x00"),
    silent("IPIP105", tunnelled({}, {"df": False}), config=TUNNEL + "df=clear"),
    silent("IPIP106", tunnelled({"df": False}, {"df": False}), config=TUNNEL + "df=copy"),
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
    silent("IPIP203", FLOW["IPIP220"].fail),
    silent("IPIP203", tunnelled({"ttl": 60, "id": 1}) + tunnelled({"ttl": 59, "id": 2})),
    silent("IPIP203", relayed((A, B, 60), (B, "10.0.0.3", 59))),
    ("IPIP220", Vector(
        fail=relayed((A, B, 60), (B, "10.0.0.3", 59), (A, B, 58)),
        clean=relayed((A, B, 60), ("10.0.0.5", "10.0.0.3", 59), (A, B, 58)), severity="error")),
    silent("IPIP220", looping(60, 59, 58)),
    silent("IPIP209", FLOW["IPIP209"].fail),
    silent("IPIP209", FLOW["IPIP209"].fail, SITE + ["--endpoint", A + "-" + EXIT]),
    silent("IPIP209", tunnelled(SPOOFED, {"src": "10.2.0.8", **INTO_SITE}), SITE),
    silent("IPIP211", tunnelled({}, {"src": B, "dst": A}), FLOW["IPIP211"].args),
    silent("IPIP211", STRANGER),
    ("IPIP211", Vector(
        fail=stream(2) + STRANGER, clean=stream(1) + STRANGER, severity="warning", config="[policy]\nlearn=2\n")),
    silent("IPIP212", FLOW["IPIP212"].fail),
    silent("IPIP212", tunnelled(ASTRAY), SITE),
    ("IPIP213", Vector(
        fail=frame(GOOD) + later(1, frame(GOOD)), clean=frame(GOOD) + later(1.1, frame(GOOD)), severity="note")),
    silent("IPIP213", FLOW["IPIP905"].fail),
    silent("IPIP213", frame(GOOD) + later(0.5, tunnelled({}, {"ttl": 62}))),
    ("IPIP214", Vector(
        fail=tunnelled({}, {"src": EXIT, "dst": B}), clean=tunnelled({}, {"src": EXIT, "dst": "10.2.0.8"}), args=SITE,
        severity="note")),
    silent("IPIP214", frame(GOOD), SITE),
    silent("IPIP214", FLOW["IPIP214"].fail),
    silent("IPIP514", tunnelled({"id": 1}, {"id": 1}) + tunnelled({"id": 2}, {"id": 2, "tos": 0x28})),
    ("IPIP621", Vector(
        fail=clear(1) + later(119, clear(2)), clean=clear(1) + later(121, clear(2)), severity="warning")),
    ("IPIP621", Vector(fail=fragments(LARGE, 64) + clear(1, id=0x1234), clean=None, severity="error")),
    silent("IPIP621", clear(1) + clear(2, df=True)),
    silent("IPIP621", clear(1) + clear(1)),
    *(silent("IPIP621", clear(1) + clear(2), profile(name)) for name in ("vpp", "linux-3.10")),
    ("IPIP622", Vector(
        fail=clear(1) + later(119, clear(1)), clean=clear(1) + later(121, clear(1)), severity="note")),
    silent("IPIP622", clear(1, df=True) + later(2, clear(1, df=True))),
    silent("IPIP622", clear(1) + later(2, clear(1, ttl=62))),
    silent("IPIP622", clear(1) + later(0.001, clear(1))),
    silent("IPIP623", bursts(547, 547, 547, df=True)),
    silent("IPIP623", bursts(547, 546, 547, 547)),
    ("IPIP624", Vector(
        fail=fragments(LARGE, 64, id=7) + clears(range(9)),
        clean=fragments(LARGE, 64, id=7) + clears(range(9), df=True), severity="error")),
    silent("IPIP624", clears(range(9)) + clear(9, id=8) + clears(range(10, 19))),
    silent("IPIP624", clears(range(10)), profile("vpp")),
    silent("IPIP626", stream(20, outside=lambda n: {"id": 9 if n == 4 else 0x100 + n})),
    silent("IPIP626", stream(20, constant(id=7), constant(id=7))),
    silent("IPIP627", inner_clear(1, mf=True, payload=b"x" * 16) + inner_clear(2, offset=2, payload=b"y" * 16)),
    silent("IPIP627", inner_clear(1) + inner_clear(2, df=True)),
    ("IPIP635", Vector(fail=HEAD + piece(56, LARGE[56:]), clean=None, severity="warning")),
    silent("IPIP635", HEAD + later(0.3, HEAD)),
    ("IPIP636", Vector(
        fail=HEAD + later(61, frame(inner(src="10.7.0.1", dst="10.7.0.2"))), clean=None, severity="note")),
    ("IPIP637", Vector(  # the ends at 128 and at 96 octets
        fail=HEAD + piece(96, LARGE[96:]) + piece(64, LARGE[64:96]),
        clean=HEAD + piece(96, LARGE[96:]) + piece(64, LARGE[64:96], mf=True), severity="error")),
    ("IPIP637", Vector(fail=HEAD + piece(64, LARGE[64:], df=True), clean=None, severity="error")),
    ("IPIP637", Vector(
        fail=HEAD + piece(64, LARGE[64:], tos=3),
        clean=piece(0, LARGE[:64], mf=True, tos=2) + piece(64, LARGE[64:], tos=3), severity="warning")),
    ("IPIP905", Vector(fail=frame(GOOD) + later(-0.0005, frame(GOOD)), clean=None, severity="note")),
    ("IPIP905", Vector(
        fail=frame(GOOD) + later(0.5, tunnelled({}, {"ttl": 62})),
        clean=frame(GOOD) + later(1.1, tunnelled({}, {"ttl": 62})), severity="note")),
    ("IPIP905", Vector(fail=HEAD + later(0.3, HEAD), clean=None, severity="note")),
    ("IPIP906", Vector(
        fail=stream(20, outside=constant(ttl=62)),
        clean=stream(20, lambda n: {"ttl": 100 + n % 4}, lambda n: {"ttl": 62 + n % 2}), severity="note")),
    ("IPIP906", Vector(fail=inherited(20), clean=None, severity="note")),
    ("IPIP906", Vector(fail=inherited(20, hops=16), clean=inherited(20, hops=17), severity="note")),
    silent("IPIP906", stream(20), ENTRY),
]
