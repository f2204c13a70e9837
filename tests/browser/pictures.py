# SPDX-License-Identifier: GPL-2.0-or-later
"""The pictures of a page in the README, for scripts/screenshots: pictures.py FOLDER."""

import base64
import sys
import tempfile
from pathlib import Path

import webdriver
from harness import TESTDATA, run

# Name, capture, colours, where the picture begins, and its height.
PICTURES = [
    ("findings", TESTDATA / "toobig.pcapng", "light", "h1", 1085),
    ("tunnel", TESTDATA / "kernel" / "ipip-pmtu-1300-nopmtudisc" / "outer.pcap", "dark", "dl.facts + h4", 1120),
]


def main(folder):
    for name, capture, scheme, begin, height in PICTURES:
        with tempfile.TemporaryDirectory() as temporary, webdriver.Browser(width=1000) as browser:
            run("report", "--no-config", "-w", Path(temporary, "page.html"), capture.name, cwd=capture.parent)
            browser.media(scheme)
            browser.open(Path(temporary, "page.html"))
            browser.command("Emulation.setDeviceMetricsOverride", width=1000, height=900, deviceScaleFactor=1, mobile=False)
            top = browser.run("return Math.max(document.querySelector(arguments[0]).getBoundingClientRect().top + scrollY - 16, 0)", begin)
            picture = browser.command("Page.captureScreenshot", captureBeyondViewport=True, clip={"x": 0, "y": top, "width": 1000, "height": height, "scale": 1})
            Path(folder, name + ".png").write_bytes(base64.b64decode(picture["data"]))


if __name__ == "__main__":
    main(sys.argv[1])
