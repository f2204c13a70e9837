# SPDX-License-Identifier: GPL-2.0-or-later
"""What the rules of outer fragments must say of the frames of a capture: a second reading of their conditions.

Each function yields (frame, severity, tunnel); the tunnel is None where every frame is reported.
"""

from collections import defaultdict

from kernel_headers import ERROR, NOTE, SECOND, WARNING, is_same_fragment

RULES = {}


def rule(number):
    def register(function):
        RULES[number] = function
        return function
    return register


def beside(frames):
    """Each outer fragment, and those with the same Identification that came before it."""
    held = defaultdict(list)
    for frame in frames:
        fragment = frame.outer_fragment
        if fragment:
            others = held[fragment.pair, fragment.id]
            yield frame, fragment, list(others)
            others.append(fragment)


def is_copy(fragment, others):
    return any(is_same_fragment(fragment, other) for other in others)


def originals(frames):
    """From a copy nothing follows but that it is one."""
    return [one for one in beside(frames) if not is_copy(*one[1:])]


@rule(905)
def twice(frames):
    for frame, fragment, others in beside(frames):
        if is_copy(fragment, others):
            yield frame.number, NOTE, fragment.pair


@rule(902)
def no_inner_header(frames):
    """Neither it nor one before it starts the datagram, and it does not complete it."""
    for frame, fragment, others in originals(frames):
        if not frame.fragments and all(one.offset for one in [fragment, *others]):
            yield frame.number, NOTE, None


def common_octets(one, other):
    """What each of them has where they overlap."""
    start = max(one.offset, other.offset)
    end = min(one.offset + one.payload_octets, other.offset + other.payload_octets)
    return [fragment.payload[start - fragment.offset:max(end, start) - fragment.offset] for fragment in (one, other)]


@rule(635)
def overlap(frames):
    for frame, fragment, others in originals(frames):
        for other in others:
            ours, theirs = common_octets(fragment, other)
            if ours:
                yield frame.number, WARNING if ours == theirs else ERROR, None


@rule(637)
def disagreement(frames):
    """Two ends, DSCPs or values of DF; or Not-ECT with ECT or CE."""
    for frame, fragment, others in originals(frames):
        together = [fragment, *others]
        ends = {one.offset + one.payload_octets for one in together if not one.mf}
        if len(ends) > 1 or len({(one.dscp, one.df) for one in together}) > 1:
            yield frame.number, ERROR, None
        elif len({one.ecn == 0 for one in together}) > 1:
            yield frame.number, WARNING, None


@rule(636)
def incomplete(frames):
    """On the first packet that comes more than 60 s later."""
    waiting, fragments = {}, {frame.number: fragment for frame, fragment, _ in originals(frames)}
    for frame in frames:
        for key in [key for key, since in waiting.items() if frame.time - since > 60 * SECOND]:
            del waiting[key]
            yield frame.number, NOTE, key[0]
        fragment = fragments.get(frame.number)
        if fragment and frame.fragments:
            waiting.pop((fragment.pair, fragment.id), None)
        elif fragment:
            waiting.setdefault((fragment.pair, fragment.id), frame.time)


def completed(frames):
    return [(frame.number, frame.headers[0].pair, frame.fragments[0]) for frame in frames if 0 in frame.fragments]


@rule(638)
def more_than_needed(frames):
    """The last fragment need not carry a multiple of 8 octets."""
    for frame, tunnel, fragments in completed(frames):
        room = max(fragment.payload_octets for fragment in fragments)
        rest = sum(fragment.payload_octets for fragment in fragments) - room
        needed = 1 + -(-rest // (room // 8 * 8))
        if len(fragments) > needed:
            yield frame, NOTE, tunnel


@rule(639)
def narrowest_link(frames):
    for frame, tunnel, _ in completed(frames):
        yield frame, NOTE, tunnel


def judge(frames, linux):
    """(frame, rule, severity, tunnel), with a tunnel where it is said once of each."""
    for number, says in RULES.items():
        for frame, severity, tunnel in says(frames):
            yield frame, number, severity, tunnel
