# SPDX-License-Identifier: GPL-2.0-or-later
"""A browser: Chromium without a window, driven by chromedriver over HTTP (W3C WebDriver)."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request

import harness

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # how WebDriver names a reference to one


def skip_without_browser():
    if not shutil.which("chromium") or not shutil.which("chromedriver"):
        print("no browser: install the packages chromium and chromium-driver")
        sys.exit(harness.SKIPPED)


class Browser:
    """`with Browser(...) as browser`. Without scripts the page's own don't run; those of the test do."""

    def __init__(self, has_scripts=True, width=1200, height=900):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.driver.stdout:
            started = re.search(r"started successfully on port (\d+)", line)
            if started:
                break
        self.address = "http://127.0.0.1:%s/session" % started[1]
        options = {"args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--hide-scrollbars",
                            "--window-size=%d,%d" % (width, height), "--user-data-dir=" + self.profile.name],
                   "prefs": {} if has_scripts else {"profile.managed_default_content_settings.javascript": 2}}
        capabilities = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        self.session = ""
        self.session = "/" + self.call("POST", "", capabilities={"alwaysMatch": capabilities})["sessionId"]

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        try:
            self.call("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait()
            self.driver.stdout.close()
            self.profile.cleanup()

    def call(self, method, path, **body):
        data = json.dumps(body).encode() if method == "POST" else None
        request = urllib.request.Request(self.address + self.session + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=harness.HANGS) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()) from error

    def open(self, path):
        self.call("POST", "/url", url=path.resolve().as_uri())

    def run(self, script, *arguments):
        return self.call("POST", "/execute/sync", script=script, args=list(arguments))

    def command(self, name, **parameters):
        """Of the browser's own protocol."""
        return self.call("POST", "/goog/cdp/execute", cmd=name, params=parameters)

    def media(self, scheme="light", media=""):
        self.command("Emulation.setEmulatedMedia", media=media, features=[{"name": "prefers-color-scheme", "value": scheme}])

    def find(self, selector):
        return self.call("POST", "/element", using="css selector", value=selector)[ELEMENT]

    def click(self, selector):
        self.call("POST", "/element/%s/click" % self.find(selector))

    def press(self, key):
        self.call("POST", "/actions", actions=[{"type": "key", "id": "keys", "actions": [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]}])

    def complaints(self):
        """What the browser has to say of the page."""
        return [entry["message"] for entry in self.call("POST", "/se/log", type="browser") if "favicon" not in entry["message"]]
