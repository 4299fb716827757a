"""Planning: where to open, whose closing hurts, and scenarios made, kept, opened and compared."""

from hand_planner import SAVED

from mapapp.domain.placement import PlacementGoal, PlacementQuery, Serving
from mapapp.domain.scenario import ClosePoint, Displace, OpenPoint

POLTAVSKA = "UA53000000000028050"


def captions(app):
    return " ".join(part.value for part in (*app.markdown, *app.caption, *app.text))


def test_a_plan_is_made_when_asked_for_and_says_how_good_it_surely_is(pages):
    app = pages.open("planning", oblast=POLTAVSKA, service="home-care")
    assert not app.dataframe
    app.button(key="find_places").click().run()
    assert not app.exception
    assert "План: 1 нова точка" in captions(app)
    assert "не може бути кращим більш ніж на 1%" in captions(app)
    row = app.dataframe[0].value.iloc[0]
    assert row["Де відкрити"] == "с-ще Опішня"
    assert row["Додає, осіб"] == 8133


def test_a_plan_becomes_a_scenario_to_compare(pages):
    app = pages.open("planning", oblast=POLTAVSKA, service="home-care")
    app.button(key="find_places").click().run()
    app.button(key="plan_scenario").click().run()
    assert not app.exception
    (made,) = app.session_state["scenarios_made"]
    assert [type(change) for change in made.changes] == [OpenPoint]
    assert made.changes[0].settlement == "UA53080350010044287"
    assert "Що, якщо" in app.success[0].value


def test_the_conditions_of_a_link_are_asked_of_the_planner(pages, memory_atlas):
    app = pages.open(
        "planning",
        service="home-care",
        goal="least_travel",
        new_points="7",
        serving="own_oblast",
        exact="0",
        budget="1000",
        point_cost="500",
    )
    memory_atlas.planner.asked.clear()
    app.button(key="find_places").click().run()
    query = next(asked for asked in memory_atlas.planner.asked if isinstance(asked, PlacementQuery))
    assert query.goal is PlacementGoal.LEAST_TRAVEL
    assert (query.new_points, query.serving, query.is_exact) == (7, Serving.OWN_OBLAST, False)
    assert (query.budget, query.cost_of_point) == (1000.0, 500.0)


def test_a_budget_without_a_cost_is_refused_in_words(pages):
    app = pages.open("planning", budget="1000")
    assert not app.exception
    assert "заповніть обидва поля" in app.error[0].value


def test_a_plan_that_cannot_be_made_says_why_and_the_form_stays(pages):
    app = pages.open("planning", oblast=POLTAVSKA, new_points="60")
    app.button(key="find_places").click().run()
    assert not app.exception
    assert "50" in app.error[0].value
    assert app.number_input(key="new_points").value == 60


def test_closures_name_no_place_of_a_hidden_provider(pages):
    rows = pages.open("planning", task="closures").dataframe[0].value
    assert list(rows["Надавач"]) == ["Центр в Опішні", "Притулок «Надія»"]
    assert list(rows["Громада"])[1] == "не розголошується"
    assert rows["Громад без послуги"].iloc[0] == 8
    assert "ще 3" in rows["Які саме"].iloc[0]


def test_a_scenario_is_made_of_changes_and_kept(pages):
    app = pages.open("planning", task="scenarios", service="home-care")
    app.selectbox(key="change_point").select("opishnia").run()
    app.button(key="add_change").click().run()
    app.selectbox(key="change_kind").select("displace").run()
    app.selectbox(key="displaced_from").select("UA53080350000070563").run()
    app.selectbox(key="displaced_to").select("UA53080370000025447").run()
    app.button(key="add_change").click().run()
    assert "«Центр в Опішні» зачиняється" in captions(app)
    app.text_input(key="scenario_name").set_value("Н" * 200).run()
    app.button(key="keep_scenario").click().run()
    assert not app.exception
    (made,) = app.session_state["scenarios_made"]
    assert made.name == "Н" * 200
    assert made.changes[0] == ClosePoint("opishnia")
    assert isinstance(made.changes[1], Displace)


def test_saved_scenarios_are_compared_hromada_by_hromada(pages):
    app = pages.open("planning", task="scenarios", service="home-care", oblast=POLTAVSKA)
    app.multiselect(key="scenarios_compared").select(SAVED.id).run()
    assert not app.exception
    assert "осіб втрачають послугу" in captions(app) or "особи втрачають послугу" in captions(app)
    table = app.dataframe[0].value
    assert list(table.columns[:3]) == ["Громада", "Охоплено зараз", "Опішня без центру"]
    row = table[table["Громада"] == "Опішнянська селищна громада"].iloc[0]
    assert row["Опішня без центру"] == -8133


def test_a_file_of_scenarios_is_opened_and_a_wrong_one_told_line_by_line(pages):
    app = pages.open("planning", task="scenarios")
    app.file_uploader(key="scenario_file").set_value(("a.yaml", b"scenarios: []", "application/yaml")).run()
    assert not app.exception
    assert [made.name for made in app.session_state["scenarios_made"]] == ["З файлу"]
    app.file_uploader(key="scenario_file").set_value(("b.yaml", b"nonsense", "application/yaml")).run()
    assert not app.exception
    assert app.error
    assert any(":1" in text.value or "scenarios:" in text.value for text in app.text)
