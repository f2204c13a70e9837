# SPDX-License-Identifier: GPL-2.0-or-later
"""The vectors of the rules on ICMP errors, in tunnels of other kinds than IPv4 in IPv4."""

import struct

from icmp_errors import GATE
from kind_errors import ASTRAY, BIG, NARROW, WRONG_SUM, Errors, error6
from other_kinds import CLEAR, FRAMES, GRE, MINIMAL, MIRRORS, OPAQUE, PACKETS, PLAIN_IP, UDP
from packets import icmp
from streams import later
from tunnel_kinds import fragment6, inner6, limit, outer6, six_in_six
from tunnel_packets import HOST, PEER, frame, inner, outer
from vector import STRICT, Vector

SENDERS = (*PACKETS, *MINIMAL)
READ_INSIDE = (*SENDERS, *FRAMES, CLEAR)
ALL = (*SENDERS, *FRAMES, *OPAQUE)
OUTSIDE_IPV6 = ("4in6", "6in6", "gre6")

def each(rule, kinds, make, **options):
    """For each kind a vector from its errors; make() returns what fails, what passes and what is in doubt."""
    for kind in kinds:
        errors = Errors(kind)
        yield "IPIP%d" % rule, errors.vector(*make(errors), **options)

def expired_inside(e):
    return (e.go(1) + e.told("expired"), e.go(1) + e.told("host"), e.go(1) + e.told("expired", **ASTRAY))

def short_quote(e):
    least = len(e.packet(1)) - 4
    return (e.go(1) + e.told("host", octets=least - 8), e.go(1) + e.told("host", octets=least),
            e.go(1) + e.told("host", octets=least - 8, **WRONG_SUM))

def untrue(e):
    seen = [one for n in range(7) for one in e.go(n)]
    return seen + e.told("host", 6, **ASTRAY), seen + e.told("host", 6), e.go(1) + e.told("host", 99, 8)

def untrue_alone(e):
    return e.go(1) + e.told("host", **ASTRAY), None, e.go(1) + e.told("host")

def never_sent(e):
    seen = [one for n in range(7) for one in e.go(n)]
    return seen + e.told("host", 99, 8), seen + e.told("host", 6), e.go(1) + e.told("host", 99, 8)

def not_reported(e):
    start = e.go(1) + e.told("network") + e.plain(2)
    return start + later(6, e.plain(3)), start + e.reported("host", 2) + later(6, e.plain(3)), start

def other_code(e):
    """What the network reported unreachable, the encapsulator reports as a host."""
    start = e.go(1) + e.told("network") + e.plain(2)
    return start + e.reported("host"), start + e.reported("network"), e.go(1) + e.plain(2) + e.reported("host")

def forbidden(e):
    start = e.go(1) + e.told("port", src=e.exit()) + e.plain(2)
    return start + e.reported("port"), start + e.reported("host"), e.go(1) + e.plain(2) + e.reported("port")

def not_relayed(e):
    return (e.too_big(e.plain(2, BIG), later(5, e.plain(3, BIG))),
            e.too_big(e.plain(2, BIG), e.reported("big", 2, BIG, mtu=NARROW - e.overhead()), later(5, e.plain(3, BIG))),
            e.too_big(e.plain(2, BIG), later(4, e.plain(3, BIG))))

def not_relayed_for_certain(e):
    """What goes to the sender is in the capture, too."""
    heard = frame(e.inside(inner(PEER, HOST)))
    return (e.too_big(e.plain(2, BIG), heard, later(5, e.plain(3, BIG))), None)

def quenched(e):
    return e.go(1) + e.told("quench"), e.go(1) + e.told("host"), e.go(1) + e.told("quench", **WRONG_SUM)

def wrong_map(e):
    start = e.go(1) + e.told("expired")
    return start + e.reported("expired", 1), start + e.reported("host", 1), start + e.reported("host", 1, **WRONG_SUM)

def repeated(e):
    """Every packet of a sender that keeps sending expires in the tunnel."""
    def expired(count):
        return [one for n in range(count) for one in e.sent(n) + e.told("expired", n)]
    return expired(3), expired(2) + e.reported("host", 1) + e.sent(2) + e.told("expired", 2), expired(2)

def outer_problem(e):
    at, beyond = (8, 20 + 8) if e.outside == 4 else (7, 40 + 8)
    there = 8 if e.inner == 4 else 7
    return (e.go(1) + e.told("problem", at=at) + e.reported("problem", 1, at=there),
            e.go(1) + e.told("problem", at=beyond) + e.reported("problem", 1, at=there),
            e.go(1) + e.reported("problem", 1, at=there))

def no_exit(e):
    return (e.go(1) + e.told("port", src=e.exit()), e.go(1) + e.told("port"),
            e.go(1) + e.told("port", src=e.exit(), **WRONG_SUM))

def no_protocol(e):
    return e.go(1) + e.told("protocol", src=e.exit()), e.go(1) + e.told("protocol")

def ignored(e):
    start = later(3, e.go(2, BIG))
    fits = NARROW - len(e.packet(3, 0))
    return (e.too_big(start, e.go(3, fits + 1)), e.too_big(start, e.go(3, fits)), e.too_big(start))

def wrong_mtu(e):
    mtu = NARROW - e.overhead()
    return (e.too_big(e.plain(2, BIG), e.reported("big", 2, BIG, mtu=mtu + 1)),
            e.too_big(e.plain(2, BIG), e.reported("big", 2, BIG, mtu=mtu)),
            e.go(1, BIG) + e.plain(2, BIG) + e.reported("big", 2, BIG, mtu=mtu))

def impossible_mtu(e):
    size = len(e.packet(1, BIG))
    return e.too_big(mtu=size), e.too_big(mtu=size - 1), e.too_big(mtu=size, **ASTRAY)

def about_error(e):
    """To a sender, about an error that it sent."""
    def about(type):
        packet = inner(payload=icmp(type, data=inner(PEER, HOST)), protocol=1)
        return frame(e.tunnel.packet(outer(packet))) + e.about("host", e.inside(packet), GATE)
    return about(3), about(8)

def from_exit(e):
    return (e.go(1) + e.told("host", src=e.exit()), e.go(1) + e.told("host"),
            e.go(1) + e.told("host", src=e.exit(), **WRONG_SUM))

def lost(e):
    """From 1,400 octets on nothing gets through."""
    small = e.sent(*range(4))
    gone = [one for n in range(10, 22) for one in later(2, e.plain(n, BIG))]
    return small + gone, small + [one for n in range(10, 22) for one in e.sent(n)], small + gone[:-1]

MAPPED = "::ffff:10.9.0.1"

def mapped(e):
    return (e.go(1) + e.reported("host", 1, src=MAPPED), e.go(1) + e.reported("host", 1),
            e.go(1) + e.reported("host", 1, src=MAPPED, **WRONG_SUM))

def small_inside(e):
    return e.too_big(mtu=1279), e.too_big(mtu=1280), e.too_big(mtu=1279, **ASTRAY)

def small_relayed(e):
    start = e.go(1, BIG) + e.plain(2, BIG)
    return start + e.reported("big", 2, BIG, mtu=1279), start + e.reported("big", 2, BIG, mtu=1280)

AT_LIMIT = 40 + 2 + 2  # behind the fixed header, Next Header and length, type and length
USED_UP = outer6(limit(4, 0) + inner(), next=60)

def wrong_pointer(e):
    def problem(at, **options):
        return frame(USED_UP) + e.about("problem", USED_UP, "2001:470:9::1", at=at, **options)
    return problem(AT_LIMIT - 2), problem(AT_LIMIT), problem(AT_LIMIT - 2, **WRONG_SUM)

def limit_left(e):
    """The same, where the limit is not used up: then the pointer is about something else."""
    left = outer6(limit(4, 3) + inner(), next=60)
    start = frame(left)
    return None, start + e.about("problem", left, "2001:470:9::1", at=AT_LIMIT - 2)

def without_identification(e):
    """Of IPv6 nothing but what is quoted tells which packet it was: another one inside."""
    seen = [one for n in range(7) for one in e.go(n)]
    return (seen + e.told("host", 99), seen + e.told("host", 6, octets=40),
            [one for n in range(70) for one in e.go(n)] + e.told("host", 99, 8))

def one_before_the_last(e):
    """Any of those that were seen, not the last one alone."""
    seen = [one for n in range(7) for one in e.go(n)]
    return seen + e.told("host", 99), seen + e.told("host", 3)

def to_many(code, is_too_big=False):
    """RFC 4443 section 2.4 (e.3): about multicast too big is reported, and an option that asks for it."""
    packet = inner6(dst="ff0e::1")
    type, code, rest = (2, 0, struct.pack("!I", 1280)) if is_too_big else (4, code, bytes(4))
    return frame(six_in_six(packet)) + frame(error6(type, code, packet, GATE6, rest))

def to_many_of_it(packet, type):
    return frame(six_in_six(packet)) + frame(error6(type, 0, packet, GATE6))

LATER_PIECE = fragment6(17, bytes(16), offset=8)

def relayed_limit(e):
    """The encapsulator passes on that the limit was used up."""
    exhausted = outer6(limit(41, 0) + inner6(), next=60)
    start = frame(exhausted) + e.about("problem", exhausted, "2001:470:9::1", at=AT_LIMIT)
    return (start + e.about("problem", inner6(), GATE6, at=7), start + e.about("host", inner6(), GATE6),
            start + e.about("problem", inner6(), GATE6, at=7, **WRONG_SUM))

GATE6 = "2001:470:3::fe"

def relayed_limit_to_ipv4(e):
    start = frame(USED_UP) + e.about("problem", USED_UP, "2001:470:9::1", at=AT_LIMIT)
    return start + e.about("problem", inner(), GATE, at=8), start + e.about("host", inner(), GATE)

def too_small(e):
    mtu = NARROW - e.overhead()
    start = e.too_big(e.plain(2, BIG))
    return start + e.reported("big", 2, BIG, mtu=mtu - 1), start + e.reported("big", 2, BIG, mtu=mtu)

def whole_1280(e):
    """1280 octets are encapsulated, whatever the path takes."""
    start = e.too_big(e.plain(2, 1232), mtu=1290)
    return (start + e.reported("big", 2, 1232, mtu=1280),
            e.too_big(e.plain(2, 1233), mtu=1290) + e.reported("big", 2, 1233, mtu=1280))

def without_df(e):
    mtu = NARROW - e.overhead()
    def report(**options):
        return e.too_big(e.plain(2, BIG), e.reported("big", 2, BIG, mtu=mtu, **options))
    return report(df=False), report(df=True), report(df=False, **WRONG_SUM)

def around6(rule, make, **options):
    """GRE with IPv6 inside, and 6in6."""
    for errors in (Errors("6in6"), Errors("gre", 6), Errors("gre6", 6)):
        yield rule, errors.vector(*make(errors), **options)

def first(vectors):
    return next(iter(vectors))[1]

OWN = {
    "IPIP746": first(each(746, ("4in6",), wrong_pointer)), "IPIP747": next(around6("IPIP747", wrong_mtu, severity="error"))[1],
    "IPIP748": first(each(748, ("4in6",), without_df)), "IPIP771": first(each(771, ("6in4",), mapped)),
    "IPIP772": first(each(772, ("4in6",), small_inside)), "IPIP773": first(each(773, ("4in6",), wrong_map)),
}
ICMP = [
    *each(108, ALL, expired_inside), *each(301, (*SENDERS, *FRAMES), short_quote),
    *each(302, (*SENDERS, *FRAMES, "mpls-in-ip"), untrue), *each(302, ("esp", "ipcomp"), untrue_alone), *each(302, PACKETS, never_sent),
    *each(303, (k for k in READ_INSIDE if k != "6in4"), not_reported),
    *each(304, MINIMAL, other_code, args=STRICT, severity="note"),
    *each(305, READ_INSIDE, forbidden),
    *each(307, (k for k in ALL if k not in OUTSIDE_IPV6 and k != "gretap6"), quenched),
    *each(308, ("6in4", "gre", "gretap", *UDP, *MINIMAL, CLEAR), wrong_map),
    *each(308, ("gre", *UDP), repeated), *each(308, MINIMAL, repeated, severity="warning"),
    *each(310, (*PACKETS, *FRAMES, CLEAR), outer_problem),
    *each(311, ALL, no_exit), *each(315, ALL, impossible_mtu), *each(317, ALL, from_exit),
    *each(316, ("4in6", "6in6"), about_error), *each(316, ("gre", "6in4"), about_error),
    *(("IPIP316", Vector(fail=to_many(code), clean=clean, severity="error", kind="6in6"))
      for code, clean in ((0, to_many(2)), (1, to_many(0, is_too_big=True)))),
    # A later fragment is as good as the first one (RFC 4443 section 2.4), unless it goes to many.
    ("IPIP316", Vector(
        fail=to_many_of_it(inner6(dst="ff0e::1", payload=LATER_PIECE, next=44), 1),
        clean=to_many_of_it(inner6(payload=LATER_PIECE, next=44), 1), severity="error", kind="6in6")),
    *each(746, ("4in6",), limit_left), *each(302, ("4in6",), without_identification),
    *each(302, ("4in6", "gre6"), one_before_the_last),
    *each(746, ("6in6",), relayed_limit), *each(746, ("4in6",), relayed_limit_to_ipv4), *around6("IPIP747", wrong_mtu, severity="error"),
    *around6("IPIP747", too_small), *around6("IPIP747", whole_1280),
    *each(748, ("4in6",), without_df, args=["--profile", "linux"], severity="note"),
    *each(771, ("6in6",), mapped), *each(772, ("6in6", "gre6", "gretap6"), small_inside),
    *each(772, ("6in4",), small_relayed, severity="error"),
    *each(773, (*OUTSIDE_IPV6[1:], "gretap6"), wrong_map), ("IPIP773", Errors("gre6", 6).vector(*wrong_map(Errors("gre6", 6)))),
]
MTU = [
    *each(306, (*SENDERS, *FRAMES), not_relayed, severity="warning"), *each(306, ("4in6", "6in6", "minimal"), not_relayed_for_certain),
    *each(309, READ_INSIDE, lost), *each(312, (*SENDERS, *FRAMES), ignored, severity="warning"), *each(312, ("esp", "ipcomp"), ignored, severity="note"),
    *each(314, (k for k in (*SENDERS, *FRAMES) if k != "6in6"), wrong_mtu, severity="error"),
]
