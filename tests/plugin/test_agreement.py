# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin and `ipip check` report the same (frame, rule) pairs, each as often.

On the kernel's captures and on every vector of every rule, under the same policy: in sharkd, which opens many captures, one after the other,
and looks at frames again in any order, as the window does (one vector of each rule for itself, its variants some in a capture: to open
one takes longer than to dissect it); and all in one capture in tshark, which may look only once.

IPIP_SAMPLE: of the windows of vectors only each so many-th, and one habit of tshark each. With the sanitizers, which take five times
as long, what is looked for is another use of memory than in the windows before, not another finding.
"""

import os
import random
import tempfile
import unittest
from collections import Counter
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path

import captures
import harness
import joined
from carriers import CARRIERS, ERSPAN_3_IP
from harness import KERNEL, TESTDATA, Check, plugin_pairs
from packets import pcap
from preferences import preferences
from vectors import ALL, VARIANTS, VECTORS

TIMELY = [(rule, vector) for rule, vector in ALL if not vector.is_late]  # what tshark knows that looks only once
LATE = {"IPIP313", "IPIP320", "IPIP409"}  # known after the packet: tshark shows them with -2
LATE_OF_TUNNEL = {"IPIP903"}  # likewise, where it is about all packets of a direction
SOMETIMES_LATE = {"IPIP401", "IPIP406"}  # likewise, where the packets after it show that no routers lie between
TOGETHER = 8  # variants in one capture
WINDOW = 30  # captures in one sharkd, which in Wireshark 4.0 frees nothing of those before
LOOKS = 50  # at single frames of a capture
SAMPLE = int(os.environ.get("IPIP_SAMPLE", "1"))


@dataclass(frozen=True)
class Case:
    data: bytes
    arguments: tuple = ()
    config: str = None
    name: str = ""

    @property
    def policy(self):
        return self.arguments, self.config

    @property
    def is_plain(self):
        return self.policy == ((), None)

    @property
    def has_fragments(self):
        packets = filter(None, map(captures.ipv4_of, captures.read(self.data)))
        return any(packet[6] & 0x3F or packet[7] for packet in packets if len(packet) > 7)


def cases(vectors):
    """Each capture and policy once, by the first rule that has it."""
    found = {}
    for rule, vector in vectors:
        for part in ("fail", "clean", "unknown"):
            frames = getattr(vector, part)
            if not frames:
                continue
            arguments = vector.unknown_args if part == "unknown" and vector.unknown_args is not None else vector.args
            if "--guess" in arguments:
                continue  # the plugin does not
            data = pcap(frames, vector.link_type, captured=vector.captured)
            found.setdefault((data, tuple(arguments), vector.config), "%s-%s" % (rule, part))
    return [Case(*key, name) for key, name in found.items()]


def cases_together():
    """The variants of one policy, some in a row, an hour apart."""
    by_policy = {}
    for case in cases(VARIANTS):
        by_policy.setdefault(case.policy, []).append(case)
    for alike in by_policy.values():
        for at in range(0, len(alike), TOGETHER):
            some = alike[at:at + TOGETHER]
            yield Case(joined.in_a_row(case.data for case in some), *some[0].policy, " ".join(case.name for case in some))


def kernel_cases():
    """What all devices of a scenario showed."""
    scenarios = sorted(folder for folder in KERNEL.iterdir() if folder.is_dir())
    return [Case(joined.merged(sorted(scenario.glob("*.pcap"))), name=scenario.name) for scenario in scenarios]


def windows(some):
    """Some cases of one policy each, and whether Wireshark reassembles: where there are fragments, both."""
    found = {}
    for case in some:
        for reassembles in ("TRUE", "FALSE") if case.has_fragments else ("TRUE",):
            found.setdefault((case.policy, reassembles), []).append(case)
    return [(alike[at:at + WINDOW], reassembles) for (_, reassembles), alike in found.items()
            for at in range(0, len(alike), WINDOW)]


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
        return Check(*case.arguments, *config, path)

    def assert_agree(self, case, *variants):
        """With each of these options of tshark. Returns the rules that report."""
        path = self.write(case.data)
        check = self.expected(case, path)
        expected = check.pairs()
        timely = Counter((finding["frame"], finding["rule"]) for finding in check.findings
                         if finding["rule"] not in (LATE | LATE_OF_TUNNEL if "scope" in finding else LATE))

        def compare(options):
            pairs, errors = plugin_pairs(path, *preferences(case.arguments, case.config), *options)
            wanted = expected
            if "-2" not in options:
                late = Counter({pair: times for pair, times in (timely - pairs).items() if pair[1] in SOMETIMES_LATE})
                wanted = timely - late
            self.assertEqual(pairs, wanted, (case.name, options, errors))

        harness.each(compare, variants[-1:] if SAMPLE > 1 else variants)
        self.assertGreater(len(expected), 0)
        print("%s, %d findings agree" % (case.name, sum(expected.values())))
        return {rule for _, rule in expected}

    def assert_agree_in_a_window(self, window):
        """Returns how many findings there are."""
        some, reassembles = window
        words = [*preferences(some[0].arguments, some[0].config), "-o", "ip.defragment:" + reassembles]
        requests = [("setconf", dict(zip(("name", "value"), word.split(":", 1)))) for word in words[1::2]]
        order = random.Random(1)
        expected = []
        for case in some:
            path = self.write(case.data)
            pairs, frames = self.expected(case, path).pairs(), len(captures.read(path))
            requests.append(("load", {"file": str(path)}))
            for number in order.sample(range(1, frames + 1), min(frames, LOOKS)):
                requests.append(("frames", {**({"skip": number - 1} if number > 1 else {}), "limit": 1, "column0": "ipip.rule:0"}))
                expected.append((case.name, number, Counter({pair: times for pair, times in pairs.items() if pair[0] == number})))
            requests.append(("frames", {"column0": "ipip.rule:0"}))
            expected.append((case.name, "all", pairs))
        answers = [answer["result"] for answer in harness.sharkd(requests)]
        self.assertEqual(len(answers), len(requests))
        shown = [Counter((row["num"], rule) for row in rows for rule in row["c"][0].split(",") if rule)
                 for rows in answers if isinstance(rows, list)]
        self.assertEqual(len(shown), len(expected))
        for (name, number, pairs), found in zip(expected, shown):
            self.assertEqual(found, pairs, (name, number, reassembles))
        return sum(sum(pairs.values()) for _, number, pairs in expected if number == "all")

    def assert_all_agree_in_windows(self, what, some):
        open_windows = windows(some)[::SAMPLE]
        findings = sum(harness.each(self.assert_agree_in_a_window, open_windows))
        self.assertGreater(findings, 0)
        print("%d %s: %d windows, %d findings agree" % (len(some), what, len(open_windows), findings))

    def test_kernel(self):
        self.assert_all_agree_in_windows("scenarios", kernel_cases())

    def test_kernel_in_one_capture(self):
        self.assert_agree(Case(joined.merged(harness.kernel_captures()), name="all that the kernel sent"), (), ("-2",))

    def test_example(self):
        """Every kind of section and key, as the example has them."""
        case = Case((TESTDATA / "violations.pcap").read_bytes(), config=(TESTDATA / "example.conf").read_text(), name="example")
        self.assert_agree(case, (), ("-2",))

    def test_vectors(self):
        self.assert_all_agree_in_windows("vectors", [*cases(VECTORS.items()), *cases_together()])

    def test_vectors_in_one_capture(self):
        """With Wireshark's other habits, on what has no policy."""
        plain = [case for case in cases(TIMELY) if case.is_plain]
        case = Case(joined.in_a_row(case.data for case in plain), name="%d vectors in one capture" % len(plain))
        rules = self.assert_agree(case, (), ("-2",), ("-o", "ip.defragment:FALSE"), ("-2", "-o", "ip.defragment:FALSE"),
                                  ("-o", "ip.check_checksum:TRUE"), ("-o", "ip.tso_support:FALSE"))
        self.assertGreater(len(rules), 80)

    def test_vectors_in_carriers(self):
        """Where Wireshark opens the carrier, and where it does not; the carriers take turns."""
        def carrier_of(record):
            """In one without a frame no later fragment of UDP or GRE is looked at: nothing in it shows a tunnel."""
            packet = captures.ipv4_of(record)
            is_fragment = packet is not None and len(packet) > 9 and packet[6] & 0x3F | packet[7] and packet[9] in (17, 47)
            return next(carrier for carrier in turns if carrier.has_frame or not is_fragment)

        def carried(data):
            return joined.pcapng([(record.time, captures.Record(*carrier_of(record).carry((record.octets, record.wire)), record.time, 1))
                                  for record in captures.read(data)])

        turns = cycle((*CARRIERS, ERSPAN_3_IP))
        plain = [case.data for case in cases(TIMELY) if case.is_plain and all(record.link_type == 1 for record in captures.read(case.data))]
        case = Case(joined.in_a_row(map(carried, plain)), name="%d vectors in carriers" % len(plain))
        rules = self.assert_agree(case, (), ("-2",), ("-o", "ip.defragment:FALSE"))
        self.assertGreater(len(rules), 60)


if __name__ == "__main__":
    harness.require_plugin()
    harness.main()
