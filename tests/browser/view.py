"""The page as a reader meets it: what can be set, and what is to be seen."""

from playwright.sync_api import expect


class View:
    def __init__(self, page, url):
        self.page = page
        page.goto(url)
        expect(page.locator("#charts[data-shown]")).to_be_attached()
        self.settled()

    def settled(self):
        """Waits until the charts show the newest setting."""
        self.page.wait_for_function(
            """() => {
              const asked = document.documentElement.dataset.setting ?? "0";
              return document.getElementById("charts").dataset.shown === asked;
            }"""
        )
        # One frame more, in which they are painted.
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def param(self, name):
        return self.page.locator(f'.param[data-name="{name}"]')

    def slider(self, name):
        return self.param(name).locator('input[type="range"]')

    def field(self, name):
        return self.param(name).locator('input:not([type="range"]), select')

    def slide(self, name, share):
        """Moves a slider to a share of its way, as dragging does."""
        self.slider(name).evaluate(
            """(slider, share) => {
              slider.value = String(Number(slider.min) + share * (Number(slider.max) - Number(slider.min)));
              slider.dispatchEvent(new Event("input", { bubbles: true }));
            }""",
            share,
        )
        self.settled()

    def write(self, name, value):
        self.field(name).fill(str(value))
        self.settled()

    def chart(self, title):
        return self.page.locator(f'.panel[data-chart="{title}"]')

    def figure(self, name):
        return self.page.locator(f'[data-figure="{name}"].figure')

    def value(self, name):
        """A key figure's number, without its unit."""
        return self.figure(name).locator(".value").evaluate("(e) => e.firstChild.textContent.trim()")

    def tab(self, name):
        self.page.get_by_role("tab", name=name, exact=True).click()

    def add_figure(self, along, column, require=None):
        self.page.locator("#add-figure").click()
        box = self.page.get_by_role("dialog")
        box.get_by_label("Of each run").select_option(along)
        box.get_by_label("Column").select_option(column)
        if require:
            box.get_by_label("Requirement").select_option(require[0])
            box.get_by_label("Level").fill(str(require[1]))
        box.get_by_role("button", name="Add").click()


def refused(page):
    """Says that the server has refused something on purpose: the console tells of it."""
    assert page.said and all("status of 4" in text for text in page.said), page.said
    page.said.clear()
