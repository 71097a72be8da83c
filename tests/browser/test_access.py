"""Keyboard, screen readers, contrast, dark mode, and phones."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from view import View

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}}
VIEWS = {"Charts": "#charts .panel", "Sweep": "#sweep-charts .panel", "Step by step": "#steps-table tr", "File": "#file-text"}


def sound(page):
    """Nothing that axe-core finds fault with."""
    found = Axe().run(page, options=RULES).response["violations"]
    told = [f"{v['id']}: {v['help']}: {[n['html'][:160] for n in v['nodes'][:4]]}" for v in found]
    assert told == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_view_is_accessible(new_page, serve, theme, picture):
    page = new_page(color_scheme=theme)
    view = View(page, serve("hive-shock.toml"))
    page.locator("#pin-it").click()
    view.settled()
    for name, part in VIEWS.items():
        view.tab(name)
        expect(page.locator(part).first).to_be_visible()
        page.wait_for_timeout(300)
        picture(page, f"{name.lower().replace(' ', '-')}-{theme}")
        sound(page)
    for button in ("#export", "#save", "#share", "#add-figure"):
        page.locator(button).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        page.wait_for_timeout(300)
        picture(page, f"dialog-{button[1:]}-{theme}")
        sound(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    view.tab("Charts")
    view.field("economy.throttle").fill("7")
    expect(view.param("economy.throttle").get_by_role("alert")).to_be_visible()
    sound(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_gallery_and_composing_are_accessible(new_page, serve, theme, picture):
    page = new_page(color_scheme=theme)
    page.goto(serve("hive-economy.toml") + "?gallery")
    expect(page.locator(".system").first).to_be_visible()
    picture(page, f"gallery-{theme}")
    sound(page)
    page.goto(serve("hive-economy.toml") + "?compose")
    expect(page.locator("#kinds li").first).to_be_visible()
    picture(page, f"compose-empty-{theme}")
    sound(page)


def test_the_theme_can_be_chosen_and_stays(new_page, serve):
    page = new_page(color_scheme="light")
    view = View(page, serve("hive-economy.toml"))
    ground = lambda: page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    light = ground()
    page.get_by_role("button", name="Dark colours").click()
    dark = ground()
    assert dark != light
    page.reload()
    view.settled()
    assert ground() == dark
    page.get_by_role("button", name="Light colours").click()
    assert ground() == light


def test_everything_can_be_reached_by_keyboard(page, serve):
    view = View(page, serve("hive-economy.toml"))

    def tab_to(selector, most=90):
        for _ in range(most):
            page.keyboard.press("Tab")
            if page.evaluate("(s) => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"{selector} is not reached")

    tab_to("#skip", 1)
    tab_to("#search")
    tab_to('[data-name="economy.throttle"] input[type="range"]')
    before = view.field("economy.throttle").input_value()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    view.settled()
    assert float(view.field("economy.throttle").input_value()) > float(before)
    page.keyboard.press("Home")
    view.settled()
    expect(view.field("economy.throttle")).to_have_value("0")
    tab_to("#tab-charts")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Sweep")).to_be_focused()
    expect(page.locator("#view-sweep")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    tab_to("#pin-it")
    page.keyboard.press("Enter")
    expect(page.locator("#pin")).to_be_visible()
    page.locator("#export").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#export")).to_be_focused()


def test_changes_are_told_to_screen_readers(page, serve):
    view = View(page, serve("hive-economy.toml"))
    live = page.locator("#spoken")
    expect(live).to_have_attribute("aria-live", "polite")
    expect(live).to_contain_text("total_supply at the end 10,335.4 HNY")
    view.slide("economy.throttle", 0.5)
    expect(live).not_to_contain_text("total_supply at the end 10,335.4 HNY")
    expect(view.chart("Price").locator(".frame")).to_have_attribute("aria-label", "Chart Price: price ends at " + view.chart("Price").locator(".legend .value").last.text_content())


def no_sideways(page):
    wide = page.evaluate(
        """() => [document.documentElement, document.body, ...document.querySelectorAll("main, #settings-body, dialog")]
          .filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => `${e.tagName}#${e.id} ${e.scrollWidth} > ${e.clientWidth}`)"""
    )
    assert wide == []


def test_a_phone_shows_slider_and_chart_together(new_page, serve, picture):
    page = new_page(390, 844, is_mobile=True, has_touch=True, device_scale_factor=2)
    view = View(page, serve("hive-shock.toml"))
    expect(page.locator("#settings-body")).to_be_hidden()
    picture(page, "phone-charts")
    for name, part in VIEWS.items():
        view.tab(name)
        expect(page.locator(part).first).to_be_attached()
        page.wait_for_timeout(300)
        picture(page, f"phone-{name.lower().replace(' ', '-')}")
        no_sideways(page)
    view.tab("Charts")
    page.locator("#sheet").tap()
    expect(page.locator("#sheet")).to_have_attribute("aria-expanded", "true")
    expect(view.slider("economy.throttle")).to_be_visible()
    expect(page.locator(".panel .frame").first).to_be_in_viewport(ratio=0.6)
    no_sideways(page)
    picture(page, "phone-sheet")
    sound(page)
    for button in ("#export", "#save", "#share", "#add-figure"):
        page.locator(button).tap()
        expect(page.get_by_role("dialog")).to_be_visible()
        no_sideways(page)
        picture(page, f"phone-dialog-{button[1:]}")
        page.keyboard.press("Escape")


def test_gallery_and_composing_fit_a_phone(new_page, serve, picture):
    page = new_page(390, 844, is_mobile=True, has_touch=True)
    page.goto(serve("hive-economy.toml") + "?gallery")
    expect(page.locator(".system").first).to_be_visible()
    picture(page, "phone-gallery")
    no_sideways(page)
    page.goto(serve("hive-economy.toml") + "?compose")
    expect(page.locator("#kinds li").first).to_be_visible()
    picture(page, "phone-compose")
    no_sideways(page)
