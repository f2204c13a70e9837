# SPDX-License-Identifier: GPL-2.0-or-later
"""What is sent in a scenario: packets made from the RFCs, the same octets in every run.

Each has a number in its payload, by which it is found again on the other side of the tunnel.
"""

import struct
from collections import namedtuple
from itertools import count, product

from packets import checksum, error, icmp, ipv4, next_hop_mtu, tcp, udp
from tunnel_kinds import ipv6, sum6, udp6

ENTRY, EXIT = "10.10.10.2", "10.10.20.2"  # the ends of the tunnel
ROUTER = "10.10.10.1"
H1, H2 = "192.168.1.2", "192.168.2.2"  # the hosts behind them
ENTRY6, EXIT6 = "fd00:10::2", "fd00:20::2"
H1_6, H2_6 = "fd01::2", "fd02::2"
STRANGER = "10.10.10.99"
PORT = 9000

# Where a packet comes from: namespace, device, and the device next to it that it is sent to.
SENDERS = {"h1": ("h1", "h1", "l1"), "h2": ("h2", "h2", "l2"), "towards ns1": ("router", "r1", "v1"), "towards ns2": ("router", "r2", "v2")}

Send = namedtuple("Send", "sender octets note")


def filled(number, length):
    text = b"#%04d " % number
    return (text + bytes(0x20 | (7 * i + number) & 0x5F for i in range(length)))[:length]


def inner(number, size=64, src=H1, dst=H2, **fields):
    """A UDP datagram of so many octets in all."""
    fields.setdefault("id", 0x4000 + number)
    options = len(fields.get("options", b""))
    return ipv4(src, dst, udp(src, dst, filled(number, size - 28 - options), dport=PORT), **fields)


def inner6(number, size=84, src=H1_6, dst=H2_6, **fields):
    return ipv6(src, dst, udp6(src, dst, filled(number, size - 48), dport=PORT), **fields)


def outer(number, payload, src=ENTRY, dst=EXIT, **fields):
    fields.setdefault("df", True)
    return ipv4(src, dst, payload, protocol=4, id=0x1000 + number, **fields)


def cut(packet, *edges):
    """The fragments of a packet without options, cut at these octets of its payload."""
    edges = [0, *edges, len(packet) - 20]
    flags = struct.unpack("!H", packet[6:8])[0] & 0xC000
    fragments = []
    for begin, end in zip(edges, edges[1:]):
        more = 0x2000 if end < edges[-1] else 0
        header = packet[:2] + struct.pack("!HHH", 20 + end - begin, *struct.unpack("!H", packet[4:6]), flags | more | begin // 8) + packet[8:10] + bytes(2) + packet[12:20]
        fragments.append(header[:10] + struct.pack("!H", checksum(header)) + header[12:] + packet[20 + begin:20 + end])
    return fragments


def headers(numbers):
    """Every value of TOS that an encapsulator treats differently; TTLs; DF; the reserved flag; options; answers of the far host."""
    for tos in (0x00, 0x01, 0x02, 0x03, 0x10, 0xB8, 0xB9, 0xBA, 0xBB, 0xFF):
        yield Send("h1", inner(next(numbers), tos=tos), "TOS 0x%02x" % tos)
    for ttl in (255, 128, 64, 3, 2, 1):
        yield Send("h1", inner(next(numbers), ttl=ttl), "TTL %d" % ttl)
    for df, id in product((False, True), (0x1234, 0)):
        yield Send("h1", inner(next(numbers), df=df, id=id), "DF %d, Identification 0x%04x" % (df, id))
    yield Send("h1", inner(next(numbers), reserved=True), "reserved flag")
    yield Send("h1", inner(next(numbers), options=b"\1\1\1\0"), "options that do nothing")
    for tos, df in product((0x00, 0xBA), (False, True)):
        number = next(numbers)
        yield Send("h1", ipv4(H1, H2, icmp(8, data=filled(number, 40)), protocol=1, tos=tos, df=df, id=0x4000 + number), "echo request, TOS 0x%02x, DF %d" % (tos, df))
    yield Send("h2", inner(next(numbers), src=H2, dst=H1, tos=0x28, df=True), "from the far host")


def headers6(numbers):
    """Traffic classes, hop limits, a flow label; sizes around the MTU of each tunnel; an answer of the far host."""
    for tclass in (0x00, 0x01, 0x02, 0x03, 0x10, 0xB8, 0xB9, 0xBA, 0xBB, 0xFF):
        yield Send("h1", inner6(next(numbers), tclass=tclass), "traffic class 0x%02x" % tclass)
    for hops in (255, 128, 3, 2, 1):
        yield Send("h1", inner6(next(numbers), hops=hops), "hop limit %d" % hops)
    yield Send("h1", inner6(next(numbers), label=0x12345), "flow label 0x12345")
    for size in (1280, 1440, 1441, 1448, 1449, 1452, 1453, 1480, 1481):
        yield Send("h1", inner6(next(numbers), size), "%d octets" % size)
    echo = icmp(128, data=filled(next(numbers), 40), sum=0)
    echo = echo[:2] + struct.pack("!H", sum6(H1_6, H2_6, 58, echo)) + echo[4:]
    yield Send("h1", ipv6(H1_6, H2_6, echo, next=58, tclass=0xBA), "echo request, traffic class 0xba")
    yield Send("h2", inner6(next(numbers), src=H2_6, dst=H1_6, tclass=0x28), "from the far host")


def sizes(numbers):
    """Around the MTU of the link, of the tunnel and of a narrow link, with DF and without."""
    for df, size in product((False, True), (28, 576, 1240, 1280, 1281, 1400, 1456, 1480, 1481, 1500)):
        yield Send("h1", inner(next(numbers), size, df=df), "%d octets, DF %d" % (size, df))


def narrow(numbers):
    """The same twice, for what was learnt of the path by the first."""
    for df, size in product((True, False), (1400, 1280, 1281, 1400, 1240)):
        yield Send("h1", inner(next(numbers), size, df=df), "%d octets, DF %d" % (size, df))


def fragments(numbers):
    """Datagrams that come to the encapsulator in fragments."""
    for edges in ((1200,), (8, 1000)):
        for fragment in cut(inner(next(numbers), 2000), *edges):
            yield Send("h1", fragment, "a fragment of 2000 octets")


def few(numbers):
    """To see that packets pass, or what comes back where they don't."""
    for df in (True, False, True):
        yield Send("h1", inner(next(numbers), df=df, tos=2), "DF %d, ECT(0)" % df)


def errors(numbers):
    """ICMP errors from inside the tunnel, each followed by packets that the encapsulator may answer for the error."""
    kinds = [(3, code, bytes(4), "destination unreachable, code %d" % code) for code in (0, 1, 2, 3, 9, 13)]
    kinds += [(11, 0, bytes(4), "time exceeded"), (12, 0, b"\x08\0\0\0", "parameter problem"), (4, 0, bytes(4), "source quench"),
              (3, 4, next_hop_mtu(1400), "fragmentation needed, MTU 1400")]
    yield Send("h1", inner(next(numbers)), "before")
    for (type, code, rest, name), octets in product(kinds, (28, 84)):
        about = outer(0, inner(0), ttl=63)
        yield Send("towards ns1", error(type, code, about, ROUTER, rest, octets), "%s, with %d octets" % (name, octets))
        for size in (64, 1450):
            yield Send("h1", inner(next(numbers), size, df=True), "then %d octets" % size)


def ecn(numbers):
    """All pairs of outer and inner ECN fields, at the exit."""
    for outside, inside in product(range(4), range(4)):
        number = next(numbers)
        yield Send("towards ns2", outer(number, inner(number, tos=0xB8 | inside), tos=outside), "ECN %d outside, %d inside" % (outside, inside))


def arrivals(numbers):
    """At the exit: whole and broken headers inside, options and TTL 1 outside, fragments in and out of order, a nest."""
    for note, fields in (("right", {}), ("wrong inner checksum", {"sum": 0xBAD}), ("inner version 5", {"version": 5}), ("inner IHL 4", {"ihl": 4}),
                         ("inner length of 100 in 64 octets", {"total": 100}), ("inner length of 40 in 64 octets", {"total": 40}), ("inner TTL 1", {"ttl": 1}), ("inner TTL 0", {"ttl": 0})):
        number = next(numbers)
        yield Send("towards ns2", outer(number, inner(number, **fields)), note)
    number = next(numbers)
    yield Send("towards ns2", outer(number, inner(number)[:10]), "ten octets inside")
    for note, fields in (("outer options that do nothing", {"options": b"\1\1\1\0"}), ("outer TTL 1", {"ttl": 1}), ("outer DF clear", {"df": False})):
        number = next(numbers)
        yield Send("towards ns2", outer(number, inner(number), **fields), note)
    for order in (1, -1):
        number = next(numbers)
        for fragment in cut(outer(number, inner(number, 1000), df=False), 400, 800)[::order]:
            yield Send("towards ns2", fragment, "outer fragments, %s" % ("in order" if order == 1 else "the last one first"))


def segments(numbers):
    """At the exit: TCP connections of three segments each, as a bulk transfer has them."""
    for port in range(40001, 40005):
        for segment in range(3):
            number = next(numbers)
            data = tcp(H1, H2, filled(number, 1000), sport=port, dport=PORT, seq=1 + 1000 * segment)
            yield Send("towards ns2", outer(number, ipv4(H1, H2, data, protocol=6, df=True, ttl=63, id=0x4000 + number)), "port %d, segment %d" % (port, segment))


def strangers(numbers):
    """At the exit: outer packets from an address that the tunnel does not have, between those of the entry."""
    for source in (ENTRY, STRANGER, ENTRY):
        number = next(numbers)
        yield Send("towards ns2", outer(number, inner(number), src=source), "from " + source)


TRAFFIC = {one.__name__: one for one in (headers, headers6, sizes, narrow, fragments, few, errors, ecn, arrivals, segments, strangers)}


def made(names):
    """All that is sent for these names, in order."""
    numbers = count(1)
    return [send for name in names for send in TRAFFIC[name](numbers)]
