# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on 6to4."""

from tunnel_kinds import echo_in_four, inner6, six_in_four
from tunnel_packets import cut, frame
from vector import NEVER, Vector, doubtful, profile, silent

# 203.0.113.9 and 8.8.4.4, their 6to4 addresses, and those of 198.51.100.7.
SRC, DST, RELAY = "203.0.113.9", "8.8.4.4", "192.88.99.1"
SITE, PEER, OTHER = "2002:cb00:7109::1", "2002:808:404::1", "2002:c633:6407::1"
NATIVE, NATIVE_PEER = "2001:470:3::1", "2001:470:4::1"

def packet(src=SITE, dst=PEER, outer_src=SRC, outer_dst=DST, **options):
    return six_in_four(inner6(src=src, dst=dst), src=outer_src, dst=outer_dst, **options)

GOOD = packet(df=False)
CUT = cut(GOOD, 50)
# The exit is known as a relay: it has sent what is of others to the site.
RELAYED = frame(packet(NATIVE, SITE, DST, SRC))

VECTORS = {
    "IPIP721": Vector(
        fail=frame(packet(dst=OTHER)), clean=frame(GOOD), unknown=CUT),
    "IPIP722": Vector(
        fail=frame(GOOD) + frame(packet(OTHER, NATIVE)), clean=frame(GOOD) + frame(packet(SITE, NATIVE)), unknown=CUT),
    "IPIP723": Vector(
        fail=frame(packet("2002:a01:203::1")), clean=frame(GOOD), unknown=CUT),
    "IPIP724": Vector(
        fail=frame(packet(df=True)), clean=frame(GOOD), unknown=CUT, scope="tunnel"),
    "IPIP725": Vector(
        fail=frame(packet(SITE, NATIVE, outer_dst=RELAY)), clean=frame(packet(SITE, NATIVE)), unknown=(), scope="tunnel"),
    "IPIP726": Vector(
        fail=frame(GOOD) + frame(packet(NATIVE, NATIVE_PEER)), clean=frame(GOOD) + frame(packet(NATIVE, PEER)), unknown=NEVER),
}

# The tunnel of these packets, and a word on it.
SECTION = "[tunnel %s %s]\n" % (SRC, DST)
CONFIGURED = SECTION + "mode=sit\n"

VARIANTS = [
    silent("IPIP722", frame(echo_in_four("2002:a00:2::1", "2002:a00:1::1", type=129))),  # IPIP217
    *(silent(rule, VECTORS[rule].fail, config=CONFIGURED) for rule in ("IPIP721", "IPIP722", "IPIP723", "IPIP724", "IPIP726")),
    silent("IPIP725", VECTORS["IPIP725"].fail, config="[tunnel %s %s]\nmode=sit\n" % (SRC, RELAY)),
    ("IPIP721", Vector(fail=frame(packet(SITE, OTHER)), clean=frame(GOOD) + frame(packet(NATIVE, OTHER)), config=SECTION + "relay=" + DST)),
    silent("IPIP721", frame(packet(NATIVE, OTHER)), config=SECTION + "relay=" + DST),
    silent("IPIP726", frame(packet(NATIVE, NATIVE_PEER))),
    silent("IPIP726", frame(GOOD) + frame(packet("fe80::1", "fe80::2"))),
    silent("IPIP726", frame(GOOD) + frame(packet("fe80::1", "ff02::5"))),
    # A configured tunnel may carry what goes to 6to4 sites, or comes from them.
    doubtful("IPIP721", frame(packet(NATIVE, OTHER))),
    doubtful("IPIP722", frame(packet(OTHER, NATIVE))),
    doubtful("IPIP724", frame(packet(OTHER, NATIVE, df=True))),
    ("IPIP721", Vector(fail=frame(GOOD) + frame(packet(NATIVE, OTHER)), clean=RELAYED + frame(packet(NATIVE, OTHER)))),
    *(("IPIP721", Vector(fail=frame(GOOD) + frame(packet(NATIVE, OTHER)), clean=known + frame(packet(NATIVE, OTHER))))
      for known in (RELAYED + frame(GOOD), frame(GOOD) + RELAYED)),
    ("IPIP721", Vector(fail=RELAYED + frame(packet(SITE, OTHER)), clean=RELAYED + frame(packet(SITE, PEER)))),
    silent("IPIP721", frame(packet(NATIVE, OTHER, outer_dst=RELAY))),
    ("IPIP722", Vector(fail=frame(packet(OTHER, PEER)), clean=frame(packet(SITE, PEER)), severity="error")),
    *(("IPIP723", Vector(fail=frame(packet(dst="2002:%s::1" % octets)), clean=frame(packet(dst=OTHER))))
      for octets in ("0:1", "7f00:1", "a9fe:1", "ac10:1", "c0a8:1", "6440:1", "e000:1", "f000:1", "ffff:ffff")),
    ("IPIP723", Vector(fail=frame(packet("2002:a00:1::1", "2002:a00:2::1", "10.0.0.1", "10.0.0.2")), clean=frame(GOOD), severity="note")),
    silent("IPIP724", frame(packet(df=True)), profile("linux")),
    ("IPIP725", Vector(fail=frame(packet(NATIVE, SITE, RELAY, SRC)), clean=frame(packet(NATIVE, SITE, "192.88.98.1", SRC)), scope="tunnel")),
]
