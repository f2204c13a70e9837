# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of the command and of the plugin share: running them, and the captures to run them on.

ctest sets the environment: IPIP_BUILD, IPIP_COMMAND, IPIP_LAYERS, IPIP_PUSHED, IPIP_SELECTION, IPIP_WORDS, IPIP_PLUGINS,
IPIP_TSHARK, IPIP_TSHARK_PRELOAD, IPIP_TESTDATA. IPIP_CAPTURES, a folder of third-party captures, is the caller's.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

COMMAND = os.environ.get("IPIP_COMMAND", "ipip")
LAYERS = os.environ.get("IPIP_LAYERS", "ipip_layers")
PUSHED = os.environ.get("IPIP_PUSHED", "ipip_pushed")
SELECTION = os.environ.get("IPIP_SELECTION", "ipip_selection")
WORDS = os.environ.get("IPIP_WORDS", "ipip_words")
TSHARK = os.environ.get("IPIP_TSHARK", "tshark")
PLUGINS = os.environ.get("IPIP_PLUGINS", "")
PLUGINS_ARE_BUILT = any(Path(PLUGINS).glob("*/epan/ipip.so")) if PLUGINS else False
PRELOAD = os.environ.get("IPIP_TSHARK_PRELOAD", "")
BUILD = Path(os.environ.get("IPIP_BUILD", ""))
TESTDATA = Path(os.environ.get("IPIP_TESTDATA", Path(__file__).parent.parent / "testdata"))
KERNEL = TESTDATA / "kernel"
CAPTURES = Path(os.environ.get("IPIP_CAPTURES", ""))

# How the plugin's items in the tree of a packet begin: Wireshark's own have no such name in brackets.
OUR_ITEM = re.compile(r"\[(IP-in-IP|IPv[46] in IPv[46]|GRE|Ethernet in GRE|ERSPAN|Minimal encapsulation|Foo over UDP|GUE|ESP|IPComp|MPLS in IP)")
SKIPPED = 77  # what ctest takes for "skipped"
HANGS = 1800  # seconds after which a program will never end, however busy the machine is

sys.path.insert(0, str(TESTDATA / "generator"))


def main():
    """Runs the tests of the calling script; none at all is a failure."""
    unittest.main(verbosity=1)


def skip_without_captures():
    """Third-party captures are not part of the project: without them a script says so and is skipped."""
    if not os.environ.get("IPIP_CAPTURES") or not CAPTURES.is_dir():
        print("no third-party captures: set IPIP_CAPTURES to their folder")
        sys.exit(SKIPPED)


def third_party_captures():
    return sorted(path for folder in ("tunnel", "non-tunnel", "malformed") for path in (CAPTURES / folder).iterdir())


def kernel_captures(name="*"):
    return sorted(KERNEL.glob("*/%s.pcap" % name))


def each(function, captures):
    """What the function says of each capture, several at a time; exceptions come through."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(function, captures))


def label(path):
    return "/".join(Path(path).parts[-2:])


def sound(result):
    """The result of a program, unless it died of a signal, of a sanitizer's report or of a bug that Wireshark noticed."""
    errors = result.stderr if isinstance(result.stderr, str) else result.stderr.decode(errors="replace")
    if result.returncode < 0 or re.search("runtime error:|Sanitizer|Dissector bug", errors):
        raise AssertionError("%s: status %d: %s" % (" ".join(map(str, result.args)), result.returncode, errors))
    return result


def run(*arguments, stdin=None, text=None, **options):
    """The command; its output is octets where its input is, else text."""
    text = stdin is None or isinstance(stdin, str) if text is None else text
    return sound(subprocess.run([COMMAND, *map(str, arguments)], input=stdin, capture_output=True, timeout=HANGS, text=text, **options))


def tunnels(*arguments, stdin=None):
    """Of `ipip tunnels`: each direction's line by source and destination, and the result."""
    result = run("tunnels", "--format", "jsonl", *arguments, stdin=stdin)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    return {(line["src"], line["dst"]): line for line in lines[:-1]}, result


class InFolder(unittest.TestCase):
    """Each test has a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, name, octets):
        path = self.folder / name
        path.write_bytes(octets)
        return path


class Check:
    """What `ipip check`, or another verb, says of captures."""

    def __init__(self, *arguments, stdin=None, verb="check", **options):
        result = run(verb, "--format", "jsonl", *arguments, stdin=stdin, **options)
        output = result.stdout if isinstance(result.stdout, str) else result.stdout.decode()
        lines = [json.loads(line) for line in output.splitlines()]
        self.status = result.returncode
        self.stderr = result.stderr
        self.summary = lines[-1] if lines else None
        self.findings = [line for line in lines if line["type"] == "finding"]

    def pairs(self):
        return Counter((finding["frame"], finding["rule"]) for finding in self.findings)

    def of(self, rule):
        return [finding for finding in self.findings if finding["rule"] == rule]

    def verdicts(self, rule):
        return self.summary["rules"][rule]


class Roundtrip:
    """What `ipip roundtrip` says of captures."""

    def __init__(self, *arguments, stdin=None):
        result = run("roundtrip", "--format", "jsonl", *arguments, stdin=stdin)
        output = result.stdout if isinstance(result.stdout, str) else result.stdout.decode()
        lines = [json.loads(line) for line in output.splitlines()]
        self.status = result.returncode
        self.stderr = result.stderr
        self.summary = lines[-1]
        self.differences = [line for line in lines if line["type"] == "difference"]
        self.not_comparable = [line for line in lines if line["type"] == "not_comparable"]


def unprivileged():
    """As root, Wireshark ignores personal plugins and WIRESHARK_PLUGIN_DIR: become another user then."""
    if os.getuid() != 0:
        return []
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
            "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]  # the checkout may lie where only root may look


def wireshark(program, arguments, plugin=True, plugins=PLUGINS, folder=None, stdin=None, settings=None, home=None, strict=False):
    """One of Wireshark's programs, as a user without privileges, with or without the plugin.

    The home is empty but for the settings: the files of Wireshark's configuration, by name. Or it is `home`, where the plugin
    must have been installed. `strict`: with Wireshark's own checks of memory and of dissectors, which end it.
    """
    with tempfile.TemporaryDirectory() as empty:
        os.chmod(empty, 0o777)
        for name, text in (settings or {}).items():
            path = Path(empty, ".config", "wireshark", name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        variables = {"HOME": str(home or empty), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        if not plugin:
            variables["WIRESHARK_PLUGIN_DIR"] = empty  # neither bundled plugins nor ours: the same clean room
        elif not home:
            variables["WIRESHARK_PLUGIN_DIR"] = str(plugins)
        if plugin and PRELOAD:
            variables["LD_PRELOAD"] = PRELOAD
            variables["ASAN_OPTIONS"] = "detect_leaks=0"
        if strict:
            variables["WIRESHARK_ABORT_ON_DISSECTOR_BUG"] = "1"
            variables["WIRESHARK_DEBUG_WMEM_OVERRIDE"] = "strict"
        environment = [name + "=" + value for name, value in variables.items()]
        return sound(subprocess.run([*unprivileged(), "env", "-i", *environment, program, *map(str, arguments)], input=stdin,
                                    capture_output=True, text=True, errors="replace", cwd=folder, timeout=HANGS))


def tshark(*arguments, **options):
    return wireshark(TSHARK, arguments, **options)


SHARKD = Path(TSHARK).parent / "sharkd"


def requests_text(requests):
    """(method, parameters), one after the other, as sharkd reads them."""
    return "".join(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": parameters}) + "\n"
                   for number, (method, parameters) in enumerate(requests, start=1))


def sharkd(requests):
    """What sharkd, which holds captures as the window does, answers to (method, parameters), one after the other."""
    result = wireshark(SHARKD, ["-"], stdin=requests_text(requests))
    return [json.loads(line) for line in result.stdout.splitlines()]


def plugin_pairs(path, *options):
    """The (frame, rule) pairs that tshark shows with the plugin, each as often as it does."""
    result = tshark("-r", path, "-T", "fields", "-e", "frame.number", "-e", "ipip.rule", *options)
    pairs = Counter()
    for line in result.stdout.splitlines():
        number, _, rules = line.partition("\t")
        pairs.update((int(number), rule) for rule in rules.split(",") if rule)
    return pairs, result.stderr


def require_plugin():
    """A test of the plugin means nothing if the plugin was not loaded."""
    listing = tshark("-G", "protocols")  # "-G plugins" starts the capture helpers too, which a sanitizer's library upsets
    if "\tIPIP\tipip" not in listing.stdout:
        raise AssertionError("tshark did not load the plugin from %s: %s" % (PLUGINS, listing.stderr))
