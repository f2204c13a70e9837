# SPDX-License-Identifier: GPL-2.0-or-later
"""Seeds for the fuzz targets, from the packets of the project's generator: seeds.py FOLDER writes one folder a target."""

import gzip
import random
import struct
import sys
from pathlib import Path

from carriers import CARRIERS, ERSPAN_3_IP
from vectors import ALL
from packets import pcap, pcapng_block, pcapng_interface, pcapng_option, pcapng_packet, pcapng_section
from vector import TUNNEL, TUNNEL6

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


LINKS = (101, 1, 113, 276, 0, 12, 228, 229, 239, 9, 104, 108)


VERB_LINES, TUNNELS_LINES, WRITER_NAMES, OPTION_VERBS = 27, (13, 14, 15, 26), 6, 10  # as many as the targets have

COMMANDS = ("--kinds all x.pcap", "--kinds ipip,gre --udp-tunnel 5555=fou-gre --vantage entry x", "--profile linux --mtu 1400 --jobs 2 x y",
            "--format json --fail-on error --min-severity note x", "--format=html --site 10.0.0.0/8 --endpoints 10.0.0.1-10.0.0.2 x",
            "--vantage 10.0.0.1=entry --select IPIP101,IPIP3 --ignore df-not-propagated x", "--inner tcp --filter ip x", "IPIP101 IPIP999 ttl",
            "--depth 2 --all --ecn-decap rfc6040 x", "--tunnel local\\ 1.1.1.1 x", "--group-by tunnel --max-findings 3 --merge x y",
            "--help", "--manual", "--complete --fo", "--inner-side lan --window 2 --baseline b --config c x", "--color always --quiet -- -x")

BASELINES = ('{"type":"ipip-baseline","version":2}\n'
             '{"rule":"IPIP101","slug":"dscp-not-copied","src":"10.0.0.1","dst":"10.0.0.2","layer":0,'
             '"values":{"outer_dscp":0,"inner_dscp":46}}\n',
             '{"type":"ipip-baseline","version":2}\n'
             '{"rule":"IPIP813","src":"2001:db8::1","dst":"2001:db8::2","mode":"gre6","key":7,"layer":1,"severity":"note","values":{}}\n\n',
             '{"type":"ipip-baseline","version":1}\n')


def captures():
    """Files with tunnels of several kinds, damaged ones too."""
    some = list(frames())
    few = [frame for case in some[::97] for frame in case][:24]
    carried = [carrier.carry(few[0]) for carrier in CARRIERS]
    data = pcap(few)
    yield from (data, pcap(carried, nanoseconds=True), pcap(few[:4], big_endian=True), data[:-9], data[:24], gzip.compress(data))
    yield pcapng_section() + pcapng_interface(1, name="eth0", resolution=9) + b"".join(map(pcapng_packet, few))
    comment = pcapng_option(1, b"a comment") + pcapng_option(0, b"")
    statistics = struct.pack("<III", 0, 395813, 1234567890) + pcapng_option(4, bytes(8)) + pcapng_option(5, struct.pack("<Q", 7)) + pcapng_option(0, b"")
    yield (pcapng_section() + pcapng_interface(1, snaplen=96, offset=-5) + pcapng_packet(few[0], options=comment)
           + pcapng_block(3, struct.pack("<I", len(few[1])) + few[1]) + pcapng_packet(few[1][:96], wire=len(few[1])) + pcapng_block(5, statistics))
    yield pcapng_section(">") + pcapng_interface(101, order=">") + b"".join(pcapng_packet(frame[14:], order=">") for frame in few[:5])


def cases():
    for _, vector in ALL:
        if vector.link_type == 1:
            yield from filter(None, (vector.fail, vector.clean, vector.unknown))


def declared():
    """Vectors with a policy, and their captures."""
    for _, vector in ALL:
        for capture in filter(None, (vector.fail, vector.clean) if vector.config and vector.link_type == 1 else ()):
            yield vector.config, capture


def frames():
    for case in cases():
        yield [frame[0] if isinstance(frame, tuple) else frame for frame in case]


def step_of(gap):
    """A gap in nanoseconds, as an exponent and a factor; backwards where it is negative."""
    exponent = max(0, abs(gap).bit_length() - 8)
    return exponent | (0x80 if gap < 0 else 0), abs(gap) >> exponent


def record(frame, link=1, gap=None, circumstances=0):
    """A record of a capture for fuzz_judge, as long after the one before as in the capture that packets.pcap() writes."""
    octets, wire = frame if isinstance(frame, tuple) else (frame, len(frame))
    step = step_of(getattr(octets, "gap", 10**9) if gap is None else gap)
    return bytes((*step, LINKS.index(link), circumstances | (0x10 if wire > len(octets) else 0))) + len(octets).to_bytes(2, "big") + octets


GAPS = (None, None, 0, 1000, 10**8, -10**6, 3 * 10**9, 65 * 10**9, 700 * 10**9, -10**12, 40 * 86400 * 10**9, 2**61)


def mixtures(cases, count=400):
    """Captures of several vectors, one in another: links, clocks that jump, places of capture, packets kept as context."""
    chance = random.Random(17)
    for number in range(count):
        lists = [list(chance.choice(cases)) for _ in range(chance.randint(2, 6))]
        records = []
        while any(lists):
            frame = chance.choice([frames for frames in lists if frames]).pop(0)
            gap = chance.choice(GAPS) if number % 4 else None
            circumstances = chance.choice((0, 0, 0, 1, 2, 0x20, 0x40, 0x80)) if number % 2 else 0
            octets = frame[0] if isinstance(frame, tuple) else frame
            if chance.random() < 0.2:
                records.append(record(octets[14:], 101, gap, circumstances))
            else:
                records.append(record(frame, 1, gap, circumstances))
        yield bytes((chance.randrange(64), chance.randrange(16))) + b"".join(records)


def pairs():
    """Both sides of a tunnel: what it carries, then the tunnel packet, which was captured elsewhere; then an ICMP error or what else there is."""
    chance = random.Random(15)
    some = [case for case in frames() if len(case) < 12 and all(len(frame) > 54 for frame in case)]
    for number, case in enumerate(some[::3]):
        records = []
        for frame in case:
            inside, outside = record(frame[34:], 101, 10**6), record(frame, 1, 10**6, 0x80)
            records += chance.choice(([inside, outside], [outside, inside], [inside, outside, outside], [inside], [outside]))
        yield bytes((number % 32,)) + b"".join(records)


def seeds():
    few = [frame[0] for frame in frames()][:3]
    for case in frames():
        packets = [frame[14:] for frame in case]
        yield "decap", b"\0\0\0" + packets[0][:200]
        yield "encap", bytes(32) + packets[0][20:220]
        yield "encap", bytes(10) + b"\2\0\1\0\1\0" + bytes(16) + packets[0][20:220]
        yield "link", b"\0\1" + case[0][:200]
        yield "filter", b"\0\1" + case[0][:200]
    for capture in cases():
        for how in (b"\0\4", b"\0\6", b"\x11\x14"):  # with tables of either size; as seen at the entry, with guesses
            yield "judge", how + b"".join(map(record, capture))
    for config, capture in declared():
        yield "policy", config.encode()
        for section, bits in ((TUNNEL, 0x26), (TUNNEL6, 0x66)):
            lines = config.partition(section)[2].encode()[:255]
            if lines:
                yield "judge", bytes((0, bits, len(lines))) + lines + b"".join(map(record, capture))
    for both in pairs():
        yield "pair", both
    for capture in mixtures([case for case in cases() if len(case) < 40]):
        yield "judge", capture
    for kind in range(21):
        for frame in few:
            yield "encap", bytes(16) + bytes((kind, kind % 3)) + bytes(14) + frame[14:214]
            yield "encap", bytes(16) + bytes((kind, kind % 3)) + bytes(14) + frame[:200]
    for carrier in (*CARRIERS, ERSPAN_3_IP):
        yield "link", b"\0\1" + carrier.carry(case[0])[:240]
        yield "judge", b"\0\4" + b"".join(map(record, map(carrier.carry, few)))
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
    for capture in captures():
        for line in range(VERB_LINES):
            yield "verbs", bytes((line,)) + capture
        for name in range(WRITER_NAMES):
            yield "writer", bytes((name,)) + capture
    for case in list(frames())[::41]:
        for line in TUNNELS_LINES:
            yield "verbs", bytes((line,)) + pcap(case)
    for words in COMMANDS:
        for verb in range(OPTION_VERBS):
            yield "options", bytes((verb,)) + words.replace(" ", "\n").encode()
    for baseline in BASELINES:
        yield "baseline", baseline.encode()
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
