"""A real Chromium without a head, spoken to over its DevTools: it opens pages, presses and types, and says what it sees."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from shutil import which
from typing import Any, Final

import aiohttp

from tests.doubles.loopback import PATIENCE

INSTALLED: Final = which("chromium") or which("google-chrome")
AXE: Final = Path(sys.prefix) / "axe" / "axe_playwright_python" / "axe.min.js"
LACKS: Final = (
    "chromium is not on the path" if not INSTALLED else "" if AXE.exists() else "make .venv/axe brings axe-core"
)
assert not (LACKS and os.environ.get("NEED_BROWSER")), LACKS
SWITCHES: Final = (
    "--headless", "--hide-scrollbars", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--remote-debugging-port=0", "about:blank",
)  # fmt: skip

# What hinders a reader: words that are too faint for what is behind them, fields without a label, a page wider than the screen.
HINDRANCES: Final = """
(() => {
  const rgb = words => (words.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(c => (c /= 255) <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  const behind = one => { for (; one; one = one.parentElement) {
    const c = rgb(getComputedStyle(one).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  const found = [];
  for (const one of document.querySelectorAll("body *")) {
    if (![...one.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || one.closest(".unseen")) continue;
    const style = getComputedStyle(one), [a, b] = [light(rgb(style.color)), light(behind(one))].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.6 && style.fontWeight >= 700);
    if ((a + .05) / (b + .05) < (large ? 3 : 4.5)) found.push("faint: " + one.textContent.trim().slice(0, 40));
  }
  for (const one of document.querySelectorAll("textarea, select, input:not([type=hidden])"))
    if (!one.labels.length) found.push("no label: " + one.name);
  if (document.documentElement.scrollWidth > innerWidth) found.push("wider than the screen");
  if (document.querySelectorAll("h1").length !== 1) found.push("not one first heading");
  return found;
})()
"""

# What axe-core finds besides: each rule of its, also of how large is what one presses, which it looks at only when told to.
AXES: Final = """
axe.run({resultTypes: ["violations"], rules: {"target-size": {enabled: true}}})
  .then(found => found.violations.flatMap(rule => rule.nodes.map(one => `${rule.id}: ${one.target} ${one.failureSummary}`)))
"""


@dataclass
class Chromium:
    """One page of a browser."""

    socket: aiohttp.ClientWebSocketResponse
    numbers: Any = field(default_factory=lambda: count(1))
    problems: list[str] = field(default_factory=list)
    loads: int = 0

    async def call(self, method: str, **values: Any) -> Any:
        """Ask for something, and return what is answered; what the page complains of meanwhile is kept."""
        number = next(self.numbers)
        await self.socket.send_json({"id": number, "method": method, "params": values})
        while True:
            said = await self._next()
            if said.get("id") == number:
                assert "error" not in said, said
                return said["result"]

    async def _next(self) -> Mapping[str, Any]:
        async with asyncio.timeout(PATIENCE):
            said: Mapping[str, Any] = json.loads((await self.socket.receive()).data)
        self.loads += said.get("method") == "Page.loadEventFired"
        remark = said.get("params", {}).get("entry", {}).get("level") in (
            "info",
            "verbose",
        )  # such as of a focus that is set already
        if said.get("method") in ("Log.entryAdded", "Runtime.exceptionThrown") and not remark:
            self.problems.append(json.dumps(said["params"]))
        return said

    async def sees(self, script: str) -> Any:
        """Return what a script of ours finds on the page."""
        said = await self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        return said["result"].get("value")

    async def hindrances(self) -> list[str]:
        """Return what hinders readers of the page."""
        if not await self.sees("'axe' in window"):
            await self.sees(f"{AXE.read_text(encoding='utf-8')};0")
        return [*await self.sees(HINDRANCES), *await self.sees(AXES)]

    async def words(self) -> str:
        return str(await self.sees("document.body.innerText"))

    async def goes(self, address: str) -> None:
        before = self.loads
        await self.call("Page.navigate", url=address)
        await self._loaded(before)

    async def presses(self, label: str) -> None:
        """Press the button or link that says so, as a keyboard does: by focus and Enter."""
        before = self.loads
        await self._strikes("button, a", label)
        await self._loaded(before)

    async def opens(self, label: str) -> None:
        """Open or close what folds, in the same way."""
        await self._strikes("summary", label)

    async def _strikes(self, tags: str, label: str) -> None:
        named = json.dumps(label)
        said = "textContent.replace(/\\s+/g, ' ').trim()"
        at = f"[...document.querySelectorAll('{tags}')].find(one => one.{said}.startsWith({named}))"
        await self.sees(f"{at}.focus()")
        for kind in ("keyDown", "keyUp"):
            await self.call(
                "Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", text="\r", windowsVirtualKeyCode=13
            )

    async def keys(self, digit: str) -> None:
        """Press Alt with a digit, by which a page's buttons are reached."""
        before = self.loads
        key = {"key": digit, "code": f"Digit{digit}", "windowsVirtualKeyCode": ord(digit), "unmodifiedText": digit}
        for kind in ("keyDown", "keyUp"):
            await self.call("Input.dispatchKeyEvent", type=kind, modifiers=1, **key)
        await self._loaded(before)

    async def types(self, name: str, text: str, *, within: str = "") -> None:
        await self.sees(f"document.querySelector('{within} [name={name}]').focus()")
        await self.call("Input.insertText", text=text)

    async def fills(self, name: str, text: str) -> None:
        """Write something in place of what stands in a field."""
        await self.sees(f"document.querySelector('[name={name}]').select()")
        await self.call("Input.insertText", text=text)

    async def drops(self, name: str, path: Path) -> None:
        """Choose a file, as dropping it on its field does."""
        field = await self.call("Runtime.evaluate", expression=f"document.querySelector('[name={name}]')")
        await self.call("DOM.setFileInputFiles", files=[str(path)], objectId=field["result"]["objectId"])

    async def screen(self, width: int, height: int, scheme: str) -> None:
        """Have a screen of a size, light or dark."""
        await self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )
        asked = {
            "prefers-color-scheme": scheme,
            "prefers-reduced-motion": "reduce",
        }  # colours stand still to be looked at
        features = [{"name": name, "value": value} for name, value in asked.items()]
        await self.call("Emulation.setEmulatedMedia", features=features)

    async def _loaded(self, before: int) -> None:
        while self.loads == before:
            await self._next()


@asynccontextmanager
async def chromium(folder: Path) -> AsyncIterator[Chromium]:
    """Start a browser that keeps everything in a folder."""
    assert INSTALLED
    process = await asyncio.create_subprocess_exec(
        INSTALLED,
        *SWITCHES,
        f"--user-data-dir={folder}",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr
    try:
        async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as session:
            while not (line := await process.stderr.readline()).startswith(b"DevTools listening on"):
                assert line, "the browser ended"
            port = line.decode().split(":")[2].split("/")[0]
            async with session.get(f"http://127.0.0.1:{port}/json") as answer:
                (page,) = [one for one in await answer.json() if one["type"] == "page"]
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(page["webSocketDebuggerUrl"], max_msg_size=0) as socket,
        ):
            browser = Chromium(socket)
            for domain in ("Page", "Log", "Runtime"):
                await browser.call(f"{domain}.enable")
            yield browser
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()
