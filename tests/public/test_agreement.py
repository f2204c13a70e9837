# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures made by others: of every frame the command, the plugin and Wireshark's own dissection say the same.

Layer by layer, as far as the core reads: addresses, TTL, TOS, DF, Identification and Total Length. Where tshark shows more IP
headers, they lie behind something that the core does not read; where it shows fewer, it has given up on a header that cannot be.
"""

import unittest
from collections import Counter

import harness
import layers
from harness import Check

COLUMNS = ("frame.protocols", "ipip.rule", "ip.src", "ip.dst", "ip.ttl", "ip.dsfield", "ip.flags.df", "ip.id", "ip.len")
WINDOW = 30  # captures in one sharkd, which in Wireshark 4.0 frees nothing of those before
SET = ("Set", "True", "1")  # by the version of Wireshark

# Every frame by itself, and lengths of 0 as they stand in the header.
EACH_FRAME = [("setconf", {"name": name, "value": "FALSE"}) for name in ("ip.defragment", "ip.tso_support")]

# Captures that tshark refuses at the first record, of which the core reads more (or nothing, and says so).
REFUSED = {
    "malformed/PcapPlusPlus-clusterfuzz-testcase-minimized-FuzzTarget-5631583764873216": "reserved bits of the link type",
    "malformed/tcpdump-juniper_es_oobr.pcap": "unknown link type",
    "non-tunnel/libpcap-brcm-tag.pcap": "unknown link type",
}
# Custom blocks hold no packet; tshark numbers them all the same, by its own numbers these. The command numbers packets.
CUSTOM_BLOCKS = {"non-tunnel/gopacket-test202.pcapng": (1, 7, 10)}

# Differences in single frames, and why.
EXPLAINED = {
    ("malformed/tcpdump-LINKTYPE_IPV6_invalid.pcap", 1): "IPv4 behind a link type that announces IPv6: tshark stops",
    ("malformed/nDPI-fuzz-2021-10-13.pcap", 1): "the file ends inside the record, of which tshark shows the part",
    ("malformed/zeek-ipv4-internally-truncated-header.pcap", 1): "20 octets of a header of 60 are captured: tshark stops",
    ("non-tunnel/PcapPlusPlus-NullLoopback.pcap", 3): "no address family in a loopback header: tshark takes half of it for an EtherType",
}

# What tshark's list of protocols may show between the last header that the core read and the next IPv4 header: anything but
# IPv4 itself. Before the first, on link layers that the core reads, nothing but these.
LINK = {"eth", "ethertype", "vlan", "sll", "ppp", "pppoes", "null", "raw", "mpls", "fddi", "llc", "chdlc", "nflog", "enc", "loop",
        "frame"}


class Frame:
    """A frame as Wireshark dissects it."""

    def __init__(self, number, protocols, rules, *fields):
        self.number = number
        self.protocols = protocols.split(":")
        self.rules = [rule for rule in rules.split(",") if rule]
        # A header that tshark gives up in the middle of lacks the last fields: what is whole counts.
        self.layers = [normal(*layer) for layer in zip(*(field.split(",") if field else [] for field in fields))]

    def next_after(self, layers):
        """The protocol that follows so many IPv4 layers."""
        for at, protocol in enumerate(self.protocols):
            if layers == 0 and protocol not in LINK:
                return protocol
            layers -= protocol == "ip"
        return ""


def normal(src, dst, ttl, tos, df, id, length):
    """A layer, written as tests/layers writes it."""
    return "%s %s %s 0x%02x %d 0x%04x %s" % (src, dst, ttl, int(tos, 0), df in SET, int(id.split()[0], 0), length)


def wireshark_frames(paths):
    """Of each capture the frames, and whether it could be read to its end."""
    columns = {"column%d" % at: name + ":0" for at, name in enumerate(COLUMNS)}
    requests = EACH_FRAME + [request for path in paths for request in (("load", {"file": str(path)}), ("frames", columns))]
    answers = {answer["id"]: answer for answer in harness.sharkd(requests)}
    for number, path in zip(range(len(EACH_FRAME) + 1, len(requests), 2), paths):
        # None where the file ends too early, from 4.4 on one with a number: then the frames before that are there.
        loaded = answers.get(number)
        # Where a file can't be opened, what is there is the one before.
        rows = answers[number + 1]["result"] if loaded is None or "error" not in loaded else []
        blocks = CUSTOM_BLOCKS.get(harness.label(path), ())
        frames = [Frame(row["num"], *row["c"]) for row in rows if row["num"] not in blocks]
        yield ({frame.number - sum(block < frame.number for block in blocks): frame for frame in frames},
               loaded is not None and "error" not in loaded and loaded["result"].get("err", 0) == 0)


def is_given_up(layer):
    """tshark shows no field of a header whose length is less than its own."""
    return int(layer.split()[-1]) < 20


def disagreement(frame, carriers, end, layers):
    """What is wrong with the core's view of a frame; None where nothing is. The carriers have headers that are no layers."""
    theirs = frame.layers[carriers:]
    if theirs[:len(layers)] != layers:
        if end == "impossible header" or is_given_up(layers[-1]):
            return None if theirs == layers[:-1] else "before the header that cannot be"
        return "differs"
    if len(theirs) > len(layers) and frame.next_after(carriers + len(layers)) == "ip":
        return "tshark goes on"
    return None


def frame_disagreements(name, theirs, ours):
    for number in sorted(set(theirs) | set(ours)):
        if number not in theirs or number not in ours:
            what = "seen by one of them only"
        else:
            what = disagreement(theirs[number], *ours[number])
        if (what is not None) != ((name, number) in EXPLAINED):
            yield name, number, what, ours.get(number), number in theirs and vars(theirs[number])


def compare(path, theirs, is_whole):
    """The disagreements over a capture, and how many frames, layers and findings agree."""
    name = harness.label(path)
    if name in REFUSED:
        return [] if not is_whole and not theirs else [(name, "is not refused")], 0, 0, 0
    (ours, _), check = layers.read_with_carriers(path), Check(path)
    wrong = list(frame_disagreements(name, theirs, ours))
    if check.status not in (0, 1, 3) or (check.status == 3) == is_whole:
        wrong.append((name, "status", check.status, is_whole, check.stderr))
    shown = Counter((number, rule) for number, frame in theirs.items() for rule in frame.rules)
    if check.pairs() != shown:
        wrong.append((name, "rules", check.pairs() - shown, shown - check.pairs()))
    return wrong, len(theirs), sum(len(headers) for *_, headers in ours.values()), sum(shown.values())


class Agreement(unittest.TestCase):
    def test_every_frame(self):
        harness.require_plugin()
        paths = harness.third_party_captures()

        def compare_some(some):
            return [compare(path, *theirs) for path, theirs in zip(some, wireshark_frames(some))]

        windows = [paths[at:at + WINDOW] for at in range(0, len(paths), WINDOW)]
        results = [result for results in harness.each(compare_some, windows) for result in results]
        self.assertEqual(len(results), len(paths))
        wrong, frames, headers, pairs = zip(*results)
        self.assertEqual([line for lines in wrong for line in lines], [])
        print("%d captures, %d frames, %d IPv4 headers, %d findings agree" % (len(wrong), sum(frames), sum(headers), sum(pairs)))


if __name__ == "__main__":
    harness.skip_without_captures()
    harness.main()
