# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on 6rd."""

from tunnel_kinds import inner6, six_in_four
from tunnel_packets import A, B, cut, frame
from vector import ENTRY, TUNNEL, Vector, profile, silent

# 10.0.0.1, 10.0.0.2 and 10.0.0.9 as they are in addresses of 2001:db8::/32, then of 2001:db8:cd::/48 where all begin with 10/8.
DOMAIN = TUNNEL + "prefix=2001:db8::/32\n"
SITE, PEER, OTHER = "2001:db8:a00:1::1", "2001:db8:a00:2::1", "2001:db8:a00:9::1"
SHARED = TUNNEL + "prefix=2001:db8:c000::/40 10.0.0.0/8\n"
SHARED_SITE, SHARED_PEER, SHARED_OTHER = "2001:db8:c000:1::1", "2001:db8:c000:2::1", "2001:db8:c000:9::1"
NATIVE = "2001:470:3::1"

def packet(src=SITE, dst=PEER, tclass=0, **options):
    return six_in_four(inner6(src=src, dst=dst, tclass=tclass), **options)

GOOD = packet()
CUT = cut(GOOD, 50)
ANYCAST = DOMAIN + "br-anycast=%s\n" % A
EF = packet(tclass=0xB8)

VECTORS = {
    "IPIP731": Vector(fail=frame(packet(src=OTHER)), clean=frame(GOOD), unknown=CUT, config=DOMAIN),
    "IPIP732": Vector(fail=frame(packet(dst=OTHER)), clean=frame(GOOD), unknown=CUT, config=DOMAIN),
    "IPIP733": Vector(fail=frame(EF), clean=frame(packet(tclass=0xB8, tos=0xB8)), unknown=CUT, args=ENTRY, config=DOMAIN),
    "IPIP734": Vector(fail=frame(packet(df=False)), clean=frame(GOOD), unknown=CUT, config=ANYCAST),
    "IPIP735": Vector(fail=frame(packet("fe80::1", "fe80::2")), clean=frame(GOOD), unknown=CUT, config=DOMAIN),
}

VARIANTS = [
    ("IPIP731", Vector(fail=frame(packet(SHARED_OTHER, SHARED_PEER)), clean=frame(packet(SHARED_SITE, SHARED_PEER)), config=SHARED)),
    ("IPIP732", Vector(fail=frame(packet(SHARED_SITE, SHARED_OTHER)), clean=frame(packet(SHARED_SITE, SHARED_PEER)), config=SHARED)),
    # A border relay sends what others have sent, and gets what goes elsewhere.
    silent("IPIP731", frame(packet(src=OTHER)), config=DOMAIN + "br=%s\n" % A),
    silent("IPIP731", frame(packet(src=OTHER)), config=ANYCAST),
    silent("IPIP731", frame(packet(NATIVE)), config=DOMAIN),
    silent("IPIP732", frame(packet(dst=OTHER)), config=DOMAIN + "br=10.0.0.8;%s\n" % B),
    silent("IPIP732", frame(packet(dst=NATIVE)), config=DOMAIN),
    ("IPIP732", Vector(fail=frame(packet(NATIVE, "2001:470:4::1")), clean=frame(packet(NATIVE)), config=DOMAIN + "br=%s\n" % A)),
    silent("IPIP732", frame(packet("fe80::1", "ff02::5")), config=DOMAIN + "br=%s\n" % A),
    *(silent(rule, VECTORS[rule].fail, VECTORS[rule].args, TUNNEL) for rule in VECTORS),
    # Away from the entry one DSCP may be a remarked one; two are not copied from the same.
    ("IPIP733", Vector(fail=frame(packet(tos=0x28, tclass=0x28)) + frame(EF), clean=frame(GOOD), unknown=frame(EF), config=DOMAIN)),
    ("IPIP733", Vector(fail=frame(EF), clean=frame(packet(tclass=0xB8, tos=0xB8)), args=[*ENTRY, *profile("linux")], severity="note", config=DOMAIN)),
    ("IPIP733", Vector(fail=frame(packet(tos=0x28)), clean=frame(GOOD), args=[*ENTRY, *profile("linux")], config=DOMAIN)),
    silent("IPIP733", frame(EF), ENTRY, DOMAIN + "tos=0x00"),
    silent("IPIP733", frame(EF), [*ENTRY, *profile("vpp")], DOMAIN),
    silent("IPIP734", frame(packet(df=False)), config=DOMAIN + "br=%s\n" % A),
    silent("IPIP735", frame(packet("fe80::1")), config=DOMAIN),
    *(("IPIP735", Vector(fail=frame(packet(src, dst)), clean=frame(packet(src, other)), config=DOMAIN))
      for src, dst, other in (
          ("fe80::1", "ff02::1:ff00:2", "ff05::2"),  # a neighbour solicitation; of the site's scope
          ("fe80::2", "ff02::1", "ff0e::1"),
          ("::", "ff12::5", "ff08::5"),  # for one's own address, and of a transient group
          (SITE, "ff02::1:ff00:2", "ff01::1"))),
]
