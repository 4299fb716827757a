"""The page about the data names every source, the registry's scope and what each colour means."""


def text(app) -> str:
    parts = [element.value for kind in (app.markdown, app.caption, app.get("text")) for element in kind]
    return "\n".join([*parts, *(html.proto.body for html in app.get("html"))])


def test_every_source_is_named_with_edition_licence_and_attribution(pages, memory_atlas):
    app = pages.open("about")
    assert not app.exception
    said = text(app)
    for source in memory_atlas.gazetteer.sources.values():
        assert source.title in said
        assert f"Ліцензія: {source.licence}" in said
        assert source.attribution in said
    assert "Редакція: 07.05.2025" in said


def test_the_registrys_scope_and_counts_are_said(pages):
    said = text(pages.open("about"))
    assert "Реєстр повністю описує: Полтавська область." in said
    assert "Місць надання послуг у реєстрі: 5." in said


def test_approximate_boundaries_are_called_so(pages):
    assert "Межі громад **приблизні**" in text(pages.open("about"))


def test_each_state_is_explained_beside_its_colour(pages):
    said = text(pages.open("about"))
    for state in (
        "served",
        "from_neighbour",
        "from_wider",
        "remote_only",
        "not_served",
        "occupied",
        "no_data",
    ):
        assert f"state-{state}" in said


def test_the_address_to_embed_asks_what_is_chosen(pages):
    app = pages.open("about", lang="en")
    assert "/embed?service=home-care&lang=en" in text(app)
    assert "<iframe" in app.code[0].value
