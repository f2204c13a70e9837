# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin and `ipip check` report the same (frame, rule) pairs, each as often.

On the kernel's captures and on every vector of every rule, under the same policy.
"""

import random
import tempfile
import unittest
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import captures
import harness
from harness import KERNEL, TESTDATA, Check, plugin_pairs
from packets import pcap, pcapng_interface, pcapng_packet, pcapng_section
from preferences import preferences
from vectors import VECTORS
from flow_vectors import FLOW, FLOW_VARIANTS
from icmp_vectors import ICMP, ICMP_VARIANTS

WITH_STATE = [*FLOW.items(), *ICMP.items(), *FLOW_VARIANTS, *ICMP_VARIANTS]
ALL = [*VECTORS.items(), *WITH_STATE]


@dataclass(frozen=True)
class Case:
    data: bytes
    arguments: tuple = ()
    config: str = None
    name: str = ""

    @property
    def is_plain(self):
        return not self.arguments and self.config is None


def cases(vectors):
    """Each capture and policy once, by the first rule that has it."""
    found = {}
    for rule, vector in vectors:
        for part in ("fail", "clean", "unknown"):
            frames = getattr(vector, part)
            if frames is None:
                continue
            arguments = vector.unknown_args if part == "unknown" and vector.unknown_args is not None else vector.args
            data = pcap(frames, vector.link_type, captured=vector.captured)
            found.setdefault((data, tuple(arguments), vector.config), "%s-%s" % (rule, part))
    return [Case(*key, name) for key, name in found.items()]


def merged(paths):
    """One capture of all the records in order of time, with an interface for each file."""
    files = [captures.read(path) for path in paths]
    out = pcapng_section() + b"".join(pcapng_interface(records[0].link_type if records else 1, resolution=9) for records in files)
    packets = [(record.time, interface, record) for interface, records in enumerate(files) for record in records]
    return out + b"".join(pcapng_packet(record.octets, interface, time, record.wire)
                          for time, interface, record in sorted(packets, key=lambda packet: packet[0]))


class Agreement(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.numbers = count()

    def write(self, text):
        path = self.folder / ("%d" % next(self.numbers))
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def expected(self, case, path):
        config = ["--config", self.write(case.config)] if case.config is not None else []
        return Check(*case.arguments, *config, path).pairs()

    def assert_agree(self, case, *variants):
        """With each of these options of tshark. Returns how many findings there are."""
        path = self.write(case.data)
        expected = self.expected(case, path)
        for options in variants:
            pairs, errors = plugin_pairs(path, *preferences(case.arguments, case.config), *options)
            self.assertEqual(pairs, expected, (case.name, options, errors))
        return sum(expected.values())

    def assert_all_agree(self, what, some, *variants):
        findings = sum(harness.each(lambda case: self.assert_agree(case, *variants), some))
        self.assertGreater(findings, 0)
        print("%d %s, %d findings agree" % (len(some), what, findings))

    def test_kernel(self):
        scenarios = sorted(folder for folder in KERNEL.iterdir() if folder.is_dir())
        self.assert_all_agree("scenarios", [Case(merged(sorted(scenario.glob("*.pcap"))), name=scenario.name)
                                            for scenario in scenarios], (), ("-2",))

    def test_example(self):
        """Every kind of section and key, as the example has them."""
        case = Case((TESTDATA / "violations.pcap").read_bytes(), config=(TESTDATA / "example.conf").read_text())
        self.assert_all_agree("example", [case], (), ("-2",))

    def test_vectors(self):
        self.assert_all_agree("vectors", cases(ALL), ())

    def test_vectors_with_a_policy(self):
        self.assert_all_agree("vectors with a policy, looked at again",
                              [case for case in cases(ALL) if not case.is_plain], ("-2", "-o", "ip.defragment:FALSE"))

    def test_vectors_in_one_window(self):
        """Several files one after the other in one program, whose frames are then looked at again in any order."""
        plain = [case for case in cases(WITH_STATE) if case.is_plain]
        windows = [(plain[at:at + 20], reassembles) for at in range(0, len(plain), 20) for reassembles in ("TRUE", "FALSE")]

        def compare(window):  # sharkd 4.0 frees nothing of the file before, so there are several of them
            some, reassembles = window
            order = random.Random(1)
            requests, looks = [("setconf", {"name": "ip.defragment", "value": reassembles})], []
            for case in some:
                path = self.write(case.data)
                pairs, frames = self.expected(case, path), len(captures.read(path))
                requests.append(("load", {"file": str(path)}))
                for number in [*order.sample(range(1, frames + 1), min(frames, 50)), frames]:
                    before = {"skip": number - 1} if number > 1 else {}
                    requests.append(("frames", {**before, "limit": 1, "column0": "ipip.rule:0"}))
                    looks.append((case.name, number, sorted(rule for frame, rule in pairs.elements() if frame == number)))
            answers = [answer["result"] for answer in harness.sharkd(requests)]
            shown = [answer[0]["c"][0] for answer in answers if isinstance(answer, list)]
            self.assertEqual(len(shown), len(looks))
            for (name, number, rules), text in zip(looks, shown):
                self.assertEqual(sorted(rule for rule in text.split(",") if rule), rules, (name, number, reassembles))
            return len(looks)

        print("%d captures in %d windows, %d looks agree"
              % (len(plain), len(windows), sum(harness.each(compare, windows))))

    def test_vectors_in_one_capture(self):
        """With Wireshark's other habits, on what has no policy."""
        data = pcap([frame for _, vector in ALL for frames in (vector.fail, vector.clean, vector.unknown)
                     if vector.link_type == 1 and not vector.args and vector.config is None for frame in frames or []])
        self.assert_all_agree("capture of vectors", [Case(data)], (), ("-2",), ("-o", "ip.defragment:FALSE"),
                              ("-o", "ip.check_checksum:TRUE"), ("-o", "ip.tso_support:FALSE"))


if __name__ == "__main__":
    harness.require_plugin()
    harness.main()
