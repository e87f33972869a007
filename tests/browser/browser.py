# SPDX-License-Identifier: GPL-2.0-or-later
"""Headless Chromium through ChromeDriver's HTTP interface (WebDriver), with the standard library alone."""
import base64
import json
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

# Without the network flags Chromium calls home at every start.
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
ESCAPE, ENTER, TAB, LEFT, UP, RIGHT, DOWN = "\ue00c", "\ue007", "\ue004", "\ue012", "\ue013", "\ue014", "\ue015"


class BrowserError(Exception):
    pass


def find():
    """(chromium, chromedriver), or None where one is missing."""
    programs = shutil.which("chromium"), shutil.which("chromedriver")
    return programs if all(programs) else None


class Browser:
    def __init__(self, width=1280, height=1000):
        self.profile = tempfile.TemporaryDirectory()
        chromium, chromedriver = find()
        # Port 0 is any free one; it is said on standard output.
        self.driver = subprocess.Popen([chromedriver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.session = None
        for line in self.driver.stdout:
            if "started successfully on port" in line:
                self.port = int(line.rstrip(".\n").rsplit(" ", 1)[1])
                break
        options = {"binary": chromium,
                   "args": FLAGS + [f"--window-size={width},{height}", f"--user-data-dir={self.profile.name}"]}
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
        self.session = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            if self.session:
                self.call("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait()
            self.driver.stdout.close()
            self.profile.cleanup()

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=data, method=method,
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise BrowserError(json.load(error)["value"]["message"]) from error

    def call(self, method, path, body=None):
        return self.ask(method, f"/session/{self.session}{path}", body)

    def load(self, url):
        self.call("POST", "/url", {"url": url})

    def run(self, script, *arguments):
        """What a function with that body returns in the page."""
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def protocol(self, command, **parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def element(self, selector):
        return self.call("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def click(self, selector):
        """What is drawn anew between finding and clicking it is looked for again."""
        for _ in range(20):
            try:
                self.call("POST", f"/element/{self.element(selector)}/click", {})
                return
            except BrowserError as error:
                if "stale element" not in str(error):
                    raise
        raise BrowserError(f"{selector} is drawn anew all the time")

    def click_shape(self, selector):
        """Where the shape itself is hit: the middle of a ring's box may be the hole."""
        x, y = self.run("""
            const shape = document.querySelector(arguments[0]), box = shape.getBoundingClientRect();
            for (let i = 1; i < 400; i++) {
                const x = box.left + box.width * (i % 20) / 20, y = box.top + box.height * Math.floor(i / 20) / 20;
                if (document.elementFromPoint(x, y) === shape) {
                    return [Math.round(x), Math.round(y)];
                }
            }
            return [0, 0];""", selector)
        actions = [{"type": "pointerMove", "duration": 0, "x": x, "y": y}, {"type": "pointerDown", "button": 0},
                   {"type": "pointerUp", "button": 0}]
        self.call("POST", "/actions", {"actions": [{"type": "pointer", "id": "mouse", "actions": actions}]})

    def keys(self, *keys):
        """To whatever has the focus."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def back(self):
        self.call("POST", "/back", {})

    def wait(self, script, *arguments):
        """Until the script's value is true; False after ten seconds."""
        for _ in range(200):
            if self.run(f"return {script}", *arguments):
                return True
            time.sleep(0.05)
        return False

    def log(self, kind):
        return self.call("POST", "/se/log", {"type": kind})

    def requests(self):
        """Addresses that pages, not the browser's own, asked for since the last look."""
        events = [json.loads(entry["message"])["message"] for entry in self.log("performance")]
        asked = [event["params"] for event in events if event["method"] == "Network.requestWillBeSent"]
        return [each["request"]["url"] for each in asked if not each["documentURL"].startswith(("chrome:", "about:"))]

    def screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("GET", "/screenshot")))
