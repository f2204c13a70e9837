# SPDX-License-Identifier: GPL-2.0-or-later
"""What is run on a mix: the verbs of ipip, and who else reads, cuts or copies captures."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import unprivileged

TUNNEL = "mode ipip local 192.0.2.1 remote 192.0.2.2 ttl 64"
CUT = (14, 20)  # where editcap and bittwiste cut, blindly: behind Ethernet, a header without options
EVERYWHERE = None
SMALL, FILES = ["small"], ["small", "imix", "half"]
NO_PLUGINS = "/nonexistent"

CHECK1, CHECK2, PAIR, LOOP, COPY, ENCAP_COPY = "check --jobs 1", "check --jobs 2", "pair", "libpcap loop", "cp", "cp of encap's output"

# What no program on the same octets is quicker than (floor.c).
READ, WALK, SUMS, ROWS = "read only", "walk only", "walk and sum only", "walk, sum and find only"
WRITE, ENCAP_WRITE = "read and write only", "the same of encap's output"


class Verb(NamedTuple):
    name: str
    words: str               # with {places}; ipip's start with ipip
    mixes: object            # names of those on which it is run
    writes: bool = False


VERBS = [
    Verb("cat", "cat {file}", EVERYWHERE),
    Verb(LOOP, "{loop} {file}", EVERYWHERE),
    Verb(READ, "{floor} read {file}", EVERYWHERE),
    Verb(WALK, "{floor} walk {file}", EVERYWHERE),
    Verb(SUMS, "{floor} sums {file}", EVERYWHERE),
    Verb(ROWS, "{floor} rows {file}", EVERYWHERE),
    Verb("gzip -dc", "gzip -dc {file}", ["small.pcap.gz"]),
    Verb("tcpdump -w", "tcpdump -r {file} -w /dev/null", SMALL),
    Verb("capinfos", "capinfos {file}", SMALL),
    Verb(CHECK1, "ipip check --no-config --fail-on never --jobs 1 {file}", EVERYWHERE),
    Verb(CHECK2, "ipip check --no-config --fail-on never --jobs 2 {file}", EVERYWHERE),
    Verb("tunnels", "ipip tunnels {file}", FILES + ["tunnels-1k", "tunnels-100k"]),
    Verb(PAIR, "ipip pair -q --no-config --fail-on never {file}", ["entry"]),
    Verb("roundtrip", "ipip roundtrip -q {file}", FILES),
    Verb(COPY, "cp {file} {out}", FILES, True),
    Verb(ENCAP_COPY, "cp {encapsulated} {out}", FILES, True),
    Verb(WRITE, "{floor} write {file} {out}", FILES, True),
    Verb(ENCAP_WRITE, "{floor} write {encapsulated} {out}", FILES, True),
    Verb("decap", "ipip decap -q -w {out} {file}", FILES, True),
    Verb("encap", "ipip encap -q --tunnel {tunnel} -w {out} {file}", FILES, True),
    Verb("editcap -C", "editcap -F pcap -L -C %d:%d {file} {out}" % CUT, FILES, True),
    Verb("bittwiste -D", "bittwiste -I {file} -O {out} -D %d-%d" % (CUT[0] + 1, sum(CUT)), SMALL, True),
    Verb("tcprewrite --ttl", "tcprewrite --ttl=63 -i {file} -o {out}", SMALL, True),
]

# Counted in tunnels of other kinds.
OF_KINDS = [verb._replace(words=verb.words.replace("{file}", "--kinds all {file}"))
            for verb in VERBS if verb.name in (CHECK1, "tunnels", "roundtrip", "decap")]


class Tools(NamedTuple):
    ipip: Path
    loop: Path
    floor: Path
    plugins: Path
    empty_plugin: Path  # its folder (empty_plugin.c)
    fixed_seed: Path    # preloaded into what is counted

    def command(self, verb, path, out=None, encapsulated=None):
        places = {"file": path, "out": out, "loop": self.loop, "floor": self.floor, "tunnel": TUNNEL, "encapsulated": encapsulated}
        words = [word.format(**places) for word in verb.words.split()]
        return [str(self.ipip)] + words[1:] if words[0] == "ipip" else words


def verbs_on(mix):
    """Those whose programs are installed; libpcap reads no gzip, and cat less."""
    for verb in VERBS:
        wanted = verb.mixes is EVERYWHERE or mix.name in verb.mixes
        if not wanted or verb.name in (LOOP, "cat", READ, WALK, SUMS, ROWS) and mix.suffix.endswith(".gz"):
            continue
        program = verb.words.split()[0]
        if program in ("ipip", "{loop}", "{floor}") or shutil.which(program):
            yield verb
        else:
            print("not installed: %s" % program, file=sys.stderr)


def tshark(plugins, *wrapper):
    """tshark with the plugins of a folder and no others, as a user whose plugins it loads."""
    return [*unprivileged(), "env", "WIRESHARK_PLUGIN_DIR=%s" % plugins, "HOME=/nonexistent", *wrapper, "tshark"]


def plugin_loads(folder, name):
    listing = subprocess.run([*tshark(folder), "-G", "plugins"], capture_output=True, text=True)
    if name not in listing.stdout:
        print("tshark does not load %s from %s" % (name, folder), file=sys.stderr)
        return False
    return True
