# SPDX-License-Identifier: GPL-2.0-or-later
"""endpoint and its host: what that has learnt, puts into the device, and is told."""

import socket
import struct
import time
import unittest

import harness
import namespaces
from test_endpoint import NARROW, PAUSE, End, inside, network, run, send, shown, traffic, wait_for
from topology import MACS


class Host(unittest.TestCase):
    def test_what_the_host_has_learnt(self):
        """The path MTU of the host's own connections is not that of the link."""
        with network(has_card=True) as (ends, _):
            run("router", ["ip link set r2 mtu %d" % NARROW])
            with inside("ns1"):
                host = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            host.setsockopt(socket.IPPROTO_IP, 10, 2)  # IP_MTU_DISCOVER, IP_PMTUDISC_DO
            host.connect((traffic.EXIT, 9))
            host.send(bytes(1400))
            wait_for(lambda: host.getsockopt(socket.IPPROTO_IP, 14) == NARROW)  # IP_MTU
            host.close()
            ends["ns1"].end()
            again = End("ns1")
            self.assertIn("path MTU 1500", again.lines[0])
            again.end()
            again.process.stderr.close()

    def test_own_and_other_packets_in_the_device(self):
        """A tunnel packet of the end itself would go around; IPv6 has no place in the tunnel. Neither does anything to the others."""
        with network() as (ends, taken):
            with inside("ns1"):
                device = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
            own = traffic.outer(1, traffic.inner(1))
            for protocol, packet in ((0x800, own), (0x86DD, bytes([0x60, 0, 0, 0, 0, 8, 17, 64]) + bytes(32) + bytes(8))):
                device.sendto(packet, ("tun1", protocol))
            device.close()
            send("h1", traffic.inner(2))
            out = wait_for(lambda: [p for p in shown(taken["outer"], "O") if p[9] == 4])
            self.assertEqual([struct.unpack("!H", p[24:26])[0] for p in out], [struct.unpack("!H", traffic.inner(2)[4:6])[0]])
            said = ends["ns1"].end()[1]
            self.assertIn("1 of this end itself: the remote address is routed into the tunnel", said)
            self.assertRegex(said, r"1 not encapsulated: ")
            self.assertRegex(said, r"tun1: 1 packets encapsulated")

    def test_no_more_lines_than_one_can_read(self):
        with network("--check") as (ends, _):
            namespace, device, to = traffic.SENDERS["towards ns2"]
            frames = [bytes.fromhex((MACS[to] + MACS[device]).replace(":", "") + "0800") + traffic.outer(number, traffic.inner(number, sum=0xBAD)) for number in range(1, 601)]
            with inside(namespace):
                port = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            port.bind((device, 0))
            for frame in frames:
                port.send(frame)
            port.close()
            time.sleep(PAUSE)
            status, said = ends["ns2"].end()
            self.assertEqual(status, 1)
            self.assertRegex(said, r"\d+ findings more, of which more than a hundred came in a second")
            self.assertLess(sum("IPIP612" in line for line in ends["ns2"].lines), 600)


if __name__ == "__main__":
    namespaces.enter()
    harness.main()
