"""The words of each closed vocabulary, in Ukrainian and English, as people write them in a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum, StrEnum
from functools import cache, reduce
from operator import or_
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from mapapp.domain.errors import Fault
from mapapp.domain.registry import (
    Accessibility,
    CapacityUnit,
    LocationPolicy,
    Ownership,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    ProviderKind,
    Sector,
    TargetGroup,
    Term,
)
from mapapp.domain.services import Service
from mapapp.files.registry_values import Refusal
from mapapp.files.tabular.cells import closest, fold_word


class Language(StrEnum):
    """The language a table is written in; both are read."""

    UKRAINIAN = "uk"
    ENGLISH = "en"


class Word(NamedTuple):
    """What a member is called, and what else people call it."""

    uk: str
    en: str
    synonyms: tuple[str, ...] = ()

    def told(self, language: Language) -> str:
        """Return the word in the language."""
        return self.uk if language is Language.UKRAINIAN else self.en


_Words = Mapping[Any, Word]

WORDS: Final[Mapping[type[Enum], _Words]] = MappingProxyType(
    {
        ProviderKind: {
            ProviderKind.LEGAL_ENTITY: Word(
                "юридична особа", "legal entity", ("О", "юрособа", "юр. особа", "юридичні особи")
            ),
            ProviderKind.SOLE_PROPRIETOR: Word(
                "фізична особа – підприємець", "sole proprietor", ("ФОП", "Ф", "підприємець")
            ),
        },
        Sector: {
            Sector.STATE_COMMUNAL: Word(
                "державний або комунальний",
                "state or communal",
                (
                    "державний",
                    "комунальний",
                    "державний/комунальний",
                    "державна",
                    "комунальна",
                    "state",
                    "communal",
                    "public",
                ),
            ),
            Sector.NON_STATE: Word(
                "недержавний",
                "non-state",
                ("недержавна", "приватний", "приватна", "private", "громадський", "ngo"),
            ),
        },
        Ownership: {
            Ownership.STATE: Word("державна", "state", ("державний",)),
            Ownership.COMMUNAL: Word("комунальна", "communal", ("комунальний", "municipal")),
            Ownership.PRIVATE: Word("приватна", "private", ("приватний", "недержавна")),
        },
        PointKind: {
            PointKind.SOCIAL_SERVICES_CENTRE: Word(
                "центр надання соціальних послуг",
                "centre of social services provision",
                ("ЦНСП", "social services centre"),
            ),
            PointKind.TERRITORIAL_CENTRE: Word(
                "територіальний центр соціального обслуговування",
                "territorial centre of social services",
                (
                    "територіальний центр",
                    "терцентр",
                    "територіальний центр соціального обслуговування (надання соціальних послуг)",
                    "ТЦСО",
                ),
            ),
            PointKind.FAMILY_SUPPORT_CENTRE: Word(
                "центр соціальних служб", "centre of social services for families", ("ЦСС", "ЦСССДМ")
            ),
            PointKind.SHELTER: Word("притулок", "shelter"),
            PointKind.CRISIS_ROOM: Word("кризова кімната", "crisis room"),
            PointKind.RESILIENCE_CENTRE: Word("центр життєстійкості", "resilience centre", ("ЦЖ",)),
            PointKind.MOBILE_TEAM: Word("мобільна бригада", "mobile team"),
            PointKind.DAY_CARE: Word(
                "центр денного перебування", "day-care centre", ("центр денного догляду", "денний центр")
            ),
            PointKind.RESIDENTIAL: Word(
                "стаціонарний заклад", "residential institution", ("стаціонар", "інтернат", "пансіонат")
            ),
            PointKind.NGO: Word(
                "громадська чи благодійна організація",
                "NGO or charity",
                (
                    "ГО",
                    "БФ",
                    "БО",
                    "громадська організація",
                    "благодійна організація",
                    "благодійний фонд",
                    "charity",
                ),
            ),
            PointKind.ADMINISTRATIVE_SERVICE_POINT: Word(
                "центр надання адміністративних послуг",
                "administrative service point",
                ("ЦНАП", "прозорий офіс", "administrative service centre"),
            ),
        },
        LocationPolicy: {
            LocationPolicy.PUBLIC: Word("адреса відкрита", "address is public", ("відкрита", "публічна")),
            LocationPolicy.HROMADA_ONLY: Word("лише громада", "hromada only", ("громада",)),
            LocationPolicy.OBLAST_ONLY: Word("лише область", "oblast only", ("область",)),
            LocationPolicy.WITHHELD: Word(
                "не розголошується", "withheld", ("конфіденційна", "прихована", "confidential")
            ),
        },
        PointPrecision: {
            PointPrecision.BUILDING: Word(
                "будинок", "building", ("до будинку", "to the building", "rooftop")
            ),
            PointPrecision.STREET: Word("вулиця", "street", ("до вулиці", "to the street")),
            PointPrecision.SETTLEMENT: Word(
                "населений пункт", "settlement", ("до населеного пункту", "to the settlement", "н. п.")
            ),
            PointPrecision.HROMADA: Word(
                "громада", "hromada", ("до громади", "to the hromada", "hromada centre", "центр громади")
            ),
        },
        PlaceOfProvision: {
            PlaceOfProvision.HOME: Word("вдома", "at home", ("за місцем проживання", "удома")),
            PlaceOfProvision.STREET: Word("на вулиці", "in the street", ("вулиця", "outreach")),
            PlaceOfProvision.DAY: Word(
                "напівстаціонарно",
                "day care",
                ("напівстаціонарно в надавача", "денне перебування", "у приміщенні надавача", "в надавача"),
            ),
            PlaceOfProvision.INPATIENT: Word(
                "стаціонарно", "residential", ("стаціонарно в надавача", "стаціонар")
            ),
            PlaceOfProvision.ONLINE: Word("онлайн", "online", ("через інтернет", "дистанційно")),
            PlaceOfProvision.PHONE: Word("телефоном", "by phone", ("телефон", "по телефону")),
        },
        Term: {
            Term.ONCE: Word("одноразово", "once"),
            Term.EMERGENCY: Word("екстрено", "emergency", ("екстрено (кризово)", "кризово")),
            Term.TEMPORARY: Word("тимчасово", "temporary"),
            Term.PERIODIC: Word("періодично", "periodic"),
            Term.PERMANENT: Word("постійно", "permanent"),
        },
        CapacityUnit: {
            CapacityUnit.PERSONS: Word("осіб", "persons", ("особа", "особи", "людей", "чоловік")),
            CapacityUnit.PLACES: Word("місць", "places", ("місце", "місця", "ліжок", "ліжко-місць")),
            CapacityUnit.FAMILIES: Word("сімей", "families", ("сім’я", "сім’ї", "родин")),
        },
        Accessibility: {
            Accessibility.STEP_FREE_ENTRANCE: Word(
                "вхід без сходинок", "step-free entrance", ("пандус", "ramp")
            ),
            Accessibility.LIFT: Word("ліфт", "lift", ("підйомник", "elevator")),
            Accessibility.ACCESSIBLE_TOILET: Word(
                "доступна вбиральня", "accessible toilet", ("доступний туалет",)
            ),
            Accessibility.PARKING: Word("паркомісце", "parking", ("стоянка", "паркування")),
            Accessibility.TACTILE_GUIDANCE: Word(
                "тактильні позначки", "tactile guidance", ("тактильна плитка",)
            ),
            Accessibility.SIGN_LANGUAGE: Word("жестова мова", "sign language", ("переклад жестовою мовою",)),
        },
        Payment: {
            Payment.FREE: Word("безоплатно", "free of charge", ("безкоштовно", "безоплатна", "free")),
            Payment.DIFFERENTIATED: Word(
                "диференційована плата",
                "differentiated fee",
                ("з установленням диференційованої плати", "диференційовано", "Д", "differentiated"),
            ),
            Payment.PAID: Word("платно", "for a fee", ("платна", "С", "paid")),
        },
        TargetGroup: {
            TargetGroup.EVERYONE: Word("усі", "everyone", ("всі", "усі категорії", "всі категорії", "all")),
            TargetGroup.OLDER_PEOPLE: Word(
                "люди похилого віку", "older people", ("особи похилого віку", "літні люди", "older persons")
            ),
            TargetGroup.ADULTS_WITH_DISABILITIES: Word(
                "дорослі особи з інвалідністю",
                "adults with disabilities",
                ("особи з інвалідністю", "люди з інвалідністю", "persons with disabilities"),
            ),
            TargetGroup.CHILDREN_WITH_DISABILITIES: Word("діти з інвалідністю", "children with disabilities"),
            TargetGroup.FAMILIES_IN_DIFFICULTY: Word(
                "сім’ї у складних життєвих обставинах",
                "families in difficult life circumstances",
                (
                    "сім’ї в СЖО",
                    "сім’ї у СЖО",
                    "СЖО",
                    "сім’ї, які перебувають у складних життєвих обставинах",
                ),
            ),
            TargetGroup.CHILDREN: Word("діти", "children"),
            TargetGroup.YOUTH: Word("молодь", "young people", ("youth",)),
            TargetGroup.SURVIVORS_OF_VIOLENCE: Word(
                "особи, які постраждали від насильства",
                "survivors of violence",
                (
                    "постраждалі від насильства",
                    "постраждалі особи",
                    "особи, які постраждали від домашнього насильства",
                ),
            ),
            TargetGroup.SURVIVORS_OF_TRAFFICKING: Word(
                "особи, які постраждали від торгівлі людьми",
                "survivors of human trafficking",
                ("постраждалі від торгівлі людьми",),
            ),
            TargetGroup.HOMELESS: Word("бездомні особи", "homeless people", ("бездомні",)),
            TargetGroup.DISPLACED: Word(
                "внутрішньо переміщені особи", "internally displaced people", ("ВПО", "IDP", "IDPs")
            ),
            TargetGroup.VETERANS_AND_FAMILIES: Word(
                "ветерани та їхні сім’ї", "veterans and their families", ("ветерани", "veterans")
            ),
            TargetGroup.PEOPLE_WITH_DEPENDENCE: Word("особи із залежністю", "people with dependence"),
            TargetGroup.FOSTER_FAMILIES: Word(
                "прийомні сім’ї та дитячі будинки сімейного типу",
                "foster families and family-type homes",
                ("прийомні сім’ї", "ДБСТ", "foster families"),
            ),
        },
    }
)


@cache
def _members(vocabulary: type[Enum]) -> Mapping[str, Any]:
    """Return the members of a vocabulary by each folded word for them, their values and names included."""
    found: dict[str, Any] = {}
    for member, word in WORDS[vocabulary].items():
        for text in (str(member.value), member.name, word.uk, word.en, *word.synonyms):
            found.setdefault(fold_word(text), member)
    return MappingProxyType(found)


def words_told(vocabulary: type[Enum], language: Language = Language.UKRAINIAN) -> str:
    """Return the words one may write, for a sentence."""
    return ", ".join(word.told(language) for word in WORDS[vocabulary].values())


def read_word(vocabulary: type[Enum], written: str) -> Any:
    """Return the member a person calls so."""
    members = _members(vocabulary)
    folded = fold_word(written)
    if folded in members:
        return members[folded]
    suggestion = closest(folded, members)
    if suggestion is not None:
        raise Refusal(
            Fault(
                "«{value}» is not known here: did you mean «{suggestion}»?",
                {"value": written, "suggestion": WORDS[vocabulary][members[suggestion]].uk},
            )
        )
    raise Refusal(
        Fault(
            "«{value}» is not known here: use one of {allowed}",
            {"value": written, "allowed": words_told(vocabulary)},
        )
    )


def tell_word(member: Enum, language: Language) -> str:
    """Return the word for a member."""
    return WORDS[type(member)][member].told(language)


def read_groups(words: Iterable[str]) -> TargetGroup:
    """Return the set of target groups called so."""
    groups: list[TargetGroup] = [read_word(TargetGroup, word) for word in words]
    return reduce(or_, groups)


def tell_groups(groups: TargetGroup, language: Language) -> list[str]:
    """Return the words for a set of target groups, in the vocabulary's order."""
    return [tell_word(group, language) for group in TargetGroup if group in groups]


class ServiceWords:
    """Finds a service by its slug, its Ukrainian or English name or its official code."""

    def __init__(self, services: Mapping[str, Service]) -> None:
        self._services = services
        self._slugs: dict[str, str] = {}
        for slug, service in services.items():
            for name in (slug, service.name_uk, service.name_en, service.official_code or ""):
                if name:
                    self._slugs.setdefault(fold_word(name), slug)

    def read(self, written: str) -> str:
        """Return the slug of the service."""
        for text in (written, *_full_codes(written)):
            if (slug := self._slugs.get(fold_word(text))) is not None:
                return slug
        suggestion = closest(fold_word(written), self._slugs)
        if suggestion is None:
            raise Refusal(Fault("no service is called «{service}»", {"service": written}))
        raise Refusal(
            Fault(
                "no service is called «{service}»: did you mean «{suggestion}»?",
                {"service": written, "suggestion": self._services[self._slugs[suggestion]].name_uk},
            )
        )


def _full_codes(written: str) -> tuple[str, ...]:
    """Return the official code that a spreadsheet made a number of: 15.1 was 015.1, and 12 was 012.0."""
    whole, _, part = written.replace(",", ".").partition(".")
    if not (whole.isdecimal() and (part or "0").isdecimal()):
        return ()
    return (f"{int(whole):03d}.{part or '0'}",)
