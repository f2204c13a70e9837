# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures made by others: what decap writes of IPv4 in IPv4, read by tshark, is what tshark had shown inside, and nothing else."""

import tempfile
import unittest
from pathlib import Path

import harness
import layers

# Of the innermost headers; what is in front of them goes away with the tunnel header.
FIELDS = ("frame.protocols", "ip.src", "ip.dst", "ip.ttl", "ip.dsfield", "ip.flags", "ip.frag_offset", "ip.id", "ip.len", "ip.checksum",
          "ip.proto", "icmp.type", "icmp.checksum", "icmp.seq", "udp.srcport", "udp.dstport", "udp.length", "udp.checksum",
          "tcp.srcport", "tcp.seq_raw", "tcp.ack_raw", "tcp.checksum", "tcp.len", "frame.time_epoch")
IP_FIELDS = range(1, 11)

# No state from packet to packet, so that a packet shows the same with and without a tunnel around it or its neighbours.
EACH_FRAME = ("-o", "ip.tso_support:FALSE", "-o", "tcp.desegment_tcp_streams:FALSE", "-o", "tcp.analyze_sequence_numbers:FALSE",
              "-o", "tcp.no_subdissector_on_error:FALSE")


def frames(path):
    result = harness.tshark("-r", path, *EACH_FRAME, "-T", "fields", *(word for name in FIELDS for word in ("-e", name)), plugin=False)
    return [line.split("\t") for line in result.stdout.splitlines()]


def is_tunnel(frame):
    protocols = frame[0].split(":")
    return any(protocols[at] == "ip" and protocols[at + 1:at + 2] == ["ip"] for at in range(len(protocols)))


def stripped(frame):
    """The frame without its first IPv4 header."""
    protocols = frame[0].split(":")
    protocols.remove("ip")
    return [":".join(protocols)] + [field.split(",", 1)[-1] if at in IP_FIELDS else field for at, field in enumerate(frame)][1:]


def compare(path):
    """How many packets decap wrote, and where they are not what was expected; None where Wireshark sees no tunnel."""
    before = frames(path)
    if not any(map(is_tunnel, before)):
        return None
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.pcapng"
        harness.run("decap", "--kinds", "ipip", "--ecn-decap", "none", "-w", out, path)
        after = frames(out)
    expected = [stripped(frame) if is_tunnel(frame) else frame for frame in before]
    return len(after), [] if after == expected else [
        (harness.label(path), len(expected), len(after)),
        *((at + 1, *pair) for at, pair in enumerate(zip(expected, after)) if pair[0] != pair[1])]


class Decap(unittest.TestCase):
    def test_exactly_the_inner_packets(self):
        some, _ = layers.with_and_without_tunnels(harness.third_party_captures())
        results = [result for result in harness.each(compare, some) if result is not None]
        self.assertEqual([line for _, wrong in results for line in wrong], [])
        self.assertGreater(len(results), 0)
        print("%d captures with tunnels, %d packets read the same" % (len(results), sum(count for count, _ in results)))


if __name__ == "__main__":
    harness.skip_without_captures()
    harness.main()
