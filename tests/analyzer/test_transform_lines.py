# SPDX-License-Identifier: GPL-2.0-or-later
"""decap and encap as JSON Lines: what was not transformed, and why."""

import json
import subprocess

import captures
import harness
from harness import run
from packets import ethernet, pcap, udp
from tunnel_kinds import gre, outer6
from tunnel_packets import A, B, HOST, LARGE, PEER, cut, fragments, inner, outer

TUNNEL = ("--tunnel", "local %s remote %s ttl 64" % (A, B))


class JsonLines(harness.InFolder):
    """Each packet that was not transformed has a line, with the reason; the last line is the summary."""

    ARP = ethernet(bytes(28), 0x0806)
    HEAD, TAIL = fragments(LARGE, 64)
    WRONG_SUM = outer(inner(), sum=0x1234)

    def lines(self, verb, frames, *options, status=0):
        path = self.write("in.pcap", pcap(frames))
        result = run(verb, "--format", "jsonl", "-w", self.folder / "out.pcap", *options, path)
        self.assertEqual((result.returncode, result.stderr), (status, ""))
        *packets, summary = map(json.loads, result.stdout.splitlines())
        for packet in packets:
            self.assertEqual((packet["type"], packet["file"]), ("packet", str(path)))
        self.assertEqual((summary["type"], summary["packets"]), ("summary", len(frames)))
        written = captures.read((self.folder / "out.pcap").read_bytes())
        if not summary.get("fragmented", {}).get("fragments"):
            self.assertEqual(len(written), summary["transformed"] + summary["kept"])
        self.assertEqual(summary["kept"], sum(packet["result"] == "kept" for packet in packets))
        return [(packet["frame"], packet["result"], packet.get("header"), packet["reason"]) for packet in packets], summary

    def test_decap(self):
        good = ethernet(outer(inner()))
        frames = [good, ethernet(inner()), self.ARP, *cut(outer(inner()), 30), ethernet(self.WRONG_SUM), good]
        found, summary = self.lines("decap", frames)
        self.assertEqual(found, [(2, "kept", None, "no_tunnel"), (3, "kept", None, "no_ip"), (4, "kept", None, "truncated"),
                                 (5, "transformed", "outer", "header_checksum")])
        self.assertEqual((summary["transformed"], summary["refused"], summary["ip_stack_drops"]),
                         (3, {"truncated": 1}, {"outer": {"header_checksum": 1}, "inner": {}}))
        found, summary = self.lines("decap", frames, "--only-tunnel", "--drop-invalid")
        self.assertEqual(found, [(2, "left-out", None, "no_tunnel"), (3, "left-out", None, "no_ip"), (4, "left-out", None, "truncated"),
                                 (5, "left-out", "outer", "header_checksum")])
        self.assertEqual((summary["transformed"], summary["left_out"]), (2, 3))

    def test_ecn(self):
        found, summary = self.lines("decap", [ethernet(outer(inner(tos=0), tos=3)), ethernet(outer(inner()))])
        self.assertEqual((found, summary["refused"]), ([(1, "left-out", None, "ecn_drop")], {"ecn_drop": 1}))

    def test_fragments(self):
        """What becomes whole has no line; of what does not, each fragment has."""
        overlapping = ethernet(outer(b"x" * 16 + LARGE[72:], df=False, offset=7))
        for frames, expected in (([self.HEAD, self.TAIL], []), ([self.TAIL, self.HEAD], []), ([self.HEAD], [1]),
                                 ([self.HEAD, self.HEAD, self.TAIL], [(2, "repeated")]), ([self.HEAD, overlapping], [1, 2])):
            found, summary = self.lines("decap", frames)
            expected = [one if isinstance(one, tuple) else (one, "incomplete") for one in expected]
            self.assertEqual(sorted(found), [(frame, "left-out", None, reason) for frame, reason in expected])
            self.assertEqual(summary["transformed"], int(self.TAIL in frames))
        self.assertEqual(summary["fragments"]["overlapping_datagrams"], 1)

    def test_frames_that_are_cut_in_a_header(self):
        """At each octet up to the end of the (outer) IPv4 or IPv6 header, in the lines and in the text."""
        csum = ("--tunnel", "type gretap local %s remote %s ocsum" % (A, B))
        cases = [("decap", (), outer(inner()), 34), ("decap", (), outer6(inner(), next=4), 54), ("encap", TUNNEL, inner(), 34), ("encap", csum, inner(), 15)]
        for verb, options, packet, end in cases:
            for octets in range(end):
                capture = pcap([(ethernet(packet)[:octets], 60)])
                found, summary = self.lines(verb, [(ethernet(packet)[:octets], 60)], *options)
                self.assertEqual((found, summary["refused"]), ([(1, "kept", None, "truncated")], {"truncated": 1}), (verb, octets))
                text = run(verb, *options, "-w", "-", "-", stdin=capture).stderr.decode()
                self.assertIn("  1 not %sulated: cut off by the snapshot length (the first in frame 1)\n" % {"decap": "decaps", "encap": "encaps"}[verb], text)

    def test_fragments_that_a_stack_drops(self):
        """Each on its own: it is held all the same, and not with --drop-invalid."""
        wrong, tail = fragments(LARGE, 64, sum=0x1234)[0], self.TAIL
        self.assertEqual(self.lines("decap", [wrong, tail])[0], [(1, "waited", "outer", "header_checksum")])
        self.assertEqual(sorted(self.lines("decap", [wrong, tail], "--drop-invalid")[0]),
                         [(1, "left-out", "outer", "header_checksum"), (2, "left-out", None, "incomplete")])

    def test_packets_of_another_tunnel(self):
        """They stay as they are, whatever else is wrong with them, whole and in fragments."""
        words = "mode gre local %s remote %s ikey 7 icsum" % (B, A)
        ours, others = (gre(inner(), key=key, has_checksum=True) for key in (7, 8))
        flawed = ethernet(outer(others, protocol=47, sum=0x1234))
        for options in ((), ("--drop-invalid",)):
            found, summary = self.lines("decap", [ethernet(outer(ours, protocol=47)), flawed], "--tunnel", words, *options)
            self.assertEqual((found, summary["transformed"]), ([(2, "kept", None, "other_tunnel")], 1))
        text = run("decap", "-w", "-", "--tunnel", words, "-", stdin=pcap([ethernet(outer(ours, protocol=47)), flawed])).stderr
        self.assertIn(b"  1 not decapsulated: of another tunnel, by addresses, kind or key\n", text)
        frames = [*fragments(others, 24, 32, protocol=47), ethernet(outer(inner())), *fragments(LARGE, 64), *fragments(ours, 24, protocol=47, id=2)]
        found, summary = self.lines("decap", frames, "--tunnel", words)
        self.assertEqual(found, [(1, "kept", None, "other_tunnel"), (2, "kept", None, "no_tunnel"), (3, "kept", None, "no_tunnel"), (4, "kept", None, "other_tunnel"),
                                 (5, "kept", None, "other_tunnel"), (6, "kept", None, "other_tunnel")])
        self.assertEqual(summary["transformed"], 1)

    def test_a_datagram_that_shows_late_whose_it_is(self):
        """The first fragment ends before the key; it has to wait, and can't be kept any more."""
        words = "mode gre local %s remote %s ikey 7 icsum" % (B, A)
        for key, expected in ((7, []), (8, [(2, "left-out", "outer", "other_tunnel")])):
            found, summary = self.lines("decap", fragments(gre(inner(), key=key, has_checksum=True), 8, protocol=47), "--tunnel", words)
            self.assertEqual(([line for line in found if line[1] != "waited"], summary["transformed"]), (expected, int(not expected)))

    def test_encap(self):
        large = ethernet(inner(payload=udp(HOST, PEER, bytes(600))))
        found, summary = self.lines("encap", [ethernet(inner()), self.ARP, ethernet(b"\x60" + bytes(47), 0x86DD), large, ethernet(LARGE)], *TUNNEL, "--mtu", 576)
        self.assertEqual(found, [(2, "kept", None, "no_ip"), (3, "kept", None, "not_held"), (4, "left-out", None, "mtu_exceeded")])
        self.assertEqual((summary["transformed"], summary["refused"], summary["icmp_mtu"]), (2, {"mtu_exceeded": 1}, {"ipv4": 556, "ipv6": None}))
        large = ethernet(inner(payload=udp(HOST, PEER, bytes(600)), df=False))
        found, summary = self.lines("encap", [large], *TUNNEL[:1], TUNNEL[1].replace("ttl 64", "nopmtudisc"), "--mtu", 576)
        self.assertEqual((found, summary["fragmented"]), ([], {"datagrams": 1, "fragments": 2}))

    def test_the_same_from_several_threads(self):
        frames = [ethernet(outer(inner())), ethernet(inner()), self.ARP, self.HEAD, ethernet(self.WRONG_SUM), self.TAIL] * 2000
        one, several = (self.lines("decap", frames, "--jobs", jobs) for jobs in (1, 4))
        self.assertEqual(one, several)
        self.assertEqual([line[0] for line in one[0]], [6 * n + k for n in range(2000) for k in (2, 3, 5)])

    def test_filtered_packets_have_none(self):
        found, summary = self.lines("decap", [ethernet(outer(inner())), ethernet(inner()), self.ARP], "--filter", "ip proto 4")
        self.assertEqual((found, summary["filtered"]), ([], 2))

    def test_standard_output_has_one_use(self):
        for verb, options in (("decap", ()), ("encap", TUNNEL)):
            result = run(verb, *options, "--format", "jsonl", "-w", "-", "-", stdin=pcap([ethernet(inner())]))
            self.assertEqual((result.returncode, result.stdout), (2, b""))
            self.assertIn(b"--format jsonl prints on standard output; name a file after -w", result.stderr)

    def test_quiet(self):
        path = self.write("in.pcap", pcap([self.ARP]))
        result = run("decap", "-q", "--format", "jsonl", "-w", self.folder / "out.pcap", path)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))

    def test_standard_output_that_is_full(self):
        path = self.write("in.pcap", pcap([self.ARP]))
        with open("/dev/full", "w") as full:
            result = subprocess.run([harness.COMMAND, "decap", "--format", "jsonl", "-w", self.folder / "out.pcap", path], stdout=full, stderr=subprocess.PIPE)
        self.assertEqual((result.returncode, b"standard output can't be written" in result.stderr), (4, True))


if __name__ == "__main__":
    harness.main()
