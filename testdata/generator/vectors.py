# SPDX-License-Identifier: GPL-2.0-or-later
"""For every rule of a single packet one that trips it, its neighbour that must not, and one on which it can't tell.

The neighbour differs in the decisive field only. A case is a list of frames; the verdict is that on the last one, so that a
datagram may come in fragments. `args` are options of `ipip check` that the rule needs. The rules that need several packets
are in flow_vectors.py and icmp_vectors.py.
"""

from dataclasses import dataclass, field

from packets import authentication_header, ethernet, icmp, ipv4, tcp, udp

A, B = "10.0.0.1", "10.0.0.2"  # the tunnel's ends
HOST, PEER = "10.1.0.1", "10.2.0.1"  # behind them
GLOBAL_A, GLOBAL_B = "8.8.4.4", "9.9.9.9"

@dataclass
class Vector:
    fail: list  # None, as `clean`: only where other vectors of the rule have it
    clean: list
    unknown: list = None  # None: the rule can always tell where it applies
    args: list = field(default_factory=list)
    severity: str = None  # where it is not the rule's usual one
    link_type: int = 1
    captured: int = None  # cuts every frame
    config: str = None  # the policy file
    earlier: tuple = ()  # frames of `fail` before the last one that have a finding as well
    unknown_args: list = None  # where `unknown` needs others than `args`
    is_late: bool = False  # what is found is known only when the capture has ended

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
NO_OPTION = b"\x01\x01\x01\x00"
ALERT = b"\x94\x04\x00\x00"
ROUTE = b"\x07\x07\x04\x00\x00\x00\x00\x00"  # record route, one empty slot, end of options
ENTRY = ["--vantage", "entry"]
STRICT = ["--profile", "strict-rfc2003"]

def ecn(inner_ecn, outer_ecn):
    return tunnelled({"tos": inner_ecn}, {"tos": outer_ecn})

def option(octets, **options):
    return tunnelled({}, {"options": octets, **options})

def super_tcp(size):
    return ipv4(HOST, PEER, tcp(HOST, PEER, b"x" * size), protocol=6, df=True)

def nested(depth, pairs=None):
    packet = inner()
    for level in range(depth - 1):
        src, dst = pairs[level] if pairs else ("10.%d.0.1" % (10 + level), "10.%d.0.2" % (10 + level))
        packet = outer(packet, src=src, dst=dst)
    return packet

PARTIAL = 0x1400 + 0x0001 + 0x0A02  # addresses 10.1.0.1 and 10.2.0.1; see partial_udp()

def partial_udp():
    """A checksum field that holds the sum of the pseudo-header: 0a01 + 0001 + 0a02 + 0001 + protocol 17 + length 12."""
    return udp(HOST, PEER, sum=0x0A01 + 0x0001 + 0x0A02 + 0x0001 + 17 + 12)

def sll(packet, packet_type):
    """Linux cooked v1: packet type, ARPHRD_ETHER, address length, address, EtherType."""
    return [packet_type.to_bytes(2, "big") + b"\0\1\0\6\2\0\0\0\0\1\0\0\x08\0" + packet]

VECTORS = {
    "IPIP100": Vector(
        fail=frame(outer(b"\x60" + inner()[1:])), clean=frame(GOOD), unknown=cut(GOOD, 20)),
    "IPIP101": Vector(
        fail=tunnelled({"tos": 0xB8}), clean=tunnelled({"tos": 0xB8}, {"tos": 0xB8}), unknown=INNER_CUT, severity="note"),
    "IPIP102": Vector(
        fail=tunnelled({"tos": 0x28}), clean=tunnelled({"tos": 0x28}, {"tos": 0x28}), unknown=INNER_CUT,
        args=STRICT + ENTRY),
    "IPIP103": Vector(
        fail=frame(outer(inner(total=80))), clean=frame(GOOD), unknown=INNER_CUT),
    "IPIP104": Vector(
        fail=frame(outer(inner() + b"\0" * 8)), clean=frame(GOOD), unknown=INNER_CUT),
    "IPIP105": Vector(
        fail=tunnelled({}, {"df": False}), clean=frame(GOOD), unknown=cut(outer(inner(), df=False), 30)),
    "IPIP106": Vector(
        fail=tunnelled({"df": False}, {"df": False}), clean=tunnelled({"df": False}),
        unknown=cut(outer(inner(df=False), df=False), 30)),
    "IPIP109": Vector(
        fail=tunnelled({}, {"sum": 0x1234}), clean=frame(GOOD), unknown=OPTIONS_CUT),
    "IPIP110": Vector(
        fail=option(ALERT), clean=frame(GOOD), unknown=OPTIONS_CUT),
    "IPIP111": Vector(
        fail=option(NO_OPTION), clean=option(ALERT), unknown=OPTIONS_CUT),
    "IPIP112": Vector(
        fail=tunnelled({}, {"src": "127.0.0.1"}), clean=tunnelled({}, {"src": "126.0.0.1"})),
    "IPIP113": Vector(
        fail=tunnelled({}, {"dst": "240.0.0.1"}), clean=tunnelled({}, {"dst": "126.0.0.1"})),
    "IPIP114": Vector(
        fail=frame(outer(authentication_header(4) + inner(), protocol=51)), clean=frame(GOOD),
        unknown=fragments(LARGE, 16)[:1]),
    "IPIP115": Vector(
        fail=tunnelled({"ttl": 0}), clean=tunnelled({"ttl": 1}), unknown=cut(outer(inner(ttl=0)), 30)),
    "IPIP116": Vector(
        fail=fragments(LARGE_DF, 64), clean=fragments(LARGE, 64), unknown=fragments(LARGE_DF, 16)[:1]),
    "IPIP117": Vector(
        fail=fragments(LARGE, 64)[:1], clean=frame(outer(LARGE, df=False))),
    "IPIP118": Vector(
        fail=fragments(inner(payload=b"x" * 104, df=False, mf=True), 64), clean=fragments(LARGE, 64),
        unknown=fragments(LARGE, 16)[:1]),
    "IPIP119": Vector(
        fail=tunnelled({"df": False, "mf": True, "payload": b"x" * 16}),
        clean=tunnelled({"df": False, "payload": b"x" * 16}), unknown=cut(outer(inner(df=False, mf=True)), 30)),
    "IPIP201": Vector(
        fail=tunnelled({"src": A, "ttl": 57}), clean=tunnelled({"src": "10.0.0.3", "ttl": 57}), unknown=INNER_CUT,
        severity="warning"),
    "IPIP202": Vector(
        fail=tunnelled({"src": B}), clean=tunnelled({"src": "10.0.0.3"}), unknown=INNER_CUT),
    "IPIP204": Vector(
        fail=tunnelled({"src": A, "dst": B}), clean=tunnelled({"src": A, "dst": "10.0.0.3"}), unknown=INNER_CUT),
    "IPIP205": Vector(
        fail=tunnelled({}, {"src": A, "dst": A}), clean=frame(GOOD)),
    "IPIP206": Vector(
        fail=tunnelled({"src": "127.0.0.1"}), clean=tunnelled({"src": "126.0.0.1"}),
        unknown=cut(outer(inner(src="0.0.0.0", dst="255.255.255.255")), 40)),
    "IPIP207": Vector(
        fail=tunnelled({"dst": "127.0.0.1"}), clean=tunnelled({"dst": "126.0.0.1"}), unknown=INNER_CUT),
    "IPIP208": Vector(
        fail=tunnelled({}, {"src": GLOBAL_A, "dst": GLOBAL_B}), clean=frame(GOOD), unknown=INNER_CUT),
    "IPIP215": Vector(
        fail=frame(nested(4)), clean=frame(nested(3))),
    "IPIP216": Vector(
        fail=frame(outer(outer(inner()))), clean=frame(outer(outer(inner(), src="10.0.0.3")))),
    "IPIP217": Vector(
        fail=frame(outer(inner(src=B, dst=A, payload=icmp(0), protocol=1))),
        clean=frame(outer(inner(src=B, dst=A, payload=icmp(8), protocol=1))), unknown=INNER_CUT),
    "IPIP218": Vector(
        fail=frame(outer(inner(src=A, dst=B, payload=icmp(8), protocol=1))),
        clean=frame(outer(inner(src=A, dst=B, payload=icmp(0), protocol=1))), unknown=INNER_CUT),
    "IPIP219": Vector(
        fail=tunnelled({"src": A, "ttl": 1}), clean=tunnelled({"src": A, "ttl": 2}), unknown=INNER_CUT),
    "IPIP501": Vector(
        fail=ecn(2, 0), clean=ecn(2, 2), unknown=cut(outer(inner(tos=2)), 30), args=["--profile", "linux"],
        severity="warning"),
    "IPIP502": Vector(
        fail=ecn(0, 3), clean=ecn(2, 3), unknown=cut(outer(inner(), tos=3), 30)),
    "IPIP503": Vector(
        fail=ecn(3, 2), clean=ecn(3, 3), unknown=cut(outer(inner(tos=3), tos=2), 30)),
    "IPIP504": Vector(
        fail=ecn(1, 2), clean=ecn(1, 1), unknown=cut(outer(inner(tos=1), tos=2), 30)),
    "IPIP505": Vector(
        fail=ecn(3, 1), clean=ecn(3, 3), unknown=cut(outer(inner(tos=3), tos=1), 30)),
    "IPIP506": Vector(
        fail=ecn(2, 1), clean=ecn(2, 2), unknown=cut(outer(inner(tos=2), tos=1), 30)),
    "IPIP601": Vector(
        fail=tunnelled({}, {"version": 5}), clean=frame(GOOD)),
    "IPIP602": Vector(
        fail=tunnelled({}, {"ihl": 4}), clean=frame(GOOD)),
    "IPIP603": Vector(
        fail=tunnelled({}, {"total": 19}), clean=frame(GOOD)),
    "IPIP604": Vector(
        fail=frame(outer(inner()[:12])), clean=frame(GOOD), unknown=cut(GOOD, 30)),
    "IPIP606": Vector(
        fail=tunnelled({}, {"total": 400}), clean=frame(GOOD)),
    "IPIP607": Vector(
        fail=tunnelled({}, {"reserved": True}), clean=frame(GOOD)),
    "IPIP608": Vector(
        fail=tunnelled({}, {"ttl": 0}), clean=tunnelled({}, {"ttl": 1})),
    "IPIP609": Vector(
        fail=option(b"\x94\x03\x00\x00"), clean=option(ALERT), unknown=OPTIONS_CUT),
    "IPIP610": Vector(
        fail=option(b"\x07\x07\x05\x00\x00\x00\x00\x00"), clean=option(ROUTE), unknown=OPTIONS_CUT),
    "IPIP611": Vector(
        fail=tunnelled({"options": b"\x83\x07\x04\x0a\x03\x00\x01\x00"}), clean=tunnelled({"options": ROUTE}),
        unknown=cut(outer(inner(options=ROUTE)), 44)),
    "IPIP612": Vector(
        fail=tunnelled({"sum": 0x1234}), clean=frame(GOOD), unknown=cut(outer(inner(options=ROUTE)), 44)),
    "IPIP613": Vector(
        fail=tunnelled({"payload": udp(HOST, PEER, sum=0x1234)}), clean=frame(GOOD), unknown=cut(GOOD, 48)),
    "IPIP625": Vector(
        fail=tunnelled({}, {"id": 0, "df": False}), clean=tunnelled({}, {"id": 0})),
    "IPIP631": Vector(
        fail=frame(outer(LARGE[:61], mf=True, df=False)), clean=frame(outer(LARGE[:64], mf=True, df=False))),
    "IPIP632": Vector(
        fail=frame(outer(LARGE[:64], mf=True, df=True)), clean=frame(outer(LARGE[:64], mf=True, df=False))),
    "IPIP633": Vector(
        fail=frame(outer(b"x" * 80, offset=8189, df=False)), clean=frame(outer(b"x" * 80, offset=8179, df=False))),
    "IPIP634": Vector(
        fail=frame(outer(LARGE[:24], mf=True, df=False)), clean=frame(outer(LARGE[:32], mf=True, df=False))),
    "IPIP901": Vector(
        fail=cut(GOOD, 39), clean=cut(GOOD, 40)),
    "IPIP902": Vector(
        fail=fragments(LARGE, 64)[1:], clean=fragments(LARGE, 64)),
    "IPIP903": Vector(
        fail=frame(outer(super_tcp(20000))), clean=frame(outer(super_tcp(1400)))),
    "IPIP904": Vector(
        fail=tunnelled({"payload": partial_udp()}), clean=frame(GOOD), unknown=cut(GOOD, 48)),
    "IPIP910": Vector(
        fail=sll(outer(super_tcp(20000)), 0), clean=sll(outer(super_tcp(20000)), 4), link_type=113),
}
