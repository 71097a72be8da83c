"""What tests and the measurement share: a running `tecmns open`, and the browser that looks at it."""

import os
import pathlib
import re
import select
import shutil
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TECMNS = os.environ.get("TE_TECMNS", str(ROOT / "target/debug/tecmns"))
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ADDRESS = re.compile(r"http://(?:127\.0\.0\.1|localhost):\d+/[^\s/]+/")


def browser_path():
    """The machine's Chromium. Without one there is nothing to test with, and that is a failure."""
    named = os.environ.get("TE_BROWSER")
    found = named or next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
    if not found or not os.access(found, os.X_OK):
        raise RuntimeError("the browser tests need Chromium: tests/browser/ci.sh installs it")
    return found


def launch(playwright):
    """A browser with a fresh profile."""
    return playwright.chromium.launch(executable_path=browser_path(), headless=True, args=FLAGS)


class Opened:
    """A `tecmns open` of its own, with the address that it printed."""

    def __init__(self, *arguments, cwd):
        self.process = subprocess.Popen(
            [TECMNS, "open", *map(str, arguments), "--no-browser"],
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        said = ""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if select.select([self.process.stdout], [], [], 1)[0]:
                line = self.process.stdout.readline()
                said += line
                if found := ADDRESS.search(line):
                    self.url = found.group()
                    return
                if not line:
                    break
        self.close()
        raise RuntimeError(f"tecmns open printed no address:\n{said}")

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


def copied(folder, *names):
    """Systems of the repository in a folder of their own, with the components that they name, so that tests may write."""
    systems = folder / "systems"
    systems.mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copy(ROOT / "systems" / name, systems / name)
    shutil.copytree(ROOT / "components", folder / "components", dirs_exist_ok=True)
    return systems


# What a canvas shows, as a number; 0 is blank.
INK = """(host) => {
  const drawn = host.querySelector("canvas");
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [drawn.width, drawn.height];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(drawn, 0, 0);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
  let sum = 0;
  for (let i = 0; i < pixels.length; i += 4) sum = (sum * 31 + pixels[i] + 3 * pixels[i + 1] + 7 * pixels[i + 2] + pixels[i + 3]) % 1000003;
  return sum;
}"""


def ink(locator):
    return locator.evaluate(INK)
