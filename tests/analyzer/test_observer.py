# SPDX-License-Identifier: GPL-2.0-or-later
"""What `check` notes of a tunnel and what `tunnels` states of it agree: both go by the same statistics."""

import re
import tempfile
import unittest
from pathlib import Path

import harness
from packets import After, ethernet, ipv4, pcap
from streams import capture_of
from tunnel_packets import A, B, inner, outer
from vectors import ALL

FEW = 20       # packets of a habit
ONE_WAY = 100  # and of a direction that nothing answers
CONSTANT = 10
ECT = 1000
RULES = ["IPIP107", "IPIP507", "IPIP514", "IPIP623", "IPIP624", "IPIP626", "IPIP906", "IPIP907"]
HIDING = {"compatibility", "rfc3168-limited"}  # modes that never propagate ECN


def captures():
    """The kernel's, and what the vectors have, each once: those about other kinds have no IPv4 in IPv4."""
    found = dict.fromkeys(harness.kernel_captures())
    for _, vector in ALL:
        if vector.kind in (None, "ipip"):
            found.update((pcap(frames, vector.link_type, captured=vector.captured), None)
                         for frames in (vector.fail, vector.clean, vector.unknown) if frames)
    return list(found)


def says(line, field, behaviour):
    return bool(re.match(behaviour, line[field]["behaviour"])) and line[field]["confidence"] == "certain"


class OneObserver(unittest.TestCase):
    def compare(self, capture):
        """The rules that spoke; fails where the two contradict each other on any tunnel."""
        with tempfile.TemporaryDirectory() as folder:
            path = capture
            if isinstance(capture, bytes):
                path = Path(folder, "case.pcap")
                path.write_bytes(capture)
            check = harness.Check("--no-config", "--kinds", "ipip", "--select", ",".join(RULES), path)
            lines = harness.tunnels("--kinds", "ipip", path)[0]
        said = {}
        for finding in check.findings:
            said.setdefault(tuple(finding["tunnel"][end] for end in ("src", "dst")), {})[finding["rule"]] = finding
        for ends, line in lines.items():
            try:
                self.assert_agree(said.get(ends, {}), line, lines.get(ends[::-1]))
            except AssertionError as error:
                raise AssertionError("%s, %s > %s: %s" % (path, *ends, error)) from error
        self.assertLessEqual(set(said), set(lines))
        return {rule for rules in said.values() for rule in rules}

    def assert_agree(self, said, line, back):
        if line["packets"] == 0:
            self.assertEqual(said, {})
            return
        enough = line["packets"] >= FEW
        self.assert_ttl("IPIP107" in said, line, enough)
        self.assert_ecn(said.get("IPIP507"), line)
        if "IPIP514" in said:
            self.assertFalse(says(line, "tos", "fixed") and line["tos"]["agree"] == line["packets"], line["tos"])
        self.assert_identification(said, line, enough)
        if "IPIP906" in said and "vantage" in line and said["IPIP906"]["confidence"] == "likely":  # by both directions, as there
            wrong = "exit" if "=entry" in said["IPIP906"]["message"] else "entry"
            self.assertNotEqual(line["vantage"]["place"], wrong)
        if "IPIP907" in said or (back is None and line["profile"] != "xdp-lb"):
            self.assertEqual("IPIP907" in said, line["packets"] >= ONE_WAY)

    def assert_ttl(self, is_noted, line, enough):
        if is_noted:
            self.assertTrue(line["ttl"]["behaviour"].startswith("inherit"), line["ttl"])
        elif enough:
            self.assertFalse(says(line, "ttl", "inherit"), line["ttl"])

    def assert_ecn(self, noted, line):
        hides = set(line["ecn"]["behaviour"].split(" or ")) <= HIDING
        if noted:
            self.assertTrue(hides and line["ecn"]["agree"] == line["packets"], line["ecn"])
        else:
            self.assertFalse(hides and line["ecn"]["agree"] == line["packets"] and line["ecn"]["margin"] >= ECT, line["ecn"])

    def assert_identification(self, said, line, enough):
        self.assertEqual("IPIP626" in said, enough and says(line, "id", "copy"), line["id"])
        if "IPIP624" in said:
            self.assertFalse(says(line, "id", "counter"), line["id"])
        elif line["packets"] >= CONSTANT and line["df"]["behaviour"] == "clear":
            self.assertFalse(says(line, "id", "constant"), line["id"])

    def test_vectors_and_kernel(self):
        spoke = harness.each(self.compare, captures())
        for rule in RULES:
            self.assertGreater(sum(rule in rules for rules in spoke), 0, rule)

    def test_copies(self):
        """Seen twice at once, or behind a router: each packet counts once for both, from the same number on."""
        def twice(gap, ttl, count):
            frames = [After(0.01, frame) for frame in
                      (ethernet(outer(inner(id=7 * i, ttl=40 + i % 20), id=i, ttl=64)) for i in range(1, count + 1))]
            return pcap([one for frame in frames for one in (frame, After(gap, router(frame, ttl)))])

        def router(frame, ttl):
            header = frame[14:34]
            return frame[:14] + ipv4("%d.%d.%d.%d" % tuple(header[12:16]), "%d.%d.%d.%d" % tuple(header[16:20]), frame[34:],
                                     protocol=4, id=int.from_bytes(header[4:6], "big"), ttl=ttl, df=bool(header[6] & 0x40))

        for gap, ttl in ((0.0002, 64), (0.005, 63), (0.005, 62)):
            for count, has_habit in ((19, False), (30, True)):
                capture = twice(gap, ttl, count)
                self.assertEqual("IPIP906" in self.compare(capture), has_habit, (gap, ttl, count))
                line = harness.tunnels("-", stdin=capture)[0][A, B]
                self.assertEqual((line["packets"], line["copies"], line["ttl"]["behaviour"]), (count, count, "fixed 64"), (gap, ttl))

    def test_strays(self):
        """Most inner TTLs are 64 as the outer one: one stray outer TTL makes no habit of that."""
        common = {"inner_ttl": lambda i: {40: 128, 41: 255}.get(i, 64), "id": lambda i: i, "inner_id": lambda i: 3 * i}
        self.assertNotIn("IPIP107", self.compare(capture_of(100, ttl=lambda i: 9 if i == 50 else 64, **common)))
        self.assertNotIn("IPIP107", self.compare(capture_of(100, ttl=lambda i: 64, **common)))

    def test_the_threshold(self):
        """19 in 20 are a habit for both, 92 in 100 for neither."""
        for strays, is_habit in ((4, True), (8, False)):
            capture = capture_of(100, id=lambda i: i, inner_id=lambda i: 3 * i, inner_ttl=lambda i: 60 + i % 40, ttl=lambda i: 7 + 5 * i % 30 if i % 12 == 5 and i < 12 * strays else 58 + i % 40)
            self.assertEqual("IPIP107" in self.compare(capture), is_habit)
            self.assertEqual(harness.tunnels("-", stdin=capture)[0][A, B]["ttl"]["behaviour"], "inherit, 2 hops ago" if is_habit else "")

    def identification(self, count, id, inner_id, df=lambda i: False):
        """What both say of it."""
        capture = capture_of(count, id=id, inner_id=inner_id, df=df, inner_df=lambda i: False)
        line = harness.tunnels("-", stdin=capture)[0][A, B]["id"]
        return self.compare(capture) & {"IPIP624", "IPIP626"}, line["behaviour"], line["confidence"]

    def test_identifications(self):
        """Copied, also where some are zero; from 20 packets on; a constant; both constant."""
        count = lambda i: 3 * i
        self.assertEqual(self.identification(30, count, count), ({"IPIP626"}, "copy", "certain"))
        zeros = lambda i: 0 if i % 2 else 40 * i + 1
        self.assertEqual(self.identification(30, zeros, zeros, lambda i: i % 2 == 1), ({"IPIP626"}, "copy", "certain"))
        self.assertEqual(self.identification(19, count, count), (set(), "copy", "likely"))
        self.assertEqual(self.identification(30, count, lambda i: 3 * i if i else 7), (set(), "counter", "likely"))
        self.assertEqual(self.identification(30, lambda i: 7, count), ({"IPIP624"}, "constant 0x0007", "certain"))
        self.assertEqual(self.identification(30, lambda i: 7, lambda i: 7), (set(), "copy", "likely"))
        self.assertEqual(self.identification(30, lambda i: 9 if i == 5 else 7, count), ({"IPIP624"}, "", "varies"))


harness.main()
