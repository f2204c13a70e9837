# SPDX-License-Identifier: GPL-2.0-or-later
"""Outer fragments of which only the one at offset 0 shows a tunnel: behind AH (RFC 4302 section 3.3.4), GRE, UDP, IPv6 options."""

import json
import struct
import tempfile
import unittest
from pathlib import Path

import captures
import harness
from packets import address, authentication_header, checksum, ethernet, pcap
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


def checked(frames):
    result = harness.run("check", "--format", "jsonl", "-", stdin=pcap(frames), text=False)
    assert result.returncode in (0, 1), result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def with_source(src, frame):
    """In place of another in IPv4, with the checksum of the header."""
    header = frame[14:24] + bytes(2) + address(src) + frame[30:34]
    return frame[:14] + header[:10] + struct.pack("!H", checksum(header)) + header[12:] + frame[34:]


class Fragments(unittest.TestCase):
    def test_in_order(self):
        for name, frames in DATAGRAMS.items():
            with self.subTest(name):
                self.assertEqual([frame[14:] for frame in decapsulated(frames)], [INNER])

    def test_of_others(self):
        for name, frames in OTHERS.items():
            with self.subTest(name):
                self.assertEqual(decapsulated(frames), frames)

    def test_later_fragments_belong_to_the_tunnel_of_the_first(self):
        """IPIP112 is of each fragment; the key and the port are in the first one only."""
        for name, key in {"GRE with key": {"key": 9}, "GUE": {"port": GUE}}.items():
            with self.subTest(name):
                frames = [with_source("127.0.0.9", frame) for frame in DATAGRAMS[name]]
                found = [line for line in checked(frames) if line.get("rule") == "IPIP112"]
                self.assertEqual([line["frame"] for line in found], [1, 2, 3])
                for line in found:
                    self.assertEqual(line["tunnel"], {**found[0]["tunnel"], **key})


if __name__ == "__main__":
    harness.main()
