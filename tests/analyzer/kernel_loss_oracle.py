# SPDX-License-Identifier: GPL-2.0-or-later
"""What does not get through a tunnel, by the frames of a capture: a second reading of IPIP318 and IPIP320."""

from collections import defaultdict

from kernel_flow_oracle import datagrams
from kernel_headers import NOTE, SECOND, TCP, WARNING, tunnel_error_of
from kernel_icmp_oracle import BESIDE, messages
from kernel_packet_oracle import LARGEST_LINK
from kernel_path_mtu import LINK_MTU

SAME_SIGHT = SECOND // 50


def is_carried(datagram, inner):
    """`inner` is it, or a fragment of it."""
    same = (inner.pair, inner.id, inner.protocol) == (datagram.pair, datagram.id, datagram.protocol)
    inside = datagram.offset <= inner.offset < datagram.offset + datagram.payload_octets
    return same and (inside if inner.is_fragment else inner.length == datagram.length)


def arrivals(frames, kind_of):
    """Frames outside a tunnel, each datagram once, however many interfaces of the encapsulator show it."""
    last = {}
    for frame in frames:
        header = frame.headers[0]
        if frame.number in kind_of:
            before = last.get(header.content())
            last[header.content()] = frame.time
            if before is None or frame.time - before > SAME_SIGHT:
                yield frame, kind_of[frame.number]


def path_mtus(frames):
    """(time, tunnel, MTU) of what ICMP reports."""
    for frame in frames:
        error = tunnel_error_of(frame)
        if error and (error.type, error.code) == (3, 4) and 68 <= error.mtu < error.quote.length:
            yield frame.time, error.quote.pair, error.mtu


def lost_without_df(frames):
    """(tunnel, frame) of the third datagram without DF that vanished above the path MTU."""
    kind_of = {message.frame: message.tunnel for message in messages(frames) if message.kind == BESIDE}
    carried = [(frame.time, o.pair, i) for frame in frames for o, i in frame.pairs]
    came_out = {i.content() for _, _, i in carried}
    learnt, lost, fitting = list(path_mtus(frames)), defaultdict(list), defaultdict(list)
    for frame, tunnel in arrivals(frames, kind_of):
        header = frame.headers[0]
        known = [mtu for time, pair, mtu in learnt if pair == tunnel and time <= frame.time]
        later = [(time, i) for time, pair, i in carried if pair == tunnel and time >= frame.time]
        has_passed = any(is_carried(header, i) and time - frame.time <= SECOND for time, i in later)
        if not known or header.df or header.content() in came_out and not has_passed:
            continue
        if header.length + 20 <= min(known):
            if has_passed:
                fitting[tunnel].append(frame.time)
        elif not has_passed and (frames[-1].time - frame.time > SECOND or len(later) >= 2):
            lost[tunnel].append(frame)
    for tunnel, gone in lost.items():
        if len(gone) >= 3 and any(gone[0].time < time < gone[-1].time for time in fitting[tunnel]):
            yield tunnel, gone[2]


def mss_of(segment):
    """536 without the option."""
    options = segment[20:segment[12] >> 4 << 2]
    while options and options[0] != 0:
        if options[0] == 2:
            return int.from_bytes(options[2:4], "big")
        options = options[1 if options[0] == 1 else options[1]:]
    return 536


def syns(frames):
    """(tunnel packet, connection, flags, MSS)"""
    for one in datagrams(frames):
        if one.i.protocol == TCP and not one.i.is_fragment and len(one.i.payload) >= 20 and one.i.payload[13] & 2:
            yield one, (one.i.src + one.i.payload[:2], one.i.dst + one.i.payload[2:4]), one.i.payload[13], mss_of(one.i.payload)


def too_large_for_the_tunnel(frames):
    """The second SYN of a connection, where the smaller MSS does not fit."""
    asked = {}
    for one, connection, flags, mss in syns(frames):
        if not flags & 0x10:
            asked[connection] = one.o.pair, mss
            continue
        if connection[::-1] not in asked:
            continue
        there, other = asked[connection[::-1]]
        known = [mtu for time, pair, mtu in path_mtus(frames) if time <= one.time and pair in (one.o.pair, there)]
        if min(mss, other) + 40 + one.o.hl > min(known, default=1500):
            yield one.frame, WARNING if known else NOTE, one.o.pair


def large_without_mtu(frames):
    """The first frame of a tunnel with more octets than links usually carry, and no more than any does, before ICMP said what the path takes."""
    learnt = list(path_mtus(frames))
    outermost = {frame.number: frame.headers[0] for frame in frames if frame.headers}
    for one in datagrams(frames):
        is_frame = one.o is outermost[one.frame] and not one.o.is_fragment and not one.fragments
        if is_frame and LINK_MTU < one.o.length <= LARGEST_LINK and not any(
                time <= one.time and pair == one.o.pair for time, pair, _ in learnt):
            yield one


def judge(frames, linux):
    first = {one.o.pair: one for one in reversed(list(large_without_mtu(frames)))}
    for tunnel, one in first.items():
        yield one.frame, 903, NOTE, tunnel
    for tunnel, frame in lost_without_df(frames):
        yield frame.number, 318, WARNING, tunnel
    for frame, severity, tunnel in too_large_for_the_tunnel(frames):
        yield frame, 320, severity, tunnel
