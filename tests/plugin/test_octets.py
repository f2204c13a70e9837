# SPDX-License-Identifier: GPL-2.0-or-later
"""What a finding highlights in the octets of the frame, or of the datagram that it completes."""

import base64
import re
import tempfile
import unittest
from itertools import count
from pathlib import Path

import captures
import harness
from harness import run, sharkd
from packets import ethernet, pcap
from tunnel_packets import fragments, inner, outer
from vectors import VECTORS

WINDOW = 30  # captures in one sharkd, which in Wireshark 4.0 frees nothing of those before


def nodes(tree):
    for node in tree:
        yield node
        yield from nodes(node.get("n", []))


def look(frame):
    """Of each rule that the frame shows: (pane, first octet, octets) of itself, and of all below it that point somewhere."""
    panes = [base64.b64decode(frame["bytes"])] + [base64.b64decode(pane["bytes"]) for pane in frame.get("ds", [])]

    def place(node):
        first, count = node["h"]
        return node.get("ds", 0), first, panes[node.get("ds", 0)][first:first + count]

    for node in nodes(frame["tree"]):
        rule = re.match(r'ipip\.rule == "(\w+)"', node.get("f") or "")
        if rule:
            below = [place(one) for one in node["n"] if one["f"].startswith("ipip.octets") and "h" in one]
            yield rule[1], place(node) if "h" in node else None, below


class Octets(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.numbers = count()

    def looks(self, *sources):
        """Every frame of each capture, from the last to the first."""
        requests = []
        for source in sources:
            path = self.folder / ("%d.pcap" % next(self.numbers))
            path.write_bytes(source)
            requests.append(("load", {"file": str(path)}))
            requests += [("frame", {"frame": number, "proto": True, "bytes": True})
                         for number in range(len(captures.read(source)), 0, -1)]
        looks = []
        for (method, parameters), answer in zip(requests, sharkd(requests)):
            if method == "load":
                looks.append({})
            else:
                looks[-1][parameters["frame"]] = list(look(answer["result"]))
        return looks

    def assert_octets(self, rule, frames, *expected, below=None):
        """What the rule highlights in the last frame: pane, offset, octets."""
        found = [(place, more) for one, place, more in self.looks(pcap(frames))[0][len(frames)] if one == rule]
        self.assertEqual([place for place, _ in found], list(expected))
        if below is not None:
            self.assertEqual([more for _, more in found], [below])

    def test_both_headers(self):
        """Ethernet has 14 octets, the outer header 20, and DF is in octet 6 of each."""
        packet = outer(inner(), df=False)
        self.assert_octets("IPIP105", [ethernet(packet)], (0, 20, packet[6:8]),
                           below=[(0, 20, packet[6:8]), (0, 40, packet[26:28])])

    def test_every_layer(self):
        """The layer's own headers, however deep."""
        packet = outer(outer(outer(inner(), "10.7.0.1", "10.7.0.2", df=False), "10.8.0.1", "10.8.0.2", df=False), df=False)
        found = [place for rule, place, _ in self.looks(pcap([ethernet(packet)]))[0][1] if rule == "IPIP105"]
        self.assertEqual(found, [(0, 14 + 40 + 6, packet[46:48])])

    def test_behind_tags_and_options(self):
        packet = outer(inner(), df=False, options=b"\x94\x04\0\0")
        tags = [(0x88A8, 5), (0x8100, 7)]
        self.assert_octets("IPIP105", [ethernet(packet, tags=tags)], (0, 22 + 6, packet[6:8]),
                           below=[(0, 22 + 6, packet[6:8]), (0, 22 + 24 + 6, packet[30:32])])

    def test_reassembled(self):
        """The inner header is in the pane of the reassembled datagram; the outer one only where this frame has it."""
        packet = inner(payload=bytes(200), protocol=253, df=True)
        self.assert_octets("IPIP116", fragments(packet, 128), (1, 6, packet[6:8]), below=[(1, 6, packet[6:8])])
        frames = fragments(packet, 128, tos=3)
        self.assert_octets("IPIP502", frames, (1, 1, b"\0"), below=[(1, 1, b"\0")])
        self.assert_octets("IPIP502", frames[::-1], (0, 15, b"\3"), below=[(0, 15, b"\3"), (1, 1, b"\0")])

    def test_within_a_reassembled_datagram(self):
        """The tunnel within: both of its headers are in the other pane."""
        within = outer(inner(payload=bytes(200)), "10.8.0.1", "10.8.0.2", df=False, id=5)
        self.assert_octets("IPIP105", fragments(within, 128), (1, 6, within[6:8]),
                           below=[(1, 6, within[6:8]), (1, 26, within[26:28])])

    def test_icmp_and_what_it_quotes(self):
        """The ICMP header at octet 34, what it quotes 8 octets later, where the TTL is octet 8."""
        packet, error = VECTORS["IPIP108"].fail
        self.assert_octets("IPIP108", [packet, error], (0, 34, b"\x0b\0"), below=[(0, 34, b"\x0b\0"), (0, 50, error[50:51])])

    def test_flow_label(self):
        """Octets 1 to 3 of the IPv6 header."""
        frames = VECTORS["IPIP751"].fail
        self.assert_octets("IPIP751", frames, (0, 15, b"\0\0\0"), below=[(0, 15, b"\0\0\0")])

    def test_headers_between(self):
        """The source port of UDP, and ESP's SPI and sequence number, behind 34 octets of Ethernet and IPv4; of what is reported once."""
        for rule, octets in (("IPIP834", 2), ("IPIP841", 8), ("IPIP843", 8)):
            frames = VECTORS[rule].fail[:VECTORS[rule].at]
            data = frames[-1][34:34 + octets]
            self.assert_octets(rule, frames, (0, 34, data), below=[(0, 34, data)])

    def assert_as_the_command(self, rule, data, looks):
        """What `ipip check` has in brackets is highlighted. Returns how many places are."""
        places = 0
        for part in re.split(r"\n(?=error |warning |note )", run("check", "-", stdin=data).stdout.decode()):
            head = re.match(r"(?:error|warning|note) (IPIP\d+) [\w-]+: - frame (\d+)", part)
            if not head:
                continue  # of the tunnel
            marks = [bytes.fromhex(octets) for octets in re.findall(r"\[([0-9a-f \n]+)\]", part)]
            shown = [[octets for _, _, octets in below] for one, _, below in looks[int(head[2])] if one == head[1]]
            if "first fragment in" in part or "\n  fragment " in part:  # the header is not in this frame
                self.assertTrue(any(set(some) <= set(marks) for some in shown), (rule, head[0], shown, marks))
            else:
                self.assertIn(marks, shown, (rule, head[0]))
            places += len(marks)
        return places

    def test_as_the_command(self):
        """The same octets, for each rule."""
        vectors = [(rule, pcap(vector.fail, vector.link_type, captured=vector.captured))
                   for rule, vector in VECTORS.items()
                   if vector.fail is not None and not vector.args and vector.config is None]

        def compare(some):
            looks = self.looks(*(data for _, data in some))
            return sum(self.assert_as_the_command(*one, seen) for one, seen in zip(some, looks))

        places = sum(harness.each(compare, [vectors[at:at + WINDOW] for at in range(0, len(vectors), WINDOW)]))
        self.assertGreater(places, 100)
        print("%d vectors, %d places" % (len(vectors), places))


if __name__ == "__main__":
    harness.require_plugin()
    harness.main()
