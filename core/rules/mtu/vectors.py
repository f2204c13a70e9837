# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectors of the rules on MTU."""

from icmp_errors import (
    BIG, FITS, FORGED, GATE, NARROW, WRONG_SUM, about, datagram, inside, lost, plain, reported, sent, told, too_big)
from kind_vectors import MTU
from packets import After, error, ethernet, icmp, ipv4, next_hop_mtu, tcp
from segments import ACK, ESTABLISHED, RST, SYN, handshake, mss, resent, segment, syn, syn_ack
from streams import later
from tunnel_packets import A, B, HOST, PEER, fragments, frame, inner, outer, super_tcp, tunnelled
from vector import TUNNEL, Vector, doubtful, profile, silent

def big_report(n, mtu):
    return reported(3, 4, n, next_hop_mtu(mtu), BIG)

SMALL_ONES = sent(*range(4))
BIG_ONES = range(10, 22)

def clear(n, size=BIG):
    """A datagram without DF that arrives."""
    return plain(n, size, df=False)

def gone(*numbers, size=BIG):
    """Such ones, and none goes into the tunnel."""
    return lost(*numbers, size=size, df=False)

def through(n, *cuts, size=BIG):
    """Such a one, and it goes into the tunnel, in inner fragments."""
    packet = datagram(n, size, ttl=63, df=False)
    edges = [0, *cuts, len(packet) - 20]
    return clear(n, size) + [fragment for begin, end in zip(edges, edges[1:]) for fragment in later(0.001, frame(outer(
        ipv4(HOST, PEER, packet[20 + begin:20 + end], id=0x100 + n, ttl=63, offset=begin // 8, mf=end < edges[-1]))))]

def sent_again(times=1, every=1.6, **options):
    return resent(times=times, every=every, **options)

def fresh(n, octets=200, **options):
    """Something else is sent in another connection, and acknowledged."""
    return [segment(0.01, octets, sport=41000 + n, **options), segment(0.01, ack=1 + octets, back=True, sport=41000 + n)]

def acknowledged(ack, seconds=0.01, **options):
    return [segment(seconds, ack=ack, back=True, **options)]

TWO_FRESH = fresh(1) + fresh(2)
# The third sending is frame 11, which completes the condition; the first one frame 5.
HANGS = ESTABLISHED + sent_again() + TWO_FRESH + sent_again() + sent_again()
SHUT = acknowledged(201, window=0)

BACK = tunnelled({"src": PEER, "dst": HOST}, {"src": B, "dst": A})
LATER_BACK = later(3, BACK)

def echo(kind, n, src, dst):
    return inner(src, dst, icmp(kind, rest=b"\x01\x02" + n.to_bytes(2, "big")), protocol=1, id=n)

def ping(n, src=HOST, dst=PEER):
    return frame(outer(echo(8, n, src, dst), id=n))

def pings(count=5, every=0.5, **options):
    return [packet for n in range(count) for packet in later(every, ping(n, **options))]

def reply(n=4, beside=False, src=PEER):
    packet = echo(0, n, src, HOST)
    return frame(packet if beside else outer(packet, src=B, dst=A))

def tries(connections=3, times=3, every=0.5):
    """SYNs, again and again."""
    return [packet for _ in range(times) for n in range(connections) for packet in later(every, [syn(sport=40000 + n)])]

PINGS = BACK + pings()
LEARNT = too_big(sent(2, 3, 4))  # the path takes 1300 octets, and both sides are in the capture
TWO_GONE = LEARNT + gone(10, 11) + sent(5)

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
    # The third one is frame 13.
    "IPIP318": Vector(
        fail=TWO_GONE + gone(12) + sent(6), clean=TWO_GONE + through(12, 1256) + sent(6), unknown=TWO_GONE + gone(12),
        scope="tunnel", at=13, count=3, is_late=True),
    "IPIP320": Vector(
        fail=handshake(mss(1441)), clean=handshake(mss(1440)), unknown=[syn_ack()], severity="note", scope="tunnel",
        is_late=True),
    "IPIP319": Vector(
        fail=HANGS, clean=HANGS + acknowledged(1641), unknown=HANGS[:-1], scope="tunnel", is_late=True),
    # The fifth request is frame 6.
    "IPIP321": Vector(
        fail=PINGS + LATER_BACK, clean=PINGS + reply() + ping(9) + LATER_BACK, unknown=PINGS + later(2.9, BACK), at=6,
        is_late=True),
}

AMONG_OTHERS = too_big(sent(2, src="10.1.0.9"), lost(10, 11, size=BIG, df=False, src="10.1.0.9"), sent(4, 5, 6, 7, 8))

MANY_UNANSWERED = PINGS + [packet for n in range(10) for packet in pings(src="10.1.1.%d" % n)] + LATER_BACK

BOTH_WAYS = TUNNEL + "mtu=9000\n" + TUNNEL.replace("%s %s" % (A, B), "%s %s" % (B, A)) + "mtu=9000\n"

HUGE = 1472  # octets of data

def in_fragments(packet):
    """A packet of the other direction, as two fragments of the tunnel packet."""
    return fragments(packet[34:], 32, src=B, dst=A)

def super_packet(n):
    return frame(outer(super_tcp(2000), id=n))

HOSTS = ["10.1.0.%d" % n for n in (1, 2, 3)]

def blackholed(hosts):
    """Each has sent small datagrams through the tunnel; then two big ones of each are lost."""
    frames = [packet for host in hosts for packet in sent(*range(4), src=host)]
    return frames + [packet for host in hosts for packet in lost(8, 9, size=BIG, src=host)]

def sack(left, right):
    """RFC 2018: two octets of padding, and a block."""
    return b"\x01\x01\x05\x0a" + left.to_bytes(4, "big") + right.to_bytes(4, "big")

ACKNOWLEDGES = tcp(PEER, HOST, b"", 80, 40000, seq=1, ack=1641)
NO_ANSWERS = [frames for octets, options in (
    (ACKNOWLEDGES, {"offset": 1, "df": False}), (ACKNOWLEDGES[:16], {}), (ACKNOWLEDGES[:12] + b"\x40" + ACKNOWLEDGES[13:], {}),
    (ACKNOWLEDGES[:12] + b"\x40\x14" + ACKNOWLEDGES[14:], {}), (icmp(13, rest=bytes(16)), {"protocol": 1}))
    for packet in [inner(PEER, HOST, octets, **{"protocol": 6, **options})]
    for frames in (frame(packet), frame(outer(packet, src=B, dst=A, id=77)))]

def pinged(n):
    return frame(outer(echo(8, n, HOST, PEER), id=n)) + reply(n)

def many_hang(flows):
    """As HANGS, in so many flows at once."""
    sports = [40000 + n for n in range(flows)]
    first = [packet for sport in sports for packet in sent_again(times=1, every=0.1, sport=sport)]
    return ESTABLISHED + first + TWO_FRESH + [
        packet for _ in range(2) for sport in sports for packet in sent_again(times=1, sport=sport)]

def large(start):
    """Of 4,000 octets."""
    return start + sent_again(1, octets=4000) + TWO_FRESH + sent_again(2, octets=4000)

def beside(frames):
    """What comes back is not in the tunnel."""
    return [After(packet.gap / 10**9, ethernet(packet[34:])) if packet[26:30] == bytes([10, 0, 0, 2]) else packet for packet in frames]

def twice(frames):
    """Each is seen once more, on the tunnel device, where its TTL is one less."""
    return [packet for one in frames for packet in [one, *later(0.0002, frame(ttl_less(one)))]]

def ttl_less(one):
    packet = one[14:]
    return ipv4(HOST, PEER, packet[20:], id=int.from_bytes(packet[4:6], "big"), ttl=packet[8] - 1)

VARIANTS = MTU + [
    *(silent("IPIP312", too_big(later(3, inside(2, BIG)), *[inside(n, BIG) for n in range(3, 9)], **forgery))
      for forgery in FORGED),
    *(silent("IPIP306", too_big(plain(2, BIG), later(5, plain(3, BIG)), **forgery)) for forgery in FORGED[:4]),
    doubtful("IPIP314", too_big(plain(2, BIG), reported(3, 4, 2, next_hop_mtu(1281), BIG, **WRONG_SUM))),
    silent("IPIP306", frame(outer(datagram(9, ttl=63), dst="10.0.0.3")) + VECTORS["IPIP306"].fail),  # two tunnels carry the flow
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
    ("IPIP306", Vector(
        fail=None, clean=None, unknown=VECTORS["IPIP306"].fail, args=["--inner-side", "tundev"])),
    silent("IPIP306", too_big(plain(2, BIG), later(5, plain(3, BIG)), mtu=next_hop_mtu(1448))),
    ("IPIP309", Vector(fail=blackholed(HOSTS), clean=None, severity="warning")),
    doubtful("IPIP309", blackholed(HOSTS[:2])),
    silent("IPIP309", SMALL_ONES + plain(9, BIG) + big_report(9, 1400) + lost(*BIG_ONES, size=BIG)),
    silent("IPIP309", SMALL_ONES + lost(*BIG_ONES)),
    # One octet too large; exactly fitting ones that are lost as well have another cause.
    ("IPIP318", Vector(
        fail=LEARNT + gone(10, 11, size=FITS + 1) + sent(5) + gone(12, size=FITS + 1) + sent(6),
        clean=LEARNT + gone(10, 11, size=FITS) + sent(5) + gone(12, size=FITS) + sent(6), at=13, count=3, is_late=True)),
    # The tunnel goes on: what was not seen before is lost, whenever the capture ends.
    ("IPIP318", Vector(
        fail=TWO_GONE + gone(12) + later(0.2, inside(6)) + later(0.2, inside(7)), clean=None, at=13, count=3, is_late=True)),
    doubtful("IPIP318", TWO_GONE + gone(12) + later(0.2, inside(6))),
    # What others of the tunnel get through shows that both sides are in the capture, too.
    ("IPIP318", Vector(
        fail=AMONG_OTHERS + lost(12, size=BIG, df=False, src="10.1.0.9") + sent(9),
        clean=AMONG_OTHERS + sent(9), at=17, count=3, is_late=True)),
    # The encapsulator told itself.
    ("IPIP318", Vector(
        fail=too_big(sent(2, 3, 4), gone(10, 11), sent(5), gone(12), sent(6), src=A), clean=None, at=13, count=3, is_late=True)),
    # On both interfaces of the encapsulator.
    ("IPIP318", Vector(
        fail=LEARNT + twice(gone(10, 11)) + sent(5) + twice(gone(12)) + sent(6), clean=None, at=15, count=3, is_late=True)),
    # Further ones are counted; one that gets through ends the row, and a new one begins.
    ("IPIP318", Vector(
        fail=TWO_GONE + gone(12, 13, 14) + sent(6), clean=None, at=13, count=5, is_late=True)),
    doubtful("IPIP318", TWO_GONE + through(12, 1256) + gone(13, 14) + sent(6)),
    ("IPIP318", Vector(
        fail=TWO_GONE + gone(12) + through(13, 1256) + gone(14, 15) + sent(6), clean=None, at=13, count=3, is_late=True)),
    # In outer fragments, or whole.
    silent("IPIP318", TWO_GONE + clear(12) + later(0.001, fragments(datagram(12, BIG, ttl=63, df=False), 1272)) + sent(6)),
    silent("IPIP318", TWO_GONE + clear(12) + later(0.9, inside(12, BIG, df=False)) + sent(6)),
    # Nothing passes between; the smaller ones are lost, too; only three went in at all.
    doubtful("IPIP318", LEARNT + gone(10, 11, 12) + sent(5)),
    silent("IPIP318", LEARNT + lost(20, 21, df=False) + gone(10, 11) + sent(5) + lost(22, df=False) + gone(12) + sent(6)),
    doubtful("IPIP318", too_big(sent(2), gone(10, 11), inside(3), gone(12), inside(4))),
    # With DF it is IPIP306; to where nothing goes in; from one side only; not known any more, or never.
    silent("IPIP318", LEARNT + lost(10, 11, size=BIG) + sent(5) + lost(12, size=BIG) + sent(6)),
    silent("IPIP318", LEARNT + lost(10, 11, size=BIG, df=False, src="10.1.0.9") + sent(5)
           + lost(12, size=BIG, df=False, src="10.1.0.9") + sent(6)),
    silent("IPIP318", too_big(*[inside(n, df=False) for n in range(2, 9)], plain(9))),
    silent("IPIP318", LEARNT + later(601, sent(8)) + gone(10, 11) + sent(5) + gone(12) + sent(6)),
    *(silent("IPIP318", too_big(sent(2, 3, 4), gone(10, 11), sent(5), gone(12), sent(6), **forgery)) for forgery in FORGED[:4]),
    ("IPIP321", Vector(fail=BACK + tries() + LATER_BACK, clean=BACK + tries(2) + LATER_BACK, at=10, is_late=True)),
    silent("IPIP321", BACK + tries(times=2) + LATER_BACK),
    silent("IPIP321", BACK + tries(every=0.06) + LATER_BACK),
    # Any answer will do, whenever it comes: one in the tunnel or beside it, a reset, an ICMP error to the sender.
    silent("IPIP321", BACK + pings(4) + LATER_BACK),
    *(silent("IPIP321", PINGS + LATER_BACK + answer + ping(9)) for answer in (
        reply(), reply(beside=True), about(echo(8, 4, HOST, PEER), 3, 1, src=GATE),
        frame(outer(error(3, 1, echo(8, 4, HOST, PEER), PEER), src=B, dst=A)))),
    *(silent("IPIP321", BACK + tries() + LATER_BACK + answer + tries(1)) for answer in (
        [syn_ack()], [syn_ack(beside=True)], [segment(1, flags=RST, back=True)], [segment(1, flags=RST | ACK, back=True, beside=True)])),
    # Other hosts' answers, and requests the other way, are none.
    ("IPIP321", Vector(fail=PINGS + reply(src="10.2.0.9") + LATER_BACK, clean=None, at=6, is_late=True)),
    ("IPIP321", Vector(
        fail=PINGS + frame(outer(echo(8, 1, PEER, HOST), src=B, dst=A)) + LATER_BACK, clean=None, at=6, is_late=True)),
    ("IPIP321", Vector(fail=BACK + tries() + [segment(1, seq=0, flags=SYN, back=True)] + LATER_BACK, clean=None, at=10, is_late=True)),
    # Seen twice, they are as many; the same numbers again are others.
    silent("IPIP321", BACK + [packet for one in pings(4) for packet in [one, After(0.0005, one)]] + LATER_BACK),
    ("IPIP321", Vector(fail=BACK + later(0.5, ping(1)) * 5 + LATER_BACK, clean=None, at=6, is_late=True)),
    # To many hosts at once; the other direction not captured, or not meanwhile.
    silent("IPIP321", BACK + pings(dst="224.0.0.9") + LATER_BACK),
    silent("IPIP321", pings() + later(3, ping(9, dst="10.2.0.9"))),
    doubtful("IPIP321", PINGS + later(4, ping(9, dst="10.2.0.9"))),
    silent("IPIP321", PINGS + LATER_BACK, profile("xdp-lb")),
    # Eleven pairs: eight, and the others together.
    ("IPIP321", Vector(
        fail=MANY_UNANSWERED, clean=None, scope="tunnel", earlier=tuple(range(6, 45, 5)), at=46, count=3, is_late=True)),
    # Acknowledged at its own size, however late, by selective acknowledgement, beside the tunnel: not lost.
    silent("IPIP319", HANGS + acknowledged(1641, 100)),
    silent("IPIP319", HANGS + acknowledged(1641, beside=True)),
    silent("IPIP319", HANGS + acknowledged(201, options=sack(201, 1641))),
    # What is no answer: beside the tunnel or in it a fragment, a segment shorter than its header or with one that is too short, another ICMP message.
    *(("IPIP319", Vector(fail=HANGS[:-1] + nothing + HANGS[-1:], clean=None, at=12, is_late=True)) for nothing in NO_ANSWERS),
    # In smaller pieces it is; and what another flow shows at this size counts for all.
    ("IPIP319", Vector(
        fail=HANGS + [segment(0.1, 500, seq=201), segment(0.1, 940, seq=701)] + acknowledged(1641), clean=HANGS + fresh(3, 1440),
        at=11, is_late=True)),
    # What arrived in the end hides no larger one that does not.
    ("IPIP319", Vector(
        fail=ESTABLISHED + sent_again(octets=1000) + TWO_FRESH + sent_again(2, octets=1000) + acknowledged(1201)
        + sent_again(seq=1201) + fresh(3) + fresh(4) + sent_again(2, seq=1201), clean=None, is_late=True)),
    # Neither three times nor for three seconds; what comes sooner than 200 ms neither counts nor starts anew.
    doubtful("IPIP319", ESTABLISHED + sent_again() + TWO_FRESH + sent_again(times=1, every=9)),
    doubtful("IPIP319", ESTABLISHED + sent_again() + TWO_FRESH + sent_again(times=2, every=1.4)),
    doubtful("IPIP319", ESTABLISHED + sent_again() + TWO_FRESH + sent_again(times=1, every=2.9) + sent_again(times=1, every=0.19)),
    ("IPIP319", Vector(
        fail=ESTABLISHED + sent_again() + TWO_FRESH + sent_again(times=1, every=2.9) + sent_again(times=1, every=0.15)
        + sent_again(times=1, every=0.15), clean=None, at=12, is_late=True)),
    # A probe is sent once (RFC 4821); plain loss hits what has got through, too.
    silent("IPIP319", ESTABLISHED + sent_again() + TWO_FRESH + sent_again(1, octets=500) + acknowledged(701) + fresh(3)),
    silent("IPIP319", ESTABLISHED + fresh(3, 1440) + sent_again() + TWO_FRESH + sent_again(times=4)),
    # What was sent before tells nothing of now. One that was sent later in the same flow is enough; or two anywhere.
    doubtful("IPIP319", ESTABLISHED + TWO_FRESH + sent_again(times=5)),
    doubtful("IPIP319", ESTABLISHED + sent_again() + fresh(1) + sent_again(times=3)),
    ("IPIP319", Vector(
        fail=ESTABLISHED + sent_again() + [segment(0.01, 100, seq=1641)] + acknowledged(201, options=sack(1641, 1741))
        + sent_again(times=2), clean=None, is_late=True)),
    ("IPIP319", Vector(
        fail=ESTABLISHED + sent_again() + fresh(1) + pinged(1) + sent_again(times=2), clean=None, is_late=True)),
    # Nothing else is acknowledged meanwhile: six times in ten seconds.
    ("IPIP319", Vector(
        fail=ESTABLISHED + sent_again(times=6, every=2), clean=None, at=7, is_late=True)),
    ("IPIP319", Vector(
        fail=ESTABLISHED + [packet for _ in range(6) for sport in (40000, 40001, 40002) for packet in sent_again(1, 0.8, sport=sport)],
        clean=None, at=11, count=3, severity="warning", is_late=True)),
    doubtful("IPIP319", ESTABLISHED + sent_again(times=5, every=4)),
    doubtful("IPIP319", ESTABLISHED + sent_again(times=6, every=1.9)),
    # Three flows, or a path MTU that ICMP told.
    ("IPIP319", Vector(fail=many_hang(3), clean=None, severity="error", at=15, count=3, is_late=True)),
    ("IPIP319", Vector(fail=many_hang(2), clean=None, severity="warning", at=13, count=2, is_late=True)),
    ("IPIP319", Vector(
        fail=ESTABLISHED + sent_again() + too_big() + TWO_FRESH + sent_again() + sent_again(), clean=None,
        severity="error", is_late=True)),
    # The receiver has no room; the connection is reset within three seconds, or later.
    silent("IPIP319", ESTABLISHED + SHUT + sent_again() + TWO_FRESH + sent_again(times=4)),
    *(silent("IPIP319", ESTABLISHED + sent_again() + TWO_FRESH + [segment(1, flags=RST, seq=201, ack=1, back=back)] + fresh(3))
      for back in (False, True)),
    *(("IPIP319", Vector(
        fail=HANGS + [segment(1, flags=RST, seq=201, ack=201, back=back)], clean=None, at=11, is_late=True))
      for back in (False, True)),
    # Larger than links carry: merged or cut elsewhere, unless something says what the path takes.
    silent("IPIP319", large(ESTABLISHED)),
    ("IPIP319", Vector(fail=large(ESTABLISHED), clean=None, args=["--vantage", "mid"], is_late=True)),
    ("IPIP319", Vector(fail=large(ESTABLISHED), clean=None, config=TUNNEL + "mtu=9000", is_late=True)),
    # The way back is not captured, or only beside the tunnel; TCP headers are cut; no DF.
    doubtful("IPIP319", [packet for packet in HANGS if bytes([10, 0, 0, 2, 10, 0, 0, 1]) not in packet]),
    ("IPIP319", Vector(fail=beside(HANGS), clean=None, is_late=True)),
    ("IPIP319", Vector(fail=None, clean=None, unknown=HANGS, captured=14 + 40 + 12)),
    silent("IPIP319", BACK + sent_again(times=9, df=False)),
    # IPIP306 says more.
    silent("IPIP319", too_big(plain(2, BIG), later(5, plain(3, BIG))) + HANGS),
    # A path MTU that ICMP told of one direction, or the operator.
    ("IPIP320", Vector(
        fail=too_big(handshake(mss(1241))), clean=too_big(handshake(mss(1240))), severity="warning", is_late=True)),
    ("IPIP320", Vector(
        fail=handshake(mss(1341)), clean=handshake(mss(1340)), config=TUNNEL + "mtu=1400", severity="warning", is_late=True)),
    ("IPIP320", Vector(
        fail=handshake(mss(8941)), clean=handshake(mss(8940)), config=BOTH_WAYS, severity="warning", is_late=True)),
    # Of both the smaller one counts.
    *(("IPIP320", Vector(
        fail=too_big(handshake(mss(octets + 1))), clean=too_big(handshake(mss(octets))), config=TUNNEL + "mtu=%d" % mtu, severity="warning", is_late=True))
      for mtu, octets in ((1400, 1240), (1290, 1230))),
    # The second SYN comes in fragments: nothing is kept of it but the last one.
    ("IPIP320", Vector(
        fail=[syn(mss(1341)), *in_fragments(syn_ack(mss(1341)))], clean=[syn(mss(1340)), *in_fragments(syn_ack(mss(1340)))],
        config=TUNNEL + "mtu=1400", severity="warning", at=3, is_late=True)),
    # Not believed, or forgotten.
    *(silent("IPIP320", too_big(handshake(mss(1440)), **forgery)) for forgery in FORGED[:4]),
    silent("IPIP320", too_big(later(601, handshake(mss(1440))))),
    # What comes later changes nothing.
    ("IPIP320", Vector(fail=None, clean=handshake(mss(1440)) + too_big(), severity="warning")),
    # The smaller one counts, as it is inside the tunnel; without the option it is 536.
    silent("IPIP320", [syn(mss(9000)), syn_ack(mss(1440))]),
    silent("IPIP320", [syn(mss(1440)), syn_ack(mss(9000))]),
    silent("IPIP320", [syn(), syn_ack(b"")]),
    silent("IPIP320", inside(1) + [syn(beside=True), syn(mss(1440)), syn_ack()]),
    ("IPIP320", Vector(
        fail=handshake(b""), clean=handshake(mss(535)), config=TUNNEL + "mtu=595", severity="warning", is_late=True)),
    # One of the two is outside the tunnel: the next packet inside is judged.
    ("IPIP320", Vector(
        fail=[syn(), syn_ack(beside=True), segment(0.01, ack=1)],
        clean=[syn(), syn_ack(mss(1440), beside=True), segment(0.01, ack=1)], severity="note", is_late=True)),
    ("IPIP320", Vector(
        fail=inside(1) + [syn(beside=True), syn_ack()], clean=inside(1) + [syn(mss(1440), beside=True), syn_ack()],
        severity="note", is_late=True)),
    # Once per direction.
    ("IPIP320", Vector(
        fail=handshake() + handshake(sport=40001) + handshake(mss(1440), sport=40002), clean=None, severity="note", at=2,
        count=2, is_late=True)),
    # Another connection's, another attempt's, cut off, sent again.
    doubtful("IPIP320", [syn(sport=40001), syn_ack()]),
    doubtful("IPIP320", [syn(), syn_ack(ack=5)]),
    doubtful("IPIP320", [syn(), later(1, [syn()])[0]]),
    ("IPIP320", Vector(fail=None, clean=None, unknown=handshake(), captured=76)),
    silent("IPIP320", handshake(mss(1440)) * 2),
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
    # On a link nothing merges packets.
    ("IPIP312", Vector(
        fail=too_big(later(3, super_packet(2)), super_packet(3)), clean=None, severity="warning", args=["--vantage", "mid"])),
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
