"""Chromium without a window, driven over the DevTools protocol on a pipe: no driver, no port, no network."""

from __future__ import annotations

import base64
import fcntl
import itertools
import json
import os
import select
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SECONDS = 30.0
NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--remote-debugging-pipe",
    # Names are answered here or not at all: only this machine is reached.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def chromium() -> str | None:
    """Where Chromium is, or None."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class BrowserError(Exception):
    """The browser said no."""


class Tab:
    """One page. What a person does with it, and what they would see."""

    def __init__(self, browser: Browser, session: str) -> None:
        self.browser = browser
        self.session = session
        for domain in ("Page", "Runtime", "Network", "DOM"):
            self.call(f"{domain}.enable")
        self.call("Page.setBypassCSP", enabled=True)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command of the protocol."""
        return self.browser.call(method, self.session, **parameters)

    def goto(self, url: str) -> None:
        """Open a page and wait until it has loaded."""
        with self.loading():
            said = self.call("Page.navigate", url=url)
            if said.get("errorText"):
                raise BrowserError(said["errorText"])

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Around what opens a page: wait until it has loaded."""
        self.browser.forget("Page.loadEventFired", self.session)
        yield
        self.browser.wait_for("Page.loadEventFired", self.session)

    def js(self, expression: str) -> Any:
        """What a JavaScript expression gives, once it is settled."""
        said = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in said:
            raise BrowserError(json.dumps(said["exceptionDetails"])[:2000])
        return said["result"].get("value")

    def text(self, selector: str) -> str:
        """The text that a reader sees in the first element that matches."""
        return str(self.js(f"document.querySelector({json.dumps(selector)}).innerText"))

    def click(self, selector: str) -> None:
        """Click in the middle of an element, as a mouse does."""
        find = f"document.querySelector({json.dumps(selector)})"
        at = self.js(
            f"(() => {{ const e = {find}; e.scrollIntoView({{block: 'center'}}); const r = e.getClientRects()[0];"
            "return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=at[0], y=at[1], button="left", clickCount=1)

    def follow(self, selector: str) -> None:
        """Click a link (or a button) and wait for the page that it opens."""
        with self.loading():
            self.click(selector)

    def write(self, selector: str, text: str) -> None:
        """Click into a field and type."""
        self.click(selector)
        self.call("Input.insertText", text=text)

    def press(self, key: str) -> None:
        """Press a key such as Tab or Enter."""
        typed = {"Enter": "\r"}.get(key, "")
        self.call(
            "Input.dispatchKeyEvent",
            type="keyDown",
            key=key,
            code=key,
            text=typed,
            windowsVirtualKeyCode=13 if typed else 9,
        )
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, code=key)

    def choose(self, selector: str, value: str) -> None:
        """Choose an option of a list, as a reader would with the keyboard."""
        self.js(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)}); e.value = {json.dumps(value)};"
            "e.dispatchEvent(new Event('change', {bubbles: true})); })()"
        )

    def dark(self, *, on: bool) -> None:
        """Prefer dark colours, or light ones."""
        value = "dark" if on else "light"
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": value}])

    def size(self, width: int, height: int) -> None:
        """The size of the window."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def answer(self, pattern: str, html: str) -> None:
        """Answer every address that matches ``pattern`` with this page, in place of the network."""
        self.call("Fetch.enable", patterns=[{"urlPattern": pattern}])
        self.browser.answers[self.session] = html

    def screenshot(self, path: Path) -> None:
        """A picture of what the window shows."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def axe(self, source: Path) -> list[str]:
        """What axe-core finds wrong with the page, one line each."""
        self.js(f"{source.read_text(encoding='utf-8')}; 'ready'")
        found = self.js(
            "axe.run(document, {resultTypes: ['violations']}).then(found => JSON.stringify(found.violations))"
        )
        return [
            f"{each['id']}: {each['help']}: {node['html'][:160]} {node.get('failureSummary', '')}"
            for each in json.loads(found)
            for node in each["nodes"]
        ]


class Browser:
    """A running Chromium. Messages go over two pipes, each ended by a NUL."""

    def __init__(self, program: str, folder: Path) -> None:
        self.downloads = folder / "downloads"
        self.downloads.mkdir()
        self.numbers = itertools.count(1)
        self.waiting = b""
        self.events: list[dict[str, Any]] = []
        self.answers: dict[str, str] = {}
        inbound, self.out = (_high(fd) for fd in os.pipe())
        self.inward, outbound = (_high(fd) for fd in os.pipe())
        quiet = os.open(os.devnull, os.O_RDWR)
        self.pid = os.posix_spawn(
            program,
            [program, *_FLAGS, f"--user-data-dir={folder / 'profile'}", "about:blank"],
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, quiet, 1),
                (os.POSIX_SPAWN_DUP2, quiet, 2),
                (os.POSIX_SPAWN_DUP2, inbound, 3),
                (os.POSIX_SPAWN_DUP2, outbound, 4),
            ],
            setpgroup=0,
        )
        for fd in (inbound, outbound, quiet):
            os.close(fd)
        self.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(self.downloads), eventsEnabled=True)

    def tab(self) -> Tab:
        """A new page."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        return Tab(self, self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])

    def download(self) -> Path:
        """The file whose download has just been asked for, once it is whole."""
        begun = self.wait_for("Browser.downloadWillBegin", None)
        while self.wait_for("Browser.downloadProgress", None)["state"] == "inProgress":
            pass
        return self.downloads / begun["suggestedFilename"]

    def call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for its answer; events that come before it are kept."""
        number = self._send(method, session, parameters)
        deadline = time.monotonic() + SECONDS
        while True:
            message = self._read(deadline, method)
            if message.get("id") == number:
                if "error" in message:
                    raise BrowserError(method, message["error"])
                answer: dict[str, Any] = message["result"]
                return answer
            self._keep(message)

    def wait_for(self, name: str, session: str | None) -> dict[str, Any]:
        """The parameters of the next event of this name."""
        deadline = time.monotonic() + SECONDS
        while True:
            for at, event in enumerate(self.events):
                if event["method"] == name and event.get("sessionId") == session:
                    found: dict[str, Any] = self.events.pop(at)["params"]
                    return found
            self._keep(self._read(deadline, name))

    def forget(self, name: str, session: str | None) -> None:
        """Drop the events of this name that have come."""
        self.events = [each for each in self.events if each["method"] != name or each.get("sessionId") != session]

    def close(self) -> None:
        """End it and everything that it started."""
        for fd in (self.out, self.inward):
            os.close(fd)
        os.killpg(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def _send(self, method: str, session: str | None, parameters: dict[str, Any]) -> int:
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": parameters} | ({"sessionId": session} if session else {})
        sent = json.dumps(message).encode() + b"\0"
        while sent:
            sent = sent[os.write(self.out, sent) :]
        return number

    def _keep(self, message: dict[str, Any]) -> None:
        if message.get("method") == "Fetch.requestPaused":
            session = message["sessionId"]
            body = base64.b64encode(self.answers[session].encode()).decode()
            headers = [{"name": "content-type", "value": "text/html; charset=utf-8"}]
            told = {"requestId": message["params"]["requestId"], "responseCode": 200, "responseHeaders": headers}
            self._send("Fetch.fulfillRequest", session, {**told, "body": body})
        elif "method" in message:
            self.events.append(message)

    def _read(self, deadline: float, awaited: str) -> dict[str, Any]:
        while b"\0" not in self.waiting:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.inward], [], [], left)[0]:
                said = f"Chromium did not answer in {SECONDS:.0f} seconds (waiting for {awaited})."
                raise BrowserError(said)
            read = os.read(self.inward, 1 << 20)
            if not read:
                said = "Chromium has ended."
                raise BrowserError(said)
            self.waiting += read
        message, _, self.waiting = self.waiting.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer


def _high(fd: int) -> int:
    """The same pipe under a number that 3 and 4 cannot collide with."""
    moved = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 20)
    os.close(fd)
    return moved
