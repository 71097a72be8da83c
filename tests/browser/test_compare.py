"""Pins, links, sweeps, steps, and what leaves the page."""

import re
import shlex
import subprocess

import opened as o
import pytest
from playwright.sync_api import expect
from view import View, refused


@pytest.fixture
def hive(page, serve):
    return View(page, serve("hive-economy.toml"))


def test_a_pin_compares_under_the_same_luck(page, serve, picture):
    view = View(page, serve("hive-shock.toml"))
    page.locator("#pin-it").click()
    view.settled()
    expect(page.locator("#pin")).to_contain_text("the file as it is")
    expect(view.figure("tokens left")).to_contain_text("pinned 10,335.4 (0")
    page.locator("#variant").select_option("halved")
    view.settled()
    # 13,753.4 less 10,335.4.
    expect(view.figure("tokens left")).to_contain_text("pinned 10,335.4 (+3418")
    expect(view.chart("Supply").locator(".legend")).to_contain_text("total supply, pinned")
    picture(page, "pin-light")
    before = o.ink(view.chart("Supply").locator(".frame"))
    page.locator("#modes").get_by_role("button", name="Difference").click()
    view.settled()
    page.wait_for_timeout(300)
    assert o.ink(view.chart("Supply").locator(".frame")) != before
    page.get_by_role("button", name="Swap").click()
    view.settled()
    expect(page.locator("#pin")).to_contain_text("halved")
    assert view.value("tokens left") == "10,335.4"
    page.get_by_role("button", name="Unpin").click()
    expect(page.locator("#pin")).to_be_hidden()
    expect(page.locator("#modes").get_by_role("button", name="Difference")).to_be_hidden()


def everything(view):
    """Sets something of each kind."""
    page = view.page
    page.locator("#variant").select_option("halved")
    view.settled()
    view.write("economy.throttle", 0.012)
    page.locator("#pin-it").click()
    view.write("economy.throttle", 0.02)
    page.locator("#event-halving").uncheck()
    page.locator("#seed").fill("11")
    view.settled()
    page.locator("#modes").get_by_role("button", name="At the end").click()
    view.add_figure("min", "economy.reserve", (">=", 5000))
    page.locator("#add-chart").select_option("economy.price")
    view.settled()
    expect(view.figure("lowest reserve")).to_be_visible()


def seen(view):
    page = view.page
    return {
        "throttle": view.field("economy.throttle").input_value(),
        "variant": page.locator("#variant").input_value(),
        "event": page.locator("#event-halving").is_checked(),
        "seed": page.locator("#seed").input_value(),
        "pin": page.locator("#pin .what").text_content(),
        "mode": page.locator('#modes [aria-pressed="true"]').text_content(),
        "figure": view.figure("lowest reserve").locator(".value").text_content(),
        "left": view.value("tokens left"),
        "charts": page.locator(".panel h3").all_text_contents(),
    }


def test_nothing_is_lost_on_reload(page, serve):
    view = View(page, serve("hive-shock.toml"))
    everything(view)
    before = seen(view)
    assert before["throttle"] == "0.02" and before["event"] is False and "0.012" in before["pin"]
    page.reload()
    view.settled()
    assert seen(view) == before
    # What was set a moment before, too.
    with page.expect_navigation():
        view.slider("economy.throttle").evaluate(
            """(slider) => {
              slider.value = slider.min;
              slider.dispatchEvent(new Event("input", { bubbles: true }));
              setTimeout(() => location.reload(), 0);
            }"""
        )
    view.settled()
    assert view.field("economy.throttle").input_value() not in ("", before["throttle"])


def test_a_link_shows_the_same_at_another_open(page, new_page, serve, systems, open_system):
    view = View(page, serve("hive-shock.toml"))
    everything(view)
    page.locator("#share").click()
    link = page.locator("#share-link").text_content()
    other = open_system("systems/hive-shock.toml", cwd=systems.parent)
    assert other not in link
    there = View(new_page(), other + "#" + link.split("#")[1])
    assert seen(there) == seen(view)
    # And by pasting it.
    pasted = View(new_page(), other)
    pasted.page.locator("#share").click()
    pasted.page.get_by_role("textbox", name="A link of another page").fill(link)
    pasted.page.get_by_role("button", name="Show", exact=True).click()
    pasted.settled()
    expect(pasted.figure("lowest reserve")).to_be_visible()
    assert seen(pasted) == seen(view)


def test_a_link_with_wrong_settings_says_what_is_wrong(new_page, serve):
    url = serve("hive-economy.toml")
    page = new_page()
    page.goto(url + "#" + '{"s":{"set":{"economy.no_such":1}}}')
    expect(page.locator("#problems")).to_contain_text("no_such")
    page.get_by_role("button", name="Leave out economy.no_such").click()
    expect(page.locator("#problems")).to_be_hidden()
    expect(page.locator(".panel canvas").first).to_be_visible()
    for broken in ("%7Bbroken", "[]", '{"s":3,"v":"nowhere","f":[1],"p":"x"}'):
        View(new_page(), f"{url}#{broken}")


def test_a_question_is_answered(hive, picture):
    """At which throttle does the reserve stay above 5,000 HNY?"""
    page = hive.page
    hive.add_figure("min", "economy.reserve", (">=", 5000))
    expect(hive.figure("lowest reserve")).to_contain_text("\u2713 holds \u2265 5000")
    page.get_by_role("button", name="Sweep throttle").click()
    answer = page.locator('[data-figure="lowest reserve"] .answer')
    expect(answer).to_contain_text("stays at or above 5000 HNY")
    expect(answer).to_contain_text("for throttle from")
    expect(page.locator("#sweep-status")).to_contain_text(re.compile("^[2-9][0-9] points"))
    picture(page, "sweep-light")
    page.get_by_role("button", name="Look closer").last.click()
    expect(page.locator("#sweep-charts[data-done]")).to_be_attached()
    page.get_by_role("button", name=re.compile("^Use ")).last.click()
    hive.tab("Charts")
    hive.settled()
    reserve = float(hive.value("lowest reserve").replace(",", ""))
    assert abs(reserve - 5000) < 50, reserve


def test_the_range_of_a_sweep_is_dragged(hive):
    page = hive.page
    hive.tab("Sweep")
    page.locator("#sweep-parameter").select_option("economy.throttle")
    expect(page.locator("#sweep-charts .panel").first).to_be_visible()
    before = page.locator("#sweep-to").input_value()
    page.locator("#sweep-to-slider").evaluate("(s) => { s.value = '500'; s.dispatchEvent(new Event('input', { bubbles: true })); }")
    assert float(page.locator("#sweep-to").input_value()) < float(before)
    expect(page.locator("#sweep-status")).to_contain_text("points, 100 runs each")


def test_a_run_step_by_step(page, serve, picture):
    view = View(page, serve("hive-split.toml"))
    view.tab("Step by step")
    table = page.locator("#steps-table")
    expect(table).to_have_attribute("data-shown", "0")
    row = table.locator("tr", has_text="supply.reserve").first
    expect(row.locator("td").nth(1)).to_have_text("7473")
    page.get_by_role("button", name="One step on").click()
    expect(table).to_have_attribute("data-shown", "1")
    changed = row.locator("td").nth(1).text_content()
    assert changed != "7473"
    page.get_by_role("button", name="One step back").click()
    expect(row.locator("td").nth(1)).to_have_text("7473")
    page.get_by_role("button", name="\u25b6\ufe0e Play").click()
    page.wait_for_function("() => Number(document.getElementById('steps-table').dataset.shown) >= 3")
    page.get_by_role("button", name="\u2016 Pause").click()
    node = page.locator('.node[data-node="supply"]')
    expect(node).to_contain_text("reserve")
    picture(page, "steps-light")
    node.click()
    expect(page.locator("#steps-chosen")).to_have_text("Columns of supply")
    assert all(name.startswith("supply.") for name in table.locator("th").all_text_contents())


def test_the_copied_command_computes_what_the_page_shows(hive, systems):
    hive.write("economy.throttle", 0.015)
    shown = hive.value("total_supply at the end")
    hive.page.locator("#export").click()
    command = hive.page.locator("#export-command").text_content()
    words = shlex.split(command)
    assert words[:2] == ["tecmns", "run"]
    folder = systems.parent / "from-command"
    subprocess.run([o.TECMNS, *words[1:], "--format", "csv", "--out", folder], cwd=systems.parent, check=True)
    head, *_, last = next(folder.rglob("trajectories.csv")).read_text().splitlines()
    supply = float(dict(zip(head.split(","), last.split(",")))["economy.total_supply"])
    assert float(f"{supply:.5g}") == float(shown.replace(",", ""))
    expect(hive.page.locator("#export-toml")).to_contain_text("# The 1Hive economy of the published notebook")
    expect(hive.page.locator("#export-toml")).to_contain_text("0.015")
    expect(hive.page.locator("#export-python")).to_contain_text("import tecmns")


def test_a_variant_and_results_are_saved(page, tmp_path, open_system):
    systems = o.copied(tmp_path, "hive-economy.toml")
    view = View(page, open_system("systems/hive-economy.toml", cwd=tmp_path))
    view.write("economy.throttle", 0.015)
    page.locator("#save").click()
    page.get_by_role("textbox", name="Name of the variant").fill("faster")
    page.get_by_role("button", name="Save variant").click()
    expect(page.locator("dialog .holds")).to_be_visible()
    text = (systems / "hive-economy.toml").read_text()
    assert 'name = "faster"' in text and text.startswith("# The 1Hive economy of the published notebook")
    page.get_by_role("textbox", name="Folder").fill("kept/here")
    page.get_by_role("button", name="Save results").click()
    expect(page.locator("dialog .holds")).to_have_count(2)
    assert list((systems / "kept/here").rglob("report.html"))
    page.get_by_role("textbox", name="Folder").fill("../../outside")
    page.get_by_role("button", name="Save results").click()
    expect(page.locator("dialog").get_by_role("alert")).to_be_visible()
    assert not (tmp_path.parent / "outside").exists()
    refused(page)
