# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on tunnels of several kinds between one pair."""

from tunnel_kinds import four_in_six, six_in_four, six_in_six
from tunnel_packets import A, B, GOOD, frame, inner, outer
from vector import NEVER, Vector, silent

LABELLED = outer(bytes.fromhex("003e8140") + inner(), protocol=137)  # one label, the last (RFC 3032 section 2.1)

def after(kind, first, last):
    """The last packet between the same addresses is of another kind than the first."""
    return Vector(fail=frame(first) + frame(last), clean=frame(last) * 2, unknown=NEVER, kind=kind)

VECTORS = {
    "IPIP851": after("ipip", six_in_four(), GOOD),
}

VARIANTS = [
    ("IPIP851", after("6in4", GOOD, six_in_four())),
    ("IPIP851", after("mpls-in-ip", GOOD, LABELLED)),
    ("IPIP851", after("4in6", six_in_six(), four_in_six())),
    ("IPIP851", after("6in6", four_in_six(), six_in_six())),
    silent("IPIP851", frame(six_in_four(src=B, dst=A)) + frame(GOOD)),  # the other direction
    silent("IPIP851", frame(six_in_four()) + frame(GOOD), ["--kinds", "ipip"]),
]
