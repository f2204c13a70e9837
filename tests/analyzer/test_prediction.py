# SPDX-License-Identifier: GPL-2.0-or-later
"""Prediction: from one side of a tunnel and the line of `ip tunnel` alone, what a Linux kernel did on the other, every octet.

For the scenarios of testdata/kernel and those of the laboratory, testdata/lab.
"""

import re
import shlex
import sys
import unittest
from collections import Counter
from pathlib import Path

import captures
import harness
import sibling_tunnels
from harness import KERNEL
from kernel_headers import H1
from kernel_path_mtu import LINK_MTU, path_mtus
from packets import pcap
from sibling_tunnels import LAB
from test_decapsulation import declared

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lab"))
from traffic import cut

RAW = 101
IPIP, TCP, UDP, GRE = 4, 6, 17, 47

# Where decapsulating the capture at the physical device does not give the capture at the tunnel device, and why.
KERNEL_DIFFERS = {
    # Outgoing packets that the tunnel refused or dropped: too big, unreachable.
    "ipip-err-crafted/outer": "refused",
    "ipip-pmtu-1300-nopmtudisc/outer": "refused",
    "ipip-pmtu-1300-pmtudisc/outer": "refused",
    "ipip-size-mtu1500-nopmtudisc/outer": "refused",
    "ipip-size-mtu2000-nopmtudisc/outer": "refused",
    "ipip-size-mtu2000-pmtudisc/outer": "refused",
    "ipip-tunl0/outer": "refused",  # no next hop
    "ipip-malformed-tx/outer": "refused",  # ten octets; larger than the MTU
    "gre-narrow/outer": "refused",
    "ipip-errors/outer": "refused",
    "ipip-narrow/outer": "refused",
    "ipip-narrow-nopmtudisc/outer": "refused",
    "ipip-sizes-wide/outer": "refused",
    "ipip-sizes-wide-nopmtudisc/outer": "refused",
    "ipip-esp-transport/outer": "refused",
    "endpoint-exit-fragments/outer": "refused",
    "endpoint-exit-narrow/outer": "refused",
    "endpoint-entry-narrow/outer": "cut",  # by our end, behind its device
    "ipip-merged/outer2": "merged",  # on the device
    # ns2 has no tunnel for seven of the eight packets.
    "ipip-wrong-source/outer2": "unclaimed",
    "ipip-strangers/outer2": "unclaimed",
    "endpoint-exit-arrivals/outer2": "unclaimed",
}

# Where encapsulating the capture at the tunnel device does not give the capture at the physical device, and why.
ENCAP_DIFFERS = {
    ("ipip-esp-transport", "tun1"): "protected by ESP",
    ("ipip-esp-transport", "tun2"): "protected by ESP",
    ("ipip-inner-ttl", "tun1"): "Linux encapsulates TTL 0 from raw sockets; RFC 2003 forbids it",
    ("ipip-malformed-tx", "tun1"): "Linux encapsulates anything",
}

# Where what h1 sends through ns1 is not encapsulated with its TTL less one and nothing else changed.
FORWARD_DIFFERS = {"ipip-options": "ns1 records its address and its time in options, and drops what it can't"}


def name_of(path):
    return "%s/%s" % (path.parent.name, path.stem)


def scenario_files():
    return [file for folder in (KERNEL, LAB) for file in sorted(folder.glob("*/scenario.json"))]


def packets_of(source):
    return [packet for packet in map(captures.ipv4_of, captures.read(source)) if packet is not None]


def passing(scenario, path, way):
    """(time, packet) of what goes out, O, or comes in, I."""
    directions = scenario["captures"][path.stem]["direction"]
    records = captures.read(path)
    assert len(directions) == len(records)
    packets = [(record.time, captures.ipv4_of(record)) for record, direction in zip(records, directions)
               if direction == way]
    return [(time, packet) for time, packet in packets if packet is not None]


def is_ours(tunnel):
    """The end is `ipip endpoint`."""
    return tunnel["cmd"].startswith("ipip endpoint ")


def words_of(tunnel):
    """What --tunnel takes of it. Our end copies the ECN field where Linux resets CE."""
    said = shlex.split(tunnel["cmd"])
    return said[said.index("--tunnel") + 1] + " ecn normal" if is_ours(tunnel) else tunnel["cmd"]


def device_of(tunnel):
    """Of an end that has a local address."""
    found = re.match(r"ip(?:ip endpoint .*--device| (?:tunnel|link) add) (\w+) .*local", tunnel["cmd"])
    return found and found[1]


def outgoing(scenario, path):
    return [packet for _, packet in passing(scenario, path, "O")]


def protocol_of(tunnel):
    """Of the outer header."""
    return UDP if " encap " in tunnel["cmd"] else GRE if " mode gre " in tunnel["cmd"] else IPIP


def sent(scenario, tunnel, path):
    """The packets of the tunnel that left its entry."""
    return [packet for packet in outgoing(scenario, path) if packet[9] == protocol_of(tunnel)]


def inside(packet):
    """The packet that an outer packet without options holds."""
    if packet[9] == GRE:
        return packet[24 + 4 * sum(packet[20] & flag != 0 for flag in (0x80, 0x20, 0x10)):]
    if packet[9] == UDP:
        return packet[28 if packet[28] >> 4 == 4 else 32:]  # GUE has a header of its own
    return packet[20:]


def device_mtu(scenario, tunnel):
    """Of tun1: the link's without the headers of the tunnel, unless the scenario sets it."""
    said = [line["cmd"].split()[-1] for line in scenario["setup"] if line["cmd"].startswith("ip link set tun1 mtu")]
    headers = {IPIP: 20, GRE: 24 + 4 * len(re.findall(r" (?:key|csum|seq)\b", tunnel["cmd"])), UDP: 32 if "gue" in tunnel["cmd"] else 28}
    return int(said[0]) if said else LINK_MTU - headers[protocol_of(tunnel)]


def fitting(packet, mtu):
    """Itself, or the fragments that our end makes of it, which it cuts before encapsulation."""
    room = mtu - 20
    is_whole = packet[6] & 0x40 or len(packet) <= room
    return [packet] if is_whole else cut(packet, *range((room - 20) // 8 * 8, len(packet) - 20, (room - 20) // 8 * 8))


def encapsulated(scenario, folder, tunnel, packets, *options):
    """What `encap --mtu` makes of (time, packet), given what the encapsulator knew of the path at each time."""
    for since, until, mtu in path_mtus(scenario, folder, tunnel["ns"]):
        ours = [packet for time, packet in packets if since <= time < until]
        if is_ours(tunnel):
            ours = [fragment for packet in ours for fragment in fitting(packet, mtu)]
        result = harness.run("encap", "--tunnel", words_of(tunnel), "--mtu", str(mtu), *options, "--only-tunnel", "-w", "-",
                             "-", stdin=pcap(ours, RAW))
        assert result.returncode == 0, result.stderr
        yield from packets_of(result.stdout)


def without_id(packet):
    """The Identification of an outer header comes from a counter, and the checksum follows it; an automatic port is any."""
    return packet[:4] + packet[6:10] + packet[12:20] + packet[22 if packet[9] == UDP else 20:]


class Prediction(unittest.TestCase):
    def test_decapsulation_is_that_of_the_kernel(self):
        """ECN, checksums, reassembly, drops: what comes out is what the kernel showed on its tunnel device."""
        compared = 0
        for path in [path for name in ("outer", "outer2") for folder in (KERNEL, LAB) for path in sorted(folder.glob("*/%s.pcap" % name))]:
            device = path.with_name(path.name.replace("outer", "inner"))
            if not device.exists():
                continue
            with self.subTest(name_of(path)):
                result = harness.run("decap", "--only-tunnel", *declared(sibling_tunnels.load(path.parent)), "-w", "-", path, stdin=b"")
                self.assertEqual(result.returncode, 0)
                ours, kernels = Counter(packets_of(result.stdout)), Counter(packets_of(device))
                why = KERNEL_DIFFERS.get(name_of(path))
                if why == "refused":
                    self.assertEqual(ours - kernels, Counter())
                    self.assertTrue(kernels - ours)
                elif why in ("cut", "merged"):
                    other = {packet for packet in ours - kernels if (not packet[6] & 0x20 and not packet[7] if why == "cut" else packet[9] != TCP)}
                    self.assertEqual(other, set())
                    self.assertTrue(kernels - ours)
                elif why == "unclaimed":
                    self.assertEqual(kernels - ours, Counter())
                else:
                    self.assertEqual(ours, kernels)
                    compared += sum(ours.values())
        self.assertGreater(compared, 3400)

    def test_encapsulation_is_that_of_the_kernel(self):
        """A pasted line of `ip tunnel add` makes what this line made the kernel send: packets, fragments, or nothing."""
        compared = 0
        for file in scenario_files():
            scenario = sibling_tunnels.load(file.parent)
            for tunnel in scenario.get("tunnel", []):
                device = device_of(tunnel)
                inner, outer = [file.with_name(name + ".pcap") for name in
                                (("inner", "outer") if tunnel["ns"] == "ns1" else ("inner2", "outer2"))]
                if not device or "remote any" in tunnel["cmd"] or not inner.exists() or not outer.exists():
                    continue
                if scenario["captures"][inner.stem]["dev"] != device:
                    continue  # the tunnel inside the tunnel is not what was captured
                with self.subTest(scenario=scenario["name"], tunnel=tunnel["cmd"]):
                    made = encapsulated(scenario, file.parent, tunnel, passing(scenario, inner, "O"))
                    ours = Counter(map(without_id, made))
                    kernels = Counter(map(without_id, sent(scenario, tunnel, outer)))
                    if (scenario["name"], device) in ENCAP_DIFFERS:
                        self.assertNotEqual(ours, kernels)
                    else:
                        self.assertEqual(ours, kernels)
                        compared += sum(ours.values())
        self.assertGreater(compared, 2100)

    def test_forwarding_is_that_of_the_kernel(self):
        """From what h1 sends: TTL less one, then into the tunnel. What the tunnel device fragments itself is left out."""
        compared = 0
        for file in [file for folder in (KERNEL, LAB) for file in sorted(folder.glob("*/lan1.pcap"))]:
            scenario, outer = sibling_tunnels.load(file.parent), file.with_name("outer.pcap")
            tunnels = [tunnel for tunnel in scenario["tunnel"] if " tun1 " in tunnel["cmd"] and "local" in tunnel["cmd"]]
            if not tunnels or "remote any" in tunnels[0]["cmd"] or not outer.exists():
                continue
            with self.subTest(scenario["name"]):
                left = [(time, packet) for time, packet in passing(scenario, file, "I")
                        if packet[12:16] == H1 and packet[16:18] == H1[:2]]
                cut = {packet[4:6] for _, packet in left if not packet[6] & 0x40 and len(packet) > device_mtu(scenario, tunnels[0])}
                made = encapsulated(scenario, file.parent, tunnels[0],
                                    [one for one in left if one[1][4:6] not in cut], "--forward")
                kernels = sent(scenario, tunnels[0], outer)
                forwarded = {packet[4:6] for packet in kernels if not packet[7] and inside(packet)[12:16] == H1 and inside(packet)[4:6] not in cut}
                ours = Counter(map(without_id, made))
                kernels = Counter(without_id(packet) for packet in kernels if packet[4:6] in forwarded)
                if scenario["name"] in FORWARD_DIFFERS:
                    self.assertNotEqual(ours, kernels)
                else:
                    self.assertEqual(ours, kernels)
                    compared += sum(ours.values())
        self.assertGreater(compared, 900)


if __name__ == "__main__":
    harness.main()
