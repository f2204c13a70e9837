# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on softwires: IPv4 as a service over IPv6."""

import struct

from packets import icmp, tcp, udp
from tunnel_kinds import four_in_six, outer6
from tunnel_packets import PEER, cut, frame, inner
from vector import ENTRY, TUNNEL6, Vector, profile, silent

DSLITE = profile("ds-lite")
EF = frame(four_in_six(inner(tos=0xB8)))
COPIED = frame(four_in_six(inner(tos=0xB8), tclass=0xB8))

def piece(count, id, **options):
    """A first fragment of so many octets, inside."""
    return frame(four_in_six(inner(payload=bytes(count - 20), df=False, mf=True, id=id, **options)))

ALIKE = piece(1452, 1) + piece(1452, 2)

# RFC 7597 section 5.2: of 2001:db8::/40, 16 bits for the rest of an address in 192.0.2.0/24 and a PSID of 8; 18 and 52 here. Ports: 6 bits, the
# PSID, 2 bits. Behind it section 6.
EDGE, EDGE_WITHOUT_IDENTIFIER, RELAY = "2001:db8:12:3400:0:c000:212:34", "2001:db8:12:3400::1", "2001:470:2::1"
OF_EDGE, NEIGHBOUR, PORT = "192.0.2.18", "192.0.2.19", 1232

def domain(edge=EDGE, rule="2001:db8::/40 192.0.2.0/24 16"):
    return "[tunnel %s %s]\nmap-rule=%s\n" % (edge, RELAY, rule)

def from_edge(src=OF_EDGE, port=PORT, edge=EDGE, **options):
    return frame(outer6(inner(src=src, payload=udp(src, PEER, sport=port), **options), src=edge, dst=RELAY))

def echo(identifier, type=8):
    return frame(outer6(inner(src=OF_EDGE, payload=icmp(type, rest=struct.pack("!HH", identifier, 1)), protocol=1), src=EDGE, dst=RELAY))

def of_tcp(port):
    return frame(outer6(inner(src=OF_EDGE, payload=tcp(OF_EDGE, PEER, sport=port), protocol=6), src=EDGE, dst=RELAY))

VECTORS = {
    "IPIP782": Vector(
        fail=from_edge(port=1231), clean=from_edge(), unknown=cut(from_edge()[0][14:], 40 + 20 + 1), config=domain()),
    "IPIP783": Vector(fail=ALIKE, clean=piece(1452, 1) + piece(1444, 2), unknown=cut(four_in_six(), 50), args=DSLITE),
    "IPIP784": Vector(fail=EF, clean=COPIED, unknown=cut(four_in_six(), 50), args=[*DSLITE, *ENTRY]),
}

VARIANTS = [
    ("IPIP782", Vector(
        fail=from_edge(NEIGHBOUR), clean=from_edge(port=2259), unknown=from_edge(df=False, offset=8), config=domain())),
    ("IPIP782", Vector(fail=from_edge(port=PORT & 0x3FF), clean=from_edge(port=PORT + 3), config=domain())),  # of the ports that none has
    ("IPIP782", Vector(fail=echo(1231), clean=echo(PORT), config=domain())),
    ("IPIP782", Vector(fail=echo(1231, type=0), clean=echo(PORT, type=0), config=domain())),
    ("IPIP782", Vector(fail=of_tcp(1231), clean=of_tcp(PORT), config=domain())),
    silent("IPIP782", frame(outer6(inner(src=OF_EDGE, payload=bytes(12), protocol=132), src=EDGE, dst=RELAY)), config=domain()),  # no ports
    # With an offset of 0 the ports of a set come in one piece.
    ("IPIP782", Vector(
        fail=from_edge(port=0x3300), clean=from_edge(port=0x3400), config=domain(rule="2001:db8::/40 192.0.2.0/24 16 0"))),
    # All of the address is embedded; nothing is, for the rule is about one customer.
    *(("IPIP782", Vector(fail=from_edge(NEIGHBOUR, edge=edge), clean=from_edge(edge=edge), config=domain(edge, rule)))
      for edge, rule in (("2001:db8:c000:212:0:c000:212:0", "2001:db8::/32 0.0.0.0/0 32"),
                         ("2001:db8:12:3400:0:c000:212:0", "2001:db8:12:3400::/64 192.0.2.18/32 0"))),
    # Where no ports are shared, a later fragment lacks nothing.
    silent("IPIP782", from_edge(edge="2001:db8:12::c000:212:0", df=False, offset=8),
           config=domain("2001:db8:12::c000:212:0", "2001:db8::/40 192.0.2.0/24 8")),
    silent("IPIP782", echo(1231, type=3), config=domain()),  # an error has no identifier
    ("IPIP782", Vector(  # without the address in its last 64 bits
        fail=from_edge(edge=EDGE_WITHOUT_IDENTIFIER), clean=from_edge(), config=domain(EDGE_WITHOUT_IDENTIFIER) + domain(), severity="note")),
    # No ports are shared: 8 bits are the address's. And with 4 of them 16 addresses are the customer's.
    ("IPIP782", Vector(
        fail=from_edge(NEIGHBOUR, 1, "2001:db8:12::c000:212:0"), clean=from_edge(OF_EDGE, 1, "2001:db8:12::c000:212:0"),
        config=domain("2001:db8:12::c000:212:0", "2001:db8::/40 192.0.2.0/24 8"))),
    ("IPIP782", Vector(
        fail=from_edge("192.0.2.32", 1, "2001:db8:10::c000:210:0"), clean=from_edge(NEIGHBOUR, 1, "2001:db8:10::c000:210:0"),
        config=domain("2001:db8:10::c000:210:0", "2001:db8::/40 192.0.2.0/24 4"))),
    silent("IPIP782", from_edge(NEIGHBOUR, edge="2001:470:1::1"), config=domain("2001:470:1::1")),  # a border relay's
    silent("IPIP783", piece(1452, 1), DSLITE),
    # No encapsulator makes pieces smaller than the least MTU of IPv6 has room for; those of others don't matter.
    ("IPIP783", Vector(fail=piece(1228, 1) + piece(1228, 2), clean=piece(1220, 1) + piece(1220, 2), args=DSLITE)),
    ("IPIP783", Vector(fail=piece(1452, 1) + piece(28, 2) + piece(1452, 3), clean=piece(28, 1) + piece(28, 2), args=DSLITE)),
    silent("IPIP783", piece(1452, 1) + piece(1444, 2) + piece(1444, 3), DSLITE),
    silent("IPIP783", piece(1452, 1) + frame(four_in_six(inner(payload=bytes(1432), df=False))), DSLITE),
    *(silent("IPIP783", ALIKE, profile(name)) for name in ("modern", "map-e", "linux")),
    ("IPIP784", Vector(fail=EF, clean=COPIED, args=DSLITE, severity="warning")),
    ("IPIP784", Vector(fail=EF, clean=COPIED, args=ENTRY, config=TUNNEL6 + "profile=ds-lite")),
    *(silent("IPIP784", EF, [*ENTRY, *profile(name)]) for name in ("modern", "map-e", "linux")),
    silent("IPIP784", EF, [*DSLITE, *ENTRY], TUNNEL6 + "tos=0x00"),
]
