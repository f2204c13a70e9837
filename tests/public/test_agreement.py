# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures made by others: of every frame the command, the plugin and tshark's own dissection say the same.

Layer by layer, as far as the core reads: addresses, TTL, TOS, DF, Identification and Total Length. Where tshark shows more IP
headers, they lie behind something that the core does not read; where it shows fewer, it has given up on a header that cannot be.
"""

import subprocess
import unittest
from collections import Counter

import harness
from harness import Check

FIELDS = ("ip.src", "ip.dst", "ip.ttl", "ip.dsfield", "ip.flags.df", "ip.id", "ip.len")

# Every frame by itself, and lengths of 0 as they stand in the header.
EACH_FRAME = ("-o", "ip.defragment:FALSE", "-o", "ip.tso_support:FALSE")

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
    """A frame as tshark dissects it."""

    def __init__(self, line):
        number, protocols, rules, *fields = line.split("\t")
        self.number = int(number)
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
    return "%s %s %s 0x%02x %d 0x%04x %s" % (src, dst, ttl, int(tos, 0), df in ("1", "True"), int(id, 0), length)


def tshark_frames(path):
    names = ("frame.number", "frame.protocols", "ipip.rule", *FIELDS)
    result = harness.tshark("-r", path, *EACH_FRAME, "-T", "fields", *(word for name in names for word in ("-e", name)))
    blocks = CUSTOM_BLOCKS.get(harness.label(path), ())
    packets = (frame for frame in map(Frame, result.stdout.splitlines()) if frame.number not in blocks)
    return {frame.number - sum(block < frame.number for block in blocks): frame for frame in packets}, result.returncode


def core_frames(path):
    result = subprocess.run([harness.LAYERS, path], capture_output=True, text=True, timeout=60)
    return {int(number): (end, layers) for number, end, *layers in (line.split("\t") for line in result.stdout.splitlines())}


def is_given_up(layer):
    """tshark shows no field of a header whose length is less than its own."""
    return int(layer.split()[-1]) < 20


def disagreement(frame, end, layers):
    """What is wrong with the core's view of a frame; None where nothing is."""
    if frame.layers[:len(layers)] != layers:
        if end == "impossible header" or is_given_up(layers[-1]):
            return None if frame.layers == layers[:-1] else "before the header that cannot be"
        return "differs"
    if len(frame.layers) > len(layers) and frame.next_after(len(layers)) == "ip":
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


def compare(path):
    """The disagreements over a capture, and how many frames, layers and findings agree."""
    name = harness.label(path)
    (theirs, their_status), ours, check = tshark_frames(path), core_frames(path), Check(path)
    if name in REFUSED:
        return [] if their_status != 0 and not theirs else [(name, "is not refused")], 0, 0, 0
    wrong = list(frame_disagreements(name, theirs, ours))
    if check.status not in (0, 1, 3) or (check.status == 3) != (their_status != 0):
        wrong.append((name, "status", check.status, their_status, check.stderr))
    shown = Counter((number, rule) for number, frame in theirs.items() for rule in frame.rules)
    if check.pairs() != shown:
        wrong.append((name, "rules", check.pairs() - shown, shown - check.pairs()))
    return wrong, len(theirs), sum(len(layers) for _, layers in ours.values()), sum(shown.values())


class Agreement(unittest.TestCase):
    def test_every_frame(self):
        harness.require_plugin()
        wrong, frames, layers, pairs = zip(*harness.each(compare, harness.third_party_captures()))
        self.assertEqual([line for lines in wrong for line in lines], [])
        print("%d captures, %d frames, %d IPv4 headers, %d findings agree" % (len(wrong), sum(frames), sum(layers), sum(pairs)))


if __name__ == "__main__":
    harness.skip_without_captures()
    harness.main()
