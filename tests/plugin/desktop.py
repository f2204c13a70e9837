# SPDX-License-Identifier: GPL-2.0-or-later
"""A display of our own, with Wireshark on it: windows by title, keys, pictures."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import harness

PROGRAMS = {"Xvfb": "xvfb", "openbox": "openbox", "xdotool": "xdotool", "import": "imagemagick"}
WIRESHARK = str(Path(harness.TSHARK).with_name("wireshark"))
PATIENCE = 300  # seconds for what must come: only what hangs takes so long, however busy the machine is
MENU_SECONDS = 10  # for what may have gone astray; twice as long with each try
PAUSE = 0.4  # after a key, likewise
TRIES = 5


def missing():
    """The Debian packages that a display and Wireshark need, and that are not here."""
    needed = {**PROGRAMS, WIRESHARK: "wireshark"}
    return [package for program, package in needed.items() if shutil.which(program) is None]


def wait_for(what, seconds=PATIENCE):
    """Until it is true, or for so many seconds."""
    end = time.monotonic() + seconds
    while True:
        found = what()
        if found or time.monotonic() > end:
            return found
        time.sleep(0.2)


class Desktop:
    def __init__(self, size="1400x1000"):
        read, write = os.pipe()
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", size + "x24", "-nolisten", "tcp"],
                                       pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as display:
            self.environment = {**os.environ, "DISPLAY": ":" + display.readline().strip()}
        self.start_manager()

    def start_manager(self):
        """Without a window manager no window gets the keys; it is there when it has told how many desktops there are."""
        for _ in range(TRIES):
            self.manager = subprocess.Popen(["openbox"], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            wait_for(lambda: self.is_managed() or self.manager.poll() is not None, PATIENCE / TRIES)
            if self.is_managed():
                return
            self.manager.kill()
            self.manager.wait()
        raise AssertionError("no window manager: openbox does not start")

    def is_managed(self):
        return self.run("xdotool", "get_num_desktops")[0] not in ("", "0")  # 0 where there is none

    def close(self):
        for process in (self.manager, self.server):
            process.terminate()
            process.wait()

    def run(self, *command):
        return subprocess.run(list(map(str, command)), env=self.environment, capture_output=True, text=True).stdout.split("\n")

    def window(self, title):
        """The window whose title this regular expression matches, or None."""
        found = self.run("xdotool", "search", "--onlyvisible", "--name", title)[0]
        return found or None

    def keys(self, window, *keys, pause=PAUSE):
        self.run("xdotool", "windowactivate", "--sync", window)
        for key in keys:
            self.run("xdotool", "key", key)
            time.sleep(pause)

    def resize(self, window, width, height):
        self.run("xdotool", "windowsize", "--sync", window, width, height)
        self.run("xdotool", "windowmove", window, 4, 24)

    def click(self, window, x, y):
        self.run("xdotool", "mousemove", "--window", window, x, y, "click", 1)
        time.sleep(PAUSE)

    def type(self, text):
        self.run("xdotool", "type", "--delay", "40", text)
        time.sleep(PAUSE)

    def picture(self, window, path):
        self.run("xdotool", "windowactivate", "--sync", window)  # what is covered has no picture
        time.sleep(1)
        self.run("import", "-window", window, path)

    def screen(self, path):
        """All that is there, with menus, which are windows of their own."""
        time.sleep(1)
        self.run("import", "-window", "root", path)

    def share(self, window, colour):
        """How much of a window has this colour (#rrggbb), from 0 to 1."""
        lines = self.run("import", "-window", window, "-depth", "8", "-format", "%c", "histogram:info:-")
        pixels = {hexadecimal.upper(): int(count) for line in lines
                  for count, hexadecimal in re.findall(r"^\s*(\d+):.*?(#[0-9A-F]{6})", line)}
        return pixels.get(colour, 0) / max(1, sum(pixels.values()))


class Wireshark:
    """Wireshark on a desktop, with the plugin and the profile IPIP, as a user without privileges."""

    def __init__(self, desktop, path, *options, settings=None):
        self.desktop = desktop
        self.name = Path(path).name
        self.home = tempfile.TemporaryDirectory()
        runtime = Path(self.home.name, "run")
        runtime.mkdir()
        for name, text in (settings or {}).items():
            file = Path(self.home.name, ".config", "wireshark", name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", "65534:65534", self.home.name], check=True)
        runtime.chmod(0o700)
        variables = {"HOME": self.home.name, "XDG_RUNTIME_DIR": str(runtime), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8",
                     "TMPDIR": str(runtime), "DISPLAY": desktop.environment["DISPLAY"], "WIRESHARK_PLUGIN_DIR": harness.PLUGINS}
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [*harness.unprivileged(), "env", "-i", *(name + "=" + value for name, value in variables.items()), WIRESHARK, "-C",
             "IPIP", "-r", str(path), *options], stdout=self.errors, stderr=self.errors)

    def said(self):
        self.errors.seek(0)
        return self.errors.read()

    def main(self):
        return self.window("^%s$" % re.escape(self.name))

    def window(self, title):
        """Waits for a window; fails where Wireshark ends before, or no such window comes."""
        found = wait_for(lambda: self.desktop.window(title) or self.process.poll() is not None)
        if not isinstance(found, str):
            raise AssertionError("no window %s: status %s: %s" % (title, self.process.poll(), self.said()))
        return found

    def dialog_title(self, subtitle):
        return "Wireshark .*%s .*%s" % (subtitle, re.escape(self.name))

    def dialog(self, subtitle):
        return self.window(self.dialog_title(subtitle))

    def by_menu(self, title, *keys):
        """The window that the keys lead to. A menu that opens late has lost some of them: then what came instead is closed, and
        it is tried again, more slowly."""
        for slower in (2**number for number in range(TRIES)):
            self.desktop.keys(self.main(), *keys, pause=PAUSE * slower)
            if wait_for(lambda: self.desktop.window(title) or self.process.poll() is not None, MENU_SECONDS * slower):
                break
            for _ in range(3):
                self.desktop.run("xdotool", "key", "Escape")  # to whatever has the keys now
                time.sleep(PAUSE * slower)
        return self.window(title)

    def exports(self):
        """The exports that Wireshark has written and shows."""
        return [path.read_bytes() for path in Path(self.home.name, "run").glob("Wireshark_PDU_*") if path.is_file()]

    def recent(self):
        """What Wireshark remembers of this session, such as the filters that were used."""
        return Path(self.home.name, ".config", "wireshark", "recent_common").read_text()

    def close(self):
        """As its user does. The exit status, and what it wrote to its terminal."""
        for slower in (2**number for number in range(TRIES)):
            self.desktop.keys(self.main(), "ctrl+q", pause=PAUSE * slower)
            if wait_for(lambda: self.process.poll() is not None, MENU_SECONDS * slower):
                break
        return self.process.wait(PATIENCE), self.said()

    def end(self):
        """Whatever it is doing."""
        self.process.kill()
        self.process.wait()
        self.errors.close()
        self.home.cleanup()
