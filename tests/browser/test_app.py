"""The application as a person meets it: every page at a desk and on a phone, driven as a person would."""

import csv
import re
from io import StringIO

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

POLTAVSKA = "UA53000000000028050"
OPISHNIA = "UA53080350000070563"
OPISHNIA_AT = (49.9623, 34.6099)
AWAY_FROM_PROVIDERS = (50.1, 33.4)
MALI_BUDYSHCHA = "UA53080350230084034"


PATHS = ("/", "/find", "/coverage", "/planning", "/registry", "/registry?point=hostile", "/quality", "/about")


@pytest.mark.parametrize("path", PATHS)
def test_no_page_is_wider_than_the_screen(visitor, path):
    page = visitor.open(path)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visitor.picture(f"page{re.sub(r'[/?=]', '-', path)}")


def test_the_page_says_it_is_ukrainian_and_about_demonstration_data(desktop):
    page = desktop.open("/")
    assert page.locator("html").get_attribute("lang") == "uk"
    expect(page.get_by_text("Показано демонстраційні дані")).to_be_visible()


def test_the_map_is_drawn_with_its_legend(visitor):
    visitor.open(f"/?oblast={POLTAVSKA}")
    visitor.drawn()
    expect(visitor.map.get_by_text("Умовні позначення")).to_be_visible()
    expect(visitor.map.get_by_text("Межі приблизні")).to_be_visible()
    visitor.picture("map")


def test_every_page_is_a_touch_away(visitor):
    page = visitor.open("/")
    for name in ("Знайти надавача", "Охоплення", "Планування", "Реєстр", "Якість даних", "Про дані", "Мапа"):
        page.get_by_role("link", name=name).click()
        visitor.settle()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_a_filter_changes_the_answer_and_the_address(desktop):
    page = desktop.open(f"/?oblast={POLTAVSKA}")
    expect(page.get_by_text("послуга доступна у 2 з 60 громад")).to_be_visible()
    before = desktop.drawn()
    desktop.choose("Послуга", "Денний догляд")
    expect(page.get_by_text("послуга доступна у 2 з 60 громад")).to_be_visible()
    expect(page).to_have_url(re.compile("service=day-care"))
    assert desktop.drawn(before + 1) > before
    desktop.choose("Послуга", "Консультування")
    expect(page.get_by_text("послуга доступна у 0 з 60 громад")).to_be_visible()


def test_a_copied_link_shows_the_same_to_somebody_else(desktop, chromium):
    page = desktop.open("/")
    desktop.choose("Область", "Полтавська")
    desktop.choose("Послуга", "Денний догляд")
    other = chromium.new_page()
    other.goto(page.url)
    expect(other.get_by_text("Полтавська область: послуга доступна у 2 з 60 громад")).to_be_visible()
    other.close()


def test_back_takes_every_step_back_and_out_again(desktop):
    page = desktop.open("/about")
    page.goto(desktop.address)
    desktop.settle()
    heading = page.get_by_role("heading", level=1)
    desktop.choose("Область", "Полтавська")
    expect(page.get_by_text("Полтавська область: послуга доступна")).to_be_visible()
    page.get_by_role("link", name="Охоплення").click()
    expect(heading).to_have_text("Охоплення")
    desktop.settle()
    page.go_back()
    expect(heading).to_have_text("Мапа")
    expect(page.get_by_text("Полтавська область: послуга доступна")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Уся Україна: послуга доступна")).to_be_visible()
    page.go_back()
    expect(heading).to_have_text("Про дані")


def test_a_click_on_the_map_selects_the_hromada(visitor):
    page = visitor.open(f"/?oblast={POLTAVSKA}&points=0")
    visitor.drawn()
    page.wait_for_timeout(500)
    visitor.click_map(*OPISHNIA_AT)
    panel = page.locator(".panel")
    expect(panel.get_by_role("heading", name="Опішнянська селищна громада")).to_be_visible()
    expect(page).to_have_url(re.compile(f"hromada={OPISHNIA}"))
    visitor.picture("map-selected")


def test_a_hromada_can_be_found_without_the_map(desktop):
    page = desktop.open(f"/?oblast={POLTAVSKA}")
    desktop.choose("Громада", "Опішн")
    panel = page.locator(".panel")
    expect(panel.get_by_text("Центр в Опішні (демо)")).to_be_visible()
    expect(panel.get_by_text("Надавачі з інших громад, що її обслуговують")).to_be_visible()


def test_html_in_a_providers_name_is_text_everywhere(desktop):
    hostile = "<img src=x onerror=window.hacked=1>Турбота (демо)"
    page = desktop.open(f"/?oblast={POLTAVSKA}&hromada={OPISHNIA}")
    desktop.drawn()
    expect(page.locator(".panel").get_by_text(hostile)).to_be_visible()
    page = desktop.open(f"/find?service=home-care&place={MALI_BUDYSHCHA}")
    desktop.drawn()
    expect(page.locator(".providers").get_by_text(hostile)).to_be_visible()
    for frame in page.frames:
        assert frame.evaluate("window.hacked") is None


def test_a_place_typed_with_a_typo_leads_to_the_nearest_providers(visitor):
    page = visitor.open("/find")
    page.get_by_role("searchbox", name="Де клієнт").press_sequentially("малі будіща", delay=30)
    page.get_by_role("radio", name=re.compile("Малі Будища")).first.wait_for()
    visitor.picture("find-typing")
    page.get_by_text("Опішнянська селищна громада, Полтавський район").click()
    visitor.settle()
    cards = page.locator("ol.providers > li")
    expect(cards).to_have_count(2)
    expect(cards.nth(0)).to_contain_text("Центр в Опішні (демо)")
    expect(cards.nth(0)).to_contain_text(re.compile(r"2,\d\sкм по прямій, орієнтовно"))
    expect(cards.nth(1)).to_contain_text(re.compile(r"4\d,\d\sкм по прямій, орієнтовно"))
    assert cards.nth(0).get_by_role("link", name="1545").get_attribute("href") == "tel:1545"
    expect(page).to_have_url(re.compile(f"place={MALI_BUDYSHCHA}"))
    visitor.drawn()
    expect(visitor.map.locator(".map-result")).to_have_count(2)
    visitor.picture("find")


def test_a_former_name_finds_the_place(desktop):
    page = desktop.open("/find")
    page.get_by_role("searchbox", name="Де клієнт").fill("Ватутіне")
    expect(page.get_by_text("колишня назва Ватутіне").first).to_be_visible()


def test_nothing_found_says_what_to_try(desktop):
    page = desktop.open(f"/find?service=day-care&place={OPISHNIA[:9]}")
    expect(page.get_by_text("Частину посилання не вдалося зрозуміти")).to_be_visible()
    page = desktop.open("/find?service=counselling&place=" + MALI_BUDYSHCHA)
    expect(page.get_by_role("status").get_by_text("Жоден відомий реєстру надавач")).to_be_visible()
    expect(page.get_by_role("heading", name="Куди звертатися мешканцям")).to_be_visible()


def test_a_confidential_provider_has_a_phone_and_no_place(desktop):
    page = desktop.open(f"/find?service=shelter-survivors&place={MALI_BUDYSHCHA}")
    desktop.drawn()
    card = page.locator("article.providers")
    expect(card).to_contain_text("За направленням поліції")
    expect(card).not_to_contain_text("км")
    expect(desktop.map.locator(".map-result")).to_have_count(0)
    desktop.picture("find-confidential")


def test_a_click_on_the_map_is_the_clients_place(desktop):
    page = desktop.open("/find?service=home-care")
    desktop.drawn()
    page.wait_for_timeout(500)
    desktop.click_map(*AWAY_FROM_PROVIDERS)
    left_out = page.locator(".left-out > li")
    expect(left_out).to_have_count(2)
    expect(left_out.first).to_contain_text("обслуговує лише мешканців")
    expect(page).to_have_url(re.compile(r"at=33\.\d+"))


def test_the_coverage_table_can_be_taken_away(desktop):
    page = desktop.open(f"/coverage?service=day-care&oblast={POLTAVSKA}")
    expect(page.get_by_text("Послуга відсутня: 58")).to_be_visible()
    with page.expect_download() as coming:
        page.get_by_role("button", name="Завантажити таблицю").click()
    content = coming.value.path().read_bytes()
    rows = list(csv.DictReader(StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 60
    assert sum(row["Стан"] == "Послуга відсутня" for row in rows) == 58
    desktop.drawn()
    desktop.picture("coverage")


def test_english_is_a_switch_away_and_stays(desktop):
    page = desktop.open(f"/?oblast={POLTAVSKA}")
    page.get_by_text("Eng", exact=True).click()
    expect(page.get_by_text("Poltavska oblast: the service is available")).to_be_visible()
    desktop.drawn()
    expect(desktop.map.get_by_text("Approximate boundaries")).to_be_visible()
    page.get_by_role("link", name="Coverage").click()
    desktop.settle()
    expect(page.get_by_text("Service missing: 58")).to_be_visible()
    expect(page).to_have_url(re.compile("lang=en"))


def test_nonsense_in_the_address_gives_one_notice_and_a_working_page(desktop):
    page = desktop.open("/?service=levitation&oblast=%3Cscript%3E&utm_source=x")
    expect(page.get_by_text("її пропущено: service, oblast.")).to_be_visible()
    desktop.drawn()


def test_the_embedded_page_shows_the_same_map_without_the_application(visitor):
    page = visitor.page
    page.goto(f"{visitor.address}/embed?service=day-care&area={POLTAVSKA}")
    page.locator("[data-drawn]").wait_for()
    expect(page.get_by_role("heading", level=1)).to_have_text("Денний догляд")
    assert page.context.cookies() == []
    visitor.picture("embed")


def test_the_keyboard_reaches_links_language_and_filters(desktop):
    page = desktop.open("/")
    wanted = [
        page.get_by_role("link", name=name) for name in ("Мапа", "Знайти надавача", "Охоплення", "Про дані")
    ]
    wanted.append(page.get_by_role("combobox", name="Послуга"))
    for _ in range(20):
        page.keyboard.press("Tab")
        if wanted and wanted[0].evaluate("element => element.matches(':focus')"):
            wanted.pop(0)
    assert not wanted
