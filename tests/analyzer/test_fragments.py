# SPDX-License-Identifier: GPL-2.0-or-later
"""Outer fragments of which only the one at offset 0 shows a tunnel: behind AH (RFC 4302 section 3.3.4), GRE, UDP, IPv6 options."""

import json
import struct
import tempfile
import unittest
from itertools import permutations
from pathlib import Path

import captures
import harness
from packets import After, address, authentication_header, checksum, ethernet, pcap
from tunnel_kinds import fragment6, gre, limit, outer6
from tunnel_packets import fragments, inner

CUTS = (104, 200)
INNER = bytes(inner(payload=bytes(range(256))))


def in_ipv4(protocol, octets):
    return fragments(octets, *CUTS, protocol=protocol, id=7)


def in_ipv6(next, octets):
    """The chain behind the Fragment header begins with `next`."""
    edges = [0, *CUTS, len(octets)]
    return [ethernet(outer6(fragment6(next, octets[at:to], offset=at, more=to < len(octets), id=7), next=44))
            for at, to in zip(edges, edges[1:])]


def udp_to(port, octets):
    return struct.pack("!HHHH", 50000, port, 8 + len(octets), 0) + octets


GUE = 6080  # direct encapsulation begins with the inner header (draft-ietf-intarea-gue section 3.3)
DATAGRAMS = {
    "AH": in_ipv4(51, authentication_header(4) + INNER),
    "two AH": in_ipv4(51, authentication_header(51) + authentication_header(4) + INNER),
    "AH, GRE": in_ipv4(51, authentication_header(47) + gre(INNER)),
    "GRE": in_ipv4(47, gre(INNER)),
    "GRE with key": in_ipv4(47, gre(INNER, key=9)),
    "GUE": in_ipv4(17, udp_to(GUE, struct.pack("!BBH", 0, 4, 0) + INNER)),
    "AH in IPv6": in_ipv6(51, authentication_header(4) + INNER),
    "options in IPv6": in_ipv6(60, limit(4) + INNER),
    "GRE in IPv6": in_ipv6(47, gre(INNER)),
}
OTHERS = {
    "AH, TCP": in_ipv4(51, authentication_header(6) + INNER),
    "AH of nothing": in_ipv4(51, bytes(300)),
    "UDP": in_ipv4(17, udp_to(53, INNER)),
    "AH, TCP in IPv6": in_ipv6(51, authentication_header(6) + INNER),
}


def decapsulated(frames, *arguments):
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out.pcap")
        result = harness.run("decap", *arguments, "-w", out, "-", stdin=pcap(frames), text=False)
        assert result.returncode == 0, result.stderr
        return [record.octets for record in captures.read(out)]


def lines_of(verb, frames):
    result = harness.run(verb, "--format", "jsonl", "-", stdin=pcap(frames), text=False)
    assert result.returncode in (0, 1), result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def with_source(src, frame):
    """In place of another in IPv4, with the checksum of the header."""
    header = frame[14:24] + bytes(2) + address(src) + frame[30:34]
    return frame[:14] + header[:10] + struct.pack("!H", checksum(header)) + header[12:] + frame[34:]


class Fragments(unittest.TestCase):
    def test_in_any_order(self):
        """Those before the first one show no tunnel when they come: they stay, and are part of the datagram nevertheless."""
        for name, frames in DATAGRAMS.items():
            for order in permutations(range(len(frames))):
                with self.subTest(name, order=order):
                    arriving = [frames[k] for k in order]
                    early = order.index(0)
                    self.assertEqual([frame[14:] for frame in decapsulated(arriving, "--only-tunnel")], [INNER])
                    self.assertEqual([frame[14:] for frame in decapsulated(arriving)],
                                     [frame[14:] for frame in arriving[:early]] + [INNER])
                    compared = lines_of("roundtrip", arriving)[-1]
                    self.assertEqual(compared["tunnel_packets"], 3 - early)
                    self.assertEqual(compared["different"], 0)
                    self.assertEqual(compared["not_comparable"], 3 - early if name.startswith("AH") or "two" in name else 0)
                    self.assertNotIn("fragment", compared["reasons"])
                    lines = lines_of("check", arriving)
                    self.assertEqual(lines[-1]["tunnel_packets"], 3 - early)
                    whole = [line["frame"] for line in lines if line.get("rule") == "IPIP639"]  # of a datagram that is whole
                    self.assertEqual(whole, [3])

    def test_of_others(self):
        for name, frames in OTHERS.items():
            for arriving in permutations(frames):
                with self.subTest(name):
                    self.assertEqual(decapsulated(arriving), list(arriving))
                    self.assertEqual(lines_of("check", arriving)[-1]["tunnel_packets"], 0)

    def test_never_claimed(self):
        """Without the first one nothing is held, lost or incomplete."""
        for name, (_, *frames) in DATAGRAMS.items():
            with self.subTest(name):
                self.assertEqual(decapsulated(frames), frames)
                self.assertEqual(lines_of("check", frames)[-1]["reassembled"]["incomplete"], 0)

    def test_many_unclaimed(self):
        """The 64 that came last are held: an older one is not whole when its first fragment comes."""
        def datagram(id):
            return [After(0.1, frame) for frame in fragments(gre(INNER), *CUTS, protocol=47, id=id)]
        for others, count in ((63, 1), (64, 0)):
            frames = [*datagram(1)[1:], *(datagram(100 + n)[1] for n in range(others)), datagram(1)[0]]
            with self.subTest(others):
                self.assertEqual(len(decapsulated(frames, "--only-tunnel")), count)

    def test_overlapping_before_the_first(self):
        """Refused, as overlaps are, but not counted before a tunnel is seen."""
        first, second, third = DATAGRAMS["GRE"]
        other = with_source("10.0.0.1", second[:-1] + bytes([second[-1] ^ 1]))
        self.assertEqual(decapsulated([second, other, third]), [second, other, third])
        self.assertEqual(decapsulated([second, other, third, first], "--only-tunnel"), [])

    def test_later_fragments_belong_to_the_tunnel_of_the_first(self):
        """IPIP112 is of each fragment; the key and the port are in the first one only."""
        for name, key in {"GRE with key": {"key": 9}, "GUE": {"port": GUE}}.items():
            with self.subTest(name):
                frames = [with_source("127.0.0.9", frame) for frame in DATAGRAMS[name]]
                found = [line for line in lines_of("check", frames) if line.get("rule") == "IPIP112"]
                self.assertEqual([line["frame"] for line in found], [1, 2, 3])
                for line in found:
                    self.assertEqual(line["tunnel"], {**found[0]["tunnel"], **key})


if __name__ == "__main__":
    harness.main()
