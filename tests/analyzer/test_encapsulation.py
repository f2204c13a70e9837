# SPDX-License-Identifier: GPL-2.0-or-later
"""What Linux 6.1 made of every packet that entered a tunnel of each kind, against what the core makes of it by the same command: all octets.

Taken from the wire is only what no configuration holds: the Identification of a counter, an automatic source port, an automatic flow
label. The number of a GRE packet is counted. ESP is not made: of its packets all octets of the outer header are compared, with its length and
protocol in place of those of the tunnel inside.
"""

import struct
import subprocess
import unittest
from collections import Counter

import harness
import sibling_tunnels
from packets import checksum
from sibling_tunnels import CONTRACT, DESTINATION_OPTIONS, FRAME, PAYLOADS, folder_of, pairs

# How many packets entered a tunnel, by scenario; those of ipip itself are in test_kernel.py.
ENTERED = {
    "6rd": 4, "erspan": 6, "erspan-ecn": 22, "fou-gre": 29, "fou-ip6gre": 32, "fou-ip6tnl-ip6ip6": 23,
    "fou-ip6tnl-ipip6": 23, "fou-ipip": 30, "fou-sit": 25, "gre-all": 31, "gre-csum": 31, "gre-hdr-default": 40,
    "gre-hdr-nopmtudisc": 40, "gre-hdr-nopmtudisc-ignore-df": 40, "gre-hdr-ttl-64": 41, "gre-key": 31,
    "gre-key-mismatch": 6, "gre-plain": 31, "gretap": 9, "gretap-ecn": 22, "gretap-tos-inherit": 22, "gue-ip6tnl": 34,
    "gue-ip6tnl-limit": 34, "gue-ipip": 29, "gue-sit": 25, "ip6gre": 66, "ip6gre-dscp-inherit": 34,
    "ip6gre-err-crafted": 28, "ip6gre-flowlabel-inherit": 34, "ip6gre-key-csum-seq": 34, "ip6gre-tclass-inherit": 34,
    "ip6gretap": 31, "ip6gretap-inherit": 32, "ip6tnl-any": 65, "ip6tnl-dscp-inherit": 34, "ip6tnl-err-crafted": 28,
    "ip6tnl-flowlabel": 34, "ip6tnl-flowlabel-inherit": 34, "ip6tnl-ip6ip6": 31, "ip6tnl-ip6ip6-nolimit": 29,
    "ip6tnl-ipip6": 34, "ip6tnl-ipip6-nolimit": 34, "ip6tnl-limit": 3, "ip6tnl-tclass-b8": 34,
    "ipip-esp-transport": 17, "ipip-external": 36, "ipip-mplsip": 8, "isatap": 8, "sit-default": 47,
    "sit-err-crafted": 36, "sit-iplink-default": 47, "sit-mode-any": 14, "sit-nopmtudisc": 47, "sit-tos-b9": 47,
    "sit-tos-inherit": 47, "sit-ttl-64": 47, "sit-ttl-inherit": 47, "vti-null": 37,
}


def behind_outer_header(octets):
    """The encapsulation limit belongs to the outer header."""
    return 20 if octets[0] >> 4 == 4 else 48 if octets[6] == DESTINATION_OPTIONS else 40


def line_of(tunnel, number, inner, outer):
    octets = outer.octets
    at = behind_outer_header(octets)
    id = 0 if outer.is_ipv6 else struct.unpack(">H", octets[4:6])[0]
    port = struct.unpack(">H", octets[at:at + 2])[0] if tunnel.has_automatic_port else 0
    label = struct.unpack(">I", octets[:4])[0] & 0xFFFFF if outer.is_ipv6 else 0
    type = FRAME if tunnel.has_frames else PAYLOADS[inner.type]
    return "packet %u %u %u %u %u %s" % (type, id, port, number, label, inner.octets.hex())


def pushed(tunnel, found):
    lines = ["tunnel " + tunnel.text] + [line_of(tunnel, number, *pair) for number, pair in enumerate(found)]
    result = harness.sound(subprocess.run([harness.PUSHED], input="\n".join(lines) + "\n", capture_output=True, text=True))
    assert result.returncode == 0 and not result.stderr, result.stderr
    return result.stdout.splitlines()


ESP = 50


def around_esp(header, length):
    """The header of the tunnel in front of what ESP makes of its packet."""
    made = header[:2] + struct.pack(">H", length) + header[4:9] + bytes([ESP, 0, 0]) + header[12:20]
    return made[:10] + struct.pack(">H", checksum(made)) + made[12:]


class Encapsulation(unittest.TestCase):
    def test_every_packet_of_the_kernel_is_predicted(self):
        entered = Counter()
        for name in ENTERED:
            folder = folder_of(name)
            scenario = sibling_tunnels.load(folder)
            for tunnel, inside, outside in sibling_tunnels.sides(scenario):
                with self.subTest(name, tunnel=tunnel.text):
                    inner = sibling_tunnels.packets(folder, scenario, inside, tunnel.has_frames)
                    found = pairs(tunnel, inner, sibling_tunnels.packets(folder, scenario, outside))
                    made = pushed(tunnel, found)
                    entered[name] += len(made)
                    kernels = [outer.octets for _, outer in found]
                    if tunnel.is_protected:
                        made = [around_esp(bytes.fromhex(one), len(whole)).hex() for one, whole in zip(made, kernels)]
                        kernels = [octets[:20] for octets in kernels]
                    self.assertEqual(made, [octets.hex() for octets in kernels])
        self.assertEqual(dict(entered), ENTERED)
        self.assertEqual(sum(entered.values()), 1798)
        self.assertEqual(sum(entered[name] for name in CONTRACT), 1059)


if __name__ == "__main__":
    harness.main()
