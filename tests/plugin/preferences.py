# SPDX-License-Identifier: GPL-2.0-or-later
"""The options of the command and its policy file, as preferences of Wireshark: the words after its -o."""

import configparser

# The columns of the table, in this order.
TUNNEL_KEYS = ("profile", "ttl", "tos", "df", "mtu", "vantage", "encap-hops", "allow", "mode", "key", "csum", "seq", "encaplimit",
               "flowlabel", "sport", "dport", "zero-checksum", "mtu-mode", "prefix", "br", "br-anycast", "prl", "relay", "map-rule", "eth-inner")

# The keys of [policy], which are the long options of the command as well.
VALUES = {"profile": "ipip.profile", "vantage": "ipip.vantage", "inner-side": "ipip.inner_side", "learn": "ipip.learn", "kinds": "ipip.kinds",
          "esp-null": "ipip.esp_null"}
LISTS = {"site": "sites", "endpoint": "endpoints", "endpoints": "endpoints"}


def row(table, *cells):
    return "uat:ipip_%s:%s" % (table, ",".join('"%s"' % cell for cell in cells))


def policy_preferences(key, value):
    if key == "vantage" and "=" in value:
        return [row("vantages", *value.split("="))]
    if key == "udp-tunnel":
        return [row("udp_tunnels", *value.split("="))]
    if key in VALUES:
        return ["%s:%s" % (VALUES[key], value)]
    return [row(LISTS[key], *item.split("-")) for item in value.split(";")]


def section_preferences(title, keys):
    kind, *names = title.split()
    if kind == "policy":
        return [preference for key, value in keys.items() for preference in policy_preferences(key, value)]
    if kind == "tunnel":
        return [row("tunnels", *names, *(keys.get(key, "") for key in TUNNEL_KEYS))]
    return [row("rules", *names, keys["severity"], keys.get("reason", ""))]


def preferences(arguments=(), config=None):
    """As options of tshark."""
    found = [preference for option, value in zip(arguments[::2], arguments[1::2])
             for preference in policy_preferences(option[2:], value)]
    policy = configparser.ConfigParser()
    policy.read_string(config or "")
    found += [preference for title in policy.sections() for preference in section_preferences(title, policy[title])]
    return [word for preference in found for word in ("-o", preference)]
