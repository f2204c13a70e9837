# SPDX-License-Identifier: GPL-2.0-or-later
"""ipip tunnels on sizes: what gets through a tunnel, what never does, and the MTU and MSS that follow."""

import json
import unittest

import harness
import carriers
from exports import JUDGED
from packets import After, error, ethernet, icmp, ipv4, next_hop_mtu, pcap, tcp
from segments import ACK, ESTABLISHED, RST, SYN, handshake, resent, segment
from tunnel_kinds import A6, B6, HOST6, PEER6, inner6, limit, minimal, outer6, sum6, udp_tunnel
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


def inside4(mss, back=False):
    ends, ports = ((PEER, HOST), (80, 40000)) if back else ((HOST, PEER), (40000, 80))
    return ipv4(*ends, tcp(*ends, b"", *ports, SYN | ACK if back else SYN, seq=0, options=b"\x02\x04" + mss.to_bytes(2, "big")), protocol=6, df=True)


def inside6(mss, back=False):
    ends, ports = ((PEER6, HOST6), (80, 40000)) if back else ((HOST6, PEER6), (40000, 80))
    segment = tcp("0.0.0.0", "0.0.0.0", b"", *ports, SYN | ACK if back else SYN, seq=0, options=b"\x02\x04" + mss.to_bytes(2, "big"), sum=0)
    segment = segment[:16] + sum6(*ends, 6, segment).to_bytes(2, "big") + segment[18:]
    return inner6(*ends, segment, next=6)


def over4(protocol, shim=b"", frame=False):
    """In IPv4, behind these octets."""
    def wrap(packet, back):
        ends = (B, A) if back else (A, B)
        return outer(shim + (ethernet(packet) if frame else packet), *ends, protocol=protocol)
    return wrap


def over6(next, shim=b"", has_limit=False):
    def wrap(packet, back):
        ends = (B6, A6) if back else (A6, B6)
        content = (limit(next) if has_limit else b"") + shim + packet
        return outer6(content, *ends, next=60 if has_limit else next)
    return wrap


def over_udp(port, shim=b""):
    return lambda packet, back: udp_tunnel(shim + packet, port, src=B if back else A, dst=A if back else B)


def folded(packet, back):
    return minimal(packet, *((B, A) if back else (A, B)))


GRE4, GRE6, KEYED, FRAMES = b"\0\0\x08\0", b"\0\0\x86\xdd", b"\x20\0\x08\0\0\0\0\x2a", b"\0\0\x65\x58"
# The octets that each kind adds: IPv4 20, IPv6 40, the limit 8, GRE 4 and 4 for a key, Ethernet 14, UDP 8, GUE 4, a label 4, RFC 2004 12.
KINDS = {
    "6in4": (over4(41), inside6, 20), "4in6": (over6(4), inside4, 40), "4in6 limit": (over6(4, has_limit=True), inside4, 48),
    "6in6 limit": (over6(41, has_limit=True), inside6, 48), "gre": (over4(47, GRE4), inside4, 24), "gre key": (over4(47, KEYED), inside4, 28),
    "gre, IPv6": (over4(47, GRE6), inside6, 24), "gre6": (over6(47, GRE4, True), inside4, 52), "gretap": (over4(47, FRAMES, True), inside4, 38),
    "fou": (over_udp(5555), inside4, 28), "gue": (over_udp(6080, b"\0\4\0\0"), inside4, 32), "greudp": (over_udp(4754, GRE4), inside4, 32),
    "minimal": (folded, inside4, 12), "mpls": (over4(137, bytes.fromhex("00064140")), inside4, 24),
}


class EveryKind(unittest.TestCase):
    def story(self, *frames):
        _, result = harness.tunnels("--kinds", JUDGED + ",erspan", "--udp-tunnel", "5555=fou-ipip", "-", stdin=pcap([ethernet(frame) for frame in frames]))
        return [json.loads(line) for line in result.stdout.splitlines()][:-1]

    def test_advice(self):
        """The MSS that makes 1500 octets and no more needs none; one more, and the MTU that Linux' tunnels have on Ethernet is advised."""
        for kind, (wrap, inside, overhead) in KINDS.items():
            headers = 60 if inside is inside6 else 40
            for mss in (1500 - overhead - headers, 1500 - overhead - headers + 1):
                with self.subTest(kind, mss=mss):
                    lines = self.story(*(wrap(inside(mss, back), back) for back in (False, True)))
                    mtu = 1500 - overhead
                    advice = "ip link set tun0 mtu %d, or clamp TCP MSS to %d (for a path MTU of 1500)" % (mtu, mtu - headers)
                    self.assertEqual([line["sizes"]["mss"] for line in lines], [[mss, mss]] * 2)
                    self.assertEqual([line["sizes"]["advice"] for line in lines], [advice if mss + headers > mtu else None] * 2)

    def test_no_advice(self):
        """A mirrored frame has gone its own way, and what is encrypted adds more than is seen."""
        mirror = [carriers.over_ipv4(carriers.erspan_2(ethernet(inside4(1460, back))), 47)[14:] for back in (False, True)]
        packet = outer(bytes(1000), protocol=50, id=7)
        for frames in (mirror, [packet, error(3, 4, packet, "192.0.2.1", rest=next_hop_mtu(1400))]):
            for line in self.story(*frames):
                self.assertEqual((line["sizes"]["mss"], line["sizes"]["arithmetic"], line["sizes"]["advice"]), (None, None, None))

    def test_answers(self):
        """Each tunnel has its own: of two with different keys between the same ends one answers."""
        def echo(kind, octets, key, back=False):
            ends = (PEER, HOST) if back else (HOST, PEER)
            packet = ipv4(*ends, icmp(kind, rest=key.to_bytes(2, "big") + b"\0\1", data=bytes(octets)), protocol=1, df=True)
            return over4(47, KEYED[:4] + key.to_bytes(4, "big"))(packet, back)

        lines = self.story(echo(8, 100, 1), echo(0, 100, 1, True), echo(8, 200, 2), echo(0, 200, 2, True), echo(8, 300, 2))
        self.assertEqual([line["sizes"]["answered"] for line in lines], [128, None, 228, None])

    def test_pings_of_ipv6(self):
        def echo(kind, back=False):
            ends = (PEER6, HOST6) if back else (HOST6, PEER6)
            message = icmp(kind, data=bytes(100), sum=0)
            message = message[:2] + sum6(*ends, 58, message).to_bytes(2, "big") + message[4:]
            return over4(41)(inner6(*ends, message, next=58), back)

        lines = self.story(echo(128), echo(129, True))
        self.assertEqual([line["sizes"]["answered"] for line in lines], [148, None])


if __name__ == "__main__":
    harness.main()
