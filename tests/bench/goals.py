# SPDX-License-Identifier: GPL-2.0-or-later
"""What the numbers should be: design.md's, each on its row of the table, and no cliff between the mixes."""

from typing import NamedTuple

from verbs import CHECK1, CHECK2, COPY, ENCAP_COPY, LOOP

FREE_MEMORY, FREE_TUNNELS, PER_TUNNEL = 32 << 20, 10_000, 256
RATE = 10e6  # packets a second on one core
CLIFF = 1.5  # the worst mix without findings, of the best one, per packet
PLUGIN_LIMITS = {"small": 1.03, "ordinary": 1.005}  # the latter: none that could be told from chance


class Goal(NamedTuple):
    verb: str
    of: str       # another verb on the same mix; the time of this one at most
    limit: float


RATIOS = [
    Goal(CHECK2, LOOP, 1 / 3),
    Goal(CHECK2, "cat", 3),
    Goal(CHECK2, "gzip -dc", 1),
    Goal("decap", COPY, 1.5),
    Goal("decap", "editcap -C", 1 / 5),
    Goal("encap", ENCAP_COPY, 1.5),
    Goal("encap", "editcap -C", 1 / 5),
    Goal("tunnels", CHECK2, 1.5),
    Goal("roundtrip", CHECK2, 3),
]


def verdict(what, number, limit, form="%.2f"):
    met = number <= limit
    return "%s: %s <= %s" % (what, form % number, form % limit) if met else "**%s: %s > %s**" % (what, form % number, form % limit)


def judged(mix, verb, result, others):
    """The goals of a row, in words; `others` are the rows of the same mix by verb. Missed ones are bold."""
    if mix.findings:
        return
    for goal in RATIOS:
        if goal.verb == verb and goal.of in others:
            yield verdict(goal.of, result.time.seconds / others[goal.of].time.seconds, goal.limit)
    if verb == CHECK1 and mix.name == "small":
        yield verdict("ns", result.time.per_packet * 1e9, 1e9 / RATE, "%.0f")
    if result.memory:
        limit = FREE_MEMORY + PER_TUNNEL * max(0, mix.tunnels - FREE_TUNNELS)
        yield verdict("MiB", result.memory / 2**20, limit / 2**20, "%.0f")


def across(results):
    """Goals between the mixes: results by (mix, verb). A cliff is one between tunnel packets; other traffic is quicker, and a million
    tunnels have a goal of their own."""
    times = {mix.name: result.time.per_packet * 1e9 for (mix, verb), result in results.items()
             if verb == CHECK2 and not mix.findings and mix.suffix == "pcap"}
    alike = {name: time for name, time in times.items() if name not in ("ordinary", "half", "tunnels-1M")}
    if len(alike) > 1:
        worst, best = max(alike, key=alike.get), min(alike, key=alike.get)
        yield "%s of %s" % (worst, best), verdict("ns/packet", alike[worst] / alike[best], CLIFF)
    if {"tunnels-1M", "small"} <= set(times):
        yield "tunnels-1M of small", verdict("ns/packet", times["tunnels-1M"] / times["small"], 2)
