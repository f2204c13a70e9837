# SPDX-License-Identifier: GPL-2.0-or-later
"""Inside the laboratory's machine: runs scenarios. run.py FOLDER [NAME...]: captures and a scenario.json for each, in FOLDER/NAME."""

import ctypes
import json
import os
import re
import shlex
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

import traffic
from capture import Capture
from table import chosen
from topology import COMMANDS, COMMANDS6, MACS, NAMESPACES, PLACES, ROUTED, ROUTED6

CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)
PAUSE = 0.02  # seconds, in which a packet has passed all devices, also where the machine is emulated
COUNTERS = {"rx_packets": 1, "rx_errors": 2, "rx_dropped": 3, "tx_packets": 9, "tx_errors": 10, "tx_dropped": 11}


@contextmanager
def inside(namespace):
    """Sockets and programs are those of the namespace."""
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    file = os.open("/run/netns/" + namespace, os.O_RDONLY)
    entered = libc.setns(file, CLONE_NEWNET)
    os.close(file)
    assert entered == 0, os.strerror(ctypes.get_errno())
    try:
        yield
    finally:
        libc.setns(home, CLONE_NEWNET)
        os.close(home)


def run(namespace, commands, ends=None):
    """In order; neighbouring lines for `ip` in one process, for processes take long in an emulated machine. `ends` takes those of `ipip endpoint`."""
    with inside(namespace):
        for is_ip, group in groupby(commands, lambda command: command.startswith("ip ")):
            if is_ip:
                subprocess.run(["ip", "-batch", "-"], input="".join(command[3:] + "\n" for command in group), text=True, check=True)
                continue
            for command in group:
                if command.startswith("sysctl -w "):
                    name, value = command.split()[2].split("=")
                    Path("/proc/sys", name.replace(".", "/")).write_text(value)
                elif command.startswith("ipip endpoint "):
                    ends.append(started(command))
                else:
                    subprocess.run(shlex.split(command), check=True, stdout=subprocess.DEVNULL)


def started(command):
    """A running end of the tunnel, which has said that it is ready."""
    end = subprocess.Popen(shlex.split(command), stderr=subprocess.PIPE, text=True)
    line = end.stderr.readline()
    assert "path MTU" in line, line
    return end


def ended(end):
    """What it says of itself: what it has carried, and what not."""
    end.terminate()
    _, said = end.communicate()
    assert end.returncode == 0, said
    return said.splitlines()


def counters(places):
    """Of each device of the two ends, as /proc/net/dev has them."""
    found = {}
    for namespace in ("ns1", "ns2"):
        with inside(namespace):
            lines = Path("/proc/thread-self/net/dev").read_text().splitlines()[2:]
        for name, *numbers in (line.replace(":", " ").split() for line in lines):
            if (namespace, name) in places:
                found["%s/%s" % (namespace, name)] = {key: int(numbers[at]) for key, at in COUNTERS.items()}
    return found


def settled(places):
    """The counters, once nothing is on its way any more."""
    now, before = counters(places), None
    while now != before:
        time.sleep(10 * PAUSE)
        now, before = counters(places), now
    return now


def send(sender, octets):
    namespace, device, to = traffic.SENDERS[sender]
    with inside(namespace):
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as port:
            port.bind((device, 0))
            type = "86dd" if octets[0] >> 4 == 6 else "0800"
            frame = bytes.fromhex((MACS[to] + MACS[device]).replace(":", "") + type) + octets
            port.send(frame + bytes(60 - len(frame)) if len(frame) < 60 else frame)


def receiver(namespace, family=socket.AF_INET):
    """A socket that takes the datagrams: no port is unreachable."""
    with inside(namespace):
        taker = socket.socket(family, socket.SOCK_DGRAM)
        if family == socket.AF_INET6:
            taker.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        taker.bind(("", traffic.PORT))
    return taker


def setup_of(row):
    """(namespace, command), in order."""
    if not row.has_ipv6:
        return [*COMMANDS, *row.lines, *ROUTED, *row.broken]
    return [*COMMANDS, *COMMANDS6, *row.lines, *ROUTED, *ROUTED6, *row.broken]


def told(send):
    """Of a packet that is sent."""
    return {"from": send.sender, "note": send.note, "octets": send.octets[:60].hex(), "length": len(send.octets)}


def scenario(row, folder):
    folder.mkdir(parents=True)
    setup = setup_of(row)
    subprocess.run(["ip", "-batch", "-"], input="".join("netns add %s\n" % namespace for namespace in NAMESPACES), text=True, check=True)
    ends = []
    for namespace, lines in groupby(setup, lambda line: line[0]):
        run(namespace, [command for _, command in lines], ends)
    families = (socket.AF_INET, socket.AF_INET6) if row.has_ipv6 else (socket.AF_INET,)
    takers = [receiver(namespace, family) for namespace in ("h1", "h2") for family in families]
    captures = {}
    for name, namespace, device in PLACES:
        with inside(namespace):
            if device in (name for _, name in socket.if_nameindex()):
                captures[name] = Capture(folder / (name + ".pcap"), namespace, device, row.merges)
    places = {(capture.namespace, capture.device) for capture in captures.values()}
    before = counters(places)
    sent = []
    for one in traffic.made(row.traffic):
        send(one.sender, one.octets)
        sent.append(told(one))
        time.sleep(PAUSE)
        for capture in captures.values():
            capture.drain()
    after = settled(places)
    delta = {device: {key: value - before[device][key] for key, value in numbers.items() if value != before[device][key]} for device, numbers in after.items()}
    closed = {name: capture.close() for name, capture in captures.items()}
    for taker in takers:
        taker.close()
    said = [line for end in ends for line in ended(end)]
    subprocess.run(["ip", "-batch", "-"], input="".join("netns del %s\n" % namespace for namespace in NAMESPACES), text=True, check=True)
    return {
        "name": row.name,
        "kernel": os.uname().release,
        "setup": [{"ns": namespace, "cmd": command} for namespace, command in setup],
        "tunnel": [{"ns": namespace, "cmd": command} for namespace, command in row.lines if re.search(" add tun|^ipip endpoint ", command)],
        "broken": [{"ns": namespace, "cmd": command} for namespace, command in row.broken],
        "traffic": sent,
        "stats": {"device_delta": {device: numbers for device, numbers in delta.items() if numbers}, **({"endpoint": said} if said else {})},
        "captures": {name: about for name, about in closed.items() if about is not None},
    }


def written(value, indent=0):
    """JSON, with what fits into a line in one."""
    text = json.dumps(value)
    if len(text) + indent <= 150 or not isinstance(value, (dict, list)):
        return text
    lines = [json.dumps(key) + ": " + written(one, indent + 1) for key, one in value.items()] if isinstance(value, dict) else [written(one, indent + 1) for one in value]
    begin, end = "{}" if isinstance(value, dict) else "[]"
    return begin + "\n" + ",\n".join(" " * (indent + 1) + line for line in lines) + "\n" + " " * indent + end


def main(folder, names):
    for row in chosen(names):
        began = time.monotonic()
        about = scenario(row, Path(folder, row.name))
        Path(folder, row.name, "scenario.json").write_text(written(about) + "\n")
        packets = ", ".join("%s %d" % (name, capture["packets"]) for name, capture in about["captures"].items())
        print("lab: %-28s %4.1f s  %s" % (row.name, time.monotonic() - began, packets))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
