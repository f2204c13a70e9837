# SPDX-License-Identifier: GPL-2.0-or-later
"""`ipip pair` and what it is given: one file or two, pipes, what is cut or damaged, large captures; exit status and words."""

import json
import random
import resource
import struct
import subprocess
import unittest
from pathlib import Path

import harness
import pairs
from packets import ethernet, ipv4, pcap, pcapng_interface, pcapng_packet, pcapng_section, udp
from pairs import START, Pair, Sighting
from test_pair import Result
from tunnel_packets import A, B

KERNEL = harness.KERNEL
INNER, OUTER = KERNEL / "ipip-default" / "inner.pcap", KERNEL / "ipip-default" / "outer.pcap"
MIB = 1 << 20


class Inputs(harness.InFolder):
    def both(self, pair):
        """One capture with two interfaces."""
        frames = sorted([(s.time, 0, s.octets) for s in pair.inner] + [(s.time, 1, s.octets) for s in pair.outer])
        blocks = [pcapng_section(), pcapng_interface(101), pcapng_interface(1)]
        blocks += [pcapng_packet(octets, interface, time // 1000) for time, interface, octets in frames]
        return self.write("both.pcapng", b"".join(blocks)), frames

    def test_one_capture_of_both_sides(self):
        pair = Pair(1, drop=0.1, reorder=0.1)
        path, frames = self.both(pair)
        result = Result(path)
        places = [[n for n, frame in enumerate(frames, 1) if frame[1] == interface] for interface in (0, 1)]
        both, numbers = pair.truth()
        self.assertEqual(result.frames(), {(places[0][numbers[0][n][0] - 1], places[1][numbers[1][n][0] - 1]) for n in both})
        self.assertEqual((result.pair["first"]["interface"], result.pair["second"]["interface"]), (0, 1))

    def test_findings_are_those_of_the_merged_capture(self):
        """The rules are those of `check`; each finding is where it is."""
        pair = Pair(2, touch=0.3)
        result = Result(*pair.write(self.folder))
        merged, frames = self.both(pair)
        check = harness.Check("--fail-on", "never", merged)
        places = {}
        for n, frame in enumerate(frames, 1):
            side = places.setdefault(("inner.pcap", "outer.pcap")[frame[1]], [])
            side.append(n)
        found = sorted((places[Path(finding["file"]).name][finding["frame"] - 1], finding["rule"]) for finding in result.findings)
        self.assertEqual(found, sorted(check.pairs().elements()))
        self.assertIn("IPIP401", {rule for _, rule in found})
        for finding in result.findings:
            self.assertNotIn("on interface", finding["message"])  # its file is named
        self.assertEqual(result.summary["rules"]["IPIP401"], check.verdicts("IPIP401"))

    def test_a_pipe(self):
        self.assertEqual(Result(INNER, "-", stdin=OUTER.read_bytes()).pair["matched"], 48)

    def test_lost_packets_are_findings(self):
        """Each has an entry that a baseline can hold, by its tunnel and reason."""
        paths = Pair(3, drop=0.1).write(self.folder)
        lost = [line for line in Result(*paths).only if line["reason"] == "lost"]
        self.assertGreater(len(lost), 5)
        selected = (*paths, "--select", "IPIP411,IPIP412", "--format", "jsonl")
        findings = [line for line in map(json.loads, harness.run("pair", *selected).stdout.splitlines()) if line["type"] == "finding"]
        self.assertEqual(sorted(finding["frame"] for finding in findings), sorted(line["frame"] for line in lost))
        baseline = self.folder / "baseline"
        harness.run("pair", *selected, "--write-baseline", baseline)
        result = harness.run("pair", *selected, "--baseline", baseline, "--fail-on", "note")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(json.loads(result.stdout.splitlines()[-1])["known"], len(lost))

    def test_status(self):
        pair = Pair(3, drop=0.1)
        paths = pair.write(self.folder)
        self.assertEqual(Result(INNER, OUTER, fail_on="warning").status, 0)
        self.assertEqual(Result(*paths, "--select", "IPIP601", fail_on="warning").status, 0)
        self.assertEqual(Result(*paths, "--select", "IPIP411,IPIP412", fail_on="note").status, 1)  # packets are lost
        self.assertEqual(Result(*paths, "--select", "IPIP601", fail_on="note").status, 0)
        self.assertEqual(Result(INNER, OUTER, "--select", "IPIP601", fail_on="note").status, 0)
        cut = self.write("cut.pcap", OUTER.read_bytes()[:5000])
        result = Result(INNER, cut)
        self.assertEqual(result.status, 3)
        self.assertEqual(result.stderr.count("the file ends inside a record"), 1)
        self.assertGreater(result.pair["matched"], 10)
        result = Result(INNER, self.folder / "missing.pcap")
        self.assertEqual((result.status, result.pair["relation"], result.only), (3, "unrelated", []))
        self.assertEqual(result.stderr.count("No such file"), 1)
        for arguments, words in (((), "no capture given"), ((INNER, OUTER, INNER), "it takes at most 2 captures, but 3 were given"),
                                 ((INNER, OUTER, "--window", "0"), "it must be a number from 1 to 60"), (("-", "-"), "only one of")):
            result = harness.run("pair", *arguments)
            self.assertEqual((result.returncode, result.stdout), (2, ""))
            self.assertIn(words, result.stderr)
        with open("/dev/full", "w", encoding="ascii") as full:
            self.assertEqual(subprocess.run([harness.COMMAND, "pair", str(INNER), str(OUTER)], stdout=full, stderr=subprocess.PIPE, check=False).returncode, 4)
        self.assertEqual(harness.run("pair", "-q", INNER, OUTER).stdout, "")

    def test_a_baseline(self):
        paths = Pair(4, touch=0.3).write(self.folder)
        baseline = self.folder / "baseline"
        first = Result(*paths, "--write-baseline", baseline, fail_on="note")
        again = Result(*paths, "--baseline", baseline, fail_on="note")
        self.assertGreater(len(first.findings), 0)
        self.assertEqual((first.status, again.status, again.summary["known"]), (1, 0, len(first.findings)))

    def test_a_policy(self):
        """On a tunnel device the inner TTL must stay; `touch` takes one off."""
        paths = Pair(5, touch=0.3).write(self.folder)
        for side, fails in (("tundev", True), ("lan", True)):
            result = Result(*paths, "--inner-side", side, "--select", "IPIP401")
            self.assertEqual(result.summary["rules"]["IPIP401"]["fail"] > 0, fails)
        config = self.write("policy.conf", b"[rule IPIP401]\nseverity=off\nreason=known\n")
        self.assertNotIn("IPIP401", Result(*paths, "--config", config).summary["rules"])

    def test_a_folder(self):
        """It stands for its captures: the two of a pair, not more."""
        paths = Pair(6).write(self.folder)
        self.assertEqual(Result(self.folder).matches, Result(*paths).matches)
        self.write("third.pcap", OUTER.read_bytes())
        result = harness.run("pair", self.folder)
        self.assertEqual(result.returncode, 2)
        self.assertIn("it takes at most 2 captures, but 3 were given", result.stderr)

    def test_one_file_twice(self):
        """Where each packet is its own other side, nothing is lost: no answer to anything."""
        link = self.folder / "link.pcap"
        link.symlink_to(OUTER)
        for verb in ("pair", "conform"):
            for other in (OUTER, link):
                result = harness.run(verb, OUTER, other)
                self.assertEqual((result.returncode, result.stdout), (2, ""))
                self.assertIn("both captures are this file", result.stderr)

    def cooked(self, link_type):
        """`-i any` at the entry: on the LAN, at the tunnel device, on the wire."""
        pair, frames = Pair(7, drop=0.1), []
        for sighting in pair.inner:
            there = sighting.octets[12:14] == b"\x0a\x01"
            frames += [(sighting.time - 20_000 if there else sighting.time + 20_000, 0 if there else 4, 2, sighting.octets),
                       (sighting.time, 4 if there else 0, 3, sighting.octets)]
        frames += [(sighting.time, 4 if sighting.octets[46:48] == b"\x0a\x01" else 0, 1, sighting.octets[14:]) for sighting in pair.outer]
        v1, v2 = (lambda way, _: struct.pack(">HHHxxxxxxxxH", way, 1, 6, 0x800)), (lambda way, index: struct.pack(">HHIHBBxxxxxxxx", 0x800, 0, index, 1, way, 6))
        head = v1 if link_type == 113 else v2
        sightings = [Sighting(time, head(way, index) + octets, None) for time, way, index, octets in sorted(frames)]
        return pair, self.write("cooked.pcap", pairs.pcap(sightings, link_type))

    def test_all_interfaces(self):
        """LINUX_SLL2 has the interface of each packet; LINUX_SLL has not, and the report shows what that means."""
        pair, path = self.cooked(276)
        result = Result(path)
        both, _ = pair.truth()
        self.assertEqual((result.pair["matched"], result.pair["first"]["ifindex"], result.pair["second"]["ifindex"]), (len(both), 3, 1))
        text = harness.run("pair", path).stdout
        self.assertRegex(text, r"inside: \S+, interface index 3\noutside: \S+, interface index 1\n")
        self.assertNotIn("LINUX_SLL", text)
        _, path = self.cooked(113)
        self.assertEqual(len(Result(path).directions), 1)
        self.assertIn("does not name the interface, so only one direction can be paired", harness.run("pair", path).stdout)

    def test_many_interfaces(self):
        """Those of a router: the tunnel's are found among them, however late they come."""
        pair = Pair(8)
        other = ethernet(ipv4("192.0.2.7", "192.0.2.8", udp("192.0.2.7", "192.0.2.8")))
        blocks = [pcapng_section(), *[pcapng_interface(1)] * 60, pcapng_interface(101), pcapng_interface(1)]
        blocks += [pcapng_packet(other, interface, START // 1000) for interface in range(60)]
        frames = sorted([(s.time, 60, s.octets) for s in pair.inner] + [(s.time, 61, s.octets) for s in pair.outer])
        path = self.write("router.pcapng", b"".join(blocks + [pcapng_packet(octets, interface, time // 1000) for time, interface, octets in frames]))
        result = Result(path)
        self.assertEqual((result.pair["relation"], result.pair["matched"]), ("inner-outer", 400))
        self.assertEqual((result.pair["first"]["interface"], result.pair["second"]["interface"]), (60, 61))

    def test_nothing_in_common(self):
        frame = ethernet(ipv4(A, B, udp(A, B)))
        alone = self.write("alone.pcap", pcap([frame]))
        result = Result(alone)
        self.assertEqual((result.status, result.pair["relation"], result.pair["matched"]), (0, "unrelated", 0))
        self.assertIn("give the capture of the other side, too", " ".join(harness.run("pair", alone).stdout.split()))
        self.assertEqual(Result(alone, self.write("again.pcap", pcap([frame]))).pair["relation"], "no-tunnel")
        empty = self.write("empty.pcap", pcap([]))
        result = Result(INNER, empty)
        self.assertEqual((result.status, result.pair["matched"]), (0, 0))
        result = Result(empty, OUTER)
        self.assertEqual((result.pair["relation"], result.reasons("second")), ("inner-outer", {"lost": 48}))

    def test_damage(self):
        """Whatever a capture holds, the command ends, and says what it could not read."""
        chance = random.Random(1)
        names = ("ipip-default", "ipip-outer-fragments", "ipip-malformed-tx", "ipip-nested-5", "ipip-inner-fragments", "ipip-pmtu-1300-pmtudisc")
        for turn in range(120):
            paths = []
            for name in (chance.choice(names), chance.choice(names)) if chance.random() < 0.2 else (chance.choice(names),) * 2:
                octets = bytearray((KERNEL / name / ("outer.pcap" if paths else "inner.pcap")).read_bytes())
                for _ in range(chance.randrange(40)):
                    octets[chance.randrange(24, len(octets))] = chance.randrange(256)
                if chance.random() < 0.3:
                    del octets[chance.randrange(24, len(octets)):]
                paths.append(self.write("%d.pcap" % len(paths), bytes(octets)))
            result = harness.run("pair", "--matches", "--format", chance.choice(("text", "jsonl")), *paths)
            self.assertIn(result.returncode, (0, 1, 3), result.stderr)

    def test_times_at_both_ends_of_time(self):
        def record(seconds, octets):
            return struct.pack("<IIII", seconds, 0, len(octets), len(octets)) + octets
        inner = ipv4("10.1.0.1", "10.2.0.1", udp("10.1.0.1", "10.2.0.1"))
        outer = ethernet(ipv4(A, B, inner, protocol=4))
        head = [struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, link) for link in (101, 1)]
        first = self.write("first.pcap", head[0] + record(0, inner) + record(0xFFFFFFFF, inner))
        second = self.write("second.pcap", head[1] + record(0xFFFFFFFF, outer) + record(0, outer))
        self.assertEqual(Result(first, second).status, 0)

    def write_many(self, count):
        """A pair of which one packet in eight is lost, quickly made."""
        folder = self.folder / str(count)
        folder.mkdir()
        inner = ipv4("10.1.0.1", "10.2.0.1", udp("10.1.0.1", "10.2.0.1", bytes(8), sum=0), df=True)
        outer = ethernet(ipv4(A, B, inner, protocol=4))
        paths = folder / "inner.pcap", folder / "outer.pcap"
        for path, packet, link in zip(paths, (inner, outer), (101, 1)):
            with open(path, "wb") as file:
                file.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, link))
                for number in range(count):
                    if link == 101 or number % 8:
                        time = number * 20_000 + (link == 1) * 5_000
                        file.write(struct.pack("<IIII", 1700000000 + time // 10**9, time % 10**9, len(packet), len(packet)) + packet[:-8] + struct.pack(">Q", number))
        return paths

    def test_memory(self):
        """So much is enough, whatever the capture's size; with less it ends, and says so."""
        def run_in(memory, *arguments):
            return subprocess.run([harness.COMMAND, "pair", "--format", "jsonl", "--fail-on", "never", *map(str, arguments)], capture_output=True,
                                  text=True, check=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (memory, memory)))

        if harness.PRELOAD:
            self.skipTest("a sanitizer needs more")
        for count in (50_000, 200_000):
            paths = self.write_many(count)
            result = run_in(64 * MIB, *paths)
            self.assertEqual(result.returncode, 0, result.stderr)
            pair = next(line for line in map(json.loads, result.stdout.splitlines()) if line["type"] == "pair")
            self.assertEqual((pair["matched"], pair["ambiguous"], pair["first_only"]), (count - count // 8, 0, {"before": 1, "lost": count // 8 - 1}))
        result = run_in(24 * MIB, *paths)
        self.assertEqual((result.returncode, result.stdout), (4, ""))
        self.assertIn("ipip pair: out of memory", result.stderr)


class Words(unittest.TestCase):
    def test_what_became_of_each_packet(self):
        text = harness.run("pair", KERNEL / "ipip-pmtu-1300-pmtudisc" / "inner.pcap", KERNEL / "ipip-pmtu-1300-pmtudisc" / "outer.pcap").stdout
        for words in (", a tunnel device\n", "clocks: the same, by 32 packets\n", "tunnel 10.10.10.2 > 10.10.20.2: 21 matched, going in\n",
                      "larger than the path takes, as an ICMP error to the encapsulator reported (MTU 1300)\n", "only inside: 10, larger than the path takes",
                      "  largest packet: 1400 octets inside, 1420 outside; MTU by ICMP to the encapsulator: 1300\n", "32 packets matched\n"):
            self.assertIn(words, text)
        for line in text.splitlines():
            self.assertLessEqual(len(line), 120)

    def test_matches(self):
        text = harness.run("pair", "--matches", INNER, OUTER).stdout
        self.assertEqual(text.count("matched: "), 48)
        self.assertNotIn("matched: ", harness.run("pair", INNER, OUTER).stdout)


if __name__ == "__main__":
    harness.main()
