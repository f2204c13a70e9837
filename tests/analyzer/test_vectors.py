# SPDX-License-Identifier: GPL-2.0-or-later
"""Every rule has a case that trips it, a neighbour that does not, and, where it can be in doubt, one that leaves it so.

The cases lie with the rules: see testdata/generator/vector.py.
"""

import json
import re
import tempfile
import unittest
from functools import lru_cache
from pathlib import Path

import harness
from harness import Check
from packets import pcap
from streams import later, stream
from tunnel_packets import A, ALERT, ANOTHER, B, LARGE_DF, fragments, frame, outer, piece, tunnelled
from vector import ENTRY, STRICT, TUNNEL, Vector
from vectors import ALL as CASES, FOLDERS, RULES, VECTORS

sides = FOLDERS["sides"]
unfilled = FOLDERS["checksum"].unfilled
DF_HEAD, DF_TAIL = fragments(LARGE_DF, 64)

# Where the summary counts what a rule judges.
COUNTERS = {"tunnel packets": "tunnel_packets", "icmp messages": "icmp_messages", "inner packets": "inner_packets",
            "matched packets": "matched_packets", "named packets": "named_packets", "udp packets": "udp_packets"}


def outer_of(fragment):
    """The fragment of a tunnel packet in a tunnel of its own."""
    return frame(outer(fragment[14:], src="10.7.0.1", dst="10.7.0.2"))


@lru_cache(maxsize=None)
def check_capture(octets, arguments, config, verb):
    """Neighbours of many rules are one packet."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.pcap"
        path.write_bytes(octets)
        if config is not None:
            policy = Path(folder) / "policy"
            policy.write_text(config)
            arguments += ("--config", policy)
        return Check(*arguments, path, verb=verb)


def check(vector, frames, arguments=None):
    return check_capture(pcap(frames, vector.link_type, captured=vector.captured),
                         tuple(vector.args if arguments is None else arguments), vector.config, vector.verb)


@lru_cache(maxsize=None)
def check_part(number, part):
    """What is said of a part of a case."""
    vector = CASES[number][1]
    return check(vector, getattr(vector, part), vector.unknown_args if part == "unknown" else None)


class Vectors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        harness.each(lambda one: check_part(*one), [(number, part) for number, (_, vector) in enumerate(CASES)
                                               for part in ("fail", "clean", "unknown") if getattr(vector, part)])
        lines = harness.run("rules", "--format", "jsonl").stdout.splitlines()
        cls.rules = {rule["rule"]: rule for rule in map(json.loads, lines)}

    def each(self, part, test):
        """test(rule, vector, result) with every vector that has this part, each in a subtest of its own."""
        for number, (rule, vector) in enumerate(CASES):
            if getattr(vector, part):
                with self.subTest(rule, number=number):
                    test(rule, vector, check_part(number, part))

    def assert_sums(self, result):
        """Every rule has judged each of its subjects, once, and failed as often as it says it did."""
        for rule, verdicts in result.summary["rules"].items():
            counter = COUNTERS[self.rules[rule]["subject"]]
            one_sided = result.summary["one_sided_packets"] if counter == "matched_packets" else 0
            self.assertEqual(sum(verdicts.values()), result.summary.get(counter, 0) + one_sided, (rule, verdicts))  # of UDP only with --guess
            # On the headers of one packet a rule may report more than once.
            packets = {finding["frame"] for finding in result.of(rule) if "count" not in finding}
            counts = sum(finding["count"] for finding in result.of(rule) if "count" in finding)
            self.assertEqual(verdicts["fail"], len(packets) + counts, rule)

    def test_catalogue_is_covered(self):
        """Each rule has a page and vectors in one folder: of each kind one, or the word that it can always tell."""
        pages = {page.stem: page.parent.name for page in RULES.glob("*/IPIP*.md")}
        self.assertEqual(set(pages), set(self.rules))
        self.assertEqual({rule: name for name, folder in FOLDERS.items() for rule in folder.VECTORS}, pages)
        for name, folder in FOLDERS.items():
            self.assertLessEqual({rule for rule, _ in getattr(folder, "VARIANTS", [])}, set(folder.VECTORS), name)
        for rule, vector in VECTORS.items():
            self.assertTrue(vector.fail, rule)
            self.assertTrue(vector.clean, rule)
            self.assertIsNotNone(vector.unknown, rule)

    def severity(self, rule, kind):
        """The usual one of the rule, with tunnels of this kind."""
        return self.rules[rule]["kinds"].get(kind, {}).get("severity", self.rules[rule]["severity"])

    def test_each_kind_is_covered(self):
        """Of each kind all three: what trips the rule, a neighbour that passes, and what leaves it in doubt.

        Rules that IPv4 in IPv4 has, too: one about the headers of few kinds is the same code for each of them.
        """
        parts = ("fail", "clean", "unknown")
        vectors = [(rule, vector.kind or self.kind_of(rule), vector) for rule, vector in CASES]
        there = {part: {(rule, kind) for rule, kind, vector in vectors if getattr(vector, part) is not None} for part in parts}
        for rule, about in self.rules.items():
            if about["subject"] == "tunnel packets" and "ipip" in about["kinds"]:
                for kind in about["kinds"]:
                    self.assertEqual([part for part in parts if (rule, kind) not in there[part]], [], (rule, kind))
        for rule, kind, vector in vectors:
            self.assertTrue(kind in self.rules[rule]["kinds"] or "eth-inner" in (vector.config or ""), (rule, kind))

    def kind_of(self, rule):
        """Of a vector that names none: IPv4 in IPv4, or the first of those that the rule is about."""
        return "ipip" if "ipip" in self.rules[rule]["kinds"] else next(iter(self.rules[rule]["kinds"]))

    def test_kinds_differ_by_name(self):
        """A kind has a severity and a reference of its own only where they are others than the rule's."""
        for rule, about in self.rules.items():
            for kind, own in about["kinds"].items():
                self.assertLessEqual(set(own), {"severity", "reference"})
                self.assertFalse([key for key, value in own.items() if about[key] == value], (rule, kind))

    def test_violation(self):
        def test(rule, vector, result):
            findings = result.of(rule)
            self.assertEqual([finding["frame"] for finding in findings], [*vector.earlier, vector.at or len(vector.fail)])
            last = findings[-1]
            self.assertEqual(last["severity"], vector.severity or self.severity(rule, vector.kind))
            self.assertEqual(last["slug"], self.rules[rule]["slug"])
            for text in ("message", "expected", "actual", "reference"):
                self.assertTrue(last[text], text)
            self.assertEqual(last.get("scope"), vector.scope or VECTORS[rule].scope)
            self.assertEqual(last.get("count", 1), vector.count)
            self.assertEqual(result.verdicts(rule)["fail"], len(vector.earlier) + vector.count)

        self.each("fail", test)

    def test_neighbour_is_silent(self):
        def test(rule, _, result):
            self.assertEqual(result.of(rule), [])
            verdicts = result.verdicts(rule)
            self.assertEqual(verdicts["fail"], 0)
            self.assertGreater(verdicts["pass"] + verdicts["not_applicable"], 0)

        self.each("clean", test)

    def test_doubt(self):
        def test(rule, _, result):
            self.assertEqual(result.of(rule), [])
            self.assertEqual(result.verdicts(rule)["fail"], 0)
            self.assertGreaterEqual(result.verdicts(rule)["unknown"], 1)

        self.each("unknown", test)

    def test_verdicts_add_up(self):
        for part in ("fail", "clean", "unknown"):
            self.each(part, lambda _, vector, result: self.assert_sums(result))

    def test_habits_have_one_number(self):
        habits = {rule: vector.habit for rule, vector in VECTORS.items() if vector.habit}
        self.assertTrue(habits)
        for rule, (frames, count) in habits.items():
            with self.subTest(rule):
                result = check(VECTORS[rule], frames)
                self.assertEqual([finding["count"] for finding in result.of(rule)], [count])
                self.assert_sums(result)

    def test_first_fragment_is_judged_once(self):
        """Of a datagram that the snapshot length cuts: a copy of its first fragment, or a fragment of another one with its Identification."""
        for seconds, frames in ((0, [1]), (59, [1]), (61, [1, 2])):
            vector = Vector(None, None, captured=96)
            result = check(vector, [DF_HEAD, *later(seconds, [DF_HEAD])])
            self.assertEqual([finding["frame"] for finding in result.of("IPIP116")], frames)
            self.assertEqual({finding["confidence"] for finding in result.of("IPIP116")}, {"certain"})

    def test_first_fragment_of_what_is_given_up(self):
        """Incomplete for too long, at the end of the capture, or refused: judged once, on the frame of the fragment at offset 0."""
        conflict = piece(56, b"conflict" + LARGE_DF[64:], id=0x1234)
        for name, frames, found in (
                ("end", [DF_HEAD], [1]), ("end, with the last one", [DF_TAIL], []), ("time", [DF_HEAD, *later(61, ANOTHER)], [1]),
                ("copy", [DF_HEAD, *later(0.3, [DF_HEAD])], [1]), ("refused", [DF_HEAD, *conflict], [1]),
                ("refused, and more", [DF_HEAD, *conflict, DF_TAIL], [1]), ("whole", [DF_HEAD, DF_TAIL], [2]),
                ("whole, and more", [DF_HEAD, DF_TAIL, DF_TAIL], [2]), ("another", [DF_HEAD, *later(61, [DF_HEAD])], [1, 2]),
                ("inside another", outer_of(DF_HEAD), [])):
            with self.subTest(name):
                result = check(Vector(None, None), frames)
                self.assertEqual([finding["frame"] for finding in result.of("IPIP116")], found)
                self.assertEqual({finding["confidence"] for finding in result.of("IPIP116")}, {"certain"} if found else set())
                self.assert_sums(result)

    def test_unfilled_checksums_come_once(self):
        for frames, frame, count in ((unfilled(30, 30), 1, 30), (stream(3) + unfilled(5, 5), 4, 5)):
            result = check(Vector(None, None), frames)
            self.assertEqual(result.of("IPIP109"), [])
            [finding] = result.of("IPIP904")
            self.assertEqual((finding["frame"], finding["count"], finding["severity"], finding["confidence"]),
                             (frame, count, "note", "likely"))
            self.assert_sums(result)

    def test_changed_field(self):
        """What changed is named, and no more of the inner header is marked."""
        def shown(rule, frames):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "case.pcap"
                path.write_bytes(pcap(frames))
                block = harness.run("check", "--select", rule, path).stdout.split("\n\n")[0]
            [marked] = re.findall(r"inner  [^\[\n]*(?:\[([^]]*)\])?", block)
            return block.splitlines()[1].strip(), re.search("expected (.*) \\(", block)[1], marked

        here = "changed inside the tunnel, between the place with outer TTL 64 and this one, with 63"
        for rule, frames, *expected in (
                ("IPIP402", sides.changed({"tos": 0x28}, {"tos": 0xB8}), "inner DSCP changed by encapsulation", "DSCP 10 (AF11), found DSCP 46 (EF)", "b8"),
                ("IPIP402", sides.changed(sides.NO_DF, sides.DF), "inner DF changed by encapsulation", "DF=0, found DF=1", "40"),
                ("IPIP402", sides.changed({"options": ALERT}, {"options": sides.OTHER_ALERT}), "inner options changed by encapsulation",
                 "options as before encapsulation, found another value", "94 04 00 01"),
                ("IPIP404", sides.moved({"ttl": 63}, {"ttl": 62}), "inner TTL " + here, "TTL 63, found TTL 62", "3e"),
                ("IPIP404", sides.moved(sides.DF, sides.NO_DF), "inner DF " + here, "DF=1, found DF=0", "00"),
                ("IPIP404", sides.in_two_places({"tos": 0x28}, {"tos": 4}), "inner TOS " + here, "0x28 in octet 1 of the header, found 0x04", "04"),
                ("IPIP404", sides.in_two_places({"options": ALERT}, {"options": sides.OTHER_ALERT}), "inner options " + here,
                 "0x00 in octet 23 of the header, found 0x01", "94 04 00 01")):
            self.assertEqual(shown(rule, frames), tuple(expected))

    def test_changed_in_a_nest(self):
        """The tunnel in which it changed is named, not the one around it."""
        nest = [frame(outer(packet[14:], src="10.7.0.1", dst="10.7.0.2", id=n, ttl=64 - n)) for n, packet in enumerate(
            bytes(getattr(one, "frame", one)) for one in sides.moved({"ttl": 63}, {"ttl": 62}))]
        [finding] = check(Vector(None, None), [packet for one in nest for packet in one]).of("IPIP404")
        self.assertEqual((finding["tunnel"]["src"], finding["tunnel"]["dst"], finding["layer"]), (A, B, 1))

    def test_association_in_clear(self):
        """The SPI is that of ESP, also behind an authentication header whose numbers repeat."""
        ipsec = FOLDERS["ipsec"]
        packets = [bytes(one) for one in ipsec.clear(3, around=lambda octets, number: outer(octets, protocol=50, id=number))]
        [finding] = check(Vector(None, None), [ipsec.over(one[14:], spi=0x9999, sequence=7) for one in packets]).of("IPIP843")
        self.assertIn("SPI 0x00001000 ", finding["message"])

    def test_loss_in_words(self):
        """What was expected and what came, and no remedy between; where nothing else was acknowledged, no path MTU; whose path is too narrow."""
        mtu = FOLDERS["mtu"]
        alone = mtu.ESTABLISHED + mtu.sent_again(times=6, every=2)
        for frames, confidence, ends in ((mtu.HANGS, "likely", "(1 flow; path MTU 260 to 1499)"),
                                         (alone, "heuristic", "were before, and nothing since: the receiver may be gone, or the path down (1 flow)")):
            [finding] = check(Vector(None, None), frames).of("IPIP319")
            self.assertEqual((finding["expected"], finding["confidence"]), ("segments of 1480 octets acknowledged", confidence))
            self.assertRegex(finding["actual"], r"^none in \d+ s$")
            self.assertTrue(finding["message"].endswith(ends), finding["message"])
        for section, which in ((TUNNEL, "of the other direction, %s > %s" % (A, B)), ("[tunnel %s %s]\n" % (B, A), "of this direction, %s > %s" % (B, A))):
            [finding] = check(Vector(None, None, config=section + "mtu=1400"), mtu.handshake(mtu.mss(1341))).of("IPIP320")
            self.assertEqual((finding["tunnel"]["src"], finding["message"].split("path MTU ")[1]), (B, which + ", is 1400"))

    def test_dscp_in_words(self):
        def words(rule, inner_dscp, outer_dscp, config=None):
            frames = tunnelled({"tos": inner_dscp << 2}, {"tos": outer_dscp << 2})
            finding = check(Vector(None, None, config=config), frames, ENTRY + STRICT).of(rule)[0]
            return finding["message"], finding["expected"], finding["actual"]

        self.assertEqual(words("IPIP101", 5, 3), (
            "the outer DSCP (3) differs from the inner one (5)", "DSCP 5", "DSCP 3"))
        self.assertEqual(words("IPIP101", 46, 0), (
            "the outer DSCP (CS0) differs from the inner one (EF)", "DSCP 46 (EF)", "DSCP 0 (CS0)"))
        self.assertEqual(words("IPIP120", 5, 3, TUNNEL + "tos=inherit")[1:], ("DSCP 5", "DSCP 3"))
        self.assertEqual(words("IPIP120", 46, 0, TUNNEL + "tos=inherit")[1:], ("DSCP 46 (EF)", "DSCP 0 (CS0)"))


if __name__ == "__main__":
    harness.main()
