# SPDX-License-Identifier: GPL-2.0-or-later
"""A vantage for each direction: what is at the entry of one is at the exit of the other."""

import json
import tempfile
import unittest
from pathlib import Path

import harness
from harness import Check
from packets import ethernet, pcap
from tunnel_packets import A, B, HOST, PEER, inner, outer

PACKETS = 30
OPTIONS = "--vantage %s=entry --vantage %s=exit" % (A, B)


def there(ttl=64, tos=0xB8, n=0, **options):
    return ethernet(outer(inner(tos=tos, id=0x100 + n), ttl=ttl, tos=tos, id=0x1000 + n, **options))


def back(ttl=61, n=0, tos=0, inner_ttl=64):
    """Its DSCP was rewritten by a router."""
    return ethernet(outer(inner(src=PEER, dst=HOST, tos=0xB8, id=0x200 + n, ttl=inner_ttl), src=B, dst=A, ttl=ttl, tos=tos, id=0x2000 + n))


def both(ttl=61, inner_ttl=64, first=there, ttl_there=64):
    """In turns, the one that `first` makes before the other."""
    pairs = [(there(n=n, ttl=ttl_there), back(ttl, n, inner_ttl=inner_ttl)) for n in range(PACKETS)]
    return pcap([frame for pair in pairs for frame in (pair if first is there else reversed(pair))])


def single(ttl, packets=PACKETS):
    return pcap([back(ttl, n) for n in range(packets)])


def found(capture, *options):
    """How often each severity of IPIP101 was reported."""
    result = Check(*options, "-", stdin=capture)
    return {severity: sum(finding["severity"] == severity for finding in result.of("IPIP101")) for severity in ("warning", "note")}


def text(verb, capture, *options):
    result = harness.run(verb, *options, "-", stdin=capture)
    return result.stdout.decode(), result.stderr.decode() if isinstance(result.stderr, bytes) else result.stderr


WARNINGS = {"warning": PACKETS, "note": 0}
NOTES = {"warning": 0, "note": PACKETS}


class Declared(unittest.TestCase):
    def check(self, config, capture, *options):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "p.conf")
            path.write_text(config)
            return found(capture, "--config", str(path), *options)

    def test_by_source(self):
        for options, expected in ((OPTIONS, NOTES), ("--vantage %s=entry" % B, WARNINGS), ("--vantage %s=host-tx" % B, WARNINGS),
                                  ("--vantage %s=entry" % A, NOTES), ("--vantage 10.0.0.0/8=entry", WARNINGS),
                                  ("--vantage 10.0.0.0/8=entry --vantage %s=exit" % B, NOTES),
                                  ("--vantage %s=exit --vantage 10.0.0.0/8=entry" % B, NOTES),
                                  ("--vantage exit --vantage 0.0.0.0/0=entry", WARNINGS),
                                  ("--vantage %s=entry --vantage %s=entry" % (B, B), WARNINGS), ("--vantage exit --vantage exit", NOTES)):
            self.assertEqual(found(both(), *options.split()), expected, options)

    def test_order_of_precedence(self):
        """SRC=PLACE, then [tunnel], then PLACE, then [policy]."""
        one_way = single(64)
        tunnel = "[tunnel %s %s]\nvantage=%%s\n" % (B, A)
        for config, options, expected in (
                ("[policy]\nvantage=entry\n", "", WARNINGS), ("[policy]\nvantage=exit\n", "", NOTES),
                ("[policy]\nvantage=exit\n", "--vantage entry", WARNINGS), ("[policy]\nvantage=entry\n", "--vantage unknown", NOTES),
                ("[policy]\nvantage=entry\n" + tunnel % "exit", "", NOTES), ("[policy]\nvantage=exit\n" + tunnel % "entry", "", WARNINGS),
                (tunnel % "entry", "--vantage exit", WARNINGS), (tunnel % "unknown", "--vantage entry", NOTES),
                (tunnel % "entry", "--vantage %s=exit" % B, NOTES), (tunnel % "exit", "--vantage %s=entry" % B, WARNINGS),
                (tunnel % "entry", "--vantage %s=exit" % A, WARNINGS),
                ("[tunnel %s %s]\nvantage=entry\n" % (A, B), "", NOTES), ("[tunnel %s %s]\nttl=64\n" % (B, A), "--vantage entry", WARNINGS)):
            self.assertEqual(self.check(config, one_way, *options.split()), expected, (config, options))

    def test_other_rules_go_by_it(self):
        """IPIP102, unknown elsewhere; the exact TTL of IPIP120; IPIP109, an artefact elsewhere; IPIP501."""
        strict = ("--profile", "strict-rfc2003", "--select", "IPIP102")
        for place, verdict in (("entry", "fail"), ("exit", "unknown")):
            result = Check(*strict, "--vantage", "%s=%s" % (B, place), "-", stdin=single(64))
            self.assertEqual(result.verdicts("IPIP102")[verdict], PACKETS, place)
        lower = "[tunnel %s %s]\nttl=64\nvantage=%%s\n" % (B, A)
        with tempfile.TemporaryDirectory() as folder:
            for place, count in (("entry", PACKETS), ("exit", 0)):
                path = Path(folder, place)
                path.write_text(lower % place)
                self.assertEqual(len(Check("--config", str(path), "-", stdin=single(62)).of("IPIP120")), count, place)
        zero = pcap([frame[:24] + bytes(2) + frame[26:] for frame in (back(64, n) for n in range(PACKETS))])
        for place, rule in (("%s=exit" % B, "IPIP109"), ("%s=host-tx" % B, "IPIP904"), ("%s=exit" % A, "IPIP904")):
            rules = {finding["rule"] for finding in Check("--vantage", place, "-", stdin=zero).findings} & {"IPIP109", "IPIP904"}
            self.assertEqual(rules, {rule}, place)
        marked = pcap([ethernet(outer(inner(tos=2), tos=3))])
        for place, verdict in (("entry", "fail"), ("exit", "pass")):
            self.assertEqual(Check("--vantage", A + "=" + place, "-", stdin=marked).verdicts("IPIP501")[verdict], 1, place)

    def test_wrong_ones_are_refused(self):
        for option, right in (("%s=entri" % A, "did you mean entry?"), ("10.0.0=entry", "192.0.2.1=entry"), ("=entry", "192.0.2.1=entry"),
                              ("10.0.0.1/24=entry", "192.0.2.1=entry"), (A + "=", "one of unknown, entry"), ("entri", "did you mean entry?")):
            for verb in ("check", "tunnels"):
                result = harness.run(verb, "--vantage", option, "-", stdin=b"")
                self.assertEqual(result.returncode, 2, option)
                self.assertIn(right, text(verb, b"", "--vantage", option)[1])


class OfAllDirections(unittest.TestCase):
    """`--vantage entry` is not used for the direction that comes back, and a warning says so."""

    def assert_refuted(self, capture, *options):
        self.assertEqual(found(capture, *options), NOTES)
        for verb in ("check", "tunnels"):
            if verb == "tunnels" and "--config" in options:
                continue
            shown, said = text(verb, capture, *options)
            self.assertEqual(len(said.splitlines()), 1 + ("--config" in options), said)
            for part in (said, " ".join(shown.split())):
                self.assertIn("is not used for %s > %s" % (B, A), part)
                self.assertIn(OPTIONS.replace("entry", options[-1] if options[-1] == "host-tx" else "entry"), part)
            lines = [json.loads(line) for line in text(verb, capture, *options, "--format", "jsonl")[0].splitlines()]
            (warning,) = lines[-1]["warnings"]
            self.assertEqual((warning["kind"], warning["directions"], warning["ttl"]), ("vantage", 1, 61))
            self.assertEqual(warning["tunnel"], {"mode": "ipip", "src": B, "dst": A})
        self.assertNotIn("IPIP906", {finding["rule"] for finding in Check(*options, "-", stdin=capture).findings})

    def assert_used(self, capture, *options):
        self.assertEqual(found(capture, *options)["note"], 0)
        for verb in ("check", "tunnels"):
            shown, said = text(verb, capture, *options)
            self.assertNotIn("is not used", shown + said)
            self.assertNotIn("warnings", json.loads(text(verb, capture, *options, "--format", "jsonl")[0].splitlines()[-1]))

    def test_refuted(self):
        self.assert_refuted(both(), "--vantage", "entry")
        self.assert_refuted(both(), "--vantage", "host-tx")

    def test_by_the_policy_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "p.conf")
            path.write_text("[policy]\nvantage=entry\n")
            self.assert_refuted(both(), "--config", str(path))

    def test_whichever_comes_first(self):
        self.assert_refuted(both(first=back), "--vantage", "entry")

    def test_the_advice_is_enough(self):
        self.assertEqual(found(both(), *OPTIONS.split()), NOTES)
        for verb in ("check", "tunnels"):
            self.assertNotIn("not used", "".join(text(verb, both(), *OPTIONS.split())))

    def test_neighbours(self):
        """Initial TTLs both ways; one way only; TTLs of no known kind; both directions routed."""
        self.assert_used(both(ttl=128), "--vantage", "entry")
        self.assert_used(both(ttl=30, ttl_there=255), "--vantage", "entry")
        self.assert_used(both(ttl=100), "--vantage", "entry")
        self.assert_used(both(ttl=61, inner_ttl=61), "--vantage", "entry")
        self.assertEqual(found(both(ttl_there=62), "--vantage", "entry"), WARNINGS)
        self.assert_used(both(), "--vantage", B + "=entry")

    def test_one_direction_only(self):
        """It is waited for as long as a habit takes to be one."""
        self.assertEqual(found(single(61), "--vantage", "entry"), {"warning": PACKETS - 19, "note": 19})
        self.assertEqual(found(single(64), "--vantage", "entry"), WARNINGS)
        self.assertEqual(found(single(61), "--vantage", B + "=entry"), WARNINGS)
        self.assertNotIn("not used", "".join(text("check", single(61), "--vantage", "entry")))

    def test_equal_cost_paths(self):
        frames = [frame for n in range(PACKETS) for frame in (there(n=n), back(61 + n % 2, n))]
        self.assertEqual(found(pcap(frames), "--vantage", "entry"), NOTES)

    def test_several(self):
        third = [ethernet(outer(inner(src=PEER, dst=HOST, id=n), src="10.0.0.7", dst=A, ttl=60 + 1, id=n)) for n in range(3)]
        to_it = [ethernet(outer(inner(id=n), src=A, dst="10.0.0.7", ttl=255, id=n)) for n in range(3)]
        capture = pcap([there(), back(), *to_it, *third])
        for verb in ("check", "tunnels"):
            self.assertIn("is not used for %s > %s, nor for 1 more:" % (B, A), text(verb, capture, "--vantage", "entry")[1])


class Mistaken(unittest.TestCase):
    """What can't be meant as it was given."""

    def test_two_places_for_one_source(self):
        for options in ("--vantage %s=exit --vantage %s=entry" % (B, B), "--vantage %s=exit --vantage %s/32=entry" % (B, B),
                        "--vantage 10.0.0.0/8=mid --vantage 10.0.0.0/8=entry", "--vantage entry --vantage exit"):
            for verb in ("check", "tunnels"):
                result = harness.run(verb, *options.split(), "/nonexistent")
                self.assertEqual((result.returncode, result.stdout), (2, ""), options)
                self.assertRegex(result.stderr, r"another --vantage gives the same source another place|contradict each other")

    def warnings(self, capture, *options):
        """The same of both verbs, and of a program's output."""
        lines = {text(verb, capture, *options, *form)[1] for verb in ("check", "tunnels") for form in ((), ("--format", "jsonl"))}
        (of_check, of_tunnels) = sorted(lines)
        self.assertEqual(of_check.replace("ipip check: ", "ipip tunnels: "), of_tunnels)
        return of_check.replace("ipip check: warning: ", "").splitlines()

    def test_source_that_is_not_there(self):
        unseen = "--vantage %s=entry is not used: no tunnel packet comes from there"
        self.assertEqual(self.warnings(both(), "--vantage", "10.9.9.9=entry", "--vantage", A + "=entry", "--vantage", "10.9.0.0/16=entry"),
                         [unseen % "10.9.9.9", unseen % "10.9.0.0/16"])
        self.assertEqual(self.warnings(single(61), "--vantage", A + "=entry"), [unseen % A])
        # Packets come from the prefix, though longer ones have all of them.
        self.assertEqual(text("check", both(), "--vantage", "10.0.0.0/8=mid", *OPTIONS.split())[1], "")

    def test_both_ends_at_one(self):
        clash = "--vantage gives both directions of the tunnel between %s and %s the place %%s: what is at the entry of one direction is at the exit of the other" % (A, B)
        for options, place in (("--vantage 10.0.0.0/8=entry", "entry"), ("--vantage %s=exit --vantage 0.0.0.0/0=exit" % A, "exit"),
                               ("--vantage %s=entry --vantage %s=host-tx" % (A, B), "host-tx")):
            self.assertEqual(self.warnings(both(), *options.split()), [clash % place])
        for options in ("--vantage 10.0.0.0/8=mid", OPTIONS):
            self.assertEqual(text("check", both(), *options.split())[1], "")
        self.assertEqual(text("check", single(61), "--vantage", "10.0.0.0/8=entry")[1], "")

    def test_nothing_read(self):
        result = harness.run("check", "--vantage", A + "=entry", "/nonexistent")
        self.assertEqual((result.returncode, len(result.stderr.splitlines())), (3, 1))


class Inferred(unittest.TestCase):
    def places(self, capture, *options):
        directions, _ = harness.tunnels(*options, "-", stdin=capture)
        return [directions[ends].get("vantage") for ends in ((A, B), (B, A))]

    def test_by_both_directions(self):
        likely = [{"place": place, "confidence": "likely", "by": "ttl"} for place in ("entry", "exit")]
        for capture in (both(), both(128 - 7), both(254), both(33), both(ttl_there=255), both(ttl_there=128)):
            self.assertEqual(self.places(capture), likely)
        self.assertIn("vantage    entry                        likely, by the TTLs of both directions", text("tunnels", both())[0])
        self.assertEqual(self.places(both(ttl=64)), [None, None])
        self.assertEqual(self.places(both(ttl_there=62)), [None, None])
        self.assertEqual(self.places(both(), "--vantage", A + "=mid")[0], {"place": "mid", "confidence": "certain", "by": "policy"})
        self.assertEqual(self.places(both(), "--vantage", "entry"), [{"place": "entry", "confidence": "certain", "by": "policy"}, likely[1]])

    def test_copied_ttl_is_no_hop(self):
        """Both TTLs 63: the inner one, copied at the entry. Nothing follows from it, for either direction."""
        self.assertEqual(self.places(both(ttl=63, inner_ttl=63)), [None, None])
        self.assertNotEqual(self.places(both(ttl=62, inner_ttl=63)), [None, None])

    def test_never_for_severities(self):
        self.assertEqual(found(both()), NOTES)
        self.assertEqual(found(pcap([there(tos=0xB8, n=n) for n in range(3)] + [back()] + [back(64, 9)])), {"warning": 0, "note": 2})

    def test_advice(self):
        """IPIP906 names the option for each direction, and is likely where they fit each other."""
        there_note, back_note = Check("-", stdin=both()).of("IPIP906")
        self.assertEqual((there_note["confidence"], back_note["confidence"]), ("likely", "likely"))
        self.assertIn("`--vantage %s=entry`" % A, there_note["message"])
        self.assertIn("`--vantage %s=exit`" % B, back_note["message"])
        (alone,) = Check("-", stdin=single(61)).of("IPIP906")
        self.assertEqual(alone["confidence"], "heuristic")
        self.assertIn("`--vantage %s=mid` or `--vantage %s=exit`" % (B, B), alone["message"])
        for side, left in ((A, B), (B, A)):
            rest = Check("--vantage", side + "=entry", "-", stdin=both()).of("IPIP906")
            self.assertEqual([finding["tunnel"]["src"] for finding in rest], [left])

    def test_kernel_captures(self):
        """The TTL of the encapsulators is 64; there is one router between them."""
        for name, places in (("outer", ["entry", "exit"]), ("outer2", ["exit", "entry"])):
            for capture in harness.kernel_captures("ipip-ttl-64"):
                if capture.stem == name:
                    directions, _ = harness.tunnels(str(capture))
                    self.assertEqual([line["vantage"]["place"] for line in directions.values()], places)


harness.main()
