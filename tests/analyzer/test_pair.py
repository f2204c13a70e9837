# SPDX-License-Identifier: GPL-2.0-or-later
"""`ipip pair` against a generator that knows which packet is which: precision and recall are 1 but for packets that are the same."""

import json
import random
import struct

import harness
from other_kinds import reading, with_authentication
from packets import error, ethernet, ipv4, next_hop_mtu, tcp, udp
from pairs import START, Pair, Sighting, datagram, encapsulate, pcap
from tunnel_kinds import ipv6
from tunnel_packets import A, B

KINDS = ("ipip", "6in4", "4in6", "6in6", "gre", "gre6", "gretap", "minimal", "fou", "gue", "gre-in-udp", "mpls-in-ip")
SECOND = 10**9


class Result:
    def __init__(self, *arguments, fail_on="never", stdin=None, shows=("--matches",)):
        result = harness.run("pair", "--format", "jsonl", *shows, "--fail-on", fail_on, *arguments, stdin=stdin)
        output = result.stdout if isinstance(result.stdout, str) else result.stdout.decode()
        lines = [json.loads(line) for line in output.splitlines()]
        self.status, self.stderr = result.returncode, result.stderr
        self.matches, self.only, self.directions, self.findings = (
            [line for line in lines if line["type"] == type] for type in ("match", "only", "direction", "finding"))
        self.pair = next(line for line in lines if line["type"] == "pair")
        self.summary = lines[-1]

    def frames(self, is_ambiguous=False):
        return {(match["first"]["frame"], match["second"]["frame"]) for match in self.matches if match.get("ambiguous", False) == is_ambiguous}

    def reasons(self, side):
        return self.pair[side + "_only"]


class Pairs(harness.InFolder):
    def assert_right(self, pair, *options):
        result = Result(*options, *pair.write(self.folder))
        both, frames = pair.truth()
        self.assertEqual(result.status, 0, result.stderr)
        truth = {(frames[0][number][0], frames[1][number][0]) for number in both}
        numbers = [{frame: number for number, all in side.items() for frame in all} for side in frames]
        self.assertLessEqual(truth, result.frames())
        for first, second in result.frames() - truth | result.frames(is_ambiguous=True):
            self.assertTrue({numbers[0][first], numbers[1][second]} <= pair.same, (first, second))
        return result

    def test_mutations(self):
        for seed in range(6):
            for how in ({}, {"drop": 0.1}, {"miss": 0.1}, {"duplicate": 0.1}, {"reorder": 0.2}, {"alter": 0.1}, {"repeat": 0.1}, {"touch": 0.5},
                        {"drop": 0.1, "miss": 0.1, "duplicate": 0.1, "reorder": 0.1, "alter": 0.1, "repeat": 0.1, "touch": 0.2}):
                with self.subTest(seed=seed, **how):
                    self.assert_right(Pair(seed, **how))

    def test_kinds(self):
        for kind in KINDS:
            with self.subTest(kind=kind):
                result = self.assert_right(Pair(1, kind=kind, drop=0.1, reorder=0.1), *reading(kind))
                self.assertEqual({line["tunnel"]["mode"] for line in result.directions}, {kind})
                self.assertEqual({line["way"] for line in result.directions}, {"first-to-second", "second-to-first"})

    def test_order_of_the_captures_does_not_matter(self):
        inner, outer = Pair(2, drop=0.1).write(self.folder)
        self.assertEqual(Result(inner, outer).matches, Result(outer, inner).matches)

    def test_clocks(self):
        """Microseconds apart, days apart, and one that runs fast."""
        for offset, drift in ((0, 0), (300_000, 0), (-5 * SECOND, 0), (86400 * SECOND, 0), (-7 * SECOND, 5e-5), (1_000, -2e-4)):
            with self.subTest(offset=offset, drift=drift):
                pair = Pair(3, 2000, offset=offset, drift=drift, gap=20_000_000, drop=0.05)
                result = self.assert_right(pair)
                clock = result.pair["clock"]
                self.assertAlmostEqual(clock["drift"], drift, delta=5e-6)
                if drift == 0:
                    self.assertAlmostEqual(clock["offset"], offset / SECOND, delta=0.00015)
                self.assertEqual(clock["basis"], "one-clock" if offset == 0 == drift else "both-ways")

    def test_clocks_by_ttl(self):
        """Packets of one direction alone: which side is behind the tunnel's end, the inner TTL shows, whatever small offset the clocks have."""
        for there in (True, False):
            for offset in (-3_000_000, 0, 3_000_000):
                with self.subTest(there=there, offset=offset):
                    pair = Pair(11, 1000, offset=offset, touch=1.0, drop=0.05, latency=(20_000, 40_000))
                    pair.inner = [sighting for sighting in pair.inner if (sighting.octets[12:14] == b"\x0a\x01") == there]
                    pair.outer = [sighting for sighting in pair.outer if (sighting.octets[46:48] == b"\x0a\x01") == there]
                    result = Result("--inner-side", "lan", *pair.write(self.folder))
                    line, = result.directions
                    self.assertEqual((line["way"], line["against"]), ("first-to-second" if there else "second-to-first", 0))
                    self.assertEqual(line["ttl_step"], [1, 1])
                    self.assertLess(line["latency"]["max"], 25e-6 if result.pair["clock"]["basis"] == "one-way" else 3041e-6)

    def test_latency(self):
        pair = Pair(4, 2000, latency=(50_000, 150_000))
        for line in self.assert_right(pair).directions:
            latency = line["latency"]
            self.assertEqual(latency["packets"], line["matched"])
            self.assertTrue(50e-6 <= latency["min"] <= 52e-6 and 148e-6 <= latency["max"] <= 150e-6, latency)
            self.assertAlmostEqual(latency["median"], 100e-6, delta=10e-6)
            self.assertAlmostEqual(latency["p99"], 149e-6, delta=10e-6)

    def test_reordering(self):
        """RFC 4737: those that come after one that was sent later."""
        pair = Pair(5, reorder=0.2)
        both, frames = pair.truth()
        reordered = 0
        for there in (True, False):
            sent, came = (pair.inner, pair.outer) if there else (pair.outer, pair.inner)
            order = {sighting.number: at for at, sighting in enumerate(sent)}
            times = {sighting.number: sighting.time for sighting in came}
            latest = -1
            for sighting in came:
                if sent[order[sighting.number]].time > times[sighting.number]:
                    continue  # the other way
                reordered += order[sighting.number] < latest
                latest = max(latest, order[sighting.number])
        result = self.assert_right(pair)
        self.assertGreater(reordered, 10)
        self.assertEqual(result.pair["reordered"], reordered)

    def test_lost_duplicate_altered(self):
        pair = Pair(6, drop=0.1, duplicate=0.1)
        result = self.assert_right(pair)
        reasons = {**result.reasons("first")}
        for reason, count in result.reasons("second").items():
            reasons[reason] = reasons.get(reason, 0) + count
        self.assertEqual(reasons.pop("duplicate"), len(pair.same))
        self.assertEqual(sum(reasons.values()), len(pair.lost))
        self.assertLessEqual(set(reasons), {"lost", "before", "after"})
        result = self.assert_right(Pair(7, alter=0.1))
        named = [line for line in result.only if line.get("id", 0) != 0 and line["reason"] == "altered"]
        self.assertGreater(len(named), 20)

    def test_local_traffic(self):
        """Beside a network, what is for the tunnel's end itself is not lost: its own addresses answer from inside the tunnel alone."""
        host, peer, end, silent = "10.1.0.1", "10.2.0.1", "10.1.0.254", "10.1.0.253"
        chance = random.Random(1)
        inner, outer, time, reasons = [], [], START, {}
        for number in range(40):
            there = number % 2 == 0
            packet = datagram(chance, number, *((host, peer) if there else (peer, host)))
            inner.append(Sighting(time, ethernet(packet), number))
            outer.append(Sighting(time + (50_000 if there else -50_000), encapsulate("ipip", packet, there, number), number))
            time += 10**7
        for number, (dst, reason) in enumerate(((end, "local"), (silent, "lost"), (A, "local"), ("224.0.0.5", "local"), ("224.0.1.5", "lost"), (host, "lost")), 50):
            outer.append(Sighting(time, encapsulate("ipip", datagram(chance, number, peer, dst), False, number), number))
            reasons[number] = reason
            time += 10**7
        outer.append(Sighting(time, encapsulate("ipip", datagram(chance, 60, end, peer), True, 60), 60))
        inner.append(Sighting(time + 10**7, ethernet(datagram(chance, 61, host, "10.1.0.9")), 61))
        for name, sightings in (("inner.pcap", inner), ("outer.pcap", outer)):
            (self.folder / name).write_bytes(pcap(sorted(sightings)))
        for side, expected in (("lan", reasons), ("tundev", {number: "lost" for number in reasons})):
            result = Result("--inner-side", side, self.folder / "inner.pcap", self.folder / "outer.pcap")
            self.assertEqual(result.pair["matched"], 40)
            found = {sorted(outer)[line["frame"] - 1].number: line["reason"] for line in result.only if line["side"] == "second"}
            self.assertEqual(found.pop(60), "missed")
            self.assertEqual(found, expected)

    def test_link_local_traffic_of_the_device(self):
        """A host sends router solicitations on each device. A tunnel that holds IPv4 alone takes none; of one that holds IPv6 they are lost."""
        chance = random.Random(1)
        solicitation = ipv6("fe80::5efe:c000:201", "ff02::2", bytes.fromhex("8500000000000000"), 58, 255)
        report = ipv6("::", "ff02::16", bytes.fromhex("8f00000000000000"), 58, 1)
        beyond = ipv6("2001:db8::1", "2001:db8:1::1", bytes(8), 59)
        for kind, reasons in (("ipip", ["local", "local", "lost"]), ("gre", ["lost", "lost", "lost"])):
            with self.subTest(kind):
                inner, outer = [], []
                for number in range(20):
                    packet = datagram(chance, number, "10.1.0.1", "10.2.0.1")
                    inner.append(Sighting(START + number * 10**7, packet, number))
                    outer.append(Sighting(START + number * 10**7 + 50_000, encapsulate(kind, packet, True, number), number))
                inner += [Sighting(START + 10**8 + 100 + n, packet, 20 + n) for n, packet in enumerate((solicitation, report, beyond))]
                (self.folder / "inner.pcap").write_bytes(pcap(sorted(inner), 101))
                (self.folder / "outer.pcap").write_bytes(pcap(sorted(outer)))
                paths = self.folder / "inner.pcap", self.folder / "outer.pcap"
                result = Result(*paths)
                self.assertEqual([line["reason"] for line in result.only], reasons)
                self.assertEqual([line for line in result.only if "id" in line], [])
                text = harness.run("pair", "--no-config", "--fail-on", "never", "--ignore", "IPIP627", *paths).stdout
                self.assertNotIn("Identification", text)
                self.assertEqual(text.count("it is not forwarded"), 3 if "local" in reasons else 0)  # two packets, and the sum

    def test_too_big(self):
        """The inner sender is told; the encapsulator alone is told; nobody is."""
        host, peer = "10.1.0.1", "10.2.0.1"
        chance = random.Random(1)
        small = [datagram(chance, number, host, peer) for number in range(20)]
        large = ipv4(host, peer, udp(host, peer, bytes(1400)), id=99, df=True)
        inner = [Sighting(START + n * 10**7, packet, n) for n, packet in enumerate([*small, large])]
        outer = [Sighting(START + n * 10**7 + 50_000, encapsulate("ipip", packet, True, n), n) for n, packet in enumerate(small)]
        told = error(3, 4, large, "192.168.0.1", next_hop_mtu(1380))
        about = error(3, 4, ipv4(A, B, small[3], protocol=4, id=3, df=True), "192.0.2.99", next_hop_mtu(1400))
        for more_inner, more_outer, reason, mtu in (([told], [], "too-big", 1380), ([], [about], "beyond-mtu", 1400), ([], [], "lost", None)):
            with self.subTest(reason=reason):
                last = START + 21 * 10**7
                (self.folder / "inner.pcap").write_bytes(pcap(inner + [Sighting(last + 1, packet, None) for packet in more_inner], 101))
                (self.folder / "outer.pcap").write_bytes(pcap(outer + [Sighting(START + 19 * 10**7 + 60_000, ethernet(packet), None) for packet in more_outer] + [
                    Sighting(last, ethernet(ipv4("192.0.2.1", "192.0.2.9", udp("192.0.2.1", "192.0.2.9"))), None)]))
                result = Result(self.folder / "inner.pcap", self.folder / "outer.pcap")
                line, = [line for line in result.only if line["frame"] == 21]
                self.assertEqual((line["reason"], line.get("mtu")), (reason, mtu))

    def test_refused_by_the_exit(self):
        """It answers an authentication header that it does not know with an ICMP error to the encapsulator (RFC 4301 section 5.2)."""
        host, peer, chance = "10.1.0.1", "10.2.0.1", random.Random(1)
        come = [datagram(chance, number, peer, host) for number in range(20)]
        inner = [Sighting(START + n * 10**7 + 50_000, packet, n) for n, packet in enumerate(come)]
        outer = [Sighting(START + n * 10**7, encapsulate("ipip", packet, False, n), n) for n, packet in enumerate(come)]
        refused = ipv4(peer, host, udp(peer, host, b"refused"), id=77)
        behind_ah = with_authentication(encapsulate("ipip", refused, False, 77))
        time = START + 9 * 10**7 + 10**6
        for code, source, reason in ((2, A, "refused-by-exit"), (13, A, "refused-by-exit"), (2, "192.0.2.99", "lost"), (4, A, "lost"), (None, A, "lost")):
            with self.subTest(code=code, source=source):
                wire = [*outer, Sighting(time, behind_ah, 77)]
                if code is not None:
                    wire.append(Sighting(time + 1000, ethernet(error(3, code, behind_ah[14:], source)), None))
                (self.folder / "inner.pcap").write_bytes(pcap(inner, 101))
                (self.folder / "outer.pcap").write_bytes(pcap(sorted(wire, key=lambda one: one.time)))
                paths = self.folder / "inner.pcap", self.folder / "outer.pcap"
                result = Result(*paths)
                line, = result.only
                self.assertEqual((line["side"], line["frame"], line["reason"]), ("second", 11, reason))
                self.assertEqual([finding["rule"] for finding in result.findings if finding["rule"] == "IPIP411"], ["IPIP411"] if reason == "lost" else [])
                text = harness.run("pair", "--no-config", "--fail-on", "never", *paths).stdout
                if reason == "lost":
                    self.assertNotIn("icmp_type", line)
                    self.assertNotIn("refused", text)
                else:
                    self.assertEqual((line["icmp_type"], line["icmp_code"], line["other_frame"]), (3, code, 12))
                    self.assertRegex(" ".join(text.split()), r"the tunnel's exit refused it, as an ICMP error to the encapsulator reported \(ICMP 3/%d\) \(\S+ frame 12\)" % code)

    def test_merged_segments(self):
        """Receive or segmentation offload on one side: TCP data that the other one has in other segments is not lost."""
        host, peer, chance = "10.1.0.1", "10.2.0.1", random.Random(1)
        base = [datagram(chance, number, host, peer) for number in range(20)]

        data = chance.randbytes(4200)

        def cut(*edges):
            return [ipv4(host, peer, tcp(host, peer, data[begin:end], seq=(2**32 - 2000 + begin) % 2**32), protocol=6, id=500 + begin // 1400, df=True)
                    for begin, end in zip(edges, edges[1:])]

        apart, whole, otherwise = cut(0, 1400, 2800, 4200), cut(0, 4200), cut(0, 2800, 4200)
        for name, first, second, reasons in (
                ("merged inside", whole, apart, ({"segmented": 1}, {"segmented": 3})),
                ("merged outside", apart, whole, ({"segmented": 3}, {"segmented": 1})),
                ("merged in part", otherwise, apart, ({"segmented": 1}, {"segmented": 2})),
                ("merged here and there", otherwise, cut(0, 1400, 4200), ({"segmented": 2}, {"segmented": 2})),
                ("one is missing", whole, apart[:1] + apart[2:], ({"in-part": 1}, {"segmented": 2})),
                ("nothing arrives", whole, [], ({"lost": 1}, {})),
                ("other data", whole, [ipv4(host, peer, tcp(host, peer, data[:1400], seq=9000), protocol=6, id=500, df=True)], ({"lost": 1}, {"missed": 1}))):
            with self.subTest(name):
                inner = [Sighting(START + n * 10**7, packet, n) for n, packet in enumerate(base)]
                outer = [Sighting(START + n * 10**7 + 50_000, encapsulate("ipip", packet, True, n), n) for n, packet in enumerate(base)]
                time = START + 9 * 10**7 + 10**6
                inner += [Sighting(time + n * 1000, packet, None) for n, packet in enumerate(first)]
                outer += [Sighting(time + n * 1000 + 50_000, encapsulate("ipip", packet, True, 100 + n), None) for n, packet in enumerate(second)]
                (self.folder / "inner.pcap").write_bytes(pcap(sorted(inner, key=lambda one: one.time), 101))
                (self.folder / "outer.pcap").write_bytes(pcap(sorted(outer, key=lambda one: one.time)))
                result = Result(self.folder / "inner.pcap", self.folder / "outer.pcap")
                self.assertEqual((result.reasons("first"), result.reasons("second")), reasons)
                self.assertEqual(result.pair["matched"], 20 + (1 if "part" in name else 0))

    def test_counts_of_the_summary(self):
        """Matched is what was judged on both sides, in text and JSON; what is on one side only has a count of its own."""
        paths = Pair(6, drop=0.1).write(self.folder)
        result = Result(*paths)
        one_sided = [line for line in result.only if "tunnel" in line]
        self.assertGreater(len(one_sided), 10)
        self.assertEqual(result.summary["one_sided_packets"], len(one_sided))
        self.assertTrue(300 < result.summary["matched_packets"] <= result.pair["matched"], result.summary)
        self.assertEqual(sum(result.summary["rules"]["IPIP411"].values()), result.summary["matched_packets"] + len(one_sided))
        text = harness.run("pair", "--no-config", "--fail-on", "never", *paths).stdout
        self.assertIn("\n  judged on both sides of a tunnel's end: %d\n" % result.summary["matched_packets"], text)
        self.assertIn("\n  judged on one side, and not seen on the other: %d\n" % len(one_sided), text)

    def test_outer_outer(self):
        """At the entry and at the exit."""
        pair = Pair(8, drop=0.1, reorder=0.1)
        entry = [sighting._replace(octets=encapsulate("ipip", sighting.octets, sighting.octets[14] == 1, sighting.number)) for sighting in pair.inner]
        for sighting in entry:
            self.assertEqual(sighting.octets[23], 4)
        (self.folder / "entry.pcap").write_bytes(pcap(entry))
        (self.folder / "exit.pcap").write_bytes(pcap(pair.outer))
        result = Result(self.folder / "entry.pcap", self.folder / "exit.pcap")
        both, frames = pair.truth()
        self.assertEqual(result.pair["relation"], "outer-outer")
        self.assertEqual([finding for finding in result.findings if finding["rule"] == "IPIP905"], [])  # there is each packet twice
        self.assertEqual(result.frames(), {(frames[0][number][0], frames[1][number][0]) for number in both})

    def test_fragments(self):
        """A datagram that the encapsulator divides, before or after it puts it into the tunnel."""
        host, peer = "10.1.0.1", "10.2.0.1"
        whole = ipv4(host, peer, udp(host, peer, bytes(range(250)) * 8), id=77)
        payload = whole[20:]
        parts = [ipv4(host, peer, payload[at:at + 800], id=77, mf=at + 800 < len(payload), offset=at // 8) for at in range(0, len(payload), 800)]
        tunnelled = ipv4(A, B, whole, protocol=4, id=9)[20:]
        outer_parts = [ethernet(ipv4(A, B, tunnelled[at:at + 800], protocol=4, id=9, mf=at + 800 < len(tunnelled), offset=at // 8)) for at in range(0, len(tunnelled), 800)]
        inner_parts = [encapsulate("ipip", part, True, n) for n, part in enumerate(parts)]
        for name, outer, divided, status in (("inner", inner_parts, 1, {}), ("inner, in disorder", inner_parts[::-1], 1, {}), ("outer", outer_parts, 0, {}),
                                             ("one is missing", inner_parts[1:], 0, {"in-part": 1})):
            with self.subTest(name):
                base = [Sighting(START + n * 10**6, datagram(random.Random(n), n, host, peer), n) for n in range(10)]
                wire = [sighting._replace(time=sighting.time + 1000, octets=encapsulate("ipip", sighting.octets, True, 1)) for sighting in base]
                (self.folder / "inner.pcap").write_bytes(pcap([*base, Sighting(START + 10**8, whole, None)], 101))
                (self.folder / "outer.pcap").write_bytes(pcap([*wire, *(Sighting(START + 10**8 + 1000 + n, part, None) for n, part in enumerate(outer))]))
                result = Result(self.folder / "inner.pcap", self.folder / "outer.pcap")
                self.assertEqual((result.pair["matched"], result.pair["divided"], result.reasons("first")), (11 - (status != {}), divided, status))
                self.assertEqual(result.reasons("second"), {})

    def test_snapshot_lengths(self):
        """One side has less of each packet."""
        for octets in (28, 60, 100):
            with self.subTest(octets=octets):
                pair = Pair(9, drop=0.1)
                inner, outer = pair.write(self.folder)
                cut = [struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, octets, 101)]
                cut += [struct.pack("<IIII", s.time // SECOND, s.time % SECOND, len(s.octets[:octets]), len(s.octets)) + s.octets[:octets] for s in pair.inner]
                inner.write_bytes(b"".join(cut))
                both, frames = pair.truth()
                result = Result(inner, outer)
                truth = {(frames[0][number][0], frames[1][number][0]) for number in both}
                self.assertLessEqual(result.frames(), truth)
                self.assertEqual(result.frames() | result.frames(is_ambiguous=True), truth)


if __name__ == "__main__":
    harness.main()
