# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints one table, a line for each kind of tunnel: packets of it in the public captures, what their round trip came to, the rules that judge it and
those that do not, and the instructions that `ipip check` takes for a packet of it. By hand:

PYTHONPATH=tests IPIP_COMMAND=build/dev/analyzer/ipip IPIP_TESTDATA=testdata python3 tests/public/by_kind.py
"""

import json
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bench"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "testdata" / "generator"))

import harness
from instructions import per_packet
from other_kinds import KINDS, in_kind, reading
from packets import pcap
from streams import stream
from test_roundtrip import TABLE

FEWER, MORE = 1_000, 3_000
NOT_JUDGED = ("named packets", "udp packets")

# Why a kind lacks the rules of a folder of core/rules/.
WHY = {
    "gre": "no GRE header", "udp": "no UDP header", "minimal": "no minimal encapsulation", "ipsec": "no ESP, AH or IPComp",
    "sit": "not IPv6 in IPv4", "sixrd": "not IPv6 in IPv4", "sixtofour": "not IPv6 in IPv4", "isatap": "not IPv6 in IPv4", "automatic": "not IPv6 in IPv4",
    "softwire": "not IPv4 in IPv6", "ipv6_outer": "not over IPv6", "ipv6_header": "no IPv6 header", "spread": "neither flow label nor source port",
    "identification": "no Identification outside", "options": "no IPv4 header outside or inside", "checksum": "no checksum there, or what is inside is not read",
    "df": "no DF outside, or its own rule (IPIP706, 707, 810)", "tos": "no standard has it copied, or what is inside is not read",
    "ecn": "what is inside is not read, or not the tunnel's", "sides": "what is inside is not compared on both sides (frames, folded, opaque)",
    "mtu": "what answers and acknowledgements show is followed for IPv4 in IPv4", "loops": "what is inside is not read, or not the tunnel's",
    "address": "what is inside is not read, or not the tunnel's", "admission": "what is inside is not read", "behaviour": "what is inside is not read, or IPv4 in IPv4 alone",
    "demux": "its own rules (IPIP704, 705, 741, 805, 821, 831), or what is inside is not read", "fragments": "fragments of IPv4 alone, or what is inside is not read",
    "validity": "a header of the other version", "ttl": "what is inside is not read", "icmp": "messages of the other version, or RFC 2473 alone",
    "capture": "named kinds alone, or what is inside is not read", "mixed": "one kind, or IPv4 in IPv4 alone",
}


def rules():
    """By id, the kinds that it is about; those of named kinds apart."""
    lines = map(json.loads, harness.run("rules", "--format", "jsonl").stdout.splitlines())
    return {line["rule"]: set(line["kinds"]) for line in lines if line["subject"] not in NOT_JUDGED}


def folder_of(rule):
    [page] = (Path(__file__).resolve().parents[2] / "core" / "rules").glob("*/%s.md" % rule)
    return page.parent.name


def instructions(kind, folder):
    """Of one packet of a stream that breaks nothing; None where there is no valgrind."""
    if not shutil.which("valgrind"):
        return None

    def capture(packets):
        path = Path(folder, "%s-%d.pcap" % (kind, packets))
        path.write_bytes(pcap(stream(packets) if kind == "ipip" else in_kind(stream(packets), kind)))
        return path

    paths = {packets: capture(packets) for packets in (FEWER, MORE)}
    return per_packet(lambda packets: [harness.COMMAND, "check", "--quiet", "--jobs", "1", *reading(kind), paths[packets]], FEWER, MORE).instructions


def print_table():
    kinds = ["ipip", *KINDS]
    about = rules()
    print("| kind | packets | identical | different | not comparable | rules | rules left out | instructions |")
    print("|---|---:|---:|---:|---|---:|---|---:|")
    with tempfile.TemporaryDirectory() as folder:
        numbers = harness.each(lambda kind: instructions(kind, folder), kinds)
    for kind, number in zip(kinds, numbers):
        packets, identical, different, reasons = TABLE.get(kind, (0, 0, 0, {}))
        without = Counter(folder_of(rule) for rule, of in about.items() if kind not in of)
        print("| %s | %d | %d | %d | %s | %d | %s | %s |" % (
            kind, packets, identical, different, ", ".join("%s %d" % reason for reason in reasons.items()), sum(kind in of for of in about.values()),
            ", ".join("%s %d" % one for one in sorted(without.items())), "" if number is None else "%.0f" % number))
    print("\nRules left out, by folder of core/rules/:")
    for folder in sorted({folder_of(rule) for rule, of in about.items() if set(kinds) - of}):
        print("- %s: %s" % (folder, WHY[folder]))


if __name__ == "__main__":
    print_table()
