"""A caseworker's minute: say what is needed and where, see who takes the client and why, hand over a slip."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

MALI_BUDYSHCHA = "UA53080350230084034"
ANSWER = f"/find?service=home-care&place={MALI_BUDYSHCHA}"
FULL = f"{ANSWER}&groups=older_people&age=70&step_free=1&radius_km=50&travel=foot"

UNNAMED_CONTROLS = """() => {
  const seen = (e) => e.offsetParent && getComputedStyle(e).visibility !== "hidden" &&
    !e.closest("[aria-hidden=true]");
  const text = (id) => document.getElementById(id)?.textContent ?? "";
  const name = (e) => [e.getAttribute("aria-label"), e.title, e.textContent, e.placeholder,
    ...(e.getAttribute("aria-labelledby") ?? "").split(" ").map(text),
    ...[...(e.labels ?? [])].map((l) => l.textContent)].join("").trim();
  return [...document.querySelectorAll("button, a[href], input, textarea, [role=button]")]
    .filter((e) => seen(e) && !name(e)).map((e) => e.outerHTML.slice(0, 200));
}"""
HEADING_LEVELS = """() => [...document.querySelectorAll("h1, h2, h3, h4")].map((h) => Number(h.tagName[1]))"""
TWICE_USED_IDS = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  return ids.filter((id, at) => id && ids.indexOf(id) !== at);
}"""


def focused(locator) -> bool:
    return bool(locator.count()) and locator.first.evaluate("e => e.matches(':focus')")


def tab_to(page: Page, locator, most: int = 40) -> None:
    """Press Tab until the element has the focus, as somebody without a mouse would."""
    for _ in range(most):
        if focused(locator):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{most} Tabs did not reach {locator}")


def test_the_whole_minute_by_keyboard_alone(desktop):
    page = desktop.open("/find?service=day-care")
    tab_to(page, page.get_by_role("searchbox", name="Що потрібно"))
    page.keyboard.type("догляд вдома", delay=20)
    service = page.get_by_role("radio", name=re.compile("Догляд вдома"))
    service.first.wait_for()
    desktop.settle()
    tab_to(page, service, most=3)
    page.keyboard.press("Space")
    expect(service).to_have_count(0)
    desktop.settle()
    tab_to(page, page.get_by_role("searchbox", name="Де клієнт"))
    page.keyboard.type("малі будища, опішн", delay=20)
    place = page.get_by_role("radio", name=re.compile("Малі Будища"))
    place.first.wait_for()
    desktop.settle()
    tab_to(page, place, most=3)
    page.keyboard.press("Space")
    expect(page.locator("ol.providers > li").first).to_contain_text("Центр в Опішні")
    desktop.settle()
    assert f"place={MALI_BUDYSHCHA}" in page.url
    tab_to(page, page.get_by_role("button", name="Направлення"))
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    tab_to(page, dialog.get_by_role("textbox", name="Ваша організація"))
    page.keyboard.type("ЦНСП, Опішня")
    tab_to(page, dialog.get_by_role("button", name="Створити направлення"))
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("готове")).to_be_visible()
    download = dialog.get_by_role("button", name="Завантажити PDF")
    tab_to(page, download)
    with page.expect_download() as coming:
        page.keyboard.press("Enter")
    assert coming.value.path().read_bytes().startswith(b"%PDF")
    desktop.settle()
    tab_to(page, dialog.get_by_role("button", name=re.compile("Close|Закрити")))
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)


def test_the_form_with_everything_set_fits_any_screen(visitor):
    page = visitor.open(FULL)
    page.get_by_text("Більше про клієнта").click()
    expect(page.get_by_role("spinbutton", name="Вік")).to_have_value("70")
    expect(page.get_by_text("Вказано: люди похилого віку; вік 70")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visitor.picture("referral-form")


def test_the_answer_says_why_and_the_list_and_map_have_the_same_numbers(visitor):
    page = visitor.open(ANSWER)
    visitor.drawn()
    cards = page.locator("ol.providers > li")
    expect(cards).to_have_count(2)
    expect(cards.first).to_contain_text("Працює в громаді клієнта й обслуговує її")
    expect(cards.nth(1)).to_contain_text("Громада клієнта серед тих, які обслуговує")
    markers = visitor.map.locator(".map-result")
    assert sorted(markers.all_text_contents()) == ["1", "2"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visitor.picture("referral-answer")


def test_a_card_and_its_marker_point_at_one_another(desktop):
    page = desktop.open(ANSWER)
    before = desktop.drawn()
    desktop.page.wait_for_timeout(500)
    desktop.map.locator(".map-result", has_text="2").click()
    expect(page.locator("ol.providers > li[aria-current]")).to_contain_text("Турбота")
    page.get_by_role("button", name="Показати на мапі").first.click()
    expect(page.locator("ol.providers > li[aria-current]")).to_contain_text("Центр в Опішні")
    desktop.settle()
    desktop.drawn(before + 1)
    expect(desktop.map.locator(".map-result-chosen")).to_have_text("1")


@pytest.mark.parametrize("path", ["/find", ANSWER, f"/find?service=shelter-survivors&place={MALI_BUDYSHCHA}"])
def test_headings_names_and_ids_are_what_a_screen_reader_needs(visitor, path):
    page = visitor.open(path)
    levels = page.evaluate(HEADING_LEVELS)
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.evaluate(UNNAMED_CONTROLS) == []
    assert page.evaluate(TWICE_USED_IDS) == []


def test_where_the_focus_is_can_be_seen(desktop):
    page = desktop.open(ANSWER)
    button = page.get_by_role("button", name="Направлення").first
    plain = button.evaluate("e => getComputedStyle(e).boxShadow + getComputedStyle(e).outline")
    tab_to(page, button, most=60)
    assert button.evaluate("e => getComputedStyle(e).boxShadow + getComputedStyle(e).outline") != plain


def test_a_slip_with_a_clients_data_is_refused(visitor):
    page = visitor.open(ANSWER)
    page.get_by_role("button", name="Направлення").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Примітка").fill("клієнт Іваненко Петро, 067 123 45 67")
    dialog.get_by_role("button", name="Створити направлення").click()
    expect(dialog.get_by_role("alert")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visitor.picture("referral-slip-refused")


def test_the_organisation_is_remembered_for_the_next_slip(desktop):
    page = desktop.open(ANSWER)
    dialog = page.get_by_role("dialog")
    page.get_by_role("button", name="Направлення").first.click()
    dialog.get_by_role("textbox", name="Ваша організація").fill("ЦНСП, Опішня")
    dialog.get_by_role("button", name="Створити направлення").click()
    link = dialog.get_by_text(re.compile(r"^http\S+/slip/\S+$")).first
    expect(link).to_be_visible()
    address = link.text_content()
    assert address.startswith(f"{desktop.address}/slip/")
    desktop.picture("referral-slip")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Направлення").nth(1).click()
    expect(dialog.get_by_role("textbox", name="Ваша організація")).to_have_value("ЦНСП, Опішня")
    page.goto(address)
    expect(page.get_by_text("Центр в Опішні").first).to_be_visible()


def test_english_says_the_same(visitor):
    page = visitor.open(f"{ANSWER}&lang=en")
    expect(page.get_by_role("status")).to_contain_text("2 providers will take this client")
    expect(page.locator("ol.providers > li").first).to_contain_text("Works in the client's hromada")
    visitor.picture("referral-answer-en")
