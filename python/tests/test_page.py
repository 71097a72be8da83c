"""The page of a system, as a program opens it."""

import gc
import json
import threading
import time
import urllib.error
import urllib.request

import pytest
import tecmns

TEXT = """
[system]
timesteps = 12
runs = 3

[controllables.economy]
kind = "hive/economy"

[[chart]]
y = ["economy.price"]
"""


def ask(page, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(page.url + path, data=data, timeout=30) as answer:
        return answer.read().decode()


def state(page, settings, **more):
    said = ask(page, "api/run", {"settings": settings, **more})
    messages = [part.split("\ndata: ", 1) for part in said.split("\n\n") if part]
    assert messages[-1][0] == "event: done", said
    return json.loads(messages[-2][1])


def test_the_page_shows_what_the_system_computes():
    system = tecmns.System.from_toml(TEXT)
    with tecmns.open(system, browser=False) as page:
        assert json.loads(ask(page, "api/system"))["groups"][0]["component"] == "economy"
        shown = state(page, {"set": {"economy.throttle": 0.004}, "runs": 1})
        alone = system.run(runs=1, params={"economy.throttle": 0.004})
        assert shown["columns"]["economy.price"]["median"] == list(alone["economy.price"])


def test_changes_of_the_system_are_the_page_s_too():
    system = tecmns.System.from_toml(TEXT).replace({"economy.throttle": 0.004}, timesteps=5)
    with system.open(browser=False) as page:
        told = json.loads(ask(page, "api/system"))
        throttle = next(p for p in told["groups"][0]["params"] if p["label"] == "throttle")
        assert (told["timesteps"], throttle["value"]) == (5, 0.004)
        shown = state(page, {"runs": 1})
        assert shown["columns"]["economy.price"]["median"] == list(system.run(runs=1)["economy.price"])


def test_what_is_exported_runs(tmp_path):
    path = tmp_path / "hive.toml"
    path.write_text(TEXT)
    with tecmns.open(path, browser=False) as page:
        settings = {"set": {"economy.throttle": 0.004}, "runs": 2}
        exported = json.loads(ask(page, "api/export", {"settings": settings}))
        assert exported["command"].startswith("tecmns run") and "--set economy.throttle=0.004" in exported["command"]
        shown = state(page, settings)
        names = {}
        exec(exported["python"], names)
        assert shown["columns"]["economy.price"]["median"] == list(names["results"]["economy.price"][:13])
        again = tecmns.System.from_toml(exported["toml"]).run()
        assert list(again["economy.price"]) == list(names["results"]["economy.price"])
        saved = json.loads(ask(page, "api/save", {"as": "results", "folder": "out", "settings": settings}))
        assert "2 runs" in saved["text"] and (tmp_path / "out" / "report.html").exists()


def test_it_ends_when_closed_or_forgotten():
    page = tecmns.open(TEXT, browser=False)
    url = page.url
    assert "iframe" in page._repr_html_() and url in page._repr_html_()
    page.close()
    page.close()
    assert not page.is_open and "closed" in repr(page)
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(url + "api/system", timeout=5)
    page = tecmns.open(TEXT, browser=False)
    url = page.url
    del page
    gc.collect()
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(url + "api/system", timeout=5)
        except urllib.error.URLError:
            break
        time.sleep(0.02)
    else:
        raise AssertionError("it is served still")


def test_what_cannot_be_opened_is_refused():
    with pytest.raises(tecmns.FileError, match="hive/economi"):
        tecmns.open(TEXT.replace("hive/economy", "hive/economi"), browser=False)
    with tecmns.open(TEXT, browser=False) as page:
        port = int(page.url.split(":")[2].split("/")[0])
        with pytest.raises(OSError, match=str(port)):
            tecmns.open(TEXT, port=port, browser=False)


def test_python_goes_on_while_the_page_computes():
    with tecmns.open(TEXT, browser=False) as page:
        settings = {"timesteps": 200_000, "runs": 400}
        asking = threading.Thread(target=state, args=(page, settings))
        asking.start()
        ticks = 0
        while asking.is_alive():
            ticks += 1
            time.sleep(0.001)
        asking.join()
        assert ticks > 20
