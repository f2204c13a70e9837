# SPDX-License-Identifier: GPL-2.0-or-later
"""What is found depends on the packets and their order alone, not on the kind of file or on where it is cut in two."""

import gzip
import re
import struct
import tempfile
import unittest
from pathlib import Path

import captures
import harness
from harness import KERNEL, Check
from packets import pcap, pcapng_interface, pcapng_packet, pcapng_section
from vectors import VECTORS
from flow_vectors import FLOW, FLOW_VARIANTS
from icmp_vectors import ICMP, ICMP_VARIANTS

CASES = [*VECTORS.items(), *FLOW.items(), *ICMP.items(), *FLOW_VARIANTS, *ICMP_VARIANTS]


def as_pcap(records, link_type):
    out = [struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, link_type)]
    for record in records:
        out.append(struct.pack("<IIII", *divmod(record.time, 10**9), len(record.octets), record.wire) + record.octets)
    return b"".join(out)


def as_pcapng(records, link_type):
    packets = (pcapng_packet(record.octets, 0, record.time, record.wire) for record in records)
    return pcapng_section() + pcapng_interface(link_type, resolution=9) + b"".join(packets)


def findings(check, starts=None, blind=False):
    """What was found, sorted. `starts` says how many frames are before each file: they are counted from the first on.

    `blind` leaves out the frames that a message names: they are numbered by file, too.
    """
    def message(finding):
        return re.sub(r"\bframes? \d+", "a frame", finding["message"]) if blind else finding["message"]

    return sorted((finding["frame"] + (starts[Path(finding["file"]).name] if starts else 0), finding["rule"],
                   finding["severity"], message(finding)) for finding in check.findings)


def both_sides(scenario):
    """What a capture of the hosts' side and of the tunnel's side at once would hold."""
    records = captures.read(scenario / "lan1.pcap") + captures.read(scenario / "outer.pcap")
    return sorted(records, key=lambda record: record.time)


class Order(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def file(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return path

    def assert_same(self, records, arguments=()):
        """The findings are the same from every kind of file, from a pipe, and from two files. Returns their number."""
        link_type = records[0].link_type
        whole = as_pcap(records, link_type)
        result = Check(*arguments, self.file("whole.pcap", whole))
        self.assertIsNotNone(result.summary, result.stderr)
        expected = findings(result)
        for name, data in (("whole.pcapng", as_pcapng(records, link_type)), ("whole.pcap.gz", gzip.compress(whole))):
            self.assertEqual(findings(Check(*arguments, self.file(name, data))), expected, name)
        self.assertEqual(findings(Check(*arguments, "-", stdin=whole)), expected, "pipe")
        self.assert_same_in_two(records, arguments, findings(result, blind=True))
        return len(expected)

    def assert_same_in_two(self, records, arguments, expected):
        for at in {len(records) // 2, len(records) - 1} - {0}:
            parts = {"first.pcap": records[:at], "second.pcap": records[at:]}
            paths = [self.file(name, as_pcap(part, part[0].link_type)) for name, part in parts.items()]
            starts = {"first.pcap": 0, "second.pcap": at}
            self.assertEqual(findings(Check(*arguments, *paths), starts, blind=True), expected, "cut after %d" % at)

    def test_vectors(self):
        for number, (rule, vector) in enumerate(CASES):
            arguments = list(vector.args)
            if vector.config is not None:
                arguments += ["--config", self.file("policy", vector.config.encode())]
            for part in ("fail", "clean", "unknown"):
                if getattr(vector, part) is not None:
                    with self.subTest(rule, number=number, part=part):
                        data = pcap(getattr(vector, part), vector.link_type, captured=vector.captured)
                        self.assert_same(captures.read(data), arguments)

    def test_kernel(self):
        scenarios = [path for pattern in ("ipip-err-*", "ipip-pmtu-*") for path in sorted(KERNEL.glob(pattern))]
        self.assertGreater(len(scenarios), 0)
        found = 0
        for scenario in scenarios:
            for path in sorted(scenario.glob("*.pcap")):
                records = captures.read(path)
                if records:
                    with self.subTest(harness.label(path)):
                        found += self.assert_same(records)
            if (scenario / "outer.pcap").exists():
                with self.subTest(scenario.name + ", both sides"):
                    found += self.assert_same(both_sides(scenario))
        print("%d findings are the same in every form" % found)


if __name__ == "__main__":
    harness.main()
