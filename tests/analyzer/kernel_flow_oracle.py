# SPDX-License-Identifier: GPL-2.0-or-later
"""What the rules that compare the packets of a tunnel must say of the frames of a capture: a second reading.

Each function yields (frame, severity, tunnel); the tunnel is None where every frame is reported.
"""

from collections import Counter, defaultdict, namedtuple

from kernel_headers import ERROR, NOTE, SECOND, WARNING

MILLISECOND = SECOND // 1000
MDL = 120 * SECOND  # maximum datagram lifetime
HABIT_PACKETS = 20
SENDERS_START_WITH = {30, 32, 60, 64, 128, 254, 255}

# What a tunnel carries, on the frame that completes it. `fragments` are those of the outer datagram, if there were any.
Datagram = namedtuple("Datagram", "frame time o i is_innermost fragments")

RULES = {}


def rule(number):
    def register(function):
        RULES[number] = function
        return function
    return register


def identity(datagram):
    return datagram.o.pair, datagram.o.id, datagram.o.length, datagram.i.content()


def is_copy(one, before):
    """Of two that are the same: one packet, captured twice: at once, or before and behind a router."""
    apart = abs(one.time - before.time)
    return apart <= MILLISECOND or apart <= SECOND and one.o.ttl < before.o.ttl


def datagrams_and_copies(frames):
    """(datagram, whether it is a copy)"""
    seen = defaultdict(list)
    for frame in frames:
        for place, (o, i) in enumerate(frame.pairs):
            if i.fault() is None:
                one = Datagram(frame.number, frame.time, o, i, i is frame.headers[-1], frame.fragments.get(place))
                yield one, any(is_copy(one, before) for before in seen[identity(one)])
                seen[identity(one)].append(one)


def datagrams(frames):
    return [one for one, is_one_more in datagrams_and_copies(frames) if not is_one_more]


@rule(905)
def twice(frames):
    for one, is_one_more in datagrams_and_copies(frames):
        if is_one_more:
            yield one.frame, NOTE, one.o.pair


class Habits:
    """What the packets of a tunnel so far have in common."""

    def __init__(self):
        self.packets, self.inner_ttls, self.outer_ttls, self.steps = 0, set(), set(), Counter()
        self.ids, self.copied_ids = set(), 0

    def take(self, one):
        self.packets += 1
        self.inner_ttls.add(one.i.ttl)
        self.outer_ttls.add(one.o.ttl)
        self.steps[one.i.ttl - one.o.ttl] += 1
        self.ids.add(one.o.id)
        self.copied_ids += one.o.id == one.i.id

    def hops(self):
        """By how much the outer TTL is behind the inner one, from which it is inherited; None where it is not."""
        if self.packets < HABIT_PACKETS or len(self.inner_ttls) < 3 or len(self.outer_ttls) < 2:
            return None
        step, often = self.steps.most_common(1)[0]
        return step if 0 <= step <= 64 and often >= 0.95 * self.packets else None


def with_habits(frames):
    habits = defaultdict(Habits)
    for one in datagrams(frames):
        habits[one.o.pair].take(one)
        yield one, habits[one.o.pair]


@rule(107)
def ttl_inherited(frames):
    for one, habits in with_habits(frames):
        if habits.hops() is not None:
            yield one.frame, NOTE, one.o.pair


def is_guess(habits):
    """Near a sender: a TTL that systems start with, or the inner one, and not many less."""
    if len(habits.outer_ttls) == 1:
        ttl, = habits.outer_ttls
        if set(habits.steps) == {0} and ttl not in SENDERS_START_WITH:
            return False  # the inner one, copied at the entry or by chance
        return any(start - 16 <= ttl <= start for start in SENDERS_START_WITH)
    return habits.hops() is not None and habits.hops() <= 16


@rule(906)
def place_of_capture(frames):
    for one, habits in with_habits(frames):
        if habits.packets == HABIT_PACKETS and is_guess(habits):
            yield one.frame, NOTE, one.o.pair


@rule(626)
def id_copied(frames):
    for one, habits in with_habits(frames):
        if habits.packets >= HABIT_PACKETS and habits.copied_ids == habits.packets and len(habits.ids) > 1:
            yield one.frame, NOTE, one.o.pair


def is_again(one, before, longest):
    is_such = identity(one) == identity(before) and one.o.ttl == before.o.ttl
    return is_such and MILLISECOND < one.time - before.time <= longest


@rule(213)
def repeated(frames):
    seen = []
    for one in datagrams(frames):
        if any(is_again(one, before, SECOND) for before in seen):
            yield one.frame, NOTE, None
        seen.append(one)


def non_atomic(frames):
    """What is, or may be, fragmented on the way."""
    return [one for one in datagrams(frames) if one.fragments or not one.o.is_atomic]


@rule(622)
def resent(frames):
    seen = []
    for one in non_atomic(frames):
        if any(is_again(one, before, MDL) for before in seen):
            yield one.frame, NOTE, None
        seen.append(one)


@rule(624)
def id_constant(frames):
    """Ten in a row have the same Identification."""
    rows = defaultdict(list)
    for one in non_atomic(frames):
        row = rows[one.o.pair]
        if row and row[-1].o.id != one.o.id:
            row.clear()
        row.append(one)
        if len(row) >= 10:
            yield one.frame, ERROR if any(other.fragments for other in row) else WARNING, one.o.pair


@rule(621)
def id_reused(frames):
    """Where IPIP624 was reported of the tunnel, that has said it all."""
    constant, seen = {}, {}
    for frame, _, tunnel in id_constant(frames):
        constant.setdefault(tunnel, frame)
    for one in non_atomic(frames):
        before = seen.get((one.o.pair, one.o.id))
        if before and one.time - before.time < MDL and identity(one) != identity(before):
            if one.frame < constant.get(one.o.pair, one.frame + 1):
                yield one.frame, ERROR if one.fragments or before.fragments else WARNING, None
        seen[one.o.pair, one.o.id] = one


@rule(627)
def inner_id_reused(frames):
    """First fragments compare with first fragments, whole datagrams with whole ones."""
    seen = {}
    for one in datagrams(frames):
        inner = one.i
        if not one.is_innermost or inner.is_atomic or inner.offset:
            continue
        key = one.o.pair, inner.pair, inner.protocol, inner.id, inner.mf  # a private address behind another tunnel is another host's
        before = seen.get(key)
        if before and one.time - before.time < MDL and inner.content() != before.i.content():
            yield one.frame, NOTE, one.o.pair
        seen[key] = one


@rule(203)
def entered_again(frames):
    """Nothing goes around in these scenarios: the second time would be a warning."""
    last = {}
    for one in datagrams(frames):
        key = one.o.pair, one.i.content()
        if key in last and one.i.ttl < last[key].i.ttl and one.time - last[key].time <= 10 * SECOND:
            yield one.frame, WARNING, None
        last[key] = one


@rule(907)
def other_direction_missing(frames):
    packets = Counter()
    for one in datagrams(frames):
        packets[one.o.pair] += 1
        if packets[one.o.pair] >= 100 and not packets[one.o.pair[::-1]]:
            yield one.frame, NOTE, one.o.pair


@rule(908)
def out_of_order(frames):
    latest = {}
    for one in datagrams(frames):
        if one.time < latest.get(one.o.pair, 0) - SECOND:
            yield one.frame, NOTE, one.o.pair
        latest[one.o.pair] = max(one.time, latest.get(one.o.pair, 0))


def judge(frames, linux):
    """(frame, rule, severity, tunnel), with a tunnel where it is said once of each. Linux may inherit the TTL."""
    for number, says in RULES.items():
        if not (linux and number == 107):
            for frame, severity, tunnel in says(frames):
                yield frame, number, severity, tunnel
