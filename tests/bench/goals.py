# SPDX-License-Identifier: GPL-2.0-or-later
"""What the numbers should be. A goal names two contestants and the most that the one may take of the other's time."""

ONE, TWO = "ipip check --jobs 1", "ipip check --jobs 2"

# (contest, contestant) against (contest, contestant), in time per packet.
RATIOS = [
    ("check", ("check small.pcap", TWO), ("check small.pcap", "empty libpcap loop"), 1 / 3),
    ("check", ("check small.pcap", TWO), ("check small.pcap", "cat"), 3),
    ("a million tunnels, against one", ("check tunnels.pcap", TWO), ("check small.pcap", TWO), 2),
    ("ordinary traffic, against tunnels, same sizes", ("check ordinary.pcap", TWO), ("check imix.pcap", TWO), 1),
    ("1 % violations, against none", ("check violations.pcap", TWO), ("check small.pcap", TWO), 1.3),
    ("decap", ("decap, encap small.pcap", "ipip decap"), ("decap, encap small.pcap", "cp"), 1.5),
    ("decap", ("decap, encap small.pcap", "ipip decap"), ("decap, encap small.pcap", "editcap -C"), 1 / 5),
    ("encap", ("decap, encap small.pcap", "ipip encap"), ("decap, encap small.pcap", "cp of encap's output"), 1.5),
    ("encap", ("decap, encap small.pcap", "ipip encap"), ("decap, encap small.pcap", "editcap -C"), 1 / 5),
    ("decap", ("decap, encap imix.pcap", "ipip decap"), ("decap, encap imix.pcap", "cp"), 1.5),
    ("decap", ("decap, encap imix.pcap", "ipip decap"), ("decap, encap imix.pcap", "editcap -C"), 1 / 5),
    ("encap", ("decap, encap imix.pcap", "ipip encap"), ("decap, encap imix.pcap", "cp of encap's output"), 1.5),
    ("encap", ("decap, encap imix.pcap", "ipip encap"), ("decap, encap imix.pcap", "editcap -C"), 1 / 5),
    ("a pipe", ("pipe, gzip small.pcap", "cat | ipip check -"), ("pipe, gzip small.pcap", "cat | cat"), 1),
    ("gzip", ("pipe, gzip small.pcap", "ipip check of .gz"), ("pipe, gzip small.pcap", "gzip -dc"), 1),
]
RATE = (("check small.pcap", ONE), 10e6)  # packets a second on one core


def verdict(met):
    return "yes" if met else "**no**"


def goal_rows(times):
    """For what was measured: goal, reference, ratio of the medians, of the least times, limit, met."""
    def time(who):
        return times.get(who[0], {}).get(who[1])

    one = time(RATE[0])
    if one:
        rate = 1 / one.per_packet
        yield ["%s: %s" % RATE[0], "", "%.2f M packets/s" % (rate / 1e6),
               "%.2f M packets/s" % (1e-6 * one.packets / one.least), "%.0f M packets/s" % (RATE[1] / 1e6),
               verdict(rate >= RATE[1])]
    for what, measured, reference, limit in RATIOS:
        if time(measured) and time(reference):
            ratio = time(measured).per_packet / time(reference).per_packet
            least = time(measured).least / time(measured).packets * time(reference).packets / time(reference).least
            same = measured[0] == reference[0]
            yield ["%s: %s" % measured if same else "%s (%s)" % (what, measured[1]),
                   reference[1] if same else reference[0], "%.2f" % ratio, "%.2f" % least, "%.2f" % limit, verdict(ratio <= limit)]
