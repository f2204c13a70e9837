# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on addresses."""

from tunnel_packets import A, GOOD, INNER_CUT, cut, frame, inner, outer, tunnelled
from vector import NEVER, Vector, of_first_fragments

GLOBAL_A, GLOBAL_B = "8.8.4.4", "9.9.9.9"

VECTORS = {
    "IPIP112": Vector(
        fail=tunnelled({}, {"src": "127.0.0.1"}), clean=tunnelled({}, {"src": "126.0.0.1"}), unknown=NEVER),
    "IPIP113": Vector(
        fail=tunnelled({}, {"dst": "240.0.0.1"}), clean=tunnelled({}, {"dst": "126.0.0.1"}), unknown=NEVER),
    "IPIP205": Vector(
        fail=tunnelled({}, {"src": A, "dst": A}), clean=frame(GOOD), unknown=NEVER),
    "IPIP206": Vector(
        fail=tunnelled({"src": "127.0.0.1"}), clean=tunnelled({"src": "126.0.0.1"}),
        unknown=cut(outer(inner(src="0.0.0.0", dst="255.255.255.255")), 40)),
    "IPIP207": Vector(
        fail=tunnelled({"dst": "127.0.0.1"}), clean=tunnelled({"dst": "126.0.0.1"}), unknown=INNER_CUT),
    "IPIP208": Vector(
        fail=tunnelled({}, {"src": GLOBAL_A, "dst": GLOBAL_B}), clean=frame(GOOD), unknown=INNER_CUT, scope="tunnel"),
}

VARIANTS = [
    *of_first_fragments(VECTORS, 206, 207, 208),
]
