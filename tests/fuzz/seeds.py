# SPDX-License-Identifier: GPL-2.0-or-later
"""Seeds for the fuzz targets, from the packets of the project's generator: seeds.py FOLDER writes one folder a target."""

import gzip
import sys
from pathlib import Path

from carriers import CARRIERS, ERSPAN_3_IP
from vectors import ALL
from packets import pcap, pcapng_interface, pcapng_packet, pcapng_section

WORDS = ("local 192.0.2.1 remote 192.0.2.2 ttl 64 tos inherit pmtudisc", "mode ipip remote 10.0.0.2 local 10.0.0.1 tos inherit/0x10",
         "ip tunnel add tun1 mode ip4ip4 local 1.1.1.1 remote 2.2.2.2 dev eth0 ttl inherit nopmtudisc",
         "local 1.1.1.1 remote 2.2.2.2 ttl 7 df copy",
         "ip -6 tunnel add t mode ipip6 remote 2001:db8::1 local 2001:db8::2 encaplimit none flowlabel 12345 tclass 0x20 dscp inherit hoplimit 7",
         "ip link add t type ip6gre remote 2001:db8::1 local 2001:db8::2 ikey 1 okey 1.2.3.4 ocsum tclass inherit encap gue encap-dport 6080 noencap-csum6",
         "ip tunnel add r mode sit local 1.1.1.1 ttl 64; ip tunnel 6rd dev r 6rd-prefix 2001:db8::/32 6rd-relay_prefix 10.0.0.0/8",
         "ip tunnel add i mode isatap local 1.1.1.1\nip tunnel prl dev i prl-default 1.1.1.2", "type sit local 1.1.1.1 remote 2.2.2.2 tos 1",
         "ip link add f type gre local 1.1.1.1 remote 2.2.2.2 encap fou encap-sport auto encap-dport 5555 nopmtudisc ignore-df; ip fou add port 5555 ipproto 47",
         "type erspan local 1.1.1.1 remote 2.2.2.2 seq key 7 erspan_ver 2 erspan_dir egress erspan_hwid 3", "mode minimal remote 1.1.1.1",
         "ip link add name t type ipip local 1.1.1.1 remote 2.2.2.2 hoplimit 7 ecn compatibility id zero df clear")

POLICIES = ("# ours\n[policy]\nprofile=linux\nvantage=entry\ninner-side=lan\nsite=10.1.0.0/16;10.2.0.0/16\n"
            "endpoints=10.0.0.1-10.0.0.2;10.0.0.1-10.0.0.3\nfail-on=error\nlearn=1000\n",
            "[tunnel 10.0.0.1 10.0.0.2]\nprofile=vpp\nttl=64\ntos=EF\ndf=copy\nmtu=1480\nvantage=mid\n[tunnel 10.0.0.2 10.0.0.1]\nttl=inherit\ntos=0x10\n",
            "[rule IPIP106]\nseverity=off\nreason=the provider\\sfilters \\\\ ICMP\n[rule df-not-propagated]\nseverity=warning\r\n",
            "\ufeff[policy]\nlearn[de]=1\n", "[rule IPIP105]\nreason=x\n[rule df-not-propagated]\nseverity=note\n")


ALL_KINDS = b"\xff\xff\xff\xff\0"
IPV4, IPV6 = "45000000000100004011000" + "00a0000010a000002", "600000000000%s40" + "20010db8000000000000000000000001" * 2
KINDS = (IPV4.replace("4011", "4029"), IPV4 + "c00015b300000000", IPV4 + "c00015b4000000000000" + "0800", IPV4 + "c00017c00000000000040000",
         IPV4 + "c00017c0000000000204000180000000" + "0014001a", IPV4 + "c0001292000000003000080000000001" + "00000002",
         IPV4.replace("4011", "4037") + "0480" + "0000" + "0a000003" + "0a000004", IPV4.replace("4011", "4089") + "00064140",
         IPV6 % "04", IPV6 % "3c" + "0400040104010100", IPV6 % "2f" + "00000800", IPV6 % "2c" + "3c00000100000009" + "0400040104010100",
         IPV6 % "33" + "0404000000000100000000010000000000000000" + "00000000")

FRAGMENTS = ((IPV6.replace("0000%s", "0020%s") % "2c" + "0400000100000009" + "45000020000200003ffd00000a0101010a01020200010203",
              IPV6.replace("0000%s", "0010%s") % "2c" + "0400001800000009" + "0405060708090a0b"),
             ("450000240021200" + "03f3700000a0000010a000002" + "378000000a0000040a00000304800000",
              "4500003c002100023f3700000a0000010a0000020a0000060a000005" + "45000020000200003ffd00000a0101010a010202" + "00" * 12))


def frames():
    for _, vector in ALL:
        if vector.link_type == 1:
            for case in filter(None, (vector.fail, vector.clean, vector.unknown)):
                yield [frame[0] if isinstance(frame, tuple) else frame for frame in case]


def seeds():
    few = [frame[0] for frame in frames()][:3]
    for case in frames():
        packets = [frame[14:] for frame in case]
        short = [packet for packet in packets if len(packet) < 256][:64]
        yield "judge", b"\0" + b"".join(bytes([len(packet), 0]) + packet for packet in short)
        yield "decap", b"\0\0\0" + packets[0][:200]
        yield "encap", bytes(32) + packets[0][20:220]
        yield "encap", bytes(10) + b"\2\0\1\0\1\0" + bytes(16) + packets[0][20:220]
        yield "link", b"\0\1" + case[0][:200]
        yield "filter", b"\0\1" + case[0][:200]
    for kind in range(21):
        for frame in few:
            yield "encap", bytes(16) + bytes((kind, kind % 3)) + bytes(14) + frame[14:214]
            yield "encap", bytes(16) + bytes((kind, kind % 3)) + bytes(14) + frame[:200]
    for carrier in (*CARRIERS, ERSPAN_3_IP):
        yield "link", b"\0\1" + carrier.carry(case[0])[:240]
        yield "judge", b"\0" + b"".join(bytes([len(frame) - 14, 0]) + frame[14:] for frame in map(carrier.carry, few))
        yield "decap", b"\0\0\0" + carrier.carry(few[0])[14:214]
        yield "stack", ALL_KINDS + carrier.carry(few[0])[14:214]
        yield "decap", b"\x28\0\0" + carrier.carry(few[0])[14:214]
    for hexadecimal in KINDS:
        yield "stack", ALL_KINDS + bytes.fromhex(hexadecimal) + few[0][14:214]
        yield "decap", b"\x28\0\0" + bytes.fromhex(hexadecimal) + few[0][14:214]  # all kinds, one header
    for fragments in FRAGMENTS:
        yield "unwrap", b"".join(bytes([len(packet), 0]) + packet for packet in map(bytes.fromhex, fragments))
    yield "link", b"\0\x65" + packets[0]
    yield "link", b"\1\x14" + b"\x08\0" + bytes(18) + packets[0]
    yield "reassembly", bytes((1, 0, 4, 0x80, 1, 4, 4, 0x80, 1, 8, 1, 3))
    for data in (pcap(few), pcap(few, big_endian=True, nanoseconds=True),
                 pcapng_section() + pcapng_interface(1, name="eth0", resolution=9) + b"".join(map(pcapng_packet, few))):
        yield "capture", data
        yield "capture", gzip.compress(data)
    for words in WORDS:
        yield "words", words.encode()
    for policy in POLICIES:
        yield "policy", policy.encode()


def main():
    for number, (target, data) in enumerate(seeds()):
        path = Path(sys.argv[1]) / target / ("seed-%03d" % number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


if __name__ == "__main__":
    main()
