"""Reports in a browser: they open from a file, without a server, draw everything, and say nothing on the console."""

import pathlib
import re
import subprocess

import opened as o
import pytest
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """Makes reports of runs."""

    def made(name, *arguments):
        folder = tmp_path_factory.mktemp("report")
        subprocess.run([o.TECMNS, "run", pathlib.Path("systems") / name, *arguments, "--out", folder / "out"], cwd=o.ROOT, check=True, stdout=subprocess.DEVNULL)
        return next(folder.rglob("report.html")).as_uri()

    return made


def lives(page, url):
    """Every chart is drawn, and every choice changes the picture; what the summary then shows."""
    page.goto(url)
    charts = page.locator(".chart")
    expect(page.locator(".chart[data-drawn]")).to_have_count(charts.count())
    assert all(o.ink(chart) for chart in charts.all())
    explore = page.locator("#explore-chart")
    seen = [o.ink(explore)]

    def changed():
        page.wait_for_timeout(100)
        seen.append(o.ink(explore))
        assert seen[-1] != seen[-2], seen

    page.locator("#explore-metric").select_option(index=1)
    changed()
    page.locator("#explore-subset").select_option("0")
    changed()
    mode = page.locator("#explore-mode").input_value()
    page.locator("#explore-mode").select_option("bands" if mode == "runs" else "runs")
    changed()
    page.locator("#explore-log").check()
    changed()
    explore.evaluate("(e) => e.plot.setScale('x', { min: 10, max: 20 })")
    changed()
    explore.locator(".u-over").hover()
    expect(explore.locator(".legend")).to_contain_text("t = 1")
    explore.locator(".legend button").first.click()
    changed()
    return mode


def test_a_report_draws_lines_of_few_runs(page, reports, picture):
    url = reports("hive-economy.toml", "--runs", "2", "--sweep", "economy.throttle=0.004,0.008,0.012,0.016")
    assert lives(page, url) == "runs"
    rows = page.locator("#summary-table tbody tr")
    page.locator("#summary-subset").select_option("1")
    expect(rows.locator("visible=true")).to_have_count(12)
    picture(page, "report-light")


def test_a_report_draws_bands_of_many_runs(page, reports):
    url = reports("conviction-voting.toml", "--runs", "40", "--timesteps", "60", "--sweep", "community.alpha=0.8,0.9")
    assert lives(page, url) == "bands"
    expect(page.locator("#charts")).to_contain_text("the dark band holds the middle 50 %")


def test_a_report_writes_dates(page, reports, tmp_path):
    system = (o.ROOT / "systems/hive-economy.toml").read_text().replace("[system]", "[system]\nstart = 2026-01-31", 1)
    (tmp_path / "dated.toml").write_text(system)
    page.goto(reports(tmp_path / "dated.toml"))
    explore = page.locator("#explore-chart")
    explore.locator(".u-over").hover()
    expect(explore.locator(".legend")).to_contain_text(re.compile(r"t = \d+, 20\d\d-"))


def test_a_report_lays_out_its_wiring(new_page, reports, picture):
    url = reports("hive-split.toml")
    page = new_page()
    page.goto(url)
    svg = page.locator("#wiring-diagram svg")
    expect(svg).to_have_attribute("data-drawn", "3")
    whole = svg.get_attribute("viewBox")
    page.get_by_role("button", name="zoom in").click()
    assert svg.get_attribute("viewBox") != whole
    page.get_by_role("button", name="whole").click()
    assert svg.get_attribute("viewBox") == whole
    phone = new_page(390, 844, is_mobile=True, has_touch=True)
    phone.goto(url)
    expect(phone.locator(".chart[data-drawn]").first).to_be_attached()
    assert phone.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    picture(phone, "phone-report")


def test_a_report_is_dark_where_the_reader_is(new_page, reports, picture):
    url = reports("hive-economy.toml")
    page = new_page(color_scheme="dark")
    page.goto(url)
    expect(page.locator(".chart[data-drawn]").first).to_be_attached()
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(30, 30, 30)"
    picture(page, "report-dark")
    before = o.ink(page.locator(".chart").first)
    page.emulate_media(color_scheme="light")
    page.wait_for_timeout(200)
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert o.ink(page.locator(".chart").first) != before
