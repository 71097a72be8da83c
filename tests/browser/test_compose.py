"""The gallery, and a system from nothing."""

import re

import opened as o
import pytest
from playwright.sync_api import expect
from view import refused


@pytest.fixture
def blank(tmp_path):
    o.copied(tmp_path, "hive-economy.toml", "hive-split.toml")
    running = o.Opened(cwd=tmp_path)
    yield running.url, tmp_path
    running.close()


def test_the_gallery_shows_and_opens_systems(page, blank, picture):
    page.goto(blank[0])
    card = page.locator(".system", has_text="hive-economy").first
    expect(card).to_contain_text("Issuance that steers")
    expect(card.locator("img")).to_be_visible()
    assert card.locator("img").evaluate("async (i) => { await i.decode(); return i.naturalWidth; }") > 0
    picture(page, "gallery-light")
    card.click()
    expect(page.locator("#charts[data-shown]")).to_be_attached()
    expect(page.locator("#title")).to_have_text("hive-economy")
    page.reload()
    expect(page.locator("#title")).to_have_text("hive-economy")


def test_a_system_is_composed_checked_opened_and_saved(page, blank, picture):
    url, folder = blank
    page.goto(url)
    page.get_by_text("Compose your own").click()
    expect(page.locator("#kinds li").first).to_be_visible()
    page.locator("#kind-search").fill("hive/")
    for kind in ("hive/supply", "hive/market", "hive/price"):
        page.get_by_role("button", name=f"Add {kind} as controllable").click()
        expect(page.locator("#compose-text")).to_have_value(holding(f'kind = "{kind}"'))
    expect(page.locator("#compose-wiring .node")).to_have_count(3)
    for to, source in (("market.reserve", "supply.reserve"), ("supply.price", "price.price")):
        page.locator("#wire-to").select_option(to)
        page.locator("#wire-from").select_option(source)
        expect(page.locator("#wire-fit")).to_contain_text("units fit")
        page.get_by_role("button", name="Connect").click()
        expect(page.locator("#compose-parts")).to_contain_text(f"{source} \u2192 {to}")
    picture(page, "compose-light")
    page.get_by_role("button", name="+ equations").click()
    expect(page.locator("#compose-wiring .node")).to_have_count(4)
    # A mistake is said with its line and code, and can be mended.
    text = page.locator("#compose-text").input_value()
    page.locator("#compose-text").fill(text.replace("rate * level", "rate * lvel"))
    expect(page.locator("#compose-errors")).to_contain_text("TE0")
    expect(page.locator("#compose-errors")).to_contain_text("line ")
    expect(page.locator("#compose-open")).to_be_disabled()
    page.locator("#compose-text").fill(text)
    expect(page.locator("#compose-ok")).to_contain_text("It runs")
    page.get_by_label("Save as").fill("systems/mine.toml")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator("#compose-saved .holds")).to_be_visible()
    assert (folder / "systems/mine.toml").read_text() == text
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_role("button", name="Overwrite")).to_be_visible()
    refused(page)
    page.get_by_role("button", name="See it live").click()
    expect(page.locator("#charts[data-shown]")).to_be_attached()


def holding(text):
    """A pattern for a value that holds this text."""
    return re.compile(re.escape(text))
