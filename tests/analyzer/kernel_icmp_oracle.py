# SPDX-License-Identifier: GPL-2.0-or-later
"""What the rules of ICMP errors must say of the frames of a capture: a second reading of their conditions.

First what an error from inside a tunnel tells by itself, then compared with the packets it is about, and at last with
what the senders are told, in captures that show both sides of an encapsulator. Linux relays only what may be relayed:
of the rules of relays two find something, and kernel_expectations.py says by hand what there is for the others.
"""

from collections import defaultdict, namedtuple

from kernel_flow_oracle import Habits, datagrams
from kernel_headers import ERROR, ICMP, ICMP_ERRORS, NOTE, SECOND, WARNING, icmp_error_of, tunnel_error_of
from kernel_sides_oracle import key, sights

OF_ERRORS = {}


def rule(number):
    def register(function):
        OF_ERRORS[number] = function
        return function
    return register


@rule(301)
def short_quote(error):
    return NOTE if error.quoted_octets < error.quote.hl + 28 else None


@rule(307)
def source_quench(error):
    return NOTE if error.type == 4 else None


@rule(311)
def no_decapsulator(error):
    return WARNING if error.is_refusal and error.src == error.quote.dst else None


@rule(315)
def impossible_mtu(error):
    if (error.type, error.code) != (3, 4) or error.mtu == 0:
        return None
    if error.mtu < 68 or error.mtu >= error.quote.length:
        return WARNING
    return NOTE if error.mtu < 576 else None


@rule(316)
def about_what_none_is_sent(error):
    if error.quote.offset or error.quote.dst[0] >= 224:
        return ERROR
    inner = error.inner
    is_icmp = inner and inner.protocol == ICMP and inner.payload
    return NOTE if is_icmp and inner.payload[0] in ICMP_ERRORS else None


@rule(317)
def from_the_exit(error):
    return NOTE if error.src == error.quote.dst and not error.is_refusal else None


# An error, the datagram it is about if that was seen, for how long its tunnel was seen, and the tunnel's habits so far.
About = namedtuple("About", "frame error datagram is_known age habits")


def errors(frames):
    habits, sent, known, since, taken = defaultdict(Habits), {}, set(), {}, defaultdict(list)
    for one in datagrams(frames):
        taken[one.frame].append(one)
    for frame in frames:
        for header in [frame.headers[0], *(o for o, _ in frame.pairs)] if frame.is_tunnel else []:
            known.add((header.pair, header.id, header.length))
            since.setdefault(header.pair, frame.time)
        for one in taken[frame.number]:
            habits[one.o.pair].take(one)
            sent[one.o.pair, one.o.id, one.o.length] = one
        error = tunnel_error_of(frame)
        if error:
            tunnel, key = error.quote.pair, (error.quote.pair, error.quote.id, error.quote.length)
            yield About(frame, error, sent.get(key), key in known, frame.time - since.get(tunnel, frame.time),
                        habits[tunnel])


def never_sent(about):
    """IPIP302: an error about a packet that was not seen, although the direction was for more than 5 s."""
    return WARNING if not about.is_known and about.age > 5 * SECOND else None


def is_inherited(about):
    """The outer TTL is the inner one, as ever in this tunnel or as far as this packet shows: perhaps a traceroute's."""
    error, one = about.error, about.datagram
    inner = error.inner or (one.i if one else None)
    outer_ttls = [error.quote.ttl] + ([one.o.ttl] if one else [])
    is_low = inner and inner.ttl <= 16 and any(abs(inner.ttl - ttl) <= 1 for ttl in outer_ttls)
    return bool(is_low) or about.habits.hops() is not None


def is_expiry(message):
    return (message.type, message.code) == (11, 0)


def expired(about):
    """IPIP108: the outer TTL ends inside the tunnel."""
    return (NOTE if is_inherited(about) else WARNING) if is_expiry(about.error) else None


FROM_INSIDE, RELAY, BESIDE = "from inside", "relay", "beside"

# A frame that is an error from inside a tunnel, one to a sender whose packets enter it, or a packet of such a sender.
Message = namedtuple("Message", "frame time kind tunnel type code")


def messages(frames):
    """By the flows that were seen in tunnels so far. What was seen in one is no relay when it comes out."""
    tunnel_of, carried = {}, set()
    for frame in frames:
        header, error = frame.headers[0], icmp_error_of(frame.headers[0])
        for o, i in frame.pairs:
            tunnel_of[i.pair] = o.pair
            carried.add(i.content())
        if frame.is_tunnel or header.fault() or header.length > header.wire:
            continue
        if tunnel_error_of(frame):
            yield Message(frame.number, frame.time, FROM_INSIDE, error.quote.pair, error.type, error.code)
        elif (error and error.quote.pair in tunnel_of and error.src != error.quote.dst and
              header.content() not in carried):
            yield Message(frame.number, frame.time, RELAY, tunnel_of[error.quote.pair], error.type, error.code)
        elif header.pair in tunnel_of:
            yield Message(frame.number, frame.time, BESIDE, tunnel_of[header.pair], None, None)


def not_reported(frames):
    """IPIP303: the exit is unreachable, and packets still arrive more than 5 s later without an error to any sender."""
    pending = {}
    for message in messages(frames):
        if message.kind == FROM_INSIDE and message.type == 3 and message.code in (0, 1):
            pending[message.tunnel] = message.time
        elif message.kind == RELAY and message.type == 3:
            pending.pop(message.tunnel, None)
        elif message.kind == BESIDE and message.time - pending.get(message.tunnel, message.time) > 5 * SECOND:
            del pending[message.tunnel]
            yield message.frame, NOTE


def is_at_device(frames, tunnel, number):
    """What went in last was seen once, with the TTL that it has inside: at the device, which no error to a sender passes."""
    outside, inside = sights(frames)
    steps = defaultdict(list)
    for frame, header in outside:
        for other, o, i in inside[key(header)]:
            if o.pair == tunnel and frame.number < other.number < number and other.time - frame.time <= SECOND:
                steps[other.number].append(header.ttl - i.ttl)
    return bool(steps) and steps[max(steps)] == [0]


def expiry_not_reported(frames):
    """IPIP308: the third time exceeded within 30 s, a sender goes on, and no error reached it."""
    times, senders = defaultdict(list), set()
    inherited = {about.frame.number: is_inherited(about) for about in errors(frames)}
    for message in messages(frames):
        before = [time for time in times[message.tunnel] if message.time - time <= 30 * SECOND]
        if message.kind == RELAY:
            times.pop(message.tunnel)
        elif message.kind == BESIDE and before:
            senders.add(message.tunnel)
        elif message.kind == FROM_INSIDE and is_expiry(message):
            times[message.tunnel] = [*before, message.time]
            if len(before) >= 2 and message.tunnel in senders and not is_at_device(frames, message.tunnel, message.frame):
                yield message.frame, NOTE if inherited[message.frame] else WARNING


def judge(frames, linux):
    """(frame, rule, severity, None): every frame is reported."""
    for about in errors(frames):
        for number, says in OF_ERRORS.items():
            yield about.frame.number, number, says(about.error), None
        yield about.frame.number, 302, never_sent(about), None
        yield about.frame.number, 108, expired(about), None
    for number, says in ((303, not_reported), (308, expiry_not_reported)):
        for frame, severity in says(frames):
            yield frame, number, severity, None
