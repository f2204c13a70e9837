# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures made by others: tunnels of every kind, as the core reads them and as Wireshark's own dissection shows them.

Header by header: of IPv4 addresses, TTL, TOS, DF, Identification and Total Length; of IPv6 addresses, Hop Limit, Traffic Class and
Payload Length; of GRE flags, key and sequence number.
"""

import subprocess
import unittest
from collections import Counter

import harness

FIELDS = {
    "ip": ("ip.src", "ip.dst", "ip.ttl", "ip.dsfield", "ip.flags.df", "ip.id", "ip.len"),
    "ipv6": ("ipv6.src", "ipv6.dst", "ipv6.hlim", "ipv6.tclass", "ipv6.plen"),
    "gre": ("gre.flags_and_version",),
}
KEYS = {0x2000: "gre.key", 0x1000: "gre.sequence_number"}  # by the flag
NAMES = [name for group in FIELDS.values() for name in group] + list(KEYS.values())
WINDOW = 30  # captures in one sharkd
# Each frame by itself, and lengths of 0 as they stand in the header.
EACH_FRAME = [("setconf", {"name": name, "value": "FALSE"}) for name in ("ip.defragment", "ip.tso_support", "ipv6.defragment")]
SET = ("Set", "True", "1")  # by the version of Wireshark

# Custom blocks hold no packet; tshark numbers them all the same (test_agreement.py).
NUMBERED_OTHERWISE = {"non-tunnel/gopacket-test202.pcapng"}

# Where the core ends at the header that tshark goes on behind: it names the kind, waits for the other fragments, or refuses what RFC 2784
# section 2.3 has receivers discard.
NOT_READ = {"a tunnel of an unsupported kind", "a fragment of a tunnel packet", "impossible header between", "cut off by the snapshot length"}

# Differences in single frames, and why.
EXPLAINED = {
    ("malformed/zeek-ipv4-internally-truncated-header.pcap", 1): "20 octets of a header of 60 are captured: tshark shows none of it",
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
    return "0x%04x" % int(values[0], 0)


def named(protocols, rows):
    """The protocols of a frame; from 4.4 on Wireshark's list leaves out the IP header behind MPLS."""
    missing = Counter({name: len(rows[name]) - protocols.count(name) for name in ("ip", "ipv6")})
    names = []
    for name in protocols:
        names.append(name)
        left_out = [name for name in missing if missing[name] > 0]
        if name == "mpls" and left_out:
            names.append(left_out[0])
            missing[left_out[0]] -= 1
    return names


def headers_of(protocols, values):
    """The protocols of a frame, and those headers of IP and GRE among them that tshark shows whole, in order."""
    columns = {name: value.split(",") if value else [] for name, value in zip(NAMES, values)}
    rows = {protocol: list(zip(*(columns[name] for name in group))) for protocol, group in FIELDS.items()}
    headers = []
    for protocol in named(protocols.split(":"), rows):
        text = None
        if rows.get(protocol):
            text = shown(protocol, rows[protocol].pop(0))
        if protocol == "gre" and text is not None:
            flags = int(text, 0)
            for bit, name in KEYS.items():
                text += " " + columns[name].pop(0) if flags & bit and columns[name] else ""
        headers.append((protocol, text))
    return headers


def wireshark_columns(paths, names):
    """Of each capture the frames: the columns, with all occurrences of each field in the frame."""
    columns = {"column%d" % at: name + ":0" for at, name in enumerate(names)}
    requests = EACH_FRAME + [request for path in paths for request in (("load", {"file": str(path)}), ("frames", columns))]
    answers = {answer["id"]: answer for answer in harness.sharkd(requests)}
    for number in range(len(EACH_FRAME) + 1, len(requests), 2):
        loaded = answers.get(number)  # none where the file ends too early: then the frames before that are there
        rows = answers[number + 1]["result"] if loaded is None or "error" not in loaded else []
        yield {row["num"]: row["c"] for row in rows}


def wireshark_frames(paths):
    """Of each capture the frames: their headers."""
    for frames in wireshark_columns(paths, ("frame.protocols", *NAMES)):
        yield {number: headers_of(columns[0], columns[1:]) for number, columns in frames.items()}


def windows(paths):
    """As many at a time as one sharkd takes."""
    return [paths[at:at + WINDOW] for at in range(0, len(paths), WINDOW)]


def core_headers(path):
    """By frame: how many carriers it is in, why the walk ended, and the headers."""
    result = harness.sound(subprocess.run([harness.LAYERS, "--all", path], capture_output=True, text=True, timeout=harness.HANGS))
    lines = (line.split("\t") for line in result.stdout.splitlines())
    return {int(number): (int(carriers), end, headers) for number, carriers, end, *headers in lines}


def is_given_up(end, header):
    """tshark shows no field of an IPv4 header whose length is less than its own."""
    words = header.split()
    return end == "impossible header" or (len(words) == 7 and int(words[-1]) < 20)


def is_taken(headers, theirs, seen):
    """From 4.4 on what comes from UDP port 9 is Discard, whatever it goes to: Wireshark looks at the lower port first."""
    return theirs[-1][0] == "discard" and seen == headers[:len(seen)]


def disagreement(ours, theirs):
    """What is wrong with the core's view of a frame; None where nothing is."""
    carriers, end, headers = ours
    seen = [text for _, text in theirs if text is not None][carriers:]
    if seen[:len(headers)] != headers:
        if is_taken(headers, theirs, seen):
            return None
        return None if is_given_up(end, headers[-1]) and seen == headers[:-1] else "differs"
    names = [protocol for protocol, text in theirs]
    at = [k for k, (_, text) in enumerate(theirs) if text is not None]
    last = at[carriers + len(headers) - 1] if carriers + len(headers) > 0 else -1
    if last + 1 < len(names) and names[last + 1] in FIELDS and len(seen) > len(headers) and not (names[last + 1] == "gre" and end in NOT_READ):
        return "tshark goes on"
    return None


def compare(path, theirs):
    wrong, counts = [], Counter()
    if harness.label(path) in NUMBERED_OTHERWISE:
        return wrong, counts
    ours = core_headers(path)
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
        paths = harness.third_party_captures()
        results = [result for results in harness.each(
            lambda some: [compare(path, theirs) for path, theirs in zip(some, wireshark_frames(some))], windows(paths)) for result in results]
        total = sum((counts for _, counts in results), Counter())
        wrong = [line for lines, _ in results for line in lines]
        print("%d frames, %d headers, %d packets in tunnels" % (total["frames"], total["headers"], total["tunnels"]))
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    harness.skip_without_captures()
    harness.main()
