# SPDX-License-Identifier: GPL-2.0-or-later
"""What a real Linux kernel put on the wire, under every option of `ip tunnel`: the truth that the command must stand.

Each scenario was captured at the tunnel device (inner, inner2) and at the physical one (outer, outer2) at one time, so
the kernel itself says what encapsulation and decapsulation make. The expectations are written by hand from the
scenarios (testdata/kernel/*/scenario.json), not from the command's output: here and in kernel_expectations.py.
"""

import json
import unittest
from collections import Counter
from functools import lru_cache
from itertools import product

import captures
import harness
import joined
import kernel_expectations as expectations
from harness import KERNEL, Check, Roundtrip
from kernel_headers import H1, frames_of
from kernel_icmp_oracle import BESIDE, messages
from packets import pcapng_interface, pcapng_packet, pcapng_section

RAW = 101
PROFILES = ("modern", "linux")

# Differences of `roundtrip`, by capture: outer headers that no encapsulator made, or that were changed on the way.
DIFFERENT = {
    "ipip-ecn-ce-default/outer2": 4,
    "ipip-ecn-ce-tos-0x02/outer2": 4,
    "ipip-ecn-ce-tos-inherit/outer2": 4,
    # Crafted with every combination of fields; no configuration explains more than some.
    "ipip-ecn-decap/outer2": None,
    "ipip-ecn-decap/outer2-recv": None,
    # ns1's packets and crafted ones with other TTL and DF in one tunnel.
    "ipip-inner-ttl/outer2": None,
    "ipip-outer-fragments/outer2": 2,  # the two fragments with DF
    "ipip-remote-any/outer2": 1,  # ns1's ping passed a router, the crafted packets of that address pair did not
}


def name_of(path):
    return "%s/%s" % (path.parent.name, path.stem)


def tunnel_packets(path):
    """The outer and inner headers of what is not fragmented, options being absent from outer headers."""
    for packet in packets_of(path):
        if packet[9] == 4 and not (packet[6] & 0x3F or packet[7]) and len(packet) >= 40:
            yield packet[:20], packet[20:40]


def expected_faults(path, profile):
    faults = dict(expectations.WRONG.get(name_of(path), {}))
    faults.update(expectations.WRONG_FOR_LINUX.get(name_of(path), {}) if profile == "linux" else {})
    return {rule: sum(bool(trips(o, i)) for o, i in tunnel_packets(path)) if callable(trips) else trips
            for rule, trips in faults.items()}


@lru_cache(maxsize=None)
def checked(path, profile):
    return Check("--no-config", "--kinds", "ipip", "--profile", profile, path)


@lru_cache(maxsize=None)
def frames(source):
    return frames_of(source)


def found(check):
    return {(finding["frame"], finding["rule"], finding["severity"]) for finding in check.findings}


def merged(scenario, names):
    """One capture of several devices, as pcapng: what was first comes first, else in the order of the names."""
    paths = [path for path in (KERNEL / scenario / (name + ".pcap") for name in names) if path.exists()]
    files = [captures.read(path) for path in paths]
    interfaces = [pcapng_interface(file[0].link_type if file else RAW, resolution=9, name=path.stem)
                  for path, file in zip(paths, files)]
    records = [(record.time, number, record) for number, file in enumerate(files) for record in file]
    packets = [pcapng_packet(record.octets, number, time, record.wire)
               for time, number, record in sorted(records, key=lambda one: one[:2])]
    return pcapng_section() + b"".join(interfaces + packets)


def scenarios():
    return sorted(path.parent.name for path in KERNEL.glob("*/scenario.json"))


@lru_cache(maxsize=None)
def merged_at(scenario, place):
    return merged(scenario, expectations.MERGED[place])


@lru_cache(maxsize=None)
def merged_check(scenario, place, profile):
    capture = merged_at(scenario, place)
    return capture, Check("--no-config", "--kinds", "ipip", "--profile", profile, "-", stdin=capture)


def packets_of(source):
    return [packet for packet in map(captures.ipv4_of, captures.read(source)) if packet is not None]


class Kernel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """All captures, several at a time."""
        harness.each(lambda one: checked(*one), product(harness.kernel_captures(), PROFILES))
        harness.each(lambda one: merged_check(*one), product(scenarios(), expectations.MERGED, PROFILES))

    def test_scenarios_are_there(self):
        self.assertGreaterEqual(len(list(KERNEL.glob("*/scenario.json"))), 60)
        self.assertGreaterEqual(len(harness.kernel_captures()), 300)

    def test_no_error_where_nothing_was_made_to_go_wrong(self):
        for path, profile in product(harness.kernel_captures(), PROFILES):
            with self.subTest(name_of(path), profile=profile):
                check = checked(path, profile)
                wrong = Counter(finding["rule"] for finding in check.findings if finding["severity"] != "note")
                self.assertEqual(dict(wrong), expected_faults(path, profile))
                self.assertEqual(check.status, 1 if wrong else 0)

    def test_what_went_wrong_was_captured(self):
        names = {name_of(path) for path in harness.kernel_captures()}
        self.assertLessEqual(set(expectations.WRONG) | set(expectations.WRONG_FOR_LINUX), names)

    def test_errors_by_the_profile_linux(self):
        seen = {path.parent.name for path in harness.kernel_captures()
                if any(finding["severity"] == "error" for finding in checked(path, "linux").findings)}
        self.assertEqual(seen, set(expectations.MADE_TO_GO_WRONG))

    def test_every_finding_is_expected_and_the_other_way_round(self):
        rules = set()
        for path, profile in product(harness.kernel_captures(), PROFILES):
            with self.subTest(name_of(path), profile=profile):
                expected = expectations.expected(frames(path), profile)
                rules |= {rule for _, rule, _ in expected}
                self.assertEqual(found(checked(path, profile)), expected)
        self.assertEqual(rules, set(expectations.FOUND))

    def test_the_same_packets_under_every_option(self):
        for scenario, profile in product(sorted(expectations.SAME_SET), PROFILES):
            with self.subTest(scenario, profile=profile):
                rules = {rule for _, rule, _ in found(checked(KERNEL / scenario / "outer.pcap", profile))}
                self.assertEqual(rules, expectations.rules_of_same_set(scenario, profile))

    def test_every_verdict_is_counted(self):
        rules = [json.loads(line) for line in harness.run("rules", "--format", "jsonl").stdout.splitlines()]
        subjects = {rule["rule"]: rule["subject"].replace(" ", "_") for rule in rules if rule["type"] == "rule"}
        self.assertEqual(set(subjects.values()), {"tunnel_packets", "icmp_messages", "inner_packets", "matched_packets", "named_packets", "udp_packets"})
        summaries = [(name_of(path), checked(path, "modern").summary) for path in harness.kernel_captures()]
        summaries += [(one, merged_check(*one, "modern")[1].summary)
                      for one in product(scenarios(), expectations.MERGED)]
        for name, summary in summaries:
            with self.subTest(name):
                for rule, verdicts in summary["rules"].items():
                    one_sided = summary["one_sided_packets"] if subjects[rule] == "matched_packets" else 0
                    self.assertEqual(sum(verdicts.values()), summary.get(subjects[rule], 0) + one_sided, rule)

    def assert_subjects(self, summary, capture, seen):
        """Tunnel packets, ICMP messages about tunnels, packets outside them."""
        kinds = Counter(message.kind for message in messages(seen))
        self.assertEqual(summary["packets"], len(captures.read(capture)))
        self.assertEqual(summary["tunnel_packets"], sum(frame.is_tunnel for frame in seen))
        self.assertEqual(summary["inner_packets"], kinds.pop(BESIDE, 0))
        self.assertEqual(summary["icmp_messages"], sum(kinds.values()))

    def test_every_subject_is_counted(self):
        for path in harness.kernel_captures():
            with self.subTest(name_of(path)):
                self.assert_subjects(checked(path, "modern").summary, path, frames(path))

    def test_captures_at_several_devices(self):
        """Nothing is lost or invented where one capture shows a packet at several places."""
        for scenario, place, profile in product(scenarios(), expectations.MERGED, PROFILES):
            with self.subTest(scenario, place=place, profile=profile):
                capture, check = merged_check(scenario, place, profile)
                self.assert_subjects(check.summary, capture, frames(capture))
                self.assertEqual(found(check), expectations.expected(frames(capture), profile))

    def test_expired_before_the_tunnel(self):
        """IPIP409: a forwarded packet with TTL 1, which ns1 reports; without the report, as where ICMP is filtered; and where the capture ends."""
        decided = 0
        for scenario in scenarios():
            records = captures.read(merged(scenario, ("lan1", "outer")))
            packets = [captures.ipv4_of(record) for record in records]
            expiring = [number for number, packet in enumerate(packets) if packet is not None and
                        packet[8] == 1 and packet[12:16] == H1 and packet[16:19] == bytes((192, 168, 2))]
            told = [number for number, packet in enumerate(packets) if packet is not None and
                    packet[9] == 1 and packet[20:22] == b"\x0b\0" and packet[16:20] == H1]
            matched = sum(packet is not None and packet[9] == 4 and packet[32:36] == H1 for packet in packets[:expiring[0] if expiring else 0])
            if len(expiring) != 1 or len(told) != 1 or matched < 3:
                continue
            for left_out, verdict in (((), "pass"), (told, "fail")):
                kept = [record for number, record in enumerate(records) if number not in left_out]
                capture = joined.in_a_row([joined.pcapng([(record.time, record) for record in kept])] * 2)
                with self.subTest(scenario, verdict=verdict):
                    check = Check("--no-config", "--select", "IPIP409", "-", stdin=capture)
                    verdicts = check.verdicts("IPIP409")
                    self.assertEqual({name: verdicts[name] for name in ("pass", "fail", "unknown")}, {"pass": 0, "fail": 0, "unknown": 1, verdict: 1})
                    self.assertEqual([(finding["frame"], finding["severity"]) for finding in check.of("IPIP409")],
                                     [(expiring[0] + 1, "note")] if verdict == "fail" else [])
                    decided += 1
        self.assertGreaterEqual(decided, 20)

    def test_relays(self):
        for scenario, (from_inside, relays, passed) in expectations.RELAYS.items():
            check = merged_check(scenario, "encapsulator", "modern")[1]
            with self.subTest(scenario):
                self.assertEqual(check.summary["icmp_messages"], from_inside + relays)
                for rule in expectations.NEVER_IN_RELAYS:
                    self.assertEqual(check.verdicts(rule)["fail"], 0, rule)
                for rule, count in passed.items():
                    verdicts = check.verdicts(rule)
                    self.assertGreater(verdicts["pass"], 0, rule)
                    if count is not None:
                        self.assertEqual(verdicts["pass"], count, rule)

    def test_roundtrip(self):
        seen = set()
        for path in harness.kernel_captures():
            with self.subTest(name_of(path)):
                roundtrip = Roundtrip(path)
                summary = roundtrip.summary
                self.assertEqual(summary["identical"] + summary["different"] + summary["not_comparable"] +
                                 sum(summary["skipped"].values()), summary["packets"])
                if summary["different"]:
                    seen.add(name_of(path))
                    self.assertIn(name_of(path), DIFFERENT)
                    if DIFFERENT[name_of(path)] is not None:
                        self.assertEqual(summary["different"], DIFFERENT[name_of(path)])
                self.assertEqual(roundtrip.status, 1 if summary["different"] else 0)
        self.assertEqual(seen, set(DIFFERENT))

    def test_order_of_files(self):
        """The times tell which way a datagram went, whatever file comes first: no error on what a right kernel did."""
        for name, places, rule in (("ipip-ecn-ce-default", ["inner2", "outer2"], "IPIP512"),
                                   ("ipip-inner-ttl", ["inner", "outer"], "IPIP407")):
            for order in (places, places[::-1]):
                check = Check("--no-config", *(KERNEL / name / (place + ".pcap") for place in order))
                self.assertGreater(check.summary["matched_packets"], 0)
                self.assertEqual(check.of(rule), [], (name, order))

    def test_unfinished_checksums_are_recognised(self):
        """The scenario lists the frames whose transport checksum the kernel had left to the card: all, and no other."""
        scenario = json.loads((KERNEL / "ipip-offload-on" / "scenario.json").read_text())
        for name in ("outer", "outer2"):
            check = Check(KERNEL / "ipip-offload-on" / (name + ".pcap"))
            self.assertEqual(check.of("IPIP613"), [])
            self.assertEqual(check.verdicts("IPIP904")["fail"],
                             len(scenario["captures"][name]["checksum_not_ready"]))


if __name__ == "__main__":
    harness.main()
