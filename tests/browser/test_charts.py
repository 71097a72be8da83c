"""Sliders, charts and key figures of the live page."""

import re

import opened as o
import pytest
from playwright.sync_api import expect
from view import View


@pytest.fixture
def hive(page, serve):
    return View(page, serve("hive-economy.toml"))


def test_the_page_is_small_and_asks_only_its_own_server(page, serve):
    asked, size = [], []
    page.on("request", lambda r: asked.append(r.url))
    page.on("response", lambda r: size.append(len(r.body())) if "/api/run" not in r.url else None)
    url = serve("hive-economy.toml")
    View(page, url)
    assert sum(size) < 1_000_000, sum(size)
    assert [a for a in asked if not a.startswith((url, "data:"))] == []


def test_the_first_screen_has_sliders_charts_and_figures(hive, picture):
    page = hive.page
    expect(page.locator("#title")).to_have_text("hive-economy")
    assert page.locator(".panel").count() == 6
    assert all(o.ink(panel.locator(".frame")) for panel in page.locator(".panel").all()[:4])
    expect(hive.field("economy.throttle")).to_have_value("0.008")
    # The notebook's numbers after 120 months.
    assert hive.value("total_supply at the end") == "10,335.4"
    for side in ("What a community can set", "What the world decides"):
        expect(page.get_by_role("heading", name=side)).to_be_visible()
    picture(page, "charts-light")


def test_a_slider_moves_chart_and_figure(hive):
    supply = hive.chart("Supply").locator(".frame")
    before, figure = o.ink(supply), hive.value("total_supply at the end")
    hive.slide("economy.throttle", 0.5)
    assert o.ink(supply) != before
    assert hive.value("total_supply at the end") != figure
    assert float(hive.field("economy.throttle").input_value()) > 0.008
    hive.page.get_by_role("button", name="Reset throttle").click()
    hive.settled()
    assert (o.ink(supply), hive.value("total_supply at the end")) == (before, figure)


def test_the_number_field_takes_all_that_is_allowed(hive):
    hive.write("economy.throttle", 0.9)
    expect(hive.page.locator("#changes")).to_have_text("1 changed")
    expect(hive.slider("economy.throttle")).to_have_attribute("aria-valuetext", "0.9 1/month")
    expect(hive.param("economy.throttle").get_by_role("alert")).to_be_hidden()


def test_an_error_stands_at_its_slider_with_its_code(hive, picture):
    hive.field("economy.throttle").fill("2")
    error = hive.param("economy.throttle").get_by_role("alert")
    expect(error).to_contain_text("TE0")
    expect(error).to_contain_text("throttle")
    expect(hive.field("economy.throttle")).to_have_attribute("aria-invalid", "true")
    picture(hive.page, "error-light")
    hive.write("economy.throttle", 0.01)
    expect(error).to_be_hidden()
    expect(hive.field("economy.throttle")).to_have_attribute("aria-invalid", "false")


def test_errors_of_the_runs_stand_at_their_fields(hive):
    page = hive.page
    page.locator("#timesteps").fill("-3")
    expect(page.locator('[role="alert"]:not([hidden])').first).to_be_visible()
    page.locator("#timesteps").fill("60")
    hive.settled()
    expect(page.locator('[role="alert"]:not([hidden])')).to_have_count(0)


def test_search_finds_by_name_and_words(hive):
    page = hive.page
    page.locator("#search").fill("share that can be spent")
    expect(page.locator("#found")).to_contain_text("1 of")
    expect(hive.param("economy.outflow_boundary")).to_be_visible()
    expect(hive.param("economy.throttle")).to_be_hidden()
    page.locator("#search").fill("no such word")
    expect(page.locator("#found")).to_have_text("no parameter found")
    page.locator("#search").fill("")
    expect(hive.param("economy.throttle")).to_be_visible()


def test_what_a_parameter_is_can_be_read(hive):
    hive.page.get_by_role("button", name="About throttle").click()
    doc = hive.param("economy.throttle").locator(".doc")
    expect(doc).to_contain_text("Largest adjustment in a month")
    expect(doc).to_contain_text("Allowed: from 0 to 1")


def test_modes_of_the_charts(page, serve, picture):
    view = View(page, serve("conviction-voting.toml"))
    frame = page.locator(".panel .frame").first
    before = o.ink(frame)
    for mode in ("Runs", "At the end", "Bands"):
        page.locator("#modes").get_by_role("button", name=mode).click()
        before = o.changed(frame, before)
        picture(page, f"mode-{mode.lower().replace(' ', '-')}")
    page.locator(".panel").first.get_by_role("button", name="log").click()
    expect(page.locator(".panel").first.get_by_role("button", name="log")).to_have_attribute("aria-pressed", "true")


def test_runs_grow_while_they_are_looked_at(page, serve):
    view = View(page, serve("hive-economy.toml"))
    expect(page.locator("#status")).to_contain_text(re.compile(r"\d,\d{3} runs"))
    page.locator("#grow").uncheck()
    view.slide("economy.throttle", 0.3)
    expect(page.locator("#status")).to_contain_text("100 runs")
    expect(page.locator("body")).not_to_have_class("busy")


def test_a_line_can_be_hidden_and_a_chart_added(hive):
    supply = hive.chart("Supply")
    before = o.ink(supply.locator(".frame"))
    supply.get_by_role("button", name="circulation").click()
    hive.page.wait_for_timeout(100)
    assert o.ink(supply.locator(".frame")) != before
    hive.page.locator("#add-chart").select_option("economy.production")
    expect(hive.chart("production").locator(".legend")).to_contain_text("production")
    hive.page.get_by_role("button", name="Remove chart production").click()
    expect(hive.chart("production")).to_have_count(0)


def test_the_cursor_reads_values(hive):
    hive.chart("Price").locator(".u-over").hover()
    expect(hive.chart("Price").locator(".legend")).to_contain_text("t = ")
    # All charts are read at the same time.
    expect(hive.chart("Supply").locator(".legend")).to_contain_text("t = ")


def test_variants_and_events_are_switches(page, serve):
    view = View(page, serve("hive-shock.toml"))
    assert view.value("tokens left") == "10,335.4"
    # Only this variant has the event.
    expect(page.locator("#events")).to_be_hidden()
    page.locator("#variant").select_option("halved")
    view.settled()
    halved = view.value("tokens left")
    assert halved == "13,753.4"
    page.locator("#event-halving").uncheck()
    view.settled()
    assert view.value("tokens left") == "10,335.4"
    page.locator("#event-halving").check()
    view.settled()
    view.write("event.halving.at", 20)
    assert view.value("tokens left") not in (halved, "10,335.4")


def test_leaving_cancels_the_runs(page, serve):
    view = View(page, serve("conviction-voting.toml"))
    ended = []
    page.on("requestfailed", lambda r: ended.append((r.url.rsplit("/", 1)[-1], r.failure)))
    running = page.locator("body.busy")
    expect(running).to_have_count(1)
    view.tab("File")
    page.wait_for_function("() => !document.body.classList.contains('busy')")
    assert ("run", "net::ERR_ABORTED") in ended
