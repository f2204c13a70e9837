# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures made by others: what decap writes, read by tshark, is what tshark had shown inside the tunnels, and nothing else.

Of IPv4 in IPv4 most of the dissection is compared, of all kinds the headers of IP and GRE (test_kinds.py), and of ICMP, UDP and TCP.
"""

import tempfile
import unittest
from pathlib import Path

import harness
import layers
import test_kinds

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


# Behind the headers of IP and GRE; those of a frame in order.
BEHIND = ("icmp.type", "icmp.checksum", "icmpv6.type", "icmpv6.checksum", "udp.srcport", "udp.dstport", "udp.checksum", "tcp.srcport",
          "tcp.seq_raw", "tcp.ack_raw", "tcp.checksum")
COLUMNS = ("frame.protocols", "frame.time_epoch", *test_kinds.NAMES, *BEHIND)

LINK = {"eth", "ethertype", "vlan", "sll", "ppp", "pppoes", "mpls", "raw", "null", "llc"}
EXTENSIONS = {"ipv6.hopopts", "ipv6.dstopts", "ipv6.routing", "ah"}
TUNNELS = {("gre",), ("udp", "gre"), ("gre", "erspan"), ("mpls",), ("gre", "mpls")}
CARRIERS = {"vxlan", "geneve"}

# Where other packets are written, in how many frames, and why.
NOT_STRIPPED = "GRE of another version than 0 is none that can be read: it stays, and tshark goes on"
OTHERWISE = {
    "tunnel/deepflow-tencent-gre.pcap": (1, NOT_STRIPPED),
    "tunnel/yanet-007_decap_gre-send.pcap": (2, NOT_STRIPPED),
    "tunnel/nDPI-fuzz-2006-06-26-2594.pcap": (1, "tshark shows no field of an outer header whose Total Length is less than its own"),
    "tunnel/zeek-erspan.pcap": (97, "39 fragments of tunnel packets are reassembled, so that later packets have other places"),
}


def read(paths):
    """Of each capture the frames: headers, what is behind them, time."""
    last = 2 + len(test_kinds.NAMES)
    for frames in test_kinds.wireshark_columns(paths, COLUMNS):
        yield [(test_kinds.headers_of(columns[0], columns[2:last]), [column.split(",") if column else [] for column in columns[last:]], columns[1])
               for _, columns in sorted(frames.items())]


def inside(headers):
    """Where in the headers of a frame that begins which the outermost tunnel holds; None without a tunnel."""
    names = [name for name, _ in headers]
    begin = next((at for at, name in enumerate(names) if name in ("ip", "ipv6")), len(names))
    while begin < len(names):
        end = next((at for at in range(begin + 1, len(names)) if names[at] in ("ip", "ipv6", "eth")), len(names))
        between = tuple(name for name in names[begin + 1:end] if name not in EXTENSIONS | {"ethertype"})
        if end < len(names) and ((names[end] != "eth" and not between) or between in TUNNELS):
            return end
        if not CARRIERS & set(between):
            return None
        begin = next((at for at in range(end, len(names)) if names[at] in ("ip", "ipv6")), len(names))
    return None


def of_interest(frame):
    headers, behind, time = frame
    return [header for header in headers if header[0] not in LINK], behind, time


def without_tunnel(frame):
    headers, behind, time = frame
    at = inside(headers)
    if at is None:
        return of_interest(frame)
    is_over_udp = any(name == "udp" for name, _ in headers[:at])
    return of_interest((headers[at:], [values[is_over_udp and name.startswith("udp."):] for name, values in zip(BEHIND, behind)], time))


def compare_kinds(paths):
    """Of some captures with tunnels of any kind: how many packets each has in tunnels, and where what decap wrote is other than expected."""
    before = [(path, frames) for path, frames in zip(paths, read(paths)) if any(inside(headers) is not None for headers, _, _ in frames)]
    results = []
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        outputs = [Path(folder, "%d.pcapng" % at) for at in range(len(before))]
        for (path, _), output in zip(before, outputs):
            harness.run("decap", "--ecn-decap", "none", "-w", output, path)
            output.chmod(0o644)
        for (path, frames), after in zip(before, read(outputs)):
            expected, found = list(map(without_tunnel, frames)), list(map(of_interest, after))
            wrong = [(at + 1, *pair) for at, pair in enumerate(zip(expected, found)) if pair[0] != pair[1]]
            if len(expected) != len(found):
                wrong.append(("frames", len(expected), len(found)))
            results.append((harness.label(path), sum(inside(headers) is not None for headers, _, _ in frames), wrong))
    return results


class Decap(unittest.TestCase):
    def test_every_kind(self):
        captures = [path for path in harness.third_party_captures() if path.parent.name == "tunnel"]
        results = [result for results in harness.each(compare_kinds, test_kinds.windows(captures)) for result in results]
        wrong = {label: lines for label, _, lines in results if lines}
        print("%d captures with tunnels of any kind, %d packets in them" % (len(results), sum(count for _, count, _ in results)))
        self.assertEqual({label: lines for label, lines in wrong.items() if label not in OTHERWISE}, {})
        self.assertEqual({label: len(lines) for label, lines in wrong.items()}, {label: count for label, (count, _) in OTHERWISE.items()})

    def test_exactly_the_inner_packets(self):
        some, _ = layers.with_and_without_tunnels(harness.third_party_captures())
        results = [result for result in harness.each(compare, some) if result is not None]
        self.assertEqual([line for _, wrong in results for line in wrong], [])
        self.assertGreater(len(results), 0)
        print("%d captures with tunnels, %d packets read the same" % (len(results), sum(count for count, _ in results)))


if __name__ == "__main__":
    harness.skip_without_captures()
    harness.main()
