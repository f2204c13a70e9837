# SPDX-License-Identifier: GPL-2.0-or-later
"""What is found depends on the packets and their order alone, not on the kind of file or on where it is cut in two."""

import gzip
import re
import struct
import tempfile
import unittest
from itertools import count
from pathlib import Path

import captures
import harness
import joined
from harness import KERNEL, Check
from packets import pcap
from vectors import ALL



def pieces(records, at):
    """Cut in front of these: (number of records before, records)."""
    edges = [0, *sorted({edge for edge in at if 0 < edge < len(records)}), len(records)]
    return [(begin, records[begin:end]) for begin, end in zip(edges, edges[1:])]


def pcap_of(records):
    out = [struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, records[0].link_type)]
    for record in records:
        out.append(struct.pack("<IIII", *divmod(record.time, 10**9), len(record.octets), record.wire) + record.octets)
    return b"".join(out)


def pcapng_of(records):
    return joined.pcapng([(record.time, record) for record in records])


CUTS = {
    "in the middle": lambda number: [number // 2],
    "before the last": lambda number: [number - 1],
    "before each": lambda number: range(min(number, 40)),
}


def both_sides(scenario):
    """What a capture of the hosts' side and of the tunnel's side at once would hold."""
    records = captures.read(scenario / "lan1.pcap") + captures.read(scenario / "outer.pcap")
    return sorted(records, key=lambda record: record.time)


class Order(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.numbers = count()

    def file(self, data):
        path = self.folder / ("%d" % next(self.numbers))
        path.write_bytes(data)
        return path

    def found(self, cut, pack=pcap_of, arguments=()):
        """What is found in the captures, each in pieces, one after the other: by capture, and by frame from its first one on.

        Without the frames that a message names: they are numbered by file.
        """
        places, paths = {}, []
        for number, parts in enumerate(cut):
            for start, records in parts:
                paths.append(self.file(pack(records)))
                places[str(paths[-1])] = number, start
        check = Check("--merge", "order", *arguments, *paths)
        self.assertIsNotNone(check.summary, check.stderr)
        self.assertNotEqual(check.status, 3, check.stderr)
        return sorted((places[finding["file"]][0], places[finding["file"]][1] + finding["frame"], finding["rule"],
                       finding["severity"], re.sub(r"\bframes? \d+", "a frame", finding["message"])) for finding in check.findings)

    def assert_same(self, all_records, arguments=()):
        """Every kind of file, and every cut. Returns what was found."""
        whole = [[(0, records)] for records in all_records]
        expected = self.found(whole, arguments=arguments)
        for name, pack in (("pcapng", pcapng_of), ("pcap.gz", lambda records: gzip.compress(pcap_of(records)))):
            self.assertEqual(self.found(whole, pack, arguments), expected, name)
        for name, at in CUTS.items():
            cut = [pieces(records, at(len(records))) for records in all_records]
            if cut != whole:
                self.assertEqual(self.found(cut, arguments=arguments), expected, "cut " + name)
        return expected

    def test_vectors(self):
        """Those of one policy as one run."""
        by_policy = {}
        for _, vector in ALL:
            for frames in filter(None, (vector.fail, vector.clean, vector.unknown)):
                data = pcap(frames, vector.link_type, captured=vector.captured)
                by_policy.setdefault((tuple(vector.args), vector.config), {})[data] = None  # each once

        def compare(item):
            (arguments, config), some = item
            records = list(map(captures.read, some))
            policy = ["--config", self.file(config.encode())] if config is not None else []
            return self.assert_same(records, [*arguments, *policy])

        found = [finding for some in harness.each(compare, by_policy.items()) for finding in some]
        rules = {rule for _, _, rule, _, _ in found}
        self.assertGreater(len(rules), 85)
        print("%d findings of %d rules under %d policies" % (len(found), len(rules), len(by_policy)))

    def test_pipe(self):
        """As from a file, to the last octet of the findings."""
        data = joined.in_a_row(pcap(vector.fail, vector.link_type, captured=vector.captured) for _, vector in ALL if vector.fail)
        path = self.file(data)
        from_file, from_pipe = Check(path).findings, Check("-", stdin=data).findings
        self.assertGreater(len(from_file), 100)
        self.assertEqual([{**finding, "file": "-"} for finding in from_file], from_pipe)

    def test_kernel(self):
        scenarios = [path for pattern in ("ipip-err-*", "ipip-pmtu-*") for path in sorted(KERNEL.glob(pattern))]
        self.assertGreater(len(scenarios), 0)

        def compare(scenario):
            sources = [captures.read(path) for path in sorted(scenario.glob("*.pcap"))]
            sources += [both_sides(scenario)] if (scenario / "outer.pcap").exists() else []
            return len(self.assert_same([records for records in sources if records]))

        print("%d findings are the same in every form" % sum(harness.each(compare, scenarios)))


if __name__ == "__main__":
    harness.main()
