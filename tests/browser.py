"""Chromium without a window, driven over a pipe (DevTools protocol): no socket, no network. For pages that must hold in a browser."""

import base64
import contextlib
import itertools
import json
import os
import select
import shutil
import subprocess
import sys
import time

import pytest

SECONDS = 90
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-proxy-server",
    "--remote-debugging-pipe",
)


def program():
    """The browser on this computer, or None; the pipe is that of Unix."""
    if sys.platform == "win32":
        return None
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


needs_browser = pytest.mark.skipif(program() is None, reason="no Chromium on this computer: the page was not opened")

_PLACED = "import os, sys; [os.dup2(int(end), at) for at, end in zip((3, 4), sys.argv[1:3])]; os.execv(sys.argv[3], sys.argv[3:])"


class Browser:
    """One page. `requests` are the addresses that it asked for, `messages` what its console and its policy complained of."""

    def __init__(self, folder):
        self._process, self._out, self._in = _started(folder)
        self._rest, self._numbers, self._session = b"", itertools.count(1), None
        self.requests, self.messages, self.navigations = [], [], []

    def attach(self):
        """Take one page into hand."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log", "DOM"):
            self.ask(f"{domain}.enable")

    def ask(self, method, **parameters):
        """One command; its answer. What happens meanwhile is noted."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]
            self._note(answer)

    def open(self, address):
        """Go to an address and wait until it is loaded."""
        self.ask("Page.navigate", url=address)
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    def value(self, script):
        """What a script evaluates to."""
        result = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def until(self, script, seconds=SECONDS):
        """Wait until a script is true."""
        end = time.monotonic() + seconds
        while not (found := self.value(f"Boolean({script})")):
            assert time.monotonic() < end, f"never true: {script}; {self.messages[-5:]}"
            time.sleep(0.03)
        return found

    def choose(self, selector, path):
        """Give a file or folder to an input."""
        root = self.ask("DOM.getDocument")["root"]["nodeId"]
        node = self.ask("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.ask("DOM.setFileInputFiles", nodeId=node, files=[str(path)])

    def size(self, width, height, *, dark=False):
        """The window, and whether the person likes it dark."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.ask("Emulation.setEmulatedMedia", features=scheme)

    def picture(self, path, *, whole=False):
        """A picture of the page."""
        data = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        path.write_bytes(base64.b64decode(data))

    def close(self):
        """End the browser."""
        with contextlib.suppress(OSError):
            os.close(self._out)
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._in)

    def _next(self):
        end = time.monotonic() + SECONDS
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._in], [], [], max(0, end - time.monotonic()))
            assert ready, "the browser does not answer"
            piece = os.read(self._in, 1 << 20)
            assert piece, "the browser has ended"
            self._rest += piece
        message, _, self._rest = self._rest.partition(b"\0")
        return json.loads(message)

    def _note(self, message):
        method, facts = message.get("method"), message.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(facts["request"]["url"])
        elif method == "Page.frameNavigated":
            self.navigations.append(facts["frame"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.messages.append(json.dumps(facts["exceptionDetails"]))
        elif method == "Log.entryAdded":
            self.messages.append(facts["entry"]["text"])
        elif method == "Page.javascriptDialogOpening":
            self.messages.append(f"dialog: {facts['message']}")


@contextlib.contextmanager
def opened(folder):
    """A browser with a profile of its own in `folder`."""
    browser = Browser(folder)
    try:
        browser.attach()
        yield browser
    finally:
        browser.close()


def _started(folder):
    """The browser reads its commands from descriptor 3 and answers on 4."""
    import fcntl

    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    ends = tuple(fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (theirs_in, theirs_out))
    for end in (theirs_in, theirs_out):
        os.close(end)
    process = subprocess.Popen(
        [sys.executable, "-c", _PLACED, *map(str, ends), program(), *SWITCHES, f"--user-data-dir={folder}"],
        pass_fds=ends,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for end in ends:
        os.close(end)
    return process, ours_out, ours_in
