"""Coverage and planning in a real browser: matrix, access, a hromada, a plan, scenarios, the report."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

POLTAVSKA = "UA53000000000028050"
OPISHNIA = "UA53080350000070563"
OPISHNIA_AT = (49.9623, 34.6099)
COMPUTED_WITHIN_MS = 60_000

VIEWS = (
    f"/coverage?view=matrix&oblast={POLTAVSKA}",
    f"/coverage?view=access&oblast={POLTAVSKA}&service=home-care",
    f"/coverage?view=hromada&hromada={OPISHNIA}",
    f"/planning?oblast={POLTAVSKA}&service=day-care",
    f"/planning?task=closures&oblast={POLTAVSKA}&service=home-care",
    f"/planning?task=scenarios&oblast={POLTAVSKA}&service=home-care",
)


@pytest.mark.parametrize("path", VIEWS)
def test_no_view_is_wider_than_the_screen(visitor, path):
    page = visitor.open(path)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert page.evaluate("document.querySelector('.stMain').scrollWidth <= innerWidth")
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
    visitor.picture("view" + re.sub(r"[/?=&]", "-", path))


def test_the_matrix_is_a_picture_with_words_for_it(desktop):
    page = desktop.open(VIEWS[0])
    picture = page.get_by_test_id("stVegaLiteChart").first
    expect(picture).to_contain_text("Опішнянська", timeout=COMPUTED_WITHIN_MS)
    expect(page.get_by_text(re.compile("послуга доступна у .* громад"))).to_be_visible()


def test_views_are_switched_and_the_link_tells_which(visitor):
    page = visitor.open(f"/coverage?oblast={POLTAVSKA}")
    page.get_by_role("radio", name="Доступність").click()
    visitor.settle()
    expect(page).to_have_url(re.compile("view=access"))
    expect(page.get_by_text("Кого пораховано: населення")).to_be_visible(timeout=COMPUTED_WITHIN_MS)


def test_a_click_on_the_map_explains_the_hromada(desktop):
    page = desktop.open(f"/coverage?oblast={POLTAVSKA}&service=home-care")
    desktop.drawn()
    desktop.click_map(*OPISHNIA_AT)
    expect(page.get_by_role("heading", name="Опішнянська селищна громада")).to_be_visible(
        timeout=COMPUTED_WITHIN_MS
    )
    expect(page).to_have_url(re.compile(OPISHNIA))
    page.get_by_text("Догляд вдома; Денний догляд").click()
    expect(page.get_by_text("Центр в Опішні (демо)")).to_be_visible()


def test_a_hostile_name_stays_a_name(desktop):
    page = desktop.open(f"/coverage?view=hromada&hromada={OPISHNIA}")
    page.get_by_text("Догляд вдома; Денний догляд").click()
    expect(page.get_by_text("<img src=x onerror=window.hacked=1>Турбота (демо)").first).to_be_visible()
    assert page.evaluate("window.hacked") is None


def test_a_plan_is_drawn_and_says_how_good_it_is(desktop):
    page = desktop.open(f"/planning?oblast={POLTAVSKA}&service=day-care&new_points=2")
    page.get_by_role("button", name="Знайти місця").click()
    expect(page.get_by_text("План: 2 нові точки")).to_be_visible(timeout=COMPUTED_WITHIN_MS)
    expect(page.get_by_text(re.compile("доведено, що кращого немає|не може бути кращим"))).to_be_visible()
    desktop.drawn()
    expect(desktop.map.locator(".map-result")).to_have_count(2)
    desktop.picture("plan")


def test_a_scenario_is_made_compared_and_taken_away(desktop):
    page = desktop.open(VIEWS[-1])
    desktop.choose("Надавач", "Центр в Опішні")
    page.get_by_role("button", name="Додати зміну").click()
    desktop.settle()
    expect(page.get_by_text("«Центр в Опішні (демо)» зачиняється")).to_be_visible()
    page.get_by_label("Назва сценарію").fill("Без Опішні")
    page.keyboard.press("Tab")
    desktop.settle()
    page.get_by_role("button", name="Зберегти сценарій").click()
    desktop.settle()
    desktop.choose("Порівняти", "Без Опішні")
    # The list stays open for a second choice, and hides the rest of the page from whoever listens to it.
    page.keyboard.press("Escape")
    expect(page.get_by_text(re.compile("Без Опішні: "))).to_be_visible(timeout=COMPUTED_WITHIN_MS)
    with page.expect_download() as download:
        page.get_by_role("button", name="Завантажити сценарії").click()
    assert "Без Опішні" in download.value.path().read_text("utf-8")
    desktop.picture("scenario")


@pytest.mark.parametrize(("suffix", "start"), [("pdf", b"%PDF"), ("xlsx", b"PK"), ("docx", b"PK")])
def test_the_report_is_one_click_away(desktop, suffix, start):
    page = desktop.open(f"/coverage?view=hromada&hromada={OPISHNIA}")
    page.get_by_role("button", name="Звіт").click()
    with page.expect_download(timeout=4 * COMPUTED_WITHIN_MS) as download:
        page.get_by_role("button", name=f"Завантажити {suffix.upper()}").click()
    assert download.value.suggested_filename.startswith(f"annex-{OPISHNIA}")
    assert download.value.path().read_bytes().startswith(start)
