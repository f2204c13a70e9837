# SPDX-License-Identifier: GPL-2.0-or-later
"""What must be said of datagrams that a capture shows outside a tunnel and inside it.

The kernel counts TTLs down as it should, and changes nothing else: beside two habits, which are here, there is nothing.
"""

from collections import defaultdict

from kernel_headers import ERROR, NOTE, SECOND, WARNING, icmp_error_of

MATCHES = 3


def key(header):
    return (header.length, header.id, header.mf, header.offset, header.protocol, header.pair, header.payload[:64])


def sights(frames):
    """(frame, header) outside, and (frame, outer, inner) of what is inside a tunnel, by what stays the same."""
    outside, inside = [], defaultdict(list)
    for frame in frames:
        for o, i in frame.pairs:
            if i.fault() is None:
                inside[key(i)].append((frame, o, i))
        if not frame.is_tunnel and frame.headers[0].fault() is None:
            outside.append((frame, frame.headers[0]))
    return outside, inside


def delivered(outside, inside):
    """TTL 0 is accepted by a kernel that is the destination, and shows on its tunnel device as it is."""
    for frame, header in outside:
        if any(before.number < frame.number and frame.time - before.time <= SECOND and i.ttl == 0
               for before, _, i in inside[key(header)]):
            yield frame.number, 407, WARNING if header.ttl == 0 else ERROR, None


def refused(frames, outside, inside):
    """What is too large for the tunnel is dropped where it was seen last, and its sender is told."""
    events = [(frame.number, o, i) for sight in inside.values() for frame, o, i in sight]
    firsts = {}
    for number, o, i in sorted(events, key=lambda event: event[0]):
        firsts.setdefault(i.pair, (number, o.pair))
    errors = [(frame, error) for frame, header in outside for error in [icmp_error_of(header)]
              if error is not None and (error.type, error.code) == (3, 4)]
    matches = [(frame.time, o.pair) for before, header in outside for frame, o, i in inside[key(header)]
               if before.number < frame.number and frame.time - before.time <= SECOND and i.src != o.src]
    for frame, header in outside:
        number, tunnel = firsts.get(header.pair, (None, None))
        end = frame.time + SECOND
        if tunnel is None or number > frame.number or not header.df or frames[-1].time <= end:
            continue
        told = [other.number for other, error in errors if frame.number < other.number and other.time <= end
                and key_of_quote(error.quote) == key_of_quote(header)]
        is_last = not any(frame.number < other.number < min(told, default=0) and key(again) == key(header)
                          for other, again in outside)
        is_in = any(abs(other.time - frame.time) <= SECOND for other, _, _ in inside[key(header)])
        if told and is_last and not is_in and sum(time <= end and pair == tunnel for time, pair in matches) >= MATCHES:
            yield frame.number, 313, NOTE, tunnel


def key_of_quote(header):
    return header.pair, header.id, header.length


def judge(frames, linux):
    outside, inside = sights(frames)
    yield from delivered(outside, inside)
    yield from refused(frames, outside, inside)
