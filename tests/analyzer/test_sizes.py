# SPDX-License-Identifier: GPL-2.0-or-later
"""ipip tunnels on sizes: what gets through a tunnel, what never does, and the MTU and MSS that follow."""

import unittest

import harness
from packets import After, error, ethernet, icmp, ipv4, next_hop_mtu, pcap
from segments import ACK, ESTABLISHED, RST, handshake, resent, segment
from tunnel_packets import A, B, HOST, PEER, inner, outer


def meanwhile():
    """In the same flow a smaller segment, sent later, is acknowledged."""
    sack = b"\x01\x01\x05\x0a" + (1641).to_bytes(4, "big") + (1741).to_bytes(4, "big")
    return [segment(0.01, 100, seq=1641), segment(0.01, ack=201, back=True, options=sack)]


class Sizes(unittest.TestCase):
    """What gets through: MSS, the largest that was answered, what never is, and what follows."""

    def sizes(self, *frames, start=ESTABLISHED):
        line = harness.tunnels("-", stdin=pcap([*start, *frames]))[0][A, B]
        return line["sizes"]

    def test_black_hole(self):
        """As with IPIP319: smaller segments that are acknowledged meanwhile, or a long time, show that the size is the cause."""
        for name, frames in {"compared": [*resent(times=4), *meanwhile(), *resent(times=1)], "long": resent(times=11)}.items():
            with self.subTest(name):
                self.assertEqual(self.sizes(*frames),
                                 {"mss": [1460, 1460], "handshakes": 1, "answered": 240, "unanswered": [{"octets": 1480, "flows": 1}],
                                  "arithmetic": "240 + 20 got through, 1480 + 20 did not: path MTU 260 to 1499", "mtu": None, "by": "answers",
                                  "advice": "measure the path MTU (tracepath, ping -M do); find the router that drops without ICMP 3/4"})
                text = harness.run("tunnels", "-", stdin=pcap([*ESTABLISHED, *frames])).stdout.decode()
                self.assertIn("\n  unanswered inner packets of 1480 octets, in 1 flow: retransmitted, never acknowledged\n", text)

    def test_without_evidence(self):
        """Nothing smaller was acknowledged meanwhile: the receiver may be gone. No advice is derived from it."""
        start = [frame for frame in ESTABLISHED[2:]]  # without a handshake, as the MSS alone is a reason for advice
        sizes = self.sizes(*resent(), start=start)
        self.assertEqual((sizes["unanswered"], sizes["arithmetic"], sizes["mtu"], sizes["by"], sizes["advice"]),
                         ([{"octets": 1480, "flows": 1}], None, None, None, None))
        text = harness.run("tunnels", "-", stdin=pcap([*start, *resent()])).stdout.decode()
        self.assertIn("never acknowledged; no evidence that the size is the cause (IPIP319)\n", text)
        with_mss = self.sizes(*resent())
        self.assertEqual((with_mss["mtu"], with_mss["by"]), (1480, "mss"))

    def test_same_evidence_as_check(self):
        for frames in (resent(), resent(times=11), [*resent(times=4), *meanwhile(), *resent(times=1)], [*resent(), *meanwhile()]):
            reported = harness.Check("--select", "IPIP319", "-", stdin=pcap([*ESTABLISHED, *frames])).findings
            self.assertEqual(self.sizes(*frames)["by"] == "answers", bool(reported))

    def test_flows_are_counted(self):
        others = [frame for n in (1, 2) for frame in handshake(sport=40000 + n) + resent(sport=40000 + n)]
        self.assertEqual(self.sizes(*resent(), *others)["unanswered"], [{"octets": 1480, "flows": 3}])

    def test_the_largest_that_got_through_is_the_advice(self):
        frames = [segment(0.1, 1300, seq=201), segment(0.1, ack=1501, back=True)]
        sizes = self.sizes(*frames, *resent(times=11, seq=1501))
        self.assertEqual((sizes["answered"], sizes["mtu"], sizes["by"]), (1340, 1340, "answers"))
        self.assertEqual(sizes["advice"], "ip link set tun0 mtu 1340, or clamp TCP MSS to 1300 (the largest size answered); find the router that drops "
                         "without ICMP 3/4")

    def test_too_little_got_through_for_advice(self):
        """Paths of less than 1280 octets are rare: 1259 + 20 need to be measured, 1260 + 20 are an MTU."""
        for octets, mtu in ((1219, None), (1220, 1260)):
            frames = [segment(0.1, octets, seq=201), segment(0.1, ack=201 + octets, back=True)]
            self.assertEqual(self.sizes(*frames, *resent(times=11, seq=201 + octets))["mtu"], mtu)

    def test_neighbours(self):
        """Not lost: sent twice only, for a short time, acknowledged late, by SACK or outside the tunnel, reset, a closed window."""
        sack = b"\x01\x01\x05\x0a" + (201).to_bytes(4, "big") + (1641).to_bytes(4, "big")
        for name, frames in {"twice": resent(times=2),
                             "quickly": [segment(0.3, 1440, seq=201) for _ in range(8)],
                             "late": [*resent(), segment(9, ack=1641, back=True)],
                             "beside": [*resent(), segment(9, ack=1641, back=True, beside=True)],
                             "selective": [*resent(times=2), segment(1, ack=201, back=True, options=sack), *resent(times=1)],
                             "closed": [segment(0.1, ack=201, back=True, window=0), *resent()]}.items():
            with self.subTest(name):
                sizes = self.sizes(*frames)
                self.assertEqual(sizes["unanswered"], [])
                self.assertEqual(sizes["answered"], 1480 if name in ("late", "beside", "selective") else 240)
        quick = self.sizes(*resent(times=2), segment(0.1, flags=RST | ACK, ack=201, back=True), *resent(times=2))
        self.assertEqual(quick["unanswered"], [])

    def test_worked_around(self):
        """The same octets in smaller pieces got through: the large segment did not."""
        pieces = [segment(0.1, 500, seq=201), segment(0.1, 940, seq=701), segment(0.1, ack=1641, back=True)]
        sizes = self.sizes(*resent(), *pieces)
        self.assertEqual((sizes["answered"], sizes["unanswered"]), (980, [{"octets": 1480, "flows": 1}]))

    def test_plain_loss(self):
        """What is lost is no larger than what got through."""
        frames = [segment(0.1, 1440, seq=201), segment(0.1, ack=1641, back=True)]
        self.assertEqual(self.sizes(*frames, *resent(1000, seq=1641))["unanswered"], [])

    def test_one_way(self):
        """Nothing of the other direction is in the capture: what is answered can't be known."""
        start = [frame for frame in ESTABLISHED if b"\x0a\0\0\x02\x0a\0\0\x01" not in frame]
        self.assertEqual((len(start), self.sizes(*resent(), start=start)["unanswered"]), (2, []))

    def test_larger_than_the_wire(self):
        """It may be several packets there."""
        self.assertEqual(self.sizes(*resent(4000))["unanswered"], [])

    def test_pings(self):
        def echo(kind, octets, seconds=2, back=False):
            ends, tunnel = ((PEER, HOST), (B, A)) if back else ((HOST, PEER), (A, B))
            return After(seconds, ethernet(outer(ipv4(*ends, icmp(kind, data=bytes(octets)), protocol=1, df=True), *tunnel)))

        small = [echo(8, 56), echo(0, 56, 0.01, back=True)]
        sizes = self.sizes(*small, *[echo(8, 1452) for _ in range(4)], start=[])
        self.assertEqual((sizes["answered"], sizes["unanswered"], sizes["mss"]), (84, [{"octets": 1480, "flows": 1}], None))
        sizes = self.sizes(*small, *[echo(8, 1452) for _ in range(4)], echo(0, 1452, 1, back=True), start=[])
        self.assertEqual((sizes["answered"], sizes["unanswered"], sizes["advice"]), (1480, [], None))

    def test_path_mtu(self):
        """By ICMP it is certain, and what the advice is made of."""
        too_big = error(3, 4, outer(inner(payload=bytes(1460)), id=7), "192.0.2.1", rest=next_hop_mtu(1400))
        sizes = self.sizes(ethernet(outer(inner(payload=bytes(1460)), id=7)), ethernet(too_big))
        self.assertEqual((sizes["arithmetic"], sizes["mtu"], sizes["advice"]),
                         ("path MTU 1400 - 20 = inner MTU 1380; MSS 1460 makes 1500", 1380,
                          "ip link set tun0 mtu 1380, or clamp TCP MSS to 1340 (path MTU 1400 by ICMP)"))

    def test_mss(self):
        """1440 + 40 + 20 are 1500 octets, and fit."""
        usual = "ip link set tun0 mtu 1480, or clamp TCP MSS to 1440 (for a path MTU of 1500)"
        for mss, advice in ((1460, usual), (1440, None), (1441, usual)):
            self.assertEqual(self.sizes(start=handshake(b"\x02\x04" + mss.to_bytes(2, "big")))["advice"], advice)
        cut = b"\x02\x14\x05\xb4"  # the option is longer than the header
        self.assertEqual(self.sizes(start=handshake(cut))["mss"], None)


if __name__ == "__main__":
    harness.main()
