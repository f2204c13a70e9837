# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on what the outer header leads to."""

from packets import authentication_header
from other_kinds import FRAMES, GRE, READ, UDP, as_kind, in_kinds, with_authentication
from tunnel_kinds import four_in_six, inner6, six_in_four, six_in_six
from tunnel_packets import GOOD, INNER_CUT, LARGE, VERSION_4_IN_41, cut, fragments, frame, inner, outer, six
from vector import NEVER, STRICT, Vector, of_first_fragments, silent

VECTORS = {
    "IPIP100": Vector(
        fail=frame(outer(b"\x60" + inner()[1:])), clean=frame(GOOD), unknown=cut(GOOD, 20)),
    "IPIP103": Vector(
        fail=frame(outer(inner(total=80))), clean=frame(GOOD), unknown=INNER_CUT),
    "IPIP104": Vector(
        fail=frame(outer(inner() + b"\0" * 8)), clean=frame(GOOD), unknown=INNER_CUT),
    "IPIP114": Vector(
        fail=frame(outer(authentication_header(4) + inner(), protocol=51)), clean=frame(GOOD),
        unknown=fragments(LARGE, 16)[:1]),
}

def behind_authentication(kind):
    """The tunnel packet of this kind, with and without an authentication header; a fragment of one that shows nothing of what is inside."""
    made = as_kind(VECTORS["IPIP103"], kind)
    [whole] = made.clean
    unknown = NEVER if kind in ("esp", "ipcomp") else as_kind(VECTORS["IPIP114"], kind).unknown
    return Vector(fail=[with_authentication(whole)], clean=[whole], unknown=unknown, args=made.args, kind=kind)

VARIANTS = [
    ("IPIP104", Vector(fail=frame(six_in_six(inner6(plen=0))), clean=frame(six_in_six()), severity="error", kind="6in6")),
    ("IPIP104", Vector(fail=frame(outer(inner() + bytes(65))), clean=frame(GOOD), severity="warning")),  # more than pads a frame
    ("IPIP104", Vector(fail=frame(outer(inner() + bytes(64))), clean=frame(GOOD))),
    ("IPIP104", Vector(fail=frame(outer(inner() + bytes(8))), clean=frame(GOOD), args=STRICT, severity="error")),
    # Protocol 41: one octet that says another version than 6 is enough, in a first fragment, too.
    *(("IPIP100", Vector(fail=frames, clean=frame(GOOD), severity="error")) for frames in (
        six(inner()), six(b"\x45"), six(b"\x50" + inner()[1:]), six(inner()[:24], mf=True, df=False),
        cut(outer(inner(), protocol=41), 21),
        frame(outer(authentication_header(41) + inner(), protocol=51)),
        frame(outer(outer(inner(), protocol=41, src="10.7.0.1"))))),
    *(("IPIP%d" % number, Vector(fail=None, clean=None, unknown=fragments(inner(total=200, df=False), 24)[:1], captured=60))
      for number in (103, 104)),
    # Of IPv4 under protocol 41 IPIP100 is the only finding: Linux drops it, too.
    silent("IPIP103", VERSION_4_IN_41),
    *of_first_fragments(VECTORS, 100),
    *in_kinds(VECTORS, {103: ("4in6", "6in6", *GRE, *FRAMES, *UDP), 104: ("4in6", "6in6", *GRE, *UDP)}),
    *in_kinds(VECTORS, {104: FRAMES}, fail=frame(outer(inner() + b"\0" * 24)), clean=frame(outer(inner() + b"\0" * 14))),
    # What is announced, and what is there.
    *(("IPIP100", Vector(fail=frame(fail), clean=frame(clean), unknown=cut(clean, octets), kind=kind)) for kind, fail, clean, octets in (
        ("6in4", six_in_four(inner()), six_in_four(), 20), ("4in6", four_in_six(inner6()), four_in_six(), 40),
        ("6in6", six_in_six(inner()), six_in_six(), 40))),
    *(("IPIP114", behind_authentication(kind)) for kind in READ),
]
