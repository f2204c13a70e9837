# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on softwires: IPv4 as a service over IPv6."""

from tunnel_kinds import four_in_six
from tunnel_packets import cut, frame, inner
from vector import ENTRY, TUNNEL6, Vector, profile, silent

DSLITE = profile("ds-lite")
EF = frame(four_in_six(inner(tos=0xB8)))
COPIED = frame(four_in_six(inner(tos=0xB8), tclass=0xB8))

def piece(count, id, **options):
    """A first fragment of so many octets, inside."""
    return frame(four_in_six(inner(payload=bytes(count - 20), df=False, mf=True, id=id, **options)))

ALIKE = piece(1452, 1) + piece(1452, 2)

VECTORS = {
    "IPIP783": Vector(fail=ALIKE, clean=piece(1452, 1) + piece(1444, 2), unknown=cut(four_in_six(), 50), args=DSLITE),
    "IPIP784": Vector(fail=EF, clean=COPIED, unknown=cut(four_in_six(), 50), args=[*DSLITE, *ENTRY]),
}

VARIANTS = [
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
