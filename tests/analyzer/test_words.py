# SPDX-License-Identifier: GPL-2.0-or-later
"""The words of ip-tunnel(8), ip-link(8) and ip-fou(8): which tunnel they describe, and which are refused.

What is expected comes from the grammar of iproute2 and from what Linux 6.1 makes of it, never from the reader itself.
"""

import itertools
import json
import re
import subprocess
import unittest

import harness
from harness import KERNEL, TESTDATA, WORDS, sound

SIBLINGS = TESTDATA / "siblings"

A4, B4 = "192.0.2.1", "192.0.2.2"
A6, B6 = "2001:db8::1", "2001:db8::2"
ENDS4 = "local %s remote %s" % (A4, B4)
ENDS6 = "local %s remote %s" % (A6, B6)

NO_GRE = {"key": None, "csum": False, "seq": False}

# What Linux makes without further words.
OVER_IPV4 = {
    "local": A4, "remote": B4, "ttl": 0, "tos": 0, "tos_inherit": False, "ecn": "rfc3168-full", "df": "set", "id": "counter", "limit": None,
    "label_policy": "auto", "label": 0, "dscp_inherits": False, "out": NO_GRE, "in": NO_GRE, "erspan_version": 0, "erspan_index": 0,
    "erspan_direction": 0, "erspan_hardware": 0, "encap": "none", "sport": 0, "dport": 0, "udp_csum": False, "prefix": None, "relay": None,
    "isatap": False, "routers": []}
OVER_IPV6 = {**OVER_IPV4, "local": A6, "remote": B6, "ttl": 64, "limit": 4}
GRE_OVER_IPV6 = {**OVER_IPV6, "ecn": "compatibility"}  # the Traffic Class is taken as it is given, without the inner ECN field


def key(number, **more):
    return {**NO_GRE, "key": number, **more}


SESSION = {"out": key(7, seq=True), "in": key(7, seq=True), "erspan_version": 1}

# mode or type, then what it is.
MODES = [
    *(("mode " + name, ENDS4, OVER_IPV4, ["ipip"]) for name in ("ipip", "ip/ip", "ip4ip4", "ipv4/ipv4")),
    *(("mode " + name, ENDS4, OVER_IPV4, ["6in4"]) for name in ("sit", "ipv6/ip", "ip6ip", "ipv6/ipv4")),
    *(("mode " + name, ENDS4, OVER_IPV4, ["gre"]) for name in ("gre", "gre/ip")),
    *(("mode " + name, ENDS4, OVER_IPV4, ["mpls-in-ip"]) for name in ("mplsip", "mpls/ipv4")),
    *(("mode " + name, ENDS4, OVER_IPV4, ["ipip", "mpls-in-ip"]) for name in ("any", "any/ipv4")),
    ("mode vti", ENDS4, OVER_IPV4, ["esp"]),
    ("mode minimal", ENDS4, OVER_IPV4, ["minimal"]),
    *(("mode " + name, ENDS6, OVER_IPV6, ["4in6"]) for name in ("ipip6", "ip/ipv6", "ipv4/ipv6", "ip4ip6")),
    *(("mode " + name, ENDS6, OVER_IPV6, ["6in6"]) for name in ("ip6ip6", "ipv6/ipv6")),
    *(("mode " + name, ENDS6, OVER_IPV6, ["4in6", "6in6"]) for name in ("any", "any/ipv6")),
    *(("mode " + name, ENDS6, GRE_OVER_IPV6, ["gre6"]) for name in ("ip6gre", "gre/ipv6")),
    ("type ipip", ENDS4, OVER_IPV4, ["ipip", "mpls-in-ip"]),
    *(("type ipip mode " + name, ENDS4, OVER_IPV4, ["ipip"]) for name in ("ipip", "ip4ip4", "ipv4/ipv4")),
    *(("type ipip mode " + name, ENDS4, OVER_IPV4, ["mpls-in-ip"]) for name in ("mplsip", "mpls/ipv4")),
    *(("type ipip mode " + name, ENDS4, OVER_IPV4, ["ipip", "mpls-in-ip"]) for name in ("any", "any/ipv4")),
    ("type sit", ENDS4, OVER_IPV4, ["ipip", "6in4", "mpls-in-ip"]),
    *(("type sit mode " + name, ENDS4, OVER_IPV4, ["ipip", "6in4", "mpls-in-ip"]) for name in ("any", "any/ipv4")),
    *(("type sit mode " + name, ENDS4, OVER_IPV4, ["6in4"]) for name in ("ip6ip", "ipv6/ipv4")),
    *(("type sit mode " + name, ENDS4, OVER_IPV4, ["ipip"]) for name in ("ipip", "ip4ip4", "ipv4/ipv4")),
    *(("type sit mode " + name, ENDS4, OVER_IPV4, ["mpls-in-ip"]) for name in ("mplsip", "mpls/ipv4")),
    ("type gre", ENDS4, OVER_IPV4, ["gre"]),
    ("type gretap", ENDS4, OVER_IPV4, ["gretap"]),
    ("type erspan", ENDS4 + " seq key 7", {**OVER_IPV4, **SESSION}, ["erspan"]),
    ("type vti", ENDS4, OVER_IPV4, ["esp"]),
    ("type ip6tnl", ENDS6, OVER_IPV6, ["4in6", "6in6"]),
    *(("type ip6tnl mode " + name, ENDS6, OVER_IPV6, ["4in6", "6in6"]) for name in ("any", "any/ipv6")),
    *(("type ip6tnl mode " + name, ENDS6, OVER_IPV6, ["4in6"]) for name in ("ipip6", "ip/ipv6", "ipv4/ipv6", "ip4ip6")),
    *(("type ip6tnl mode " + name, ENDS6, OVER_IPV6, ["6in6"]) for name in ("ip6ip6", "ipv6/ipv6")),
    ("type ip6gre", ENDS6, GRE_OVER_IPV6, ["gre6"]),
    ("type ip6gretap", ENDS6, GRE_OVER_IPV6, ["gretap6"]),
    ("type ip6erspan", ENDS6 + " seq key 7", {**GRE_OVER_IPV6, **SESSION}, ["erspan6"]),
    ("", ENDS4, OVER_IPV4, ["ipip"]),
    ("", ENDS6, OVER_IPV6, ["6in6"]),
]
VTI = ("esp",)  # whose outer header is that of the IPsec policy, not of the words

IPIP, SIT, GRE, SIX, GRE6 = ("%s %s " % words for words in (("mode ipip", ENDS4), ("mode sit", ENDS4), ("mode gre", ENDS4), ("mode ipip6", ENDS6),
                                                            ("mode ip6gre", ENDS6)))
ALONE = "mode sit local %s " % A4
SIT_LINK = "type sit local %s " % A4
GRE_LINK, IPIP_LINK, SIX_LINK = ("type %s %s " % words for words in (("gre", ENDS4), ("ipip", ENDS4), ("ip6tnl", ENDS6)))
ERSPAN = "type erspan %s seq key 7 " % ENDS4
TO_6TO4 = {"remote": None, "prefix": "2002::/16"}
RD = {"remote": None, "prefix": "2001:db8::/32"}

# words, then what differs from the defaults.
OPTIONS = [
    *((IPIP + word + " 64", {"ttl": 64}) for word in ("ttl", "hoplimit", "hlim")),
    (IPIP + "ttl 255", {"ttl": 255}), (IPIP + "ttl 0x40", {"ttl": 64}), (IPIP + "ttl 0", {}), (IPIP + "ttl inherit", {}),
    *((SIX + word + " 7", {"ttl": 7}) for word in ("ttl", "hoplimit", "hlim")),
    (SIX + "hoplimit 0", {"ttl": 0}), (SIX + "hoplimit inherit", {"ttl": 0}),
    *((IPIP + word + " 0x10", {"tos": 0x10}) for word in ("tos", "tclass", "tc", "dsfield")),
    (IPIP + "tos b8", {"tos": 0xb8}), (IPIP + "tos EF", {"tos": 0xb8}), (IPIP + "tos 0x02", {}), (IPIP + "tos 0", {}),
    *((mode + "tos inherit", {"tos_inherit": True}) for mode in (IPIP, SIT, GRE)),
    *((mode + "tos 1", {"tos_inherit": True}) for mode in (IPIP, SIT, GRE)),
    *((mode + "tos inherit/10", {"tos": 0x10, "tos_inherit": True}) for mode in (IPIP, GRE)),
    *((mode + "tos 0x11", {"tos": 0x10, "tos_inherit": True}) for mode in (IPIP, GRE)),
    (SIT + "tos 0x11", {"tos": 0x10}), (SIT + "tos inherit/10", {"tos": 0x10}), (SIT + "tos 3", {}),  # a sit device inherits with 1 only
    *((SIX + word + " b8", {"tos": 0xb8}) for word in ("tos", "tclass", "tc", "dsfield")),
    (SIX + "tclass 0xb9", {"tos": 0xb8}), (SIX + "tclass inherit", {"tos_inherit": True}), (SIX + "tclass 1", {}),
    (GRE6 + "tclass 0xb9", {"tos": 0xb9}), (GRE6 + "tclass inherit", {"tos_inherit": True, "ecn": "copy"}),
    (GRE6 + "tclass inherit ecn normal", {"tos_inherit": True, "ecn": "normal"}),
    (IPIP + "pmtudisc", {}), (IPIP + "nopmtudisc", {"df": "copy"}), (IPIP + "nopmtudisc pmtudisc", {}), (SIT + "nopmtudisc", {"df": "copy"}),
    (GRE + "nopmtudisc", {"df": "copy"}), (GRE_LINK + "nopmtudisc ignore-df", {"df": "clear"}), (GRE_LINK + "ignore-df nopmtudisc", {"df": "clear"}),
    (GRE_LINK + "nopmtudisc ignore-df noignore-df", {"df": "copy"}), (GRE_LINK + "ttl 7 nopmtudisc", {"ttl": 7, "df": "copy"}),
    (IPIP + "ttl 7 df copy", {"ttl": 7, "df": "copy"}), (IPIP + "df clear", {"df": "clear"}), (IPIP + "ttl 7 nopmtudisc df set", {"ttl": 7}),
    (GRE + "ttl 7 df copy", {"ttl": 7, "df": "copy"}),
    (IPIP + "id copy", {"id": "copy"}), (IPIP + "id zero-with-df", {"id": "zero-with-df"}), (IPIP + "ecn compatibility", {"ecn": "compatibility"}),
    (SIX + "ecn normal", {"ecn": "normal"}),
    (SIX + "encaplimit none", {"limit": None}), (SIX + "encaplimit 0", {"limit": 0}), (SIX + "encaplimit 255", {"limit": 255}),
    (SIX + "encaplimit none encaplimit 3", {"limit": 3}), (GRE6 + "encaplimit none", {"limit": None}),
    (SIX + "flowlabel 0x12345", {"label_policy": "fixed", "label": 0x12345}), (SIX + "fl fffff", {"label_policy": "fixed", "label": 0xfffff}),
    (SIX + "flowlabel inherit", {"label_policy": "inherit"}), (SIX + "flowlabel 0x00000", {}), (SIX + "flowlabel zero", {"label_policy": "fixed"}),
    (SIX + "dscp inherit", {"dscp_inherits": True}), (SIX + "allow-localremote", {}),
    *((mode + "key 42", {"in": key(42), "out": key(42)}) for mode in (GRE, GRE6)),
    (GRE + "key 0x11223344", {"in": key(0x11223344), "out": key(0x11223344)}), (GRE + "key 1.2.3.4", {"in": key(0x01020304), "out": key(0x01020304)}),
    (GRE + "key 0", {"in": key(0), "out": key(0)}), (GRE + "key 4294967295", {"in": key(0xffffffff), "out": key(0xffffffff)}),
    (GRE + "ikey 1", {"in": key(1)}), (GRE + "okey 2", {"out": key(2)}), (GRE + "ikey 1 okey 2", {"in": key(1), "out": key(2)}),
    (GRE_LINK + "key 3 noikey", {"out": key(3)}), (GRE_LINK + "key 3 nookey", {"in": key(3)}), (GRE_LINK + "key 3 nokey", {}),
    *((mode + "csum", {"in": {**NO_GRE, "csum": True}, "out": {**NO_GRE, "csum": True}}) for mode in (GRE, GRE6)),
    (GRE + "icsum", {"in": {**NO_GRE, "csum": True}}), (GRE + "ocsum", {"out": {**NO_GRE, "csum": True}}),
    (GRE_LINK + "csum noicsum", {"out": {**NO_GRE, "csum": True}}), (GRE_LINK + "csum noocsum", {"in": {**NO_GRE, "csum": True}}),
    (GRE_LINK + "csum nocsum", {}),
    *((mode + "seq", {"in": {**NO_GRE, "seq": True}, "out": {**NO_GRE, "seq": True}}) for mode in (GRE, GRE6)),
    (GRE + "iseq", {"in": {**NO_GRE, "seq": True}}), (GRE + "oseq", {"out": {**NO_GRE, "seq": True}}),
    (GRE_LINK + "seq noiseq", {"out": {**NO_GRE, "seq": True}}), (GRE_LINK + "seq nooseq", {"in": {**NO_GRE, "seq": True}}), (GRE_LINK + "seq noseq", {}),
    ("mode gre local %s remote 224.1.2.3" % A4, {"remote": "224.1.2.3", "in": key(0xe0010203), "out": key(0xe0010203)}),
    ("mode gre local %s remote 224.1.2.3 okey 5" % A4, {"remote": "224.1.2.3", "in": key(0xe0010203), "out": key(5)}),
    ("mode vti %s key 42" % ENDS4, {}),
    (ERSPAN + "erspan 123", {**SESSION, "erspan_index": 123}), (ERSPAN + "erspan_ver 1", SESSION),
    (ERSPAN + "erspan_ver 2 erspan_dir egress erspan_hwid 63", {**SESSION, "erspan_version": 2, "erspan_direction": 1, "erspan_hardware": 63}),
    (ERSPAN + "erspan_ver 2 erspan_dir ingress", {**SESSION, "erspan_version": 2}),
    ("type erspan %s erspan_ver 0" % ENDS4, {}),
    *((link + "encap fou encap-sport auto encap-dport 5555", {**checksum, "encap": "fou", "dport": 5555})
      for link, checksum in ((IPIP_LINK, {}), (GRE_LINK, {}), ("type sit %s " % ENDS4, {}), (SIX_LINK, {"udp_csum": True}))),
    (IPIP_LINK + "encap gue encap-sport 1000 encap-dport 6080", {"encap": "gue", "sport": 1000, "dport": 6080}),
    (IPIP_LINK + "encap gue encap-dport 6080 encap-csum encap-remcsum", {"encap": "gue", "dport": 6080, "udp_csum": True}),
    (IPIP_LINK + "encap gue encap-dport 6080 encap-csum6", {"encap": "gue", "dport": 6080}),
    (IPIP_LINK + "encap gue encap-dport 6080 encap-csum noencap-csum", {"encap": "gue", "dport": 6080}),
    *((SIX_LINK + "encap gue encap-dport 6080 " + word, {"encap": "gue", "dport": 6080}) for word in ("noencap-udp6-csum", "noencap-csum6")),
    (SIX_LINK + "encap gue encap-dport 6080 noencap-csum", {"encap": "gue", "dport": 6080, "udp_csum": True}),
    (SIX_LINK + "encap gue encap-dport 6080 noencap-csum6 encap-udp6-csum", {"encap": "gue", "dport": 6080, "udp_csum": True}),
    (IPIP_LINK + "encap none", {}), (IPIP_LINK + "noencap", {}),
    (ALONE, TO_6TO4), (ALONE + "remote any", TO_6TO4), (ALONE + "remote 0.0.0.0", TO_6TO4), (SIT_LINK, {**TO_6TO4, "kinds": ["6in4"]}),
    (SIT_LINK + "6rd-prefix 2001:db8::/32", {**RD, "kinds": ["6in4"]}),
    (SIT_LINK + "6rd-prefix 2001:db8::/32 6rd-relay_prefix 10.0.0.0/8", {**RD, "relay": "10.0.0.0/8", "kinds": ["6in4"]}),
    (SIT_LINK + "6rd-prefix 2001:db8::/32 6rd-relay_prefix 0.0.0.0/0", {**RD, "kinds": ["6in4"]}),
    (SIT_LINK + "6rd-prefix 2001:db8::/32 6rd-reset", {**TO_6TO4, "kinds": ["6in4"]}),
    (SIT_LINK + "isatap", {"remote": None, "isatap": True, "kinds": ["6in4"]}),
    ("mode isatap local %s ttl 64" % A4, {"remote": None, "isatap": True, "ttl": 64}),
    ("mode minimal remote " + B4, {"local": None}),
    (IPIP + "dev eth0", {}), (IPIP_LINK + "dev eth0 fwmark 7", {}),
]

# Commands as they are pasted, with the same tunnel in plain words.
COMMANDS = [
    ("ip tunnel add tun1 mode ipip %s ttl 64" % ENDS4, IPIP + "ttl 64"), ("ip tunnel change tun1 mode ipip %s" % ENDS4, IPIP),
    ("ip tun a tun1 mode ipip " + ENDS4, IPIP), ("tunnel add tun1 mode ipip " + ENDS4, IPIP), ("add tun1 mode ipip " + ENDS4, IPIP),
    ("ip tunnel add name tun1 mode ipip " + ENDS4, IPIP), ("ip -4 tunnel add tun1 mode ipip " + ENDS4, IPIP), ("  ip   tunnel add tun1\tmode ipip " + ENDS4, IPIP),
    ("ip -n blue tunnel add tun1 mode ipip " + ENDS4, IPIP), ("sudo ip tunnel add tun1 mode ipip " + ENDS4, IPIP), ("/usr/sbin/ip tunnel add tun1 mode ipip " + ENDS4, IPIP),
    ("sudo ip -6 netns exec blue /sbin/ip tunnel add tun1 mode ipip " + ENDS4, IPIP), ("ip netns exec blue ip -6 tunnel add t6 " + ENDS6, "mode ip6ip6 " + ENDS6),
    ("ip link add f type ipip %s encap fou encap-dport 5555; sudo ip netns exec blue ip fou add port 5555 ipproto 4" % ENDS4, IPIP_LINK + "encap fou encap-dport 5555"),
    *(("ip tunnel add %s7 %s" % (mode, ENDS4), "mode %s %s" % (mode, ENDS4)) for mode in ("ipip", "gre", "sit", "vti")),
    ("ip tunnel add isatap0 local " + A4, "mode isatap local " + A4),
    ("ip -6 tunnel add t6 " + ENDS6, "mode ip6ip6 " + ENDS6), ("ip -6 tunnel add t6 mode any " + ENDS6, "mode any " + ENDS6),
    ("ip -f inet6 tunnel add t6 mode ipip6 " + ENDS6, SIX), ("ip -family inet6 tunnel add t6 " + ENDS6, "mode ip6ip6 " + ENDS6),
    ("ip tunnel add t6 mode ip6gre " + ENDS6, GRE6),
    ("ip link add tun1 type ipip " + ENDS4, IPIP_LINK), ("ip link add name tun1 type ipip " + ENDS4, IPIP_LINK), ("ip l a tun1 type ipip " + ENDS4, IPIP_LINK),
    ("ip link add dev tun1 mtu 1400 txqueuelen 10 type ipip " + ENDS4, IPIP_LINK), ("ip link add erspan type erspan %s seq key 7" % ENDS4, ERSPAN),
    ("ip link add link eth0 name tun1 type gre " + ENDS4, GRE_LINK), ("ip link replace tun1 type gre " + ENDS4, GRE_LINK),
    ("remote %s mode gre local %s" % (B4, A4), GRE), ("ttl 5 %s mode ipip" % ENDS4, IPIP + "ttl 5"),
    ("mode ipip\n%s\nttl 5" % ENDS4, IPIP + "ttl 5"), ("ip tunnel add tun1 mode ipip \\\n%s" % ENDS4, IPIP), ("mode ipip %s;\n;" % ENDS4, IPIP),
    ("ip tunnel add rd mode sit local %s; ip tunnel 6rd dev rd 6rd-prefix 2001:db8::/32" % A4, "type sit mode ip6ip local %s 6rd-prefix 2001:db8::/32" % A4),
    ("ip tunnel add rd mode sit local %s\nip tunnel 6rd dev rd 6rd-prefix 2001:db8::/32 6rd-relay_prefix 10.0.0.0/8\n" % A4,
     "type sit mode ip6ip local %s 6rd-prefix 2001:db8::/32 6rd-relay_prefix 10.0.0.0/8" % A4),
    ("ip tunnel add rd mode sit local %s; ip tunnel 6rd dev rd 6rd-reset" % A4, ALONE),
    ("ip fou add port 5555 ipproto 4; ip link add f type ipip %s encap fou encap-dport 5555" % ENDS4, IPIP_LINK + "encap fou encap-dport 5555"),
    ("ip link add f type ipip %s encap fou encap-dport 5555; ip fou add port 7 ipproto 41" % ENDS4, IPIP_LINK + "encap fou encap-dport 5555"),
    ("ip link add f type gre %s encap fou encap-dport 5555; ip fou add port 5555 ipproto gre" % ENDS4, GRE_LINK + "encap fou encap-dport 5555"),
    ("ip link add f type sit %s encap fou encap-dport 5555; ip fou add port 5555 ipproto 41" % ENDS4, "type sit %s encap fou encap-dport 5555" % ENDS4),
    ("ip link add f type ip6tnl %s encap fou encap-dport 5555; ip fou add port 5555 ipproto 4 -6" % ENDS6, SIX_LINK + "encap fou encap-dport 5555"),
    ("ip link add f type ipip %s encap gue encap-dport 5555; ip fou add port 5555 gue" % ENDS4, IPIP_LINK + "encap gue encap-dport 5555"),
]

# What is refused, and what the message says.
REFUSED = [
    ("", "it needs local ADDRESS and remote ADDRESS"), ("local " + A4, "it needs local ADDRESS and remote ADDRESS"),
    ("mode ipip remote any local " + A4, "it needs local ADDRESS and remote ADDRESS"), ("mode sit remote " + B4, "it needs local ADDRESS"),
    ("mode isatap", "it needs local ADDRESS"), ("mode minimal local " + A4, "it needs remote ADDRESS"),
    ("mode gre remote any local " + A4, "it needs local ADDRESS and remote ADDRESS"), ("mode ipip6 local " + A6, "it needs local ADDRESS and remote ADDRESS"),
    ("mode ipip6 remote :: local " + A6, "it needs local ADDRESS and remote ADDRESS"),
    ("local %s remote %s" % (A4, A4), "the same address"), ("local %s remote %s" % (A6, A6), "the same address"),
    ("local x remote " + B4, "local x is no IPv4 address"), ("mode ipip6 local x remote " + B6, "local x is no IPv6 address"), ("local", "local needs a value"),
    # The wrong version names the mode that would be right.
    ("mode ipip " + ENDS6, "mode ipip6"), ("mode sit " + ENDS6, "mode ip6ip6"), ("mode gre " + ENDS6, "mode ip6gre"), ("mode vti " + ENDS6, "mode vti6"),
    ("mode ipip6 " + ENDS4, "mode ipip"), ("mode ip6ip6 " + ENDS4, "mode sit"), ("mode ip6gre " + ENDS4, "mode gre"), ("mode vti6 " + ENDS4, "mode vti"),
    ("type gretap " + ENDS6, "type ip6gretap"), ("type erspan seq key 1 " + ENDS6, "type ip6erspan"), ("type ip6gretap " + ENDS4, "type gretap"),
    ("type ip6erspan seq key 1 " + ENDS4, "type erspan"), ("type ip6tnl " + ENDS4, "type sit"), ("type ipip " + ENDS6, "type ip6tnl"),
    ("mode ipip local %s remote %s" % (A4, B6), "remote 2001:db8::2 is an IPv6 address"),
    ("ip -6 tunnel add t mode gre " + ENDS6, "mode ip6gre"), ("ip -6 tunnel add t " + ENDS4, "is an IPv4 address"),
    # Modes and types.
    ("mode gr " + ENDS4, "did you mean gre?"), ("mode ip6gr " + ENDS6, "did you mean ip6gre?"), ("type gretab " + ENDS4, "did you mean gretap?"),
    ("type veth " + ENDS4, "it is one of ipip, sit, gre, gretap, erspan, ip6tnl, ip6gre, ip6gretap, ip6erspan"),
    ("type ipip mode ip6ip " + ENDS4, "it is one of ipip, any, mplsip"), ("type ip6tnl mode ipip " + ENDS6, "it is one of ipip6, ip6ip6, any"),
    ("type gretap mode gre " + ENDS4, "type gretap has no mode"), ("ip tunnel add x " + ENDS4, "needs a mode"),
    # ttl and DF, tos.
    *((mode + words, "ttl 64 and nopmtudisc are incompatible") for mode in (IPIP, SIT, GRE, IPIP_LINK, "type sit %s " % ENDS4)
      for words in ("ttl 64 nopmtudisc", "nopmtudisc ttl 64")),
    (GRE_LINK + "ignore-df", "ignore-df needs nopmtudisc"), (GRE_LINK + "ignore-df pmtudisc", "ignore-df needs nopmtudisc"),
    (IPIP + "ttl 256", "1 to 255, or inherit"), (IPIP + "ttl -1", "1 to 255, or inherit"), (IPIP + "ttl", "ttl needs a value"), (SIX + "hoplimit x", "1 to 255"),
    (IPIP + "tos 100", "00 to ff"), (IPIP + "tos inherit/", "00 to ff"), (IPIP + "tos inheritx", "00 to ff"), (SIX + "tclass 100", "00 to ff"),
    (SIX + "tclass EF", "EF is 0xb8"), (SIX + "tclass inherit/10", "00 to ff"), ("ip link add t type ipip %s tos inherit/10" % ENDS4, "not both"),
    ("type sit %s tos 0x11" % ENDS4, "inherits the DSCP of IPv4 then"), (IPIP + "df any", "set, copy, clear"), (IPIP + "ecn none", "normal, compatibility"),
    (IPIP + "id 7", "counter, copy, zero"),
    # Words of other modes.
    *((mode + word, "%s is not for %s; it is for gre," % (word.split()[0], " ".join(mode.split()[:2])))
      for mode in (IPIP, SIT, SIX) for word in ("key 1", "ikey 1", "okey 1", "csum", "icsum", "ocsum", "seq", "iseq", "oseq")),
    *((mode + word, "%s is not for %s; it is for ipip, sit, gre, gretap, erspan" % (word.split()[0], " ".join(mode.split()[:2])))
      for mode in (SIX, GRE6) for word in ("pmtudisc", "nopmtudisc", "df set", "id copy")),
    *((mode + word, "%s is not for %s; it is for ip6tnl, ip6gre, ip6gretap, ip6erspan" % (word.split()[0], " ".join(mode.split()[:2])))
      for mode in (IPIP, SIT, GRE) for word in ("encaplimit 4", "flowlabel 1", "dscp inherit", "allow-localremote")),
    *((mode + word, "is not for") for mode in (IPIP, SIT, SIX, GRE6) for word in ("ignore-df", "noignore-df")),
    *((mode + word, "is not for") for mode in (IPIP, GRE, SIX) for word in ("6rd-prefix 2001:db8::/32", "6rd-relay_prefix 10.0.0.0/8", "6rd-reset", "isatap")),
    *((mode + word, "is not for") for mode in (IPIP, GRE, GRE_LINK, SIX) for word in ("erspan 1", "erspan_ver 1", "erspan_dir egress", "erspan_hwid 1")),
    *(("mode vti %s %s" % (ENDS4, word), "is not for mode vti") for word in ("ttl 64", "tos inherit", "pmtudisc", "csum", "encap fou", "ecn copy")),
    *(("mode minimal %s %s" % (ENDS4, word), "is not for mode minimal") for word in ("ttl 64", "tos inherit", "pmtudisc", "key 1")),
    # Values.
    (SIX + "encaplimit 256", "0 to 255, or none"), (SIX + "flowlabel 100000", "00001 to fffff"), (SIX + "dscp 10", "inherit"),
    (GRE + "key x", "a number from 0 to 4294967295"), (GRE + "key 4294967296", "a number from 0"), (GRE + "key 1.2.3", "a number from 0"), (GRE + "key -1", "a number from 0"),
    (ERSPAN + "erspan 0", "1 to 1048575"), (ERSPAN + "erspan 1048576", "1 to 1048575"), (ERSPAN + "erspan_ver 3", "0, 1 or 2"),
    (ERSPAN + "erspan_ver 2 erspan_dir up", "ingress or egress"), (ERSPAN + "erspan_ver 2 erspan_hwid 64", "0 to 63"),
    # ERSPAN as the kernel refuses it.
    ("type erspan " + ENDS4, "needs seq and key"), ("type erspan %s key 7" % ENDS4, "needs seq and key"), ("type erspan %s seq" % ENDS4, "needs seq and key"),
    (ERSPAN + "csum", "has no csum"), ("type erspan %s seq key 1024" % ENDS4, "0 to 1023"), (ERSPAN + "erspan 1 erspan_ver 2", "needs erspan_ver 1"),
    (ERSPAN + "erspan_dir egress", "need erspan_ver 2"), (ERSPAN + "erspan_hwid 1", "need erspan_ver 2"), ("type ip6erspan " + ENDS6, "needs seq and key"),
    # UDP in front.
    (IPIP_LINK + "encap fou", "needs encap-dport"), (IPIP_LINK + "encap gue encap-sport 7", "needs encap-dport"), (IPIP_LINK + "encap vxlan", "fou, gue or none"),
    (IPIP_LINK + "encap-dport 7", "encap-dport needs encap"), (IPIP_LINK + "encap-sport 7", "encap-sport needs encap"),
    (IPIP_LINK + "encap fou encap-dport 65536", "1 to 65535"), (IPIP_LINK + "encap fou encap-dport 0", "1 to 65535"),
    (IPIP_LINK + "encap fou encap-dport 7 encap-sport x", "a port, or auto"),
    ("ip tunnel add t mode ipip %s encap fou" % ENDS4, "`ip tunnel add` has no encap; `ip link add` has it"),
    ("ip link add f type ipip %s encap fou encap-dport 5; ip fou add port 5 ipproto 47" % ENDS4, "sends another protocol"),
    ("ip link add f type gre %s encap fou encap-dport 5; ip fou add port 5 ipproto 4" % ENDS4, "sends another protocol"),
    ("ip link add f type ipip %s encap fou encap-dport 5; ip fou add port 5 gue" % ENDS4, "the tunnel has encap fou"),
    ("ip link add f type ipip %s encap gue encap-dport 5; ip fou add port 5 ipproto 4" % ENDS4, "the tunnel has encap gue"),
    ("mode ipip %s; ip fou add port 5 gue" % ENDS4, "is for a tunnel with encap"),
    *((IPIP_LINK + "encap fou encap-dport 5; ip fou add " + words, message) for words, message in
      (("port 5", "needs port PORT, and ipproto"), ("gue", "needs port PORT"), ("port 5 gue ipproto 4", "not both"), ("port 5 ipproto 4 gue", "not both"),
       ("port 0 gue", "1 to 65535"), ("port 5 ipproto x", "4, 41 or 47"), ("port 5 ipproto 256", "4, 41 or 47"), ("port 5 gue ttl 5", "`ip fou add` has no ttl"))),
    # 6rd and ISATAP.
    (SIT_LINK + "remote %s 6rd-prefix 2001:db8::/32" % B4, "no effect with remote"), (SIT_LINK + "6rd-relay_prefix 10.0.0.0/8", "needs 6rd-prefix"),
    (SIT_LINK + "6rd-prefix 10.0.0.0/8", "an IPv6 prefix"), (SIT_LINK + "6rd-prefix 2001:db8::1/32", "without host bits"), (SIT_LINK + "6rd-prefix ::/0", "an IPv6 prefix"),
    (SIT_LINK + "6rd-prefix 2001:db8::/32 6rd-relay_prefix 10.0.0.1/8", "without host bits"), (SIT_LINK + "6rd-prefix 2001:db8::/32 6rd-relay_prefix 2001:db8::/32", "an IPv4 prefix"),
    (SIT_LINK + "6rd-prefix 2001:db8::/40", "at most 32 bits"), (SIT_LINK + "6rd-prefix 2001:db8::/48 6rd-relay_prefix 10.0.0.0/8", "at most 40 bits"),
    ("mode isatap " + ENDS4, "isatap has no remote"), (SIT_LINK + "isatap remote " + B4, "isatap has no remote"),
    (SIT_LINK + "isatap 6rd-prefix 2001:db8::/32", "only one can be"), (ALONE + "; ip tunnel prl dev x prl-default 10.0.0.1", "is for mode isatap"),
    ("ip tunnel add a mode sit local %s; ip tunnel 6rd dev b 6rd-prefix 2001:db8::/32" % A4, "another device than the tunnel a"),
    ("ip tunnel add a mode isatap local %s; ip tunnel prl dev b prl-default 10.0.0.1" % A4, "another device than the tunnel a"),
    ("mode isatap local %s; ip tunnel prl prl-default x" % A4, "the IPv4 address of a router"),
    ("mode isatap local %s; ip tunnel prl prl-delete 10.0.0.1" % A4, "leave this line out"),
    ("mode isatap local %s; ip tunnel prl %s" % (A4, " ".join("prl-default 10.0.0.%d" % i for i in range(1, 10))), "more than 8 routers"),
    ("mode ipip %s; ip tunnel 6rd 6rd-prefix 2001:db8::/32" % ENDS4, "6rd-prefix is not for mode ipip; it is for sit"),
    # Lines that make no tunnel, or not one.
    ("ip tunnel del tun1", "`ip tunnel del` makes no tunnel"), ("ip tunnel show", "makes no tunnel"), ("ip link set lo up", "only with a type"),
    ("ip link set tun1 down", "only with a type"), ("ip link del tun1", "makes no tunnel"), ("ip addr add 10.0.0.1/24 dev tun1", "`ip addr` makes no tunnel"),
    ("ip", "makes no tunnel"), ("ip netns add blue", "`ip netns` makes no tunnel"), ("ip netns exec blue", "makes no tunnel"), ("sudo", "needs local"), ("ip -s tunnel add t mode ipip " + ENDS4, "option -s of ip(8)"), ("ip tunnel", "needs `add`"), ("ip -f", "needs a value"),
    ("ip tunnel 6rd dev rd 6rd-prefix 2001:db8::/32", "is missing"), ("ip fou add port 5555 ipproto 4", "is missing"), ("ip tunnel prl dev a prl-default 10.0.0.1", "is missing"),
    ("ip tunnel add a mode ipip %s; ip link set a up" % ENDS4, "only with a type"),
    ("ip tunnel add a mode ipip %s; ip tunnel add b mode ipip %s" % (ENDS4, ENDS4), "two lines describe a tunnel"),
    ("ip link add tun1 type ipip external", "an external tunnel has no configuration of its own"),
    # Words that nobody knows.
    (IPIP + "pmtu 1", "did you mean pmtudisc?"), (IPIP + "romote 1", "did you mean remote?"), (SIX + "flowlabl 1", "did you mean flowlabel?"),
    (IPIP + "frobnicate", '"frobnicate" is not known; the syntax is that of ip-tunnel(8)'),
    ("mode sit local %s; ip tunnel 6rd 6rd-prefx 2001:db8::/32" % A4, "did you mean 6rd-prefix?"),
    ("mode sit local %s; ip tunnel 6rd frob" % A4, "is no word of `ip tunnel 6rd`"),
]


def read(texts):
    """What the analyzer makes of each text."""
    result = sound(subprocess.run([WORDS, *texts], capture_output=True, text=True, check=True))
    return [json.loads(line) for line in result.stdout.splitlines()]


def kernel_lines():
    """The commands of the kernel's captures that are about links and tunnels: for each scenario those of each namespace."""
    for file in sorted([*KERNEL.glob("*/scenario.json"), *SIBLINGS.glob("*/scenario.json")]):
        scenario = json.loads(file.read_text())
        commands = [line for line in itertools.chain(scenario.get("setup", []), scenario.get("tunnel", [])) if isinstance(line, dict)]
        for ns in sorted({line["ns"] for line in commands}):
            yield file.parent.name, [line["cmd"] for line in commands if line["ns"] == ns and re.match(r"ip( -\S+)* (tunnel|link|fou) [^()]+$", line["cmd"])]


class Words(unittest.TestCase):
    def expect(self, table):
        """Words and the tunnel that they describe."""
        texts, tunnels = zip(*table)
        for text, tunnel, said in zip(texts, tunnels, read(texts)):
            with self.subTest(words=text):
                self.assertEqual(said.get("tunnel", said.get("error")), tunnel)

    def expect_again(self, texts):
        """What is written of a tunnel, words or a whole line, makes the same tunnel, and the words are written of it again."""
        first = read(texts)
        self.assertEqual([text for text, said in zip(texts, first) if "error" in said], [])
        for said, again in zip(first, read([said["command"] for said in first])):
            with self.subTest(command=said["command"]):
                self.assertEqual(again.get("tunnel", again.get("error")), said["tunnel"])
        for text, said, again in zip(texts, first, read([said["words"] for said in first])):
            with self.subTest(words=text, said=said["words"]):
                self.assertEqual(again.get("words", again.get("error")), said["words"])
                if said["tunnel"]["kinds"] == ["ipip"] and said["tunnel"]["tos_inherit"]:
                    said["tunnel"]["tos"] = 0  # an IP packet inherits always
                self.assertEqual(again["tunnel"], said["tunnel"])

    def test_modes(self):
        self.expect([(" ".join((mode, ends)), {**tunnel, "kinds": kinds}) for mode, ends, tunnel, kinds in MODES])

    def test_options(self):
        bare = dict(zip((mode for mode, *_ in MODES), (({**tunnel, "kinds": kinds}) for _, _, tunnel, kinds in MODES)))
        bare["mode isatap"] = bare["mode sit"]
        table = []
        for words, differences in OPTIONS:
            mode = " ".join(words.split()[:2])
            tunnel = {**bare[mode], **differences}
            if mode == "type erspan" and "erspan_ver 0" in words:
                tunnel.update({"in": NO_GRE, "out": NO_GRE, "erspan_version": 0})
            table.append((words, tunnel))
        self.expect(table)

    def test_commands(self):
        texts, same = zip(*COMMANDS)
        for text, said, as_words in zip(texts, read(texts), read(same)):
            with self.subTest(words=text):
                self.assertEqual(said, as_words)

    def test_routers(self):
        lines = "ip tunnel add is0 mode isatap local %s\nip tunnel prl dev is0 prl-default 10.0.0.1\nip tunnel prl dev is0 prl-nodefault 10.0.0.2" % A4
        self.assertEqual(read([lines])[0]["tunnel"]["routers"], ["10.0.0.1", "10.0.0.2"])
        self.expect_again([lines])

    def test_refused(self):
        texts, messages = zip(*REFUSED)
        for text, message, said in zip(texts, messages, read(texts)):
            with self.subTest(words=text):
                self.assertIn(message, said.get("error", "not refused"))
                self.assertTrue(said["error"].startswith("--tunnel: "))

    def test_what_is_refused_in_the_end_is_not_offered(self):
        """vti needs the keys of IPsec."""
        for text, offered in (("mode frob " + ENDS4, "over IPv4 it is one of ipip, sit, isatap, gre"), ("mode frob " + ENDS6, "over IPv6 it is one of ipip6, ip6ip6, any, ip6gre"),
                              ("type frob " + ENDS4, "it is one of ipip, sit, gre, gretap, erspan, ip6tnl, ip6gre, ip6gretap, ip6erspan"), ("mode vt " + ENDS4, "is not supported"),
                              (IPIP + "key 1", "it is for gre, gretap, erspan, ip6gre, ip6gretap, ip6erspan")):
            with self.subTest(words=text):
                [said] = read([text])
                self.assertTrue(said["error"].endswith(offered) or offered == "is not supported", said["error"])
                self.assertNotIn("vti", said["error"])

    def test_round_trip(self):
        self.expect_again(["%s %s" % (mode, ends) for mode, ends, *_ in MODES] + [words for words, _ in OPTIONS] + [text for text, _ in COMMANDS])

    def test_what_is_written_is_short(self):
        """What differs from the defaults; of mode ipip everything, as it always was."""
        for text, words in ((IPIP, "mode ipip %s ttl inherit tos 0x00 pmtudisc" % ENDS4), (SIT + "ttl inherit tos 0 pmtudisc", SIT.strip()),
                            (SIX + "hoplimit 64 encaplimit 4 flowlabel 0", SIX.strip()), (GRE_LINK, GRE.strip()), ("type gretap " + ENDS4, "type gretap " + ENDS4),
                            (GRE_LINK + "nopmtudisc ignore-df", GRE_LINK + "nopmtudisc ignore-df"), (SIT_LINK + "remote " + B4, "type sit " + ENDS4),
                            (ALONE, ALONE.strip()), ("mode vti %s key 5" % ENDS4, "mode vti " + ENDS4),
                            (ALONE + "; ip tunnel 6rd 6rd-prefix 2001:db8::/32", "type sit mode ip6ip local %s 6rd-prefix 2001:db8::/32" % A4)):
            with self.subTest(words=text):
                self.assertEqual(read([text])[0]["words"], words)

    def test_lines_of_the_kernel(self):
        """Each command line of the kernel's captures is read, with the lines that belong to its device, or refused for a reason that is known."""
        reasons = {"only with a type": r"ip link set ", "type veth is not supported": r"ip link add .*type veth", "external tunnel": r"ip link add .*external",
                   "it needs local ADDRESS and remote": r"ip tunnel add .*remote any", "incompatible": r"ip (tunnel|link) add .*ttl 64 nopmtudisc",
                   "makes no tunnel": r"ip tunnel del", "is missing": r"ip (fou add|tunnel (6rd|prl))"}
        read_lines = set()
        for name, lines in kernel_lines():
            more = [line for line in lines if re.match("ip (fou add|tunnel (6rd|prl))", line)]
            for line, said in zip(lines, read(lines)):
                with self.subTest(scenario=name, line=line):
                    known = [reason for reason, pattern in reasons.items() if re.match(pattern, line)]
                    if "tunnel" in said:
                        self.assertEqual(known, [])
                        read_lines.add("\n".join([line, *more]))
                    else:
                        self.assertEqual([reason for reason in known if reason in said["error"]], known or said["error"])
        self.assertGreater(len(read_lines), 20)
        self.expect_again(sorted(read_lines))


if __name__ == "__main__":
    harness.main()
