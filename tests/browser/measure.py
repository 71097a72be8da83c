"""How long from a moved slider to redrawn charts: hive-economy, 100 runs of 120 steps. Of a release build, on a quiet machine:

    cargo build --release --package tecmns
    TE_TECMNS=target/release/tecmns target/browser/python/bin/python tests/browser/measure.py [SYSTEM.toml] [MOVES]

Prints medians in milliseconds: in the engine, until the charts are drawn, and until they are painted; then size and time of loading.
"""

import statistics
import sys

import opened as o
from playwright.sync_api import sync_playwright

MOVE = """async (share) => {
  const slider = document.querySelector('.param input[type="range"]:not(:disabled)');
  const charts = document.getElementById("charts");
  const { page } = await import("./settings.js");
  const from = performance.now();
  slider.value = String(Number(slider.min) + share * (Number(slider.max) - Number(slider.min)));
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  const asked = document.documentElement.dataset.setting;
  if (charts.dataset.shown !== asked) {
    await new Promise((done) => {
      const watch = new MutationObserver(() => { if (charts.dataset.shown === asked) { watch.disconnect(); done(); } });
      watch.observe(charts, { attributes: true });
    });
  }
  // The charts are drawn at the end of the task that brought their numbers.
  await new Promise((done) => setTimeout(done, 0));
  const drawn = performance.now();
  const engine = page.latest.engine_ms;
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  return [engine, drawn - from, performance.now() - from];
}"""


def main():
    system = sys.argv[1] if len(sys.argv) > 1 else str(o.ROOT / "systems/hive-economy.toml")
    moves = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    running = o.Opened(system, cwd=o.ROOT)
    try:
        with sync_playwright() as playwright:
            browser = o.launch(playwright)
            page = browser.new_page(viewport={"width": 1280, "height": 860})
            sizes = []
            page.on("response", lambda r: sizes.append(len(r.body())) if "/api/run" not in r.url else None)
            page.goto(running.url)
            page.wait_for_selector("#charts[data-shown]", state="attached", timeout=60_000)
            loaded = page.evaluate("() => performance.now()")
            page.wait_for_timeout(500)
            times = [page.evaluate(MOVE, 0.1 + 0.8 * i / moves) for i in range(moves)]
            engine, drawn, painted = (statistics.median(t) for t in zip(*times))
            print(f"engine {engine:.1f} ms, drawn {drawn:.1f} ms, painted {painted:.1f} ms (medians of {moves} moves)")
            print(f"loaded and drawn after {loaded:.0f} ms, {sum(sizes):,} bytes")
            browser.close()
    finally:
        running.close()


if __name__ == "__main__":
    main()
