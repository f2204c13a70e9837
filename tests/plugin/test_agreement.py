# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin and `ipip check` report the same (frame, rule) pairs: on the kernel's captures and on every rule's vectors."""

import tempfile
import unittest
from collections import defaultdict
from pathlib import Path

import captures
import harness
from harness import KERNEL, Check, plugin_pairs
from packets import pcap, pcapng_interface, pcapng_packet, pcapng_section
from vectors import VECTORS

PREFERENCES = {"--profile": "ipip.profile", "--vantage": "ipip.vantage"}


def preferences(arguments):
    """The options of the command, as preferences of Wireshark."""
    pairs = zip(arguments[::2], arguments[1::2])
    return [word for option, value in pairs for word in ("-o", "%s:%s" % (PREFERENCES[option], value))]


def merged(paths):
    """One capture of all the records, with an interface for each file."""
    files = [captures.read(path) for path in paths]
    out = pcapng_section() + b"".join(pcapng_interface(records[0].link_type if records else 1, resolution=9) for records in files)
    for interface, records in enumerate(files):
        out += b"".join(pcapng_packet(record.octets, interface, record.time, record.wire) for record in records)
    return out


class Agreement(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def assert_agree(self, name, data, arguments=(), *options):
        path = self.folder / (name + ".cap")
        path.write_bytes(data)
        expected = Check(*arguments, path).pairs()
        pairs, errors = plugin_pairs(path, *preferences(arguments), *options)
        self.assertEqual(pairs, expected, (name, options, errors))
        return len(expected)

    def test_kernel(self):
        scenarios = sorted(folder for folder in KERNEL.iterdir() if folder.is_dir())
        self.assertGreater(len(scenarios), 0)

        def compare(scenario):
            data = merged(sorted(scenario.glob("*.pcap")))
            return self.assert_agree(scenario.name, data), self.assert_agree(scenario.name, data, (), "-2")

        print("%d scenarios, %d findings agree" % (len(scenarios), sum(once for once, _ in harness.each(compare, scenarios))))

    def test_vectors(self):
        """With and without Wireshark's reassembly, in one pass and two, and with a filter that needs nothing of IP."""
        groups = defaultdict(list)
        for vector in VECTORS.values():
            for frames in (vector.fail, vector.clean, vector.unknown or []):
                groups[tuple(vector.args), vector.link_type].extend(frames)
        for number, ((arguments, link_type), frames) in enumerate(groups.items()):
            data = pcap(frames, link_type)
            for options in ((), ("-2",), ("-o", "ip.defragment:FALSE"), ("-o", "ip.check_checksum:TRUE"),
                            ("-o", "ip.tso_support:FALSE")):
                with self.subTest(arguments=arguments, options=options):
                    self.assertGreater(self.assert_agree("vectors-%d" % number, data, arguments, *options), 0)


if __name__ == "__main__":
    harness.require_plugin()
    harness.main()
