"""What a person reads for each word of the vocabulary and each unit of the country."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from mapapp.domain.accessibility import TravelCost
from mapapp.domain.changes import ChangeKind, RecordKind
from mapapp.domain.coverage import CoverageState, PresenceColumn
from mapapp.domain.errors import msgid
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geography import (
    Hromada,
    HromadaKind,
    Oblast,
    OblastKind,
    Occupation,
    PopulationBasis,
    Raion,
    Settlement,
    SettlementKind,
    TerritoryStatus,
)
from mapapp.domain.import_plan import Outcome
from mapapp.domain.imports import ImportState
from mapapp.domain.katottg import NATION, Katottg, KatottgLevel
from mapapp.domain.people import PeopleKind
from mapapp.domain.placement import CandidatePlaces, Counting, PlacementGoal, Serving
from mapapp.domain.quality import DuplicateReason, QualityCheck
from mapapp.domain.registry import (
    Accessibility,
    CapacityUnit,
    CatchmentBasis,
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
from mapapp.domain.registry_questions import ExportFormat, Freshness
from mapapp.domain.services import HotlineTopic, Service
from mapapp.domain.transliteration import transliterate
from mapapp.presentation.messages import Translator

# One table per vocabulary: members of different StrEnums with the same text are equal and share a hash.
_LABELS: Final[Mapping[type[StrEnum], Mapping[StrEnum, str]]] = MappingProxyType(
    {
        CoverageState: {
            CoverageState.SERVED: msgid("Available in the hromada"),
            CoverageState.FROM_NEIGHBOUR: msgid("From another hromada"),
            CoverageState.FROM_WIDER: msgid("From the raion, oblast or country"),
            CoverageState.REMOTE_ONLY: msgid("Only online or by phone"),
            CoverageState.NOT_SERVED: msgid("Service missing"),
            CoverageState.OCCUPIED: msgid("Temporarily occupied: no data"),
            CoverageState.NO_DATA: msgid("No data"),
        },
        PeopleKind: {
            PeopleKind.POPULATION: msgid("population"),
            PeopleKind.DISPLACED: msgid("internally displaced persons"),
            PeopleKind.NEEDS: msgid("persons in need"),
        },
        TravelCost: {
            TravelCost.DISTANCE: msgid("in a straight line, km"),
            TravelCost.CAR: msgid("by car, min"),
            TravelCost.FOOT: msgid("on foot, min"),
        },
        PlacementGoal: {
            PlacementGoal.MOST_PEOPLE: msgid("Reach as many people as possible"),
            PlacementGoal.LEAST_TRAVEL: msgid("Make the way as short as possible"),
            PlacementGoal.EVERYONE: msgid("Reach everyone with the fewest points"),
        },
        Counting: {
            Counting.PEOPLE: msgid("people without the service within reach"),
            Counting.UNMET_NEED: msgid("people there is no room for"),
        },
        CandidatePlaces: {
            CandidatePlaces.HROMADA_CENTRES: msgid("centres of hromadas"),
            CandidatePlaces.SETTLEMENTS: msgid("settlements of 500 people and more"),
        },
        Serving: {
            Serving.OWN_HROMADA: msgid("its own hromada"),
            Serving.OWN_RAION: msgid("all of its raion"),
            Serving.OWN_OBLAST: msgid("all of its oblast"),
            Serving.ANYONE: msgid("everyone, wherever they live"),
        },
        RecordKind: {
            RecordKind.ORGANISATION: msgid("Organisation"),
            RecordKind.POINT: msgid("Service point"),
        },
        Outcome: {
            Outcome.NEW: msgid("new"),
            Outcome.CHANGED: msgid("to be changed"),
            Outcome.UNCHANGED: msgid("unchanged"),
            Outcome.ABSENT: msgid("no longer in the file"),
        },
        ImportState: {
            ImportState.STAGING: msgid("the file is being kept"),
            ImportState.STAGED: msgid("waiting to be applied"),
            ImportState.APPLIED: msgid("applied"),
            ImportState.CANCELLED: msgid("stopped"),
            ImportState.UNDONE: msgid("taken back"),
        },
        PointKind: {
            PointKind.SOCIAL_SERVICES_CENTRE: msgid("Centre of social services provision"),
            PointKind.TERRITORIAL_CENTRE: msgid("Territorial centre of social services"),
            PointKind.FAMILY_SUPPORT_CENTRE: msgid("Centre of social services for families"),
            PointKind.ADMINISTRATIVE_SERVICE_POINT: msgid("Administrative service point"),
            PointKind.SHELTER: msgid("Shelter"),
            PointKind.CRISIS_ROOM: msgid("Crisis room"),
            PointKind.RESILIENCE_CENTRE: msgid("Resilience centre"),
            PointKind.MOBILE_TEAM: msgid("Mobile team"),
            PointKind.DAY_CARE: msgid("Day-care centre"),
            PointKind.RESIDENTIAL: msgid("Residential institution"),
            PointKind.NGO: msgid("NGO or charity"),
        },
        LocationPolicy: {
            LocationPolicy.PUBLIC: msgid("The address is public"),
            LocationPolicy.HROMADA_ONLY: msgid("Location not disclosed: only the hromada is named"),
            LocationPolicy.OBLAST_ONLY: msgid("Location not disclosed: only the oblast is named"),
            LocationPolicy.WITHHELD: msgid("Location not disclosed"),
        },
        PointPrecision: {
            PointPrecision.BUILDING: msgid("to the building"),
            PointPrecision.STREET: msgid("to the street"),
            PointPrecision.SETTLEMENT: msgid("to the settlement"),
            PointPrecision.HROMADA: msgid("to the hromada"),
        },
        PlaceOfProvision: {
            PlaceOfProvision.HOME: msgid("at home"),
            PlaceOfProvision.STREET: msgid("in the street"),
            PlaceOfProvision.DAY: msgid("day care on the provider's premises"),
            PlaceOfProvision.INPATIENT: msgid("residential"),
            PlaceOfProvision.ONLINE: msgid("online"),
            PlaceOfProvision.PHONE: msgid("by phone"),
        },
        Payment: {
            Payment.FREE: msgid("free of charge"),
            Payment.DIFFERENTIATED: msgid("differentiated fee"),
            Payment.PAID: msgid("for a fee"),
        },
        Sector: {
            Sector.STATE_COMMUNAL: msgid("state or communal"),
            Sector.NON_STATE: msgid("non-state"),
        },
        Ownership: {
            Ownership.STATE: msgid("state-owned"),
            Ownership.COMMUNAL: msgid("communal"),
            Ownership.PRIVATE: msgid("private"),
        },
        ProviderKind: {
            ProviderKind.LEGAL_ENTITY: msgid("legal entity"),
            ProviderKind.SOLE_PROPRIETOR: msgid("sole proprietor"),
        },
        Term: {
            Term.ONCE: msgid("once"),
            Term.EMERGENCY: msgid("as an emergency"),
            Term.TEMPORARY: msgid("temporarily"),
            Term.PERIODIC: msgid("periodically"),
            Term.PERMANENT: msgid("permanently"),
        },
        CapacityUnit: {
            CapacityUnit.PERSONS: msgid("persons"),
            CapacityUnit.PLACES: msgid("places"),
            CapacityUnit.FAMILIES: msgid("families"),
        },
        Accessibility: {
            Accessibility.STEP_FREE_ENTRANCE: msgid("step-free entrance"),
            Accessibility.LIFT: msgid("lift"),
            Accessibility.ACCESSIBLE_TOILET: msgid("accessible toilet"),
            Accessibility.PARKING: msgid("parking for people with disabilities"),
            Accessibility.TACTILE_GUIDANCE: msgid("tactile guidance"),
            Accessibility.SIGN_LANGUAGE: msgid("sign language"),
        },
        HotlineTopic: {
            HotlineTopic.EMERGENCY: msgid("Emergency"),
            HotlineTopic.VIOLENCE: msgid("Violence"),
            HotlineTopic.TRAFFICKING: msgid("Human trafficking"),
            HotlineTopic.CHILDREN: msgid("Children"),
            HotlineTopic.LEGAL_AID: msgid("Legal aid"),
            HotlineTopic.SUICIDE_PREVENTION: msgid("Suicide prevention"),
            HotlineTopic.SOCIAL_QUESTIONS: msgid("Social questions"),
            HotlineTopic.GOVERNMENT: msgid("Government"),
        },
        Freshness: {
            Freshness.FRESH: msgid("Verified in time"),
            Freshness.STALE: msgid("Verification is overdue"),
            Freshness.NEVER_VERIFIED: msgid("Never verified"),
        },
        ChangeKind: {
            ChangeKind.EDIT: msgid("Edited"),
            ChangeKind.IMPORT: msgid("Imported from a file"),
            ChangeKind.LOAD: msgid("Loaded with the whole registry"),
            ChangeKind.MERGE: msgid("Duplicates merged"),
            ChangeKind.UNDO: msgid("An earlier change undone"),
        },
        QualityCheck: {
            QualityCheck.TELLS_PLACE: msgid("Seems to tell a hidden place"),
            QualityCheck.DUPLICATE: msgid("Probable duplicates"),
            QualityCheck.OUTSIDE_HROMADA: msgid("Point outside its hromada"),
            QualityCheck.UNKNOWN_CODE: msgid("Wrong or unknown code"),
            QualityCheck.DOUBTFUL_CATCHMENT: msgid("Doubtful area served"),
            QualityCheck.CONTRACT_ENDED: msgid("Contract has ended"),
            QualityCheck.CONTRACT_ENDING: msgid("Contract ends soon"),
            QualityCheck.NEVER_VERIFIED: msgid("Never verified"),
            QualityCheck.STALE: msgid("Verification is overdue"),
            QualityCheck.NO_PHONE: msgid("No telephone"),
            QualityCheck.NO_HOURS: msgid("No opening hours"),
            QualityCheck.UNCLEAR_HOURS: msgid("Opening hours not understood"),
            QualityCheck.NO_CAPACITY: msgid("No capacity"),
            QualityCheck.COARSE_COORDINATES: msgid("Coordinates of the hromada only"),
            QualityCheck.NO_POINTS: msgid("Organisation without service points"),
            QualityCheck.NO_OFFICIAL_CODE: msgid("Service without an official code"),
        },
        DuplicateReason: {
            DuplicateReason.SAME_EDRPOU: msgid("same EDRPOU code"),
            DuplicateReason.SAME_NAME: msgid("same name"),
            DuplicateReason.LIKE_NAME: msgid("similar name"),
            DuplicateReason.SAME_PHONE: msgid("same telephone"),
            DuplicateReason.SAME_ADDRESS: msgid("same address"),
            DuplicateReason.NEAR: msgid("close to each other"),
            DuplicateReason.SAME_ORGANISATION: msgid("same organisation"),
            DuplicateReason.SAME_SERVICES: msgid("same services"),
        },
        ExportFormat: {
            ExportFormat.CSV: msgid("CSV, a plain table"),
            ExportFormat.XLSX: msgid("XLSX for Excel"),
            ExportFormat.GEOJSON: msgid("GeoJSON for web maps"),
            ExportFormat.GEOPACKAGE: msgid("GeoPackage for QGIS"),
            ExportFormat.GEOPARQUET: msgid("GeoParquet for analysis"),
            ExportFormat.YAML: msgid("YAML, the registry file"),
            ExportFormat.HSDS: msgid("HSDS, open referral JSON"),
        },
        CatchmentBasis: {
            CatchmentBasis.RIGHT: msgid("by its own statute"),
            CatchmentBasis.CONTRACT: msgid("by a contract between hromadas"),
        },
        Occupation: {
            Occupation.NONE: msgid("not occupied"),
            Occupation.PARTLY: msgid("partly temporarily occupied"),
            Occupation.FULLY: msgid("temporarily occupied"),
        },
        TerritoryStatus: {
            TerritoryStatus.POSSIBLE_HOSTILITIES: msgid("area of possible hostilities"),
            TerritoryStatus.ACTIVE_HOSTILITIES: msgid("area of active hostilities"),
            TerritoryStatus.ACTIVE_HOSTILITIES_WITH_E_RESOURCES: msgid(
                "area of active hostilities where state electronic resources work"
            ),
            TerritoryStatus.TEMPORARILY_OCCUPIED: msgid("temporarily occupied territory"),
        },
        PopulationBasis: {
            PopulationBasis.COUNTED: msgid("published figure"),
            PopulationBasis.ESTIMATED: msgid("estimate"),
        },
        OblastKind: {
            OblastKind.OBLAST: msgid("oblast"),
            OblastKind.SPECIAL_CITY: msgid("city with special status"),
        },
        HromadaKind: {
            HromadaKind.URBAN: msgid("urban hromada"),
            HromadaKind.SELYSHCHE: msgid("selyshche hromada"),
            HromadaKind.RURAL: msgid("rural hromada"),
            HromadaKind.SPECIAL_CITY: msgid("city with special status"),
        },
        SettlementKind: {
            SettlementKind.CITY: msgid("city"),
            SettlementKind.SELYSHCHE: msgid("selyshche"),
            SettlementKind.VILLAGE: msgid("village"),
            SettlementKind.SPECIAL_CITY: msgid("city with special status"),
        },
    }
)

_GROUPS: Final[Mapping[TargetGroup, str]] = MappingProxyType(
    {
        TargetGroup.EVERYONE: msgid("everyone"),
        TargetGroup.OLDER_PEOPLE: msgid("older people"),
        TargetGroup.ADULTS_WITH_DISABILITIES: msgid("adults with disabilities"),
        TargetGroup.CHILDREN_WITH_DISABILITIES: msgid("children with disabilities"),
        TargetGroup.FAMILIES_IN_DIFFICULTY: msgid("families in difficult life circumstances"),
        TargetGroup.CHILDREN: msgid("children"),
        TargetGroup.YOUTH: msgid("young people"),
        TargetGroup.SURVIVORS_OF_VIOLENCE: msgid("survivors of violence"),
        TargetGroup.SURVIVORS_OF_TRAFFICKING: msgid("survivors of human trafficking"),
        TargetGroup.HOMELESS: msgid("homeless people"),
        TargetGroup.DISPLACED: msgid("internally displaced people"),
        TargetGroup.VETERANS_AND_FAMILIES: msgid("veterans and their families"),
        TargetGroup.PEOPLE_WITH_DEPENDENCE: msgid("people with dependence"),
        TargetGroup.FOSTER_FAMILIES: msgid("foster families and family-type homes"),
    }
)

_SETTLEMENT_PREFIX_UK: Final[Mapping[SettlementKind, str]] = MappingProxyType(
    {
        SettlementKind.CITY: "м.",
        SettlementKind.SELYSHCHE: "с-ще",
        SettlementKind.VILLAGE: "с.",
        SettlementKind.SPECIAL_CITY: "м.",
    }
)


def label(t: Translator, member: StrEnum) -> str:
    """Return what a person reads for one word of a closed vocabulary."""
    return t(_LABELS[type(member)][member])


def group_labels(t: Translator, groups: TargetGroup) -> list[str]:
    """Return the names of the groups in the set, in the vocabulary's order."""
    return [t(_GROUPS[group]) for group in groups]


def service_name(t: Translator, service: Service) -> str:
    """Return the service's name in the language of the page."""
    return service.name_uk if t.language == "uk" else service.name_en


def column_name(t: Translator, services: Mapping[str, Service], column: PresenceColumn) -> str:
    """Return what a column of the matrix asks about: the names of its services, after the law's number."""
    names = [service_name(t, services[slug]) if slug in services else slug for slug in column.services]
    said = "; ".join(names)
    return said if column.basic_point is None else f"{column.basic_point}. {said}"


def edition(t: Translator, text: str) -> str:
    """Return the date of a source's edition, as exact as the source states it: a day, a month or nothing.

    >>> from mapapp.presentation.messages import translator
    >>> edition(translator("uk"), "2025-05-07"), edition(translator("uk"), "2026-02")
    ('07.05.2025', '02.2026')
    """
    if not text:
        return t("no date stated")
    if len(text) == len("2026-02"):
        return t.month(date.fromisoformat(f"{text}-01"))
    return t.date(date.fromisoformat(text))


def oblast_name(t: Translator, oblast: Oblast) -> str:
    """Return «Полтавська область», «м. Київ» or «Автономна Республіка Крим».

    Only oblasts proper carry an adjective; the codifier lists the republic among them by its full name.
    """
    if t.language == "en":
        return f"{oblast.name_en} oblast" if _is_adjective(oblast) else oblast.name_en
    if oblast.kind is OblastKind.SPECIAL_CITY:
        return f"м. {oblast.name}"
    return f"{oblast.name} область" if _is_adjective(oblast) else oblast.name


def raion_name(t: Translator, raion: Raion) -> str:
    """Return «Полтавський район»; a raion of Crimea has no English name and keeps its Ukrainian one."""
    if t.language == "en" and raion.name_en:
        return f"{raion.name_en} raion"
    return f"{raion.name} район"


def hromada_name(t: Translator, hromada: Hromada) -> str:
    """Return «Опішнянська селищна громада», «м. Київ», “Opishnianska selyshche hromada” or “Kyiv (city)”.

    The kind tells apart three pairs of neighbours of one name.
    """
    if hromada.is_special_city:
        return hromada.name_en if t.language == "en" else f"м. {hromada.name}"
    if t.language == "en":
        return f"{hromada.name_en} {label(t, hromada.kind)}"
    return f"{hromada.name} {hromada.kind.value} громада"


def settlement_name(t: Translator, settlement: Settlement) -> str:
    """Return «с. Малі Будища», or “Mali Budyshcha (village)”.

    The gazetteer's English names of some 400 renamed settlements are still the former ones, so the present
    name is transliterated instead.
    """
    if t.language == "en":
        return f"{transliterate(settlement.name)} ({label(t, settlement.kind)})"
    return f"{_SETTLEMENT_PREFIX_UK[settlement.kind]} {settlement.name}"


def area_name(t: Translator, gazetteer: Gazetteer, area: str) -> str:
    """Return the name of an oblast, raion, hromada or the whole country by its code.

    Raises
    ------
    KeyError
        No such unit.

    """
    if area == NATION:
        return t("the whole of Ukraine")
    code = Katottg(area)
    if code in gazetteer.hromadas:
        return hromada_name(t, gazetteer.hromadas[code])
    if code.level is KatottgLevel.RAION:
        return raion_name(t, gazetteer.raions[code])
    return oblast_name(t, gazetteer.oblasts[code])


def settlement_whereabouts(t: Translator, gazetteer: Gazetteer, settlement: Settlement) -> str:
    """Return the hromada, raion and oblast of a settlement, smallest first, joined by commas."""
    parts = []
    if settlement.hromada is not None and not gazetteer.hromadas[settlement.hromada].is_special_city:
        parts.append(hromada_name(t, gazetteer.hromadas[settlement.hromada]))
    if settlement.raion is not None:
        parts.append(raion_name(t, gazetteer.raions[settlement.raion]))
    parts.append(oblast_name(t, gazetteer.oblasts[settlement.oblast]))
    return ", ".join(parts)


def hromada_whereabouts(t: Translator, gazetteer: Gazetteer, hromada: Hromada) -> str:
    """Return the raion and oblast of a hromada, joined by a comma; empty for Kyiv and Sevastopol."""
    if hromada.is_special_city:
        return ""
    oblast = oblast_name(t, gazetteer.oblasts[hromada.oblast])
    return oblast if hromada.raion is None else f"{raion_name(t, gazetteer.raions[hromada.raion])}, {oblast}"


def _is_adjective(oblast: Oblast) -> bool:
    return oblast.kind is OblastKind.OBLAST and oblast.name.endswith("ька")
