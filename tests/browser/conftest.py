"""Fixtures: one browser for all tests, a page that must be silent, and running `tecmns open`s."""

import os
import pathlib

import opened as o
import pytest
from playwright.sync_api import expect, sync_playwright

PICTURES = o.ROOT / "target/browser"
# A debug build on a busy machine: what is awaited comes late, and is not measured here.
PATIENCE = int(os.environ.get("TE_PATIENCE", 60_000))


@pytest.fixture(scope="session")
def browser():
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = o.launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser):
    """Makes pages, each in a profile of its own; whatever any of them says on its console, or throws, fails the test."""
    said, contexts = [], []

    def new(width=1280, height=860, **options):
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("console", lambda m: said.append(f"{m.type}: {m.text}"))
        page.on("pageerror", lambda e: said.append(f"error: {e}"))
        page.said = said
        return page

    yield new
    for context in contexts:
        context.close()
    assert said == []


@pytest.fixture
def page(new_page):
    return new_page()


@pytest.fixture(scope="module")
def systems(tmp_path_factory):
    """A folder of systems that tests of a module share."""
    names = ["hive-economy.toml", "hive-shock.toml", "hive-split.toml", "conviction-voting.toml", "staking.toml"]
    return o.copied(tmp_path_factory.mktemp("shared"), *names)


@pytest.fixture(scope="module")
def serve(systems):
    """Opens a system of the shared folder once for all tests of a module."""
    running = {}

    def opened(name):
        if name not in running:
            running[name] = o.Opened(f"systems/{name}", cwd=systems.parent)
        return running[name].url

    yield opened
    for one in running.values():
        one.close()


@pytest.fixture
def picture(request):
    """Takes screenshots, to be looked at."""
    folder = pathlib.Path(PICTURES)
    folder.mkdir(parents=True, exist_ok=True)
    return lambda page, name: page.screenshot(path=folder / f"{name}.png")
