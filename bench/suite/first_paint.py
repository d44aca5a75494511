"""How long a first visit looks at nothing: a headless Chromium with an empty cache, spoken to through its pipe."""

import json
import os
import subprocess
import tempfile
from contextlib import AbstractContextManager

from suite.process import Server

PAGES = ("/", "/user-dashboard")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
)
_PAINT = """new Promise((painted) => new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (entry.name === "first-contentful-paint") painted(entry.startTime);
}).observe({ type: "paint", buffered: true }))"""


class Browser(AbstractContextManager):
    """Reads its commands from descriptor 3 and answers on 4, each message ended by a zero byte."""

    def __init__(self) -> None:
        self._profile = tempfile.TemporaryDirectory(prefix="first-paint-")
        commands, self._commands = os.pipe()
        answers, answered = os.pipe()
        # On all cores: a browser is many processes, and the server has next to nothing to do beside them.
        command = ["chromium", *FLAGS, f"--user-data-dir={self._profile.name}"]
        self._process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{commands} 4>&{answered}', "bash", *command],
            pass_fds=(commands, answered),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(commands)
        os.close(answered)
        self._answers = os.fdopen(answers, "rb")
        self._sent = 0
        self._rest = b""

    def __exit__(self, *_) -> None:
        self.ask("Browser.close")
        self._process.wait(timeout=30)
        os.close(self._commands)
        self._answers.close()
        self._profile.cleanup()

    def ask(self, method: str, session: str | None = None, **parameters) -> dict:
        self._sent += 1
        message = {"id": self._sent, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._sent:
            pass
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def _next(self) -> dict:
        while b"\0" not in self._rest:
            read = self._answers.read1()
            if not read:
                raise RuntimeError("the browser has ended")
            self._rest += read
        message, _, self._rest = self._rest.partition(b"\0")
        return json.loads(message)

    def first_paint_ms(self, address: str) -> float:
        """From the start of the navigation to the first contentful paint, in a context that has seen nothing yet."""
        context = self.ask("Target.createBrowserContext")["browserContextId"]
        target = self.ask("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.ask("Page.navigate", session, url=address)
        found = self.ask("Runtime.evaluate", session, expression=_PAINT, awaitPromise=True)
        self.ask("Target.disposeBrowserContext", browserContextId=context)
        return found["result"]["value"]


def measure(server: Server, visits: int) -> dict[str, list[float]]:
    """Milliseconds of each visit, by page; what the browser itself does at its first page does not count."""
    with Browser() as browser:
        addresses = {page: f"http://127.0.0.1:{server.port}{page}" for page in PAGES}
        browser.first_paint_ms(addresses[PAGES[0]])
        visited = [
            {page: browser.first_paint_ms(address) for page, address in addresses.items()} for _ in range(visits)
        ]
        return {page: [visit[page] for visit in visited] for page in PAGES}
