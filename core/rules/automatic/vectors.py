# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on IPv4 addresses inside IPv6 addresses, of whatever mechanism."""

from tunnel_kinds import inner6, six_in_four
from tunnel_packets import cut, frame
from vector import Vector, silent

# 203.0.113.9 and 8.8.4.4, and what they have by 6to4 and by ISATAP.
SRC, DST = "203.0.113.9", "8.8.4.4"
SRC_6TO4, DST_6TO4 = "2002:cb00:7109::1", "2002:808:404::1"
SRC_ISATAP, DST_ISATAP = "2001:470::200:5efe:203.0.113.9", "2001:470::200:5efe:8.8.4.4"

def packet(src, dst, outer_src=SRC, outer_dst=DST):
    return six_in_four(inner6(src=src, dst=dst), src=outer_src, dst=outer_dst)

GOOD = packet(SRC_6TO4, DST_6TO4)
CUT = cut(GOOD, 50)

VECTORS = {
    "IPIP710": Vector(
        fail=frame(packet(SRC_6TO4, DST_6TO4, "192.168.1.5")), clean=frame(GOOD), unknown=CUT, scope="tunnel"),
    "IPIP792": Vector(
        fail=frame(packet("2002:cb00:7109::5efe:10.0.0.9", DST_6TO4)), clean=frame(packet("2002:cb00:7109::5efe:203.0.113.9", DST_6TO4)),
        unknown=CUT),
    "IPIP793": Vector(
        fail=frame(packet(SRC_6TO4, DST_ISATAP)), clean=frame(GOOD), unknown=CUT),
}

VARIANTS = [
    ("IPIP710", Vector(fail=frame(packet(SRC_ISATAP, DST_ISATAP, SRC, "10.0.0.7")), clean=frame(packet(SRC_ISATAP, DST_ISATAP)), scope="tunnel")),
    ("IPIP710", Vector(fail=frame(packet(SRC_6TO4, DST_6TO4, "100.64.0.9")), clean=frame(packet(SRC_6TO4, DST_6TO4, "100.128.0.9")), scope="tunnel")),
    silent("IPIP710", frame(packet("2002:c0a8:105::1", DST_6TO4, "192.168.1.5"))),
    # The wrong way round, within one mechanism.
    ("IPIP793", Vector(fail=frame(packet(DST_6TO4, SRC_6TO4)), clean=frame(packet(SRC_6TO4, "2001:470::1")))),
    ("IPIP793", Vector(fail=frame(packet(DST_ISATAP, SRC_ISATAP)), clean=frame(packet(SRC_ISATAP, DST_ISATAP)))),
    ("IPIP793", Vector(fail=frame(packet("2002:a00:2::1", SRC_6TO4, SRC, "10.0.0.2")), clean=frame(packet("2002:a00:2::1", DST_6TO4, SRC, "10.0.0.2")),
                       severity="note")),
    silent("IPIP793", frame(packet("2002:a00:3::1", "2001:470::5efe:10.0.0.2", "10.0.0.1", "10.0.0.2"))),
    ("IPIP793", Vector(fail=frame(packet("2002:a00:1::1", "2001:470::5efe:10.0.0.2", "10.0.0.1", "10.0.0.2")),
                       clean=frame(packet("2002:a00:1::1", "2001:470::5efe:10.0.0.3", "10.0.0.1", "10.0.0.2")), severity="note")),
]
