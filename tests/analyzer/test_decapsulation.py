# SPDX-License-Identifier: GPL-2.0-or-later
"""What came out of Linux 6.1 on the far tunnel device, against what `ipip decap` makes of the wire, for every kind: all octets.

A decapsulator without the configuration of the tunnel knows neither its key nor which addresses 6to4 and 6rd must embed: what the
kernel dropped for that comes out of `ipip decap`, and is counted here; with --tunnel it does not. ESP needs its keys, or to know that there is no cipher, and how long its
check value is: without that it stays as it is.
"""

import re
import struct
import tempfile
import unittest
from collections import Counter
from pathlib import Path

import captures
import harness
import sibling_tunnels
from other_kinds import CLEAR, in_kind
from packets import pcap
from sibling_tunnels import CONTRACT, folder_of
from tunnel_packets import fragments, inner

ETHERNET = 1

# How many tunnel packets arrived, by scenario; those of ipip itself are in test_kernel.py.
ARRIVED = {
    "6rd": 5, "erspan": 6, "erspan-ecn": 38, "fou-gre": 29, "fou-ip6gre": 32, "fou-ip6tnl-ip6ip6": 23,
    "fou-ip6tnl-ipip6": 23, "fou-ipip": 30, "fou-sit": 25, "gre-all": 31, "gre-csum": 31, "gre-ecn-decap": 16,
    "gre-hdr-default": 38, "gre-hdr-nopmtudisc": 38, "gre-hdr-nopmtudisc-ignore-df": 38, "gre-hdr-ttl-64": 41,
    "gre-iseq-icsum": 10, "gre-key": 31, "gre-key-mismatch": 6, "gre-plain": 31, "gretap": 9, "gretap-ecn": 38,
    "gretap-tos-inherit": 38, "gue-ip6tnl": 34, "gue-ip6tnl-limit": 34, "gue-ipip": 29, "gue-sit": 25, "ip6gre": 66,
    "ip6gre-ecn-decap": 32, "ip6gre-err-crafted": 28, "ip6gre-flowlabel-inherit": 38, "ip6gre-key-csum-seq": 38,
    "ip6gre-tclass-inherit": 38, "ip6gretap": 47, "ip6gretap-inherit": 48, "ip6tnl-ah-transport": 21,
    "ip6tnl-any": 65, "ip6tnl-ecn-decap": 32, "ip6tnl-err-crafted": 28, "ip6tnl-flowlabel": 38,
    "ip6tnl-flowlabel-inherit": 38, "ip6tnl-ip6ip6": 31, "ip6tnl-ip6ip6-nolimit": 29, "ip6tnl-ipip6": 34,
    "ip6tnl-ipip6-nolimit": 34, "ip6tnl-limit": 3, "ip6tnl-outer-fragments": 8, "ip6tnl-tclass-b8": 38,
    "ipip-ah-transport": 16, "ipip-esp-transport": 17, "ipip-external": 36, "ipip-mplsip": 8, "isatap": 8,
    "sit-default": 46, "sit-ecn-decap": 16, "sit-err-crafted": 36, "sit-iplink-default": 46, "sit-mode-any": 14,
    "sit-nopmtudisc": 46, "sit-tos-b9": 46, "sit-tos-inherit": 46, "sit-ttl-64": 47, "sit-ttl-inherit": 46,
    "vti-null": 37,
}
# What the kernel dropped by the configuration of the tunnel alone: wrong key, spoofed address.
CONFIGURED = {"gre-key-mismatch": 6, "6rd": 1, "gre-iseq-icsum": 6, "ip6gre-key-csum-seq": 4}
ECN_DROPPED = {"erspan-ecn": 1, "gre-ecn-decap": 1, "gretap-ecn": 1, "gretap-tos-inherit": 1, "ip6gre-ecn-decap": 2, "ip6gretap": 1, "ip6gretap-inherit": 1,
               "ip6tnl-ecn-decap": 2, "ip6tnl-outer-fragments": 1, "sit-ecn-decap": 1}
OPAQUE = {"ipip-esp-transport": 17, "vti-null": 37}
FOU = {"4": "fou-ipip", "41": "fou-sit", "47": "fou-gre"}


def arriving(folder, scenario, name):
    """A capture of what came in from the wire."""
    data = (folder / (name + ".pcap")).read_bytes()
    kept, at = data[:24], 24
    for way in scenario["captures"][name]["direction"]:
        length = struct.unpack("<I", data[at + 8:at + 12])[0]
        kept += data[at:at + 16 + length] if way == "I" else b""
        at += 16 + length
    return kept


def packet_of(record, has_frames):
    """Without its link header, and no octet more."""
    if record.link_type == ETHERNET and not has_frames:
        return record.octets[14:]
    return record.octets[16:] if record.link_type == sibling_tunnels.COOKED else record.octets


def coming_out(folder, scenario, name, has_frames):
    """On the tunnel device; of frames also those to all and to others."""
    ways = "IBM" if has_frames else "I"
    records = captures.read(folder / (name + ".pcap"))
    return [packet_of(record, has_frames)
            for way, record in zip(scenario["captures"][name]["direction"], records, strict=True) if way in ways]


def class_of(octets):
    """DSCP and ECN."""
    return octets[1] if octets[0] >> 4 == 4 else int.from_bytes(octets[:2], "big") >> 4 & 0xFF


def without_class(octets):
    """Nor the IPv4 checksum over it."""
    return octets[:1] + octets[2:10] + octets[12:] if octets[0] >> 4 == 4 else bytes([0x60, octets[1] & 15]) + octets[2:]


def declared(scenario):
    """The UDP ports of ip-fou(8), and ESP without a cipher."""
    if any("cipher_null" in line["cmd"] for line in scenario["setup"]):
        return ["--esp-null", "16"]  # auth-trunc ... 128
    found = {(port, FOU.get(protocol, "gue")) for line in scenario["setup"]
             for port, protocol in re.findall(r"ip fou add port (\d+) (?:ipproto (\d+)|gue)", line["cmd"])}
    return [word for port, kind in sorted(found) for word in ("--udp-tunnel", port + "=" + kind)]


def decapsulated(data, *arguments):
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "out.pcap"
        result = harness.run("decap", "--only-tunnel", *arguments, "-w", out, "-", stdin=data, text=False)
        assert result.returncode == 0, result.stderr
        return captures.read(out), result.stderr.decode()


def counted(text, summary):
    found = re.search(r"(\d+) " + text, summary)
    return int(found[1]) if found else 0


class Decapsulation(unittest.TestCase):
    def compare(self, name, made, kernels):
        """In order; what the configuration alone drops comes between."""
        rest = iter(made)
        missing = [octets.hex() for octets in kernels if octets not in rest]
        self.assertEqual(missing, [])
        self.extra[name] += len(made) - len(kernels)

    def test_all_that_came_out_of_the_kernel_comes_out(self):
        self.extra, arrived, ecn, opaque = Counter(), Counter(), Counter(), Counter()
        for name in ARRIVED:
            folder = folder_of(name)
            scenario = sibling_tunnels.load(folder)
            for tunnel, inside, outside in sibling_tunnels.sides(scenario):
                if not all((folder / (one + ".pcap")).exists() for one in (inside, outside)):
                    continue  # that end was not captured
                with self.subTest(name, tunnel=tunnel.text):
                    made, summary = decapsulated(arriving(folder, scenario, outside), *declared(scenario))
                    ecn[name] += counted("not decapsulated: dropped by ECN", summary)
                    opaque[name] += counted("not decapsulated: encrypted", summary)
                    arrived[name] += len(made)
                    made = [packet_of(record, tunnel.has_frames) for record in made]
                    self.compare(name, made, coming_out(folder, scenario, inside, tunnel.has_frames))
        self.assertEqual(+self.extra, Counter(CONFIGURED))
        self.assertEqual(+ecn, Counter(ECN_DROPPED))
        self.assertEqual(+opaque, Counter())
        self.assertEqual(arrived + ecn, Counter(ARRIVED))
        self.assertEqual(sum(ARRIVED.values()), 1974)
        self.assertEqual(sum(arrived[name] + ecn[name] + opaque[name] for name in CONTRACT), 1081)

    def test_the_configuration_of_the_exit(self):
        """With the words of the exit exactly what came out of it: not what it dropped for its key, order, checksum, or address."""
        self.extra = Counter()
        for name in ARRIVED:
            folder = folder_of(name)
            scenario = sibling_tunnels.load(folder)
            for tunnel, inside, outside in sibling_tunnels.sides(scenario):
                if tunnel.is_protected or not all((folder / (one + ".pcap")).exists() for one in (inside, outside)):
                    continue
                with self.subTest(name, tunnel=tunnel.text):
                    made, _ = decapsulated(arriving(folder, scenario, outside), *declared(scenario), "--tunnel", tunnel.text, "--drop-invalid")
                    self.compare(name, [packet_of(record, tunnel.has_frames) for record in made],
                                 coming_out(folder, scenario, inside, tunnel.has_frames))
        self.assertEqual(+self.extra, Counter())

    def test_esp_stays_as_it_is_unless_declared(self):
        for name, count in OPAQUE.items():
            folder = folder_of(name)
            scenario = sibling_tunnels.load(folder)
            found = [counted("not decapsulated: encrypted", decapsulated(arriving(folder, scenario, outside), *words)[1])
                     for words in ([], ["--esp-null", "12"], ["--esp-null", "16,8"])
                     for _, inside, outside in sibling_tunnels.sides(scenario)
                     if all((folder / (one + ".pcap")).exists() for one in (inside, outside))]
            with self.subTest(name):
                self.assertEqual(sum(found), 3 * count)

    def test_fragments_of_esp(self):
        """Whole where it is in clear and declared; else the fragments stay as they came."""
        whole = bytes(inner(payload=bytes(range(200))))
        pieces = in_kind(fragments(whole, 104), CLEAR)
        self.assertEqual([octets[23] for octets in pieces], [50, 50])
        data = pcap(pieces)
        made, summary = decapsulated(data, "--esp-null", "16")
        self.assertEqual([packet_of(record, False) for record in made], [whole])
        self.assertEqual(counted("reassembled from 2 outer fragments", summary), 1)
        with tempfile.TemporaryDirectory() as scratch:
            out = Path(scratch) / "out.pcap"
            harness.run("decap", "-w", out, "-", stdin=data, text=False)
            self.assertEqual([record.octets for record in captures.read(out)], pieces)

    def test_dscp_inherit(self):
        """`dscp inherit`, which the wire does not show: Linux writes the outer DSCP into the header inside, and nothing else is other."""
        for name in ("ip6tnl-dscp-inherit", "ip6gre-dscp-inherit"):
            folder = folder_of(name)
            scenario = sibling_tunnels.load(folder)
            data = arriving(folder, scenario, "outer2")
            wire = [record.octets[14:] for record in captures.read(data) if record.octets[12:14] == b"\x86\xdd"]
            outside = [class_of(octets) for octets in wire if octets[6] in (4, 41, 47, sibling_tunnels.DESTINATION_OPTIONS)]
            made = [packet_of(record, False) for record in decapsulated(data)[0]]
            kernels = coming_out(folder, scenario, "inner2", False)
            self.assertEqual([without_class(octets) for octets in made], [without_class(octets) for octets in kernels])
            expected = [outer & 0xFC | class_of(octets) & 3 for outer, octets in zip(outside, made, strict=True)]
            self.assertEqual([class_of(octets) for octets in kernels], expected)

    def test_kinds_are_chosen(self):
        folder = folder_of("sit-mode-any")  # IPv4 and IPv6 inside
        data = arriving(folder, sibling_tunnels.load(folder), "outer2")
        made = {kinds: len(decapsulated(data, "--kinds", kinds)[0]) for kinds in ("ipip", "6in4", "ipip,6in4", "gre")}
        self.assertEqual(made["ipip,6in4"], len(decapsulated(data)[0]))
        self.assertEqual(made["ipip"] + made["6in4"], made["ipip,6in4"])
        self.assertTrue(made["ipip"] and made["6in4"] and not made["gre"])
        self.assertEqual(len(decapsulated(data, "--kinds", "all")[0]), made["ipip,6in4"])

    def test_what_is_no_kind(self):
        for arguments, message in ((("--kinds", "gre,erpsan"), "--kinds erpsan: it must be one of ipip,"), (("--kinds", "erpsan"), "did you mean erspan?"), (("--kinds", "wireguard"), "it must be one of ipip, 6in4,"),
                                   (("--kinds", "gre,sit"), "--kinds sit: write 6in4"),
                                   (("--kinds", ","), "names none"), (("--udp-tunnel", "5555"), "it must be PORT=KIND"),
                                   (("--udp-tunnel", "0=gue"), "a port from 1 to 65535"),
                                   (("--udp-tunnel", "5555=fou-ipop"), "did you mean fou-ipip?"),
                                   *((("--esp-null", text), "--esp-null %s: it must be one of 12, 16, 24, 32, 12,8, 16,8" % text)
                                     for text in ("", "13", "16,", "16,4", "16 ", "-16", "0", "16,8x", "99999999999999999999"))):
            with self.subTest(arguments):
                result = harness.run("decap", *arguments, "-w", "-", "-", stdin="")
                self.assertEqual(result.returncode, 2)
                self.assertIn(message, result.stderr)

    def test_frames_need_ethernet(self):
        folder = folder_of("gretap")
        data = arriving(folder, sibling_tunnels.load(folder), "outer2")
        raw = data[:20] + struct.pack("<I", sibling_tunnels.RAW)
        at = 24
        while at < len(data):  # the same without Ethernet headers
            length, wire = struct.unpack("<II", data[at + 8:at + 16])
            raw += data[at:at + 8] + struct.pack("<II", length - 14, wire - 14) + data[at + 30:at + 16 + length]
            at += 16 + length
        made, summary = decapsulated(raw)
        self.assertEqual(made, [])
        self.assertEqual(counted("not decapsulated: an Ethernet frame inside needs", summary), len(decapsulated(data)[0]))


if __name__ == "__main__":
    harness.main()
