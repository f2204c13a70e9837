# SPDX-License-Identifier: GPL-2.0-or-later
"""What the numbers should be: design.md's, each on its row of the table, and no cliff between the mixes.

Beside a goal that is missed stands its floor, another row of the same table (floor.c), and what the rest is.
"""

from typing import NamedTuple, Optional

from verbs import CHECK1, CHECK2, COPY, ENCAP_COPY, ENCAP_WRITE, LOOP, ROWS, WRITE

FREE_MEMORY, FREE_TUNNELS, PER_TUNNEL = 32 << 20, 10_000, 256
RATE = 10e6  # packets a second on one core
CLIFF = 1.5  # the worst mix without findings, of the best one, per packet
PLUGIN_LIMITS = {"small": 1.03, "ordinary": 1.005}  # the latter: none that could be told from chance

JUDGED = "the rest reads headers and judges"
TABLES = "the rest also gives up old rows for new ones"
STORED = "which is on the disk then, what cp and editcap do not wait for; the rest reads and rewrites headers"
SHOWN = "the rest counts what each header shows of its tunnel"
LISTED = "15 lines a tunnel are longer than its packets"
CALLED = "an empty plugin: %.3f; check reads and judges them in: %.3f"




class Goal(NamedTuple):
    verb: str
    of: str                       # another verb on the same mix; the time of this one at most
    limit: float
    floors: tuple = ()            # verbs than which nothing that does this is quicker; the last one that the mix has counts
    why: str = ""                 # what a miss has beyond that
    of_many: Optional[str] = None  # the same with many tunnels


RATIOS = [
    Goal(CHECK2, LOOP, 1 / 3, (ROWS,), JUDGED, TABLES),
    Goal(CHECK2, "cat", 3, (ROWS,), JUDGED, TABLES),
    Goal(CHECK2, "gzip -dc", 1),
    Goal("decap", COPY, 1.5, (WRITE,), STORED),
    Goal("decap", "editcap -C", 1 / 5, (WRITE,), STORED),
    Goal("encap", ENCAP_COPY, 1.5, (ENCAP_WRITE,), STORED),
    Goal("encap", "editcap -C", 1 / 5, (ENCAP_WRITE,), STORED),
    Goal("tunnels", CHECK2, 1.5, (), SHOWN, LISTED),
    Goal("roundtrip", CHECK2, 3),
]


def verdict(what, number, limit, form="%.2f", bound=""):
    """In words; a missed one is bold, and `bound` behind it."""
    met = number <= limit
    if met:
        return "%s: %s <= %s" % (what, form % number, form % limit)
    return "**%s: %s > %s**" % (what, form % number, form % limit) + (" (%s)" % bound if bound else "")


def bound(goal, mix, others):
    """What nothing is below, measured on the same mix, and what the rest is."""
    floors = [(name, others[name].time.seconds / others[goal.of].time.seconds) for name in goal.floors if name in others]
    why = goal.of_many if goal.of_many and mix.tunnels > FREE_TUNNELS else goal.why
    return "; ".join([*("%s: %.2f" % floor for floor in floors[-1:]), *([why] if why else [])])


def judged(mix, verb, result, others):
    """The goals of a row, in words; `others` are the rows of the same mix by verb."""
    if mix.findings:
        return
    for goal in RATIOS:
        if goal.verb == verb and goal.of in others:
            yield verdict(goal.of, result.time.seconds / others[goal.of].time.seconds, goal.limit, bound=bound(goal, mix, others))
    if verb == CHECK1 and mix.name == "small":
        floor = others[ROWS].time.per_packet * 1e9
        yield verdict("ns", result.time.per_packet * 1e9, 1e9 / RATE, "%.0f", "%s: %.0f; %s" % (ROWS, floor, JUDGED))
    if result.memory:
        limit = FREE_MEMORY + PER_TUNNEL * max(0, mix.tunnels - FREE_TUNNELS)
        rest = "the judge of check: %.1f; the rest is what is listed" % (others[CHECK1].memory / 2**20) if verb == "tunnels" else ""
        yield verdict("MiB", result.memory / 2**20, limit / 2**20, "%.1f", rest)


def across(results):
    """Goals between the mixes: results by (mix, verb). A cliff is one between tunnel packets; other traffic is quicker, and a million
    tunnels have a goal of their own."""
    def per_packet(verb):
        return {mix.name: result.time.per_packet * 1e9 for (mix, name), result in results.items()
                if name == verb and not mix.findings and mix.suffix == "pcap"}

    times, floors = per_packet(CHECK2), per_packet(ROWS)
    alike = {name: time for name, time in times.items() if name not in ("ordinary", "half", "tunnels-1M")}

    def pair(one, other, limit):
        return "%s of %s" % (one, other), verdict("ns/packet", times[one] / times[other], limit,
                                                  bound="without headers and rules: %.2f" % (floors[one] / floors[other]))

    if len(alike) > 1:
        yield pair(max(alike, key=alike.get), min(alike, key=alike.get), CLIFF)
    if {"tunnels-1M", "small"} <= set(times):
        yield pair("tunnels-1M", "small", 2)
