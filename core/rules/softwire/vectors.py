# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on softwires: IPv4 as a service over IPv6."""

from tunnel_kinds import four_in_six
from tunnel_packets import cut, frame, inner
from vector import ENTRY, TUNNEL6, Vector, profile, silent

DSLITE = profile("ds-lite")
EF = frame(four_in_six(inner(tos=0xB8)))
COPIED = frame(four_in_six(inner(tos=0xB8), tclass=0xB8))

VECTORS = {
    "IPIP784": Vector(fail=EF, clean=COPIED, unknown=cut(four_in_six(), 50), args=[*DSLITE, *ENTRY]),
}

VARIANTS = [
    ("IPIP784", Vector(fail=EF, clean=COPIED, args=DSLITE, severity="warning")),
    ("IPIP784", Vector(fail=EF, clean=COPIED, args=ENTRY, config=TUNNEL6 + "profile=ds-lite")),
    *(silent("IPIP784", EF, [*ENTRY, *profile(name)]) for name in ("modern", "map-e", "linux")),
    silent("IPIP784", EF, [*DSLITE, *ENTRY], TUNNEL6 + "tos=0x00"),
]
