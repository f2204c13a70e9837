# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures made by others: tunnels of every kind, as the core reads them and as Wireshark's own dissection shows them.

Header by header: of IPv4 addresses, TTL, TOS, DF, Identification and Total Length; of IPv6 addresses, Hop Limit, Traffic Class and
Payload Length; of GRE flags, type, key and sequence number.
"""

import subprocess
import unittest
from collections import Counter

import harness

FIELDS = {
    "ip": ("ip.src", "ip.dst", "ip.ttl", "ip.dsfield", "ip.flags.df", "ip.id", "ip.len"),
    "ipv6": ("ipv6.src", "ipv6.dst", "ipv6.hlim", "ipv6.tclass", "ipv6.plen"),
    "gre": ("gre.flags_and_version", "gre.proto"),
}
KEYS = ("gre.key", "gre.sequence_number")
# Each frame by itself, and lengths of 0 as they stand in the header.
OPTIONS = ("ip.defragment", "ip.tso_support", "ipv6.defragment")
SET = ("Set", "True", "1")  # by the version of Wireshark

# Custom blocks hold no packet; tshark numbers them all the same (test_agreement.py).
NUMBERED_OTHERWISE = {"non-tunnel/gopacket-test202.pcapng"}

# Where the core ends at the header that tshark goes on behind: it names the kind, waits for the other fragments, or refuses what RFC 2784
# section 2.3 has receivers discard.
NOT_READ = {"a tunnel of an unsupported kind", "a fragment of a tunnel packet", "impossible header between", "cut off by the snapshot length"}

# Differences in single frames, and why.
EXPLAINED = {
    **{("tunnel/tcpdump-gue.pcap", number): "tshark has no dissector of GUE" for number in (9, 10, 19, 20)},
    ("tunnel/nDPI-fuzz-2006-06-26-2594.pcap", 303): "an impossible header: tshark shows none of it",
    ("malformed/PcapPlusPlus-ipv4-malformed.pcap", 1): "an impossible header: tshark shows none of it",
    ("malformed/tcpdump-ipv4_invalid_hdr_length.pcap", 1): "an impossible header: tshark shows none of it",
    ("malformed/xdp2-malformed_header-wire_length_tcp.pcap", 10): "an impossible header: tshark shows none of it",
    ("malformed/zeek-ipv4-internally-truncated-header.pcap", 1): "20 octets of a header of 60 are captured: tshark shows none of it",
    ("tunnel/tcpdump-bigtcp-ipv6-geneve-ipv4.pcap", 1): "Length of UDP is 0: tshark looks no further",
    ("tunnel/tcpdump-bigtcp-ipv6-vxlan-ipv4.pcap", 1): "Length of UDP is 0: tshark looks no further",
    ("malformed/tcpdump-LINKTYPE_IPV6_invalid.pcap", 1): "IPv4 behind a link type that announces IPv6: tshark stops",
    ("non-tunnel/snort3_demo-json.pcap", 10): "IPv4-mapped addresses in an IPv6 header are IPv4 addresses to the core",
}


def shown(protocol, values):
    """A header, written as tests/layers writes it."""
    if protocol == "ip":
        src, dst, ttl, tos, df, id, length = values
        return "%s %s %s 0x%02x %d 0x%04x %s" % (src, dst, ttl, int(tos, 0), df in SET, int(id.split()[0], 0), length)
    if protocol == "ipv6":
        src, dst, hops, tclass, length = values
        return "%s %s %s 0x%02x %s" % (src, dst, hops, int(tclass, 0), length)
    return "0x%04x 0x%04x" % tuple(int(value, 0) for value in values)


def wireshark_headers(path):
    """By frame: the protocols, and the headers of IP and GRE among them, in order."""
    names = [name for group in FIELDS.values() for name in group] + list(KEYS)
    options = [word for name in OPTIONS for word in ("-o", name + ":FALSE")]
    result = harness.tshark("-r", path, *options, "-T", "fields", "-e", "frame.number", "-e", "frame.protocols",
                            *(word for name in names for word in ("-e", name)), plugin=False)
    frames = {}
    for line in result.stdout.splitlines():
        number, protocols, *values = line.split("\t")
        columns = {name: value.split(",") if value else [] for name, value in zip(names, values)}
        rows = {protocol: list(zip(*(columns[name] for name in group))) for protocol, group in FIELDS.items()}
        keys = {name: columns[name] for name in KEYS}
        headers = []
        for protocol in protocols.split(":"):
            if protocol in rows and rows[protocol]:
                text = shown(protocol, rows[protocol].pop(0))
                if protocol == "gre":
                    flags = int(text.split()[0], 0)
                    text += " " + keys["gre.key"].pop(0) if flags & 0x2000 and keys["gre.key"] else ""
                    text += " " + keys["gre.sequence_number"].pop(0) if flags & 0x1000 and keys["gre.sequence_number"] else ""
                headers.append((protocol, text))
            else:
                headers.append((protocol, None))
        frames[int(number)] = headers
    return frames


def core_headers(path):
    """By frame: how many carriers it is in, why the walk ended, and the headers."""
    result = harness.sound(subprocess.run([harness.LAYERS, "--all", path], capture_output=True, text=True, timeout=harness.HANGS))
    lines = (line.split("\t") for line in result.stdout.splitlines())
    return {int(number): (int(carriers), end, headers) for number, carriers, end, *headers in lines}


def disagreement(ours, theirs):
    """What is wrong with the core's view of a frame; None where nothing is."""
    carriers, end, headers = ours
    seen = [text for _, text in theirs if text is not None][carriers:]
    if seen[:len(headers)] != headers:
        return "differs"
    names = [protocol for protocol, text in theirs]
    at = [k for k, (_, text) in enumerate(theirs) if text is not None]
    last = at[carriers + len(headers) - 1] if carriers + len(headers) > 0 else -1
    if last + 1 < len(names) and names[last + 1] in FIELDS and len(seen) > len(headers) and not (names[last + 1] == "gre" and end in NOT_READ):
        return "tshark goes on"
    return None


def compare(path):
    wrong, counts = [], Counter()
    if harness.label(path) in NUMBERED_OTHERWISE:
        return wrong, counts
    ours, theirs = core_headers(path), wireshark_headers(path)
    for number in sorted(set(ours) & set(theirs)):
        what = disagreement(ours[number], theirs[number])
        counts["frames"] += 1
        counts["headers"] += len(ours[number][2])
        counts["tunnels"] += len(ours[number][2]) > 1
        if (what is not None) != ((harness.label(path), number) in EXPLAINED):
            wrong.append((harness.label(path), number, what, ours[number], theirs[number]))
    return wrong, counts


class Kinds(unittest.TestCase):
    def test_every_frame(self):
        results = harness.each(compare, harness.third_party_captures())
        total = sum((counts for _, counts in results), Counter())
        wrong = [line for lines, _ in results for line in lines]
        print("%d frames, %d headers, %d packets in tunnels" % (total["frames"], total["headers"], total["tunnels"]))
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    harness.skip_without_captures()
    harness.main()
