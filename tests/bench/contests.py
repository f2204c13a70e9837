# SPDX-License-Identifier: GPL-2.0-or-later
"""Who competes with whom: each function of CONTESTS yields (title, times by contestant)."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import unprivileged
from inputs import KINDS
from measure import Contestant, contest, warm

TUNNEL = "mode ipip local 192.0.2.1 remote 192.0.2.2 ttl 64"
TSHARK_PACKETS = 200_000
EXPERT = ["-q", "-z", "expert", "-r"]
NO_PLUGINS = "/nonexistent"
OUTER = (14, 20)  # where editcap and bittwiste cut, blindly: behind Ethernet, a header without options


def present(*contestants):
    """Without those whose programs are not installed, which is said."""
    found = []
    for contestant in contestants:
        if shutil.which(contestant.command[0]):
            found.append(contestant)
        else:
            print("not installed: %s" % contestant.command[0], file=sys.stderr)
    return found


def check(tools, *options):
    return [tools.ipip, "check", "--no-config", "--fail-on", "never", *options]


def checks(tools, inputs, rounds):
    for kind in KINDS:
        for suffix in ("pcap", "pcapng"):
            path = inputs.capture(kind, suffix)
            warm(path)
            contestants = [Contestant("cat", ["cat", path]),
                           Contestant("empty libpcap loop", [tools.loop, path]),
                           Contestant("ipip check --jobs 1", check(tools, "--jobs", "1", path)),
                           Contestant("ipip check --jobs 2", check(tools, "--jobs", "2", path))]
            if (kind, suffix) == ("small", "pcap"):
                contestants += present(Contestant("tcpdump -w", ["tcpdump", "-r", path, "-w", "/dev/null"]),
                                       Contestant("capinfos", ["capinfos", path]))
            title = "check %s.%s" % (kind, suffix)
            yield title, contest(title, contestants, inputs.packets[kind], rounds)
            inputs.release(path)


def tshark(plugins, *wrapper):
    """tshark with the plugins of a folder and no others, as a user whose plugins it loads."""
    return [*unprivileged(), "env", "WIRESHARK_PLUGIN_DIR=%s" % plugins, "HOME=/nonexistent", *wrapper, "tshark"]


def plugin_loads(tools):
    listing = subprocess.run([*tshark(tools.plugins), "-G", "plugins"], capture_output=True, text=True)
    if "ipip.so" not in listing.stdout:
        print("tshark does not load the plugin from %s" % tools.plugins, file=sys.stderr)
        return False
    return True


def tsharks(tools, inputs, rounds):
    """tshark told to collect expert infos: the nearest that it has to a check."""
    if not shutil.which("tshark"):
        print("not installed: tshark", file=sys.stderr)
        return
    path = inputs.capture("small", packets=TSHARK_PACKETS)
    expert = [*EXPERT, path]
    contestants = [Contestant("tshark", [*tshark(NO_PLUGINS), *expert])]
    if plugin_loads(tools):
        contestants.append(Contestant("tshark with the plugin", [*tshark(tools.plugins), *expert]))
    contestants.append(Contestant("ipip check --jobs 2", check(tools, "--jobs", "2", path)))
    title = "tshark, %d of small.pcap" % TSHARK_PACKETS
    yield title, contest(title, contestants, TSHARK_PACKETS, rounds)


def transforms(tools, inputs, rounds):
    first, cut = OUTER
    for kind in ("small", "imix"):
        path = inputs.capture(kind)
        out, larger = inputs.folder / "out.pcap", inputs.folder / "encapsulated.pcap"
        encap = [tools.ipip, "encap", "-q", "--tunnel", TUNNEL, path, "-w"]
        subprocess.run([*encap, larger], check=True, stdout=subprocess.DEVNULL)
        warm(path)
        contestants = present(
            Contestant("cp", ["cp", path, out]),
            Contestant("cp of encap's output", ["cp", larger, out]),
            Contestant("ipip decap", [tools.ipip, "decap", "-q", "-w", out, path]),
            Contestant("ipip encap", [*encap, out]),
            Contestant("editcap -C", ["editcap", "-F", "pcap", "-L", "-C", "%d:%d" % OUTER, path, out]),
            Contestant("bittwiste -D", ["bittwiste", "-I", path, "-O", out, "-D", "%d-%d" % (first + 1, first + cut)]),
            Contestant("tcprewrite --ttl", ["tcprewrite", "--ttl=63", "-i", path, "-o", out]))
        title = "decap, encap %s.pcap" % kind
        yield title, contest(title, contestants, inputs.packets[kind], rounds, out)
        larger.unlink()
        inputs.release(path)


def pipes(tools, inputs, rounds):
    path = inputs.capture("small")
    compressed = inputs.capture("small", "pcap.gz")
    warm(path)
    warm(compressed)
    judged = " ".join(map(str, check(tools, "-")))
    contestants = [Contestant("cat | cat", "cat '%s' | cat" % path),
                   Contestant("cat | ipip check -", "cat '%s' | %s" % (path, judged)),
                   Contestant("gzip -dc", ["gzip", "-dc", compressed]),
                   Contestant("ipip check of .gz", check(tools, compressed))]
    title = "pipe, gzip small.pcap"
    yield title, contest(title, contestants, inputs.packets["small"], rounds)
    inputs.release(path, compressed)


CONTESTS = {"check": checks, "tshark": tsharks, "transform": transforms, "pipe": pipes}
