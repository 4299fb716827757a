"""What the demonstration registry is made of: services and their terms, kinds of points, institutions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mapapp.domain.katottg import KatottgLevel
from mapapp.domain.registry import LocationPolicy, Payment, PlaceOfProvision, PointKind, TargetGroup

GOVERNMENT_LINE = "1545"
CHILDREN_LINE = "116 111"
VIOLENCE_LINES = ("1547", "116 123")
OBLAST_LINES = {"UA23": "0800 503 508"}
"""Zaporizhzhia's own line, shown in Zaporizhzhia oblast only."""

ROUND_THE_CLOCK = "цілодобово"
OFFICE_HOURS = (
    "Пн–Чт 8:00–17:00, Пт 8:00–15:45, обідня перерва 12:00–12:45",
    "Пн–Чт 8:00–17:15, Пт 8:00–16:00, обідня перерва 12:00–13:00",
    "Пн–Пт 9:00–18:00, обідня перерва 13:00–14:00",
)
TEAM_HOURS = ("Пн–Пт 8:00–17:00, екстрені виїзди цілодобово", "Пн–Пт 9:00–18:00, виїзди за графіком")
NGO_HOURS = ("Пн–Пт 10:00–18:00", "Пн–Пт 9:00–18:00, Сб 10:00–14:00")
REFERRAL_TO_SHELTER = (
    "Направлення видають місцева адміністрація чи виконавчий орган громади, поліція, центр соціальних служб "
    "або мобільна бригада. Можна також самостійно звернутися на гарячу лінію."
)

OLDER = TargetGroup.OLDER_PEOPLE
ADULTS = TargetGroup.ADULTS_WITH_DISABILITIES
CHILDREN_DIS = TargetGroup.CHILDREN_WITH_DISABILITIES
FAMILIES = TargetGroup.FAMILIES_IN_DIFFICULTY
DISPLACED = TargetGroup.DISPLACED

HOME, STREET, DAY = PlaceOfProvision.HOME, PlaceOfProvision.STREET, PlaceOfProvision.DAY
INPATIENT, ONLINE, PHONE = PlaceOfProvision.INPATIENT, PlaceOfProvision.ONLINE, PlaceOfProvision.PHONE


class Terms(NamedTuple):
    """For whom, where and on what terms a service is given; `capacity` is a least and a most."""

    groups: TargetGroup
    places: tuple[PlaceOfProvision, ...]
    payment: Payment = Payment.FREE
    capacity: tuple[int, int] | None = None


SERVICES: Mapping[str, Terms] = {
    "information": Terms(TargetGroup.EVERYONE, (DAY, PHONE, ONLINE)),
    "counselling": Terms(TargetGroup.EVERYONE, (DAY, HOME, PHONE)),
    "mediation": Terms(FAMILIES, (DAY,)),
    "representation": Terms(FAMILIES | OLDER | ADULTS, (DAY, HOME)),
    "supported-living": Terms(OLDER | ADULTS, (INPATIENT,), Payment.DIFFERENTIATED, (4, 12)),
    "foster-family-support": Terms(TargetGroup.FOSTER_FAMILIES, (HOME, DAY)),
    "crisis-intervention": Terms(FAMILIES | TargetGroup.SURVIVORS_OF_VIOLENCE, (HOME, STREET, DAY)),
    "social-adaptation": Terms(OLDER | DISPLACED | TargetGroup.VETERANS_AND_FAMILIES, (DAY,)),
    "home-care": Terms(OLDER | ADULTS, (HOME,), Payment.DIFFERENTIATED, (20, 160)),
    "inpatient-care": Terms(OLDER | ADULTS, (INPATIENT,), Payment.PAID, (15, 60)),
    "day-care": Terms(OLDER | ADULTS, (DAY,), Payment.DIFFERENTIATED, (10, 40)),
    "rehabilitation-mental": Terms(ADULTS | CHILDREN_DIS, (DAY,), capacity=(8, 30)),
    "rehabilitation-drug-dependence": Terms(TargetGroup.PEOPLE_WITH_DEPENDENCE, (DAY,), capacity=(10, 25)),
    "respite-care": Terms(CHILDREN_DIS, (HOME, DAY), capacity=(4, 12)),
    "physical-accompaniment": Terms(ADULTS | CHILDREN_DIS, (HOME, STREET)),
    "inclusive-education-support": Terms(CHILDREN_DIS, (DAY,), capacity=(5, 20)),
    "sign-language": Terms(ADULTS | CHILDREN_DIS, (HOME, DAY, ONLINE)),
    "shelter-homeless": Terms(TargetGroup.HOMELESS, (INPATIENT,), capacity=(15, 40)),
    "shelter-survivors": Terms(TargetGroup.SURVIVORS_OF_VIOLENCE, (INPATIENT,), capacity=(10, 20)),
    "in-kind-help": Terms(OLDER | ADULTS | FAMILIES | DISPLACED, (HOME, DAY)),
    "prevention": Terms(FAMILIES | TargetGroup.CHILDREN | TargetGroup.YOUTH, (DAY, STREET)),
    "family-like-care": Terms(TargetGroup.CHILDREN, (INPATIENT,), capacity=(6, 10)),
    "supported-living-homeless": Terms(TargetGroup.HOMELESS, (INPATIENT,), capacity=(4, 10)),
    "social-support": Terms(FAMILIES, (HOME, DAY)),
    "supported-employment": Terms(ADULTS | TargetGroup.VETERANS_AND_FAMILIES, (DAY, STREET)),
    "integration-homeless": Terms(TargetGroup.HOMELESS, (DAY, STREET)),
    "integration-trafficking": Terms(TargetGroup.SURVIVORS_OF_TRAFFICKING, (DAY,)),
    "integration-care-leavers": Terms(TargetGroup.YOUTH, (HOME, DAY)),
    "palliative-care": Terms(OLDER | ADULTS, (HOME, INPATIENT), capacity=(5, 15)),
    "resilience": Terms(TargetGroup.EVERYONE, (DAY, HOME, ONLINE)),
}


class Recipe(NamedTuple):
    """A kind of service point: what it is called, what it may offer and how common it is.

    `commonness` is relative to the others in a hromada of 10,000 people; `growth` is the power of population
    it grows with. `repeats` points may stand in one hromada more than once. `owner` names who runs it.
    """

    code: str
    kind: PointKind
    name: str
    offers: Mapping[str, float]
    hours: tuple[str, ...]
    owner: str
    commonness: float
    growth: float
    repeats: bool = False


# "{hromada}" becomes «Опішнянської селищної громади», "{place}" «с-ще Опішня», "{number}" « № 2» from the
# second on; the figure beside a service is the chance that it is offered.
RECIPES = (
    Recipe(
        "centre",
        PointKind.SOCIAL_SERVICES_CENTRE,
        "Демонстраційний центр надання соціальних послуг {hromada}",
        {
            "home-care": 0.95, "counselling": 0.9, "information": 0.8, "social-support": 0.75,
            "in-kind-help": 0.6, "representation": 0.6, "prevention": 0.5, "crisis-intervention": 0.35,
            "social-adaptation": 0.3, "mediation": 0.3, "physical-accompaniment": 0.2, "day-care": 0.2,
            "palliative-care": 0.05,
        },
        OFFICE_HOURS, "centre", 6.0, 0.45,
    ),
    Recipe(
        "territorial",
        PointKind.TERRITORIAL_CENTRE,
        "Демонстраційний територіальний центр соціального обслуговування {hromada}",
        {
            "home-care": 1.0, "in-kind-help": 0.8, "counselling": 0.6, "information": 0.5,
            "social-adaptation": 0.5, "day-care": 0.35, "physical-accompaniment": 0.2, "inpatient-care": 0.1,
        },
        OFFICE_HOURS, "territorial", 5.0, 0.4,
    ),
    Recipe(
        "family",
        PointKind.FAMILY_SUPPORT_CENTRE,
        "Демонстраційний центр соціальних служб {hromada}",
        {
            "social-support": 1.0, "counselling": 0.9, "prevention": 0.8, "information": 0.7,
            "representation": 0.6, "mediation": 0.6, "crisis-intervention": 0.6,
            "foster-family-support": 0.5, "integration-care-leavers": 0.25,
        },
        OFFICE_HOURS, "family", 4.0, 0.5,
    ),
    Recipe(
        "resilience",
        PointKind.RESILIENCE_CENTRE,
        "Демонстраційний центр життєстійкості {hromada}",
        {"resilience": 1.0, "counselling": 0.4},
        OFFICE_HOURS, "main", 1.2, 0.5,
    ),
    Recipe(
        "mobile",
        PointKind.MOBILE_TEAM,
        "Демонстраційна мобільна бригада соціально-психологічної допомоги {hromada}",
        {"crisis-intervention": 1.0, "counselling": 0.7, "information": 0.4},
        TEAM_HOURS, "main", 0.7, 0.5,
    ),
    Recipe(
        "day",
        PointKind.DAY_CARE,
        "Демонстраційний центр денного перебування{number} {hromada}",
        {
            "day-care": 1.0, "rehabilitation-mental": 0.5, "respite-care": 0.35,
            "physical-accompaniment": 0.3, "supported-employment": 0.2,
        },
        OFFICE_HOURS, "main", 0.3, 0.8, repeats=True,
    ),
    Recipe(
        "residential",
        PointKind.RESIDENTIAL,
        "Демонстраційне стаціонарне відділення для постійного або тимчасового проживання {hromada}",
        {"inpatient-care": 1.0, "palliative-care": 0.4, "supported-living": 0.3},
        (ROUND_THE_CLOCK,), "main", 0.4, 0.3,
    ),
    Recipe(
        "branch",
        PointKind.SOCIAL_SERVICES_CENTRE,
        "Демонстраційне відділення соціальної допомоги вдома{number} {hromada}",
        {"home-care": 1.0, "in-kind-help": 0.5, "information": 0.3},
        OFFICE_HOURS, "main", 0.35, 0.5, repeats=True,
    ),
    Recipe(
        "ngo-a",
        PointKind.NGO,
        "Громадська організація «Демо-Крок»{number}, {place}",
        {
            "inclusive-education-support": 0.7, "physical-accompaniment": 0.6, "supported-employment": 0.5,
            "respite-care": 0.4, "sign-language": 0.3,
        },
        NGO_HOURS, "ngo-a", 0.22, 0.75, repeats=True,
    ),
    Recipe(
        "ngo-b",
        PointKind.NGO,
        "Громадська організація «Демо-Опертя»{number}, {place}",
        {"prevention": 0.8, "rehabilitation-drug-dependence": 0.6, "social-adaptation": 0.4},
        NGO_HOURS, "ngo-b", 0.12, 0.8, repeats=True,
    ),
    Recipe(
        "ngo-c",
        PointKind.NGO,
        "Благодійний фонд «Демо-Турбота»{number}, {place}",
        {"in-kind-help": 0.9, "integration-homeless": 0.3, "supported-living": 0.2, "counselling": 0.3},
        NGO_HOURS, "ngo-c", 0.2, 0.7, repeats=True,
    ),
    Recipe(
        "ngo-d",
        PointKind.NGO,
        "Громадська організація «Демо-Разом»{number}, {place}",
        {"resilience": 0.5, "counselling": 0.8, "mediation": 0.5, "information": 0.5},
        NGO_HOURS, "ngo-d", 0.2, 0.7, repeats=True,
    ),
)  # fmt: skip


class OblastRecipe(NamedTuple):
    """A service point each oblast has one of, save every third: `absent_in` says which third.

    `serves` is the level of the unit served around it; `town` counts the oblast's hromadas by population.
    """

    code: str
    kind: PointKind
    name: str
    services: tuple[str, ...]
    owner: str
    serves: KatottgLevel
    policy: LocationPolicy = LocationPolicy.PUBLIC
    absent_in: int | None = None
    town: int = 0
    hours: tuple[str, ...] = (ROUND_THE_CLOCK,)
    phones: tuple[str, ...] = (GOVERNMENT_LINE,)
    referral_note: str = ""
    places: tuple[PlaceOfProvision, ...] = ()
    """Where its services are given, if not where they usually are."""


# "{regional}" becomes «Полтавський обласний», "{oblast}" «Полтавська область».
OBLAST_RECIPES = (
    OblastRecipe(
        "oblast-centre",
        PointKind.FAMILY_SUPPORT_CENTRE,
        "Демонстраційний {regional} центр соціальних служб",
        ("foster-family-support", "integration-care-leavers"),
        "oblast",
        KatottgLevel.OBLAST,
        absent_in=1,
        hours=OFFICE_HOURS,
        phones=(GOVERNMENT_LINE, CHILDREN_LINE),
    ),
    OblastRecipe(
        "shelter",
        PointKind.SHELTER,
        "Демонстраційний притулок для осіб, які постраждали від домашнього насильства ({oblast})",
        ("shelter-survivors",),
        "oblast",
        KatottgLevel.OBLAST,
        LocationPolicy.WITHHELD,
        absent_in=0,
        phones=VIOLENCE_LINES,
        referral_note=REFERRAL_TO_SHELTER,
    ),
    OblastRecipe(
        "crisis-room",
        PointKind.CRISIS_ROOM,
        "Демонстраційна кризова кімната ({oblast})",
        ("crisis-intervention",),
        "oblast",
        KatottgLevel.RAION,
        LocationPolicy.HROMADA_ONLY,
        phones=VIOLENCE_LINES,
        referral_note=REFERRAL_TO_SHELTER,
        places=(INPATIENT,),
    ),
    OblastRecipe(
        "trafficking",
        PointKind.NGO,
        "Демонстраційна служба допомоги особам, які постраждали від торгівлі людьми ({oblast})",
        ("integration-trafficking",),
        "ngo-c",
        KatottgLevel.OBLAST,
        LocationPolicy.OBLAST_ONLY,
        absent_in=2,
        phones=VIOLENCE_LINES,
    ),
    OblastRecipe(
        "group-home",
        PointKind.RESIDENTIAL,
        "Демонстраційний малий груповий будинок ({oblast})",
        ("family-like-care",),
        "oblast",
        KatottgLevel.RAION,
        LocationPolicy.HROMADA_ONLY,
        town=1,
        phones=(CHILDREN_LINE,),
    ),
    OblastRecipe(
        "boarding-house",
        PointKind.RESIDENTIAL,
        "Демонстраційний обласний пансіонат для осіб похилого віку та осіб з інвалідністю ({oblast})",
        ("inpatient-care", "supported-living"),
        "boarding-house",
        KatottgLevel.OBLAST,
        absent_in=1,
        town=3,
    ),
    OblastRecipe(
        "night-shelter",
        PointKind.SHELTER,
        "Демонстраційний будинок нічного перебування, {place}",
        ("shelter-homeless", "integration-homeless", "supported-living-homeless"),
        "main",
        KatottgLevel.HROMADA,
    ),
    OblastRecipe(
        "rehabilitation",
        PointKind.NGO,
        "Демонстраційний центр соціально-психологічної реабілітації, {place}",
        ("rehabilitation-drug-dependence",),
        "ngo-b",
        KatottgLevel.OBLAST,
        absent_in=2,
        hours=NGO_HOURS,
    ),
    OblastRecipe(
        "sign-language",
        PointKind.NGO,
        "Демонстраційна служба перекладу жестовою мовою, {place}",
        ("sign-language",),
        "ngo-a",
        KatottgLevel.OBLAST,
        absent_in=0,
        hours=NGO_HOURS,
    ),
    OblastRecipe(
        "support-line",
        PointKind.NGO,
        "Демонстраційна служба підтримки телефоном та онлайн ({oblast})",
        ("counselling", "information"),
        "ngo-d",
        KatottgLevel.OBLAST,
        absent_in=2,
        hours=NGO_HOURS,
        places=(PHONE, ONLINE),
    ),
    OblastRecipe(
        "administrative",
        PointKind.ADMINISTRATIVE_SERVICE_POINT,
        "Демонстраційний центр надання адміністративних послуг, {place}",
        (),
        "council",
        KatottgLevel.HROMADA,
        hours=OFFICE_HOURS,
    ),
)


class Institution(NamedTuple):
    """A communal provider: its possible names, and what a share of them was reorganised from."""

    names: tuple[str, ...]
    former: str = ""
    reorganised: float = 0.0
    is_of_oblast: bool = False


_TERRITORIAL_CENTRE = (
    "Демонстраційна комунальна установа «Територіальний центр соціального обслуговування (надання "
    "соціальних послуг)»"
)

# "{council}" becomes «Опішнянської селищної ради» or «Полтавської обласної ради».
INSTITUTIONS = {
    "centre": Institution(
        ("Демонстраційна комунальна установа «Центр надання соціальних послуг» {council}",),
        f"{_TERRITORIAL_CENTRE} {{council}}",
        reorganised=0.35,
    ),
    "territorial": Institution(
        (f"{_TERRITORIAL_CENTRE} {{council}}",),
    ),
    "family": Institution(
        (
            "Демонстраційна комунальна установа «Центр соціальних служб» {council}",
            "Демонстраційне комунальне некомерційне підприємство «Центр соціальних служб» {council}",
        ),
        "Демонстраційна комунальна установа «Центр соціальних служб для сім’ї, дітей та молоді» {council}",
        reorganised=0.7,
    ),
    "oblast": Institution(
        ("Демонстраційна комунальна установа «Обласний центр соціальних служб» {council}",),
        "Демонстраційна комунальна установа «Обласний центр соціальних служб для сім’ї, дітей та молоді» "
        "{council}",
        reorganised=1.0,
        is_of_oblast=True,
    ),
    "council": Institution(
        ("Демонстраційний виконавчий комітет {council}",),
    ),
    "boarding-house": Institution(
        ("Демонстраційне комунальне некомерційне підприємство «Обласний пансіонат» {council}",),
        "Демонстраційна комунальна установа «Обласний геріатричний пансіонат» {council}",
        reorganised=1.0,
        is_of_oblast=True,
    ),
}
RUN_BY_CITIZENS = {
    "ngo-a": "Громадська організація «Демо-Крок»",
    "ngo-b": "Громадська організація «Демо-Опертя»",
    "ngo-c": "Благодійний фонд «Демо-Турбота»",
    "ngo-d": "Громадська організація «Демо-Разом»",
}
