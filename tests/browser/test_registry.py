"""The registry as a person meets it: find a provider, open it, see whom it serves, take the list away."""

import csv
import json
import re
import zipfile
from io import BytesIO, StringIO

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=window.hacked=1>Турбота (демо)"


def entries(page):
    return page.locator(".st-key-listed").locator("button, a")


def test_a_provider_is_found_opened_and_left_again(visitor):
    page = visitor.open("/registry")
    expect(page.get_by_text("Знайдено 3 надавачів")).to_be_visible()
    search = page.get_by_role("searchbox", name="Пошук у реєстрі")
    search.fill("опішні")
    search.press("Enter")
    expect(entries(page)).to_have_count(1)
    expect(page).to_have_url(re.compile("text="))
    visitor.picture("registry-found")
    entries(page).click()
    expect(page.get_by_role("heading", level=2)).to_have_text(re.compile("Центр в Опішні"))
    expect(page).to_have_url(re.compile("point=opishnia"))
    visitor.settle()
    expect(page.locator(".record").get_by_role("link", name="1545").first).to_have_attribute(
        "href", "tel:1545"
    )
    expect(page.locator(".record").get_by_text("Пн–Чт 9:00–18:00, Пт 9:00–16:45")).to_be_visible()
    visitor.drawn()
    expect(visitor.map.locator(".map-result")).to_have_count(1)
    expect(page.get_by_text("Сьогодні обслуговує 1 громаду.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visitor.picture("registry-record")
    page.get_by_role("button", name="Назад до списку").click()
    expect(entries(page)).to_have_count(1)
    expect(page).not_to_have_url(re.compile("point="))


def test_the_history_unfolds(visitor):
    page = visitor.open("/registry?point=opishnia")
    first = page.locator(".history details")
    expect(first).to_have_count(1)
    expect(first).to_contain_text("перша версія запису")
    first.locator("summary").click()
    row = first.get_by_role("row").filter(has_text="Центр в Опішні (демо)")
    expect(row).to_be_visible()
    visitor.picture("registry-history")


def test_a_copied_address_opens_the_same_record_for_somebody_else(desktop, chromium):
    page = desktop.open("/registry")
    entries(page).filter(has_text="Центр в Опішні").click()
    expect(page.get_by_role("heading", level=2)).to_have_text(re.compile("Центр в Опішні"))
    desktop.settle()
    other = chromium.new_page()
    other.goto(page.url)
    expect(other.get_by_role("heading", level=2)).to_have_text(re.compile("Центр в Опішні"))
    other.close()


def test_back_leads_from_the_record_to_the_list(desktop):
    page = desktop.open("/registry")
    entries(page).filter(has_text="Центр в Опішні").click()
    expect(page.get_by_role("heading", level=2)).to_be_visible()
    desktop.settle()
    page.go_back()
    expect(entries(page)).to_have_count(3)


def test_html_in_a_name_is_text_in_the_list_and_in_the_record(desktop):
    page = desktop.open("/registry")
    entries(page).filter(has_text=HOSTILE).click()
    expect(page.get_by_role("heading", level=2)).to_have_text(re.compile(re.escape(HOSTILE)))
    desktop.drawn()
    assert page.locator("img[src=x]").count() == 0
    for frame in page.frames:
        assert frame.evaluate("window.hacked") is None


def test_a_confidential_provider_has_an_oblast_and_no_place(visitor):
    page = visitor.open("/registry?point=hidden")
    record = page.locator(".record").first
    expect(record).to_contain_text("Місцезнаходження не розголошується")
    expect(record).to_contain_text("Полтавська область")
    expect(record).not_to_contain_text("громада")
    visitor.drawn()
    expect(visitor.map.locator(".map-result")).to_have_count(0)
    visitor.picture("registry-confidential")


@pytest.mark.parametrize("name", ["CSV", "XLSX", "GeoJSON", "GeoPackage", "GeoParquet", "YAML", "HSDS"])
def test_what_is_listed_can_be_taken_away_in_every_format(desktop, name):
    page = desktop.open("/registry?text=опішні")
    page.get_by_role("button", name="Завантажити список").click()
    with page.expect_download() as coming:
        page.get_by_role("button", name=re.compile(f"^{name}")).click()
    content = coming.value.path().read_bytes()
    assert coming.value.suggested_filename.startswith("registry-")
    assert content
    if name == "CSV":
        assert "Центр в Опішні" in content.decode("utf-8-sig")
        assert "Притулок" not in content.decode("utf-8-sig")
    elif name == "XLSX":
        assert "xl/workbook.xml" in zipfile.ZipFile(BytesIO(content)).namelist()
    elif name in {"GeoJSON", "HSDS"}:
        assert json.loads(content)


def test_the_list_is_taken_away_on_a_phone_too(visitor):
    page = visitor.open("/registry")
    page.get_by_role("button", name="Завантажити список").click()
    button = page.get_by_role("button", name=re.compile("^CSV"))
    expect(button).to_be_visible()
    visitor.picture("registry-download")
    with page.expect_download():
        button.click()


def test_a_finding_leads_to_its_record(visitor):
    page = visitor.open("/quality?check=never_verified")
    expect(page.get_by_text("3 зауваження")).to_be_visible()
    visitor.picture("quality")
    entries(page).filter(has_text="Центр в Опішні").click()
    expect(page.get_by_role("heading", level=2)).to_have_text(re.compile("Центр в Опішні"))
    expect(page).to_have_url(re.compile("/registry.*point=opishnia"))


def test_the_findings_can_be_taken_away(desktop):
    page = desktop.open("/quality?check=never_verified")
    with page.expect_download() as coming:
        page.get_by_role("button", name="Завантажити таблицю").click()
    text = coming.value.path().read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text), delimiter=";"))
    assert {row["Ідентифікатор"] for row in rows} == {"opishnia", "hostile", "hidden"}
