# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on MTU."""

from icmp_errors import BIG, FITS, FORGED, NARROW, WRONG_SUM, inside, lost, plain, reported, sent, told, too_big
from packets import next_hop_mtu
from streams import later
from tunnel_packets import HOST, PEER, frame, inner, outer, super_tcp
from vector import TUNNEL, Vector, doubtful, silent

def big_report(n, mtu):
    return reported(3, 4, n, next_hop_mtu(mtu), BIG)

SMALL_ONES = sent(*range(4))
BIG_ONES = range(10, 22)

VECTORS = {
    "IPIP306": Vector(
        fail=too_big(plain(2, BIG), later(5, plain(3, BIG))),
        clean=too_big(plain(2, BIG), big_report(2, 1280), later(5, plain(3, BIG))),
        unknown=too_big(plain(2, BIG), later(4, plain(3, BIG))), severity="warning"),
    "IPIP309": Vector(
        fail=SMALL_ONES + lost(*BIG_ONES, size=BIG), clean=SMALL_ONES + lost(*BIG_ONES, size=BIG, df=False),
        unknown=SMALL_ONES + lost(*BIG_ONES[:-1], size=BIG), severity="warning"),
    "IPIP312": Vector(
        fail=too_big(later(3, inside(2, BIG)), inside(3, FITS + 1)),
        clean=too_big(later(3, inside(2, BIG)), inside(3, FITS)),
        unknown=too_big(later(3, inside(2, BIG))), severity="warning"),
    "IPIP314": Vector(
        fail=too_big(plain(2, BIG), big_report(2, 1281)), clean=too_big(plain(2, BIG), big_report(2, 1280)),
        unknown=inside(1, BIG) + plain(2, BIG) + big_report(2, 1280), severity="error"),
}

HUGE = 1472  # octets of data

def super_packet(n):
    return frame(outer(super_tcp(2000), id=n))

HOSTS = ["10.1.0.%d" % n for n in (1, 2, 3)]

def blackholed(hosts):
    """Each has sent small datagrams through the tunnel; then two big ones of each are lost."""
    frames = [packet for host in hosts for packet in sent(*range(4), src=host)]
    return frames + [packet for host in hosts for packet in lost(8, 9, size=BIG, src=host)]

VARIANTS = [
    *(silent("IPIP312", too_big(later(3, inside(2, BIG)), *[inside(n, BIG) for n in range(3, 9)], **forgery))
      for forgery in FORGED),
    *(silent("IPIP306", too_big(plain(2, BIG), later(5, plain(3, BIG)), **forgery)) for forgery in FORGED[:4]),
    doubtful("IPIP314", too_big(plain(2, BIG), reported(3, 4, 2, next_hop_mtu(1281), BIG, **WRONG_SUM))),
    ("IPIP306", Vector(
        fail=VECTORS["IPIP306"].fail, clean=VECTORS["IPIP306"].clean, captured=114, severity="warning")),
    ("IPIP306", Vector(
        fail=too_big(plain(2, BIG), later(5, plain(3, FITS + 1))),
        clean=too_big(plain(2, BIG), later(5, plain(3, FITS))), severity="warning")),
    ("IPIP306", Vector(
        fail=too_big(plain(2, BIG), later(5, plain(3, BIG)), plain(4, BIG)),
        clean=too_big(plain(2, BIG, df=False), later(5, plain(3, BIG, df=False)), plain(4, BIG, df=False)),
        severity="warning", earlier=(4,))),
    # Each that is too big draws the error again.
    ("IPIP306", Vector(
        fail=too_big(plain(2, BIG), inside(2, BIG), told(3, 4, 2, NARROW, BIG), later(5, plain(3, BIG))), clean=None,
        severity="warning")),
    # What goes to the sender is in the capture, and there is no error.
    ("IPIP306", Vector(
        fail=too_big(plain(2, BIG), frame(inner(PEER, HOST)), later(5, plain(3, BIG))), clean=None, severity="error")),
    doubtful("IPIP306", too_big(plain(2, BIG), later(6, plain(2, BIG)))),
    silent("IPIP306", too_big(plain(2, BIG), later(5, plain(3, BIG)), mtu=next_hop_mtu(1448))),
    ("IPIP309", Vector(fail=blackholed(HOSTS), clean=None, severity="warning")),
    doubtful("IPIP309", blackholed(HOSTS[:2])),
    silent("IPIP309", SMALL_ONES + plain(9, BIG) + big_report(9, 1400) + lost(*BIG_ONES, size=BIG)),
    silent("IPIP309", SMALL_ONES + lost(*BIG_ONES)),
    ("IPIP312", Vector(
        fail=too_big(later(3, inside(2, BIG)), inside(3, BIG), inside(4, BIG)), clean=None, severity="error",
        earlier=(4,))),
    ("IPIP312", Vector(
        fail=too_big(*[later(1.5, inside(n, BIG)) + told(3, 4, n, NARROW, BIG) for n in range(2, 5)], inside(5, BIG)), clean=None,
        severity="error", earlier=(7,))),
    silent("IPIP312", inside(1, BIG) + inside(2, BIG) + inside(3, BIG)),
    silent("IPIP312", too_big(later(0.5, inside(2, BIG)), later(0.5, inside(3, BIG)), later(0.5, inside(4, BIG)))),
    # For five minutes after an error no larger size may be tried (RFC 1191 section 3); what comes later is in doubt.
    ("IPIP312", Vector(
        fail=too_big(later(298, inside(2, BIG)), inside(3, BIG)),
        clean=too_big(later(298, inside(2, FITS)), inside(3, FITS)), severity="warning")),
    doubtful("IPIP312", too_big(later(301, inside(2, BIG)), inside(3, BIG), inside(4, BIG))),
    # The last error counts, and one that comes after the five minutes starts a new period with a grace of its own.
    ("IPIP312", Vector(
        fail=too_big(later(200, inside(2, BIG)) + told(3, 4, 2, NARROW, BIG), later(200, inside(3, BIG))), clean=None,
        severity="warning")),
    ("IPIP312", Vector(
        fail=too_big(later(301, inside(2, BIG)) + told(3, 4, 2, NARROW, BIG), inside(3, BIG), later(2, inside(4, BIG)), inside(5, BIG)),
        clean=None, severity="warning")),
    silent("IPIP312", too_big(later(601, inside(2, BIG)), inside(3, BIG))),
    doubtful("IPIP312", too_big(later(3, super_packet(2)), super_packet(3), super_packet(4))),
    ("IPIP314", Vector(fail=too_big(plain(2, BIG), big_report(2, 1279)), clean=None, severity="warning")),
    ("IPIP314", Vector(fail=too_big(plain(2, BIG), big_report(2, 0)), clean=None, severity="note")),
    ("IPIP314", Vector(
        fail=inside(1) + plain(2, BIG) + big_report(2, 1300), clean=inside(1) + plain(2, BIG) + big_report(2, 1280),
        severity="error", config=TUNNEL + "mtu=1300")),
    ("IPIP314", Vector(
        fail=too_big(plain(2, HUGE), reported(3, 4, 2, next_hop_mtu(1480), HUGE)),
        clean=inside(1) + plain(3, HUGE) + reported(3, 4, 3, next_hop_mtu(1480), HUGE)
        + too_big(plain(2, HUGE), reported(3, 4, 2, next_hop_mtu(1480), HUGE)), severity="error")),
    doubtful("IPIP314", too_big(later(601, plain(2, BIG)), big_report(2, 1300))),
]
