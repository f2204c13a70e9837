# SPDX-License-Identifier: GPL-2.0-or-later
"""Wireshark's window itself, on a display of its own: it starts with the plugin, colours what is wrong, and opens every statistic.

test_window.py --write FOLDER saves pictures of what it sees there.
"""

import sys
import unittest
from pathlib import Path

import captures
import desktop
import harness
from desktop import Desktop, Wireshark
from exports import exported
from harness import TESTDATA

VIOLATIONS = TESTDATA / "violations.pcap"
PROFILE = TESTDATA.parent / "plugin" / "profile"
SETTINGS = {"profiles/IPIP/" + path.name: path.read_text() for path in PROFILE.iterdir()}
ERROR_ROW = "#D62E2E"  # of plugin/profile/colorfilters, in 8 bits
EXPERT_ERROR = "#FF5C5C"  # Wireshark's own, in the list of experts
WRITE = Path(sys.argv[2]) if sys.argv[1:2] == ["--write"] else None


class Window(unittest.TestCase):
    def setUp(self):
        self.desktop = Desktop()
        self.addCleanup(self.desktop.close)

    def open(self, *options):
        self.wireshark = Wireshark(self.desktop, VIOLATIONS, *options, settings=SETTINGS)
        self.addCleanup(self.wireshark.end)
        main = self.wireshark.main()
        self.desktop.resize(main, 1280, 860)
        # Before all packets are there, menus are not what they will be.
        desktop.wait_for(lambda: self.desktop.share(main, ERROR_ROW) > 0.03, 5 if "--disable-protocol" in options else desktop.PATIENCE)
        return main

    def picture(self, window, name):
        if WRITE:
            self.desktop.picture(window, WRITE / (name + ".png"))

    def assert_closes(self):
        """Wireshark ends as it should, and never reported an error of its own."""
        status, said = self.wireshark.close()
        self.assertEqual(status, 0, said)
        self.assertNotRegex(said, "(?i)ipip|critical|dissector bug|assert")

    def assert_colour(self, window, colour, least):
        self.assertTrue(desktop.wait_for(lambda: self.desktop.share(window, colour) > least),
                        (colour, self.desktop.share(window, colour)))

    def test_packets(self):
        """The rows of broken packets in the colours of the profile, and the tree of a packet."""
        main = self.open("-g", "2")
        self.assert_colour(main, ERROR_ROW, 0.03)
        self.picture(main, "packets")
        self.desktop.click(main, 150, 528)  # on the item of the tunnel
        self.desktop.keys(main, "shift+Right")  # and all below it
        self.picture(main, "tree")
        self.assert_closes()

    def test_without_the_protocol(self):
        """The counter-test: without the plugin's findings no row has the colour."""
        main = self.open("--disable-protocol", "ipip")
        self.assertFalse(desktop.wait_for(lambda: self.desktop.share(main, ERROR_ROW) > 0.001, 3))
        self.assert_closes()

    def test_tunnels(self):
        self.open("-z", "ipip,tunnels")
        self.picture(self.wireshark.dialog("IP-in-IP Tunnels"), "tunnels")  # as it opens: DF, MTU and command must be in sight
        self.assert_closes()

    def test_conversations(self):
        """By the menu: -z conv,... does nothing in the window of Wireshark 4.0."""
        self.open()
        dialog = self.wireshark.by_menu(self.wireshark.dialog_title("Conversations"), "alt+s", "c")
        self.desktop.resize(dialog, 1280, 400)
        self.picture(dialog, "conversations")
        self.assert_closes()

    def test_endpoints(self):
        self.open()
        dialog = self.wireshark.by_menu(self.wireshark.dialog_title("Endpoints"), "alt+s", "e")
        self.picture(dialog, "endpoints")
        self.assert_closes()

    def test_statistics(self):
        """By the menu: the last item of Statistics."""
        self.open()
        dialog = self.wireshark.by_menu(self.wireshark.dialog_title("IP-in-IP Packets"), "alt+s", "Up", "Return")
        self.desktop.resize(dialog, 1100, 800)
        self.picture(dialog, "statistics")
        self.assert_closes()

    def test_conversation_filter(self):
        """Analyze, Conversation Filter: the last of the list is the tunnel of the packet; applied, it is among the filters that were used."""
        main = self.open()
        self.desktop.keys(main, "alt+a", *["Down"] * 5, "Right", "Up")
        if WRITE:
            self.desktop.screen(WRITE / "conversation-filter.png")
        self.desktop.run("xdotool", "key", "Return")
        self.assert_closes()
        self.assertIn("(ipip.outer.src == 172.16.5.126 && ipip.outer.dst == 172.16.5.127) || (ipip.outer.src == 172.16.5.127 && "
                      "ipip.outer.dst == 172.16.5.126)", self.wireshark.recent())

    def test_export(self):
        """File, Export PDUs to File: the packets are those that tshark exports, although all have been dissected before."""
        self.open()
        dialog = self.wireshark.by_menu("^Dialog$", "alt+f", "Up", "Up", "Up", "Up", "Up", "Return")
        self.desktop.click(dialog, 69, 76)  # on the list of exports
        self.desktop.type("IPIP inner")
        self.desktop.run("xdotool", "key", "Return")
        self.desktop.keys(dialog, "Return")
        self.wireshark.window("Untitled")  # the export, which the window now shows
        exports = self.wireshark.exports()
        self.assertEqual(len(exports), 1)
        records, _ = exported(VIOLATIONS, "IPIP inner")
        self.assertEqual([record.octets for record in captures.read(exports[0])], [record.octets for record in records])

    def test_experts(self):
        """By the menu: the last item of Analyze."""
        self.open()
        dialog = self.wireshark.by_menu(self.wireshark.dialog_title("Expert Information"), "alt+a", "Up", "Return")
        self.desktop.resize(dialog, 1000, 560)
        self.assert_colour(dialog, EXPERT_ERROR, 0.03)
        self.picture(dialog, "experts")
        self.assert_closes()


if __name__ == "__main__":
    if desktop.missing():
        print("no window: these packages are missing: " + " ".join(desktop.missing()))
        sys.exit(harness.SKIPPED)
    if harness.PRELOAD:
        print("no window: it is not tried with the sanitizer's library in front")
        sys.exit(harness.SKIPPED)
    harness.require_plugin()
    if WRITE:
        WRITE.mkdir(parents=True, exist_ok=True)
        del sys.argv[1:3]
    harness.main()
