# SPDX-License-Identifier: GPL-2.0-or-later
"""The tunnels of a kernel scenario: their packets, and the words of their commands as settings of `ipip_pushed`.

Nothing here says what an encapsulator makes: a packet on the wire belongs to that on the tunnel device which it holds.
"""

import json
import re
import struct
from dataclasses import dataclass, field

import captures

ETHERNET, RAW, COOKED = 1, 101, 113
PAYLOADS = {0x0800: 1, 0x86DD: 2, 0x8847: 8}  # EtherType: enum ipip_payload
FRAME = 4

# Mode or type, over IPv6 or not: the kinds.
KINDS = {
    ("ipip", False): ["ipip"], ("sit", False): ["6in4"], ("isatap", False): ["6in4"], ("gre", False): ["gre"],
    ("gretap", False): ["gretap"], ("erspan", False): ["erspan"], ("vti", False): ["ipip"],
    ("ipip6", True): ["4in6"], ("ip6ip6", True): ["6in6"], ("any", True): ["4in6", "6in6"], ("ip6gre", True): ["gre6"],
}
ANY = ["ipip", "6in4", "mpls-in-ip"]  # of links with `mode any`
DF_COPY, DF_CLEAR, ID_ZERO_WITH_DF = 1, 2, 3


@dataclass
class Packet:
    way: str  # O: out, I: in
    type: int  # EtherType
    octets: bytes

    @property
    def is_ipv6(self):
        return self.type == 0x86DD


@dataclass
class Tunnel:
    command: str
    local: bytes = b""
    settings: list = field(default_factory=list)
    has_automatic_port: bool = False
    has_frames: bool = False
    is_protected: bool = False  # by ESP


def unpadded(type, octets):
    if type == 0x0800 and len(octets) >= 20:
        return octets[:max(20, struct.unpack(">H", octets[2:4])[0])]
    if type == 0x86DD and len(octets) >= 40:
        return octets[:40 + struct.unpack(">H", octets[4:6])[0]]
    return octets


def packets(folder, scenario, name, has_frames=False):
    """Of one capture; whole frames where the tunnel holds these."""
    path = folder / (name + ".pcap")
    if name not in scenario["captures"] or not path.exists():
        return []
    found = []
    for way, record in zip(scenario["captures"][name]["direction"], captures.read(path), strict=True):
        octets, link = record.octets, record.link_type
        if link == RAW:
            type, packet = {4: 0x0800, 6: 0x86DD}.get(octets[0] >> 4, 0x8847), octets
        elif link == COOKED:
            type, packet = struct.unpack(">H", octets[14:16])[0], octets[16:]
        else:
            type, packet = struct.unpack(">H", octets[12:14])[0], octets[14:]
        found.append(Packet(way, type, octets if has_frames else unpadded(type, packet)))
    return found


def address(text):
    import ipaddress
    return ipaddress.ip_address(text).packed


def route_of(scenario, namespace):
    """A light-weight tunnel has its configuration in the route."""
    for line in scenario["setup"]:
        match = re.search(r"encap ip id \d+ dst (\S+) src (\S+) ttl (\d+) tos (\S+)", line["cmd"])
        if match and line["ns"] == namespace:
            dst, src, ttl, tos = match.groups()
            return ["local", src, "remote", dst, "ttl", ttl, "tos", str(int(tos, 0)), "df", str(DF_CLEAR)]
    return []


def prefix_of(scenario, namespace):
    found = [line["cmd"].split("6rd-prefix ")[1].split()[0] for line in scenario["setup"]
             if "6rd-prefix" in line["cmd"] and line["ns"] == namespace]
    return ["prefix", found[0]] if found else []


def kinds_of(words, is_over_ipv6):
    mode = words.get("mode", words.get("type"))
    if mode == "any" and not is_over_ipv6:
        return ANY
    return KINDS[mode, is_over_ipv6]


def settings_of(words, flags, kinds):
    """Word by word."""
    settings = [word for name in ("local", "remote") if name in words for word in (name, words[name])]
    if words.get("ttl", "inherit") != "inherit":
        settings += ["ttl", words["ttl"]]
    if words.get("tos") == "inherit":
        settings += ["tos_inherit", "1"]
    if "nopmtudisc" in flags:
        settings += ["df", str(DF_CLEAR if kinds == ["6in4"] or "ignore-df" in flags else DF_COPY)]
    if "key" in words:
        settings += ["has_key", "1", "key", str(int(words["key"], 0))]
    settings += [word for flag, name in (("csum", "has_checksum"), ("seq", "has_sequence")) if flag in flags for word in (name, "1")]
    if words.get("encaplimit") == "none":
        settings += ["has_limit", "0"]
    if "encap" in words:
        settings += ["encap", {"fou": "1", "gue": "2"}[words["encap"]], "destination_port", words["encap-dport"]]
    return settings + (["erspan_index", words["erspan"]] if "erspan" in words else [])


def tunnel_of(scenario, line):
    text = line["cmd"].split(" add ")[1].split()[1:]
    flags = [word for word in text if word in ("csum", "seq", "nopmtudisc", "ignore-df", "external")]
    pairs = [word for word in text if word not in flags]
    words = dict(zip(pairs[::2], pairs[1::2], strict=True))
    kinds = kinds_of(words, line["cmd"].startswith("ip -6"))
    tunnel = Tunnel(line["cmd"], has_frames=kinds[0] in ("gretap", "erspan"), has_automatic_port=words.get("encap-sport") == "auto")
    tunnel.settings = ["kind", kinds[0]] + [word for kind in kinds[1:] for word in ("also", kind)] + settings_of(words, flags, kinds)
    tunnel.settings += prefix_of(scenario, line["ns"])
    if "external" in flags:
        tunnel.settings += route_of(scenario, line["ns"])
    if words.get("mode") == "isatap":
        tunnel.settings += ["is_isatap", "1"]
    if words.get("mode") == "vti":  # ESP in tunnel mode: what xfrm makes
        tunnel.settings += ["ttl", "64", "tos_inherit", "1", "df", str(DF_COPY), "id", str(ID_ZERO_WITH_DF)]
    tunnel.is_protected = "keys" in scenario
    tunnel.local = address(tunnel.settings[tunnel.settings.index("local") + 1])
    return tunnel


def load(folder):
    return json.loads((folder / "scenario.json").read_text())


def sides(scenario):
    """(tunnel, capture on its device, capture on the wire) at both ends."""
    first = {}
    for line in scenario["tunnel"]:
        first.setdefault(line["ns"], line)
    return [(tunnel_of(scenario, first[namespace]), *names)
            for namespace, *names in (("ns1", "inner", "outer"), ("ns2", "inner2", "outer2"))]
