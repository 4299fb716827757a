"""How an address written by people comes apart, whether it begins with the postcode or with the street."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from mapapp.domain.contacts import AddressParts
from mapapp.domain.errors import msgid

NOTHING_UNDERSTOOD = msgid("address: nothing of «{words}» is understood")
NO_SETTLEMENT = msgid("address: «{words}» names no settlement")
TOO_LONG = msgid("address: «{words}…» is too long for one address")
WORDS_NOT_UNDERSTOOD = msgid("address: «{words}» is not understood and kept as a note")

MOST_CHARACTERS = 500
"""The longest of 3,432 real addresses has 117; on texts without end the patterns would be slow."""

# A capital С. or М. alone is more often an initial (С. Бандери) than a village or a town.
_SETTLEMENT = re.compile(
    r"(?:(?i:селище міського типу|с-ще міського типу|селище|с-ще|с/ще|смт|село|сел|місто|хутір)|м|с)"
    r"(?:\.\s*|\s+)[^\W\d].*"
)
_STREET_TYPE = (
    r"(?:вулиця|вул|провулок|пров|проспект|просп|пр-т|пр-кт|пр|бульвар|бульв|бул|б-р|площа|пл|майдан|шосе|узвіз|"
    r"набережна|наб|тупик|туп|проїзд|мікрорайон|мкрн|мкр|м-н|квартал|кв-л|житловий масив|ж/м|алея|дорога|"
    r"траса|автодорога|урочище|в[’]?їзд|лінія|військове містечко)"
)
_STREET = re.compile(
    rf"{_STREET_TYPE}(?:\.\s*|\s+)(?=\S).+"
    r"|.+\s(?:вулиця|вул|провулок|пров|проспект|площа|бульвар|шосе|майдан|набережна|узвіз)",
    re.IGNORECASE,
)
_ONE_LETTER = r"[А-ЯҐЄІЇа-яґєії](?!\w)"
_NUMBER = rf"\d{{1,4}}(?:\s?[-/]?\s?{_ONE_LETTER})?(?:\s?[-/]\s?\d{{1,4}}(?:\s?-?\s?{_ONE_LETTER})?)*"
_DISTANCE = r"\d+(?:[.,]\d+)?(?:-й|-ий)?\s*км|км\.?\s*\d+(?:[.,]\d+)?"
_BUILDING = rf"(?P<building>{_DISTANCE}|{_NUMBER}|б/н|б\.\s?н|без номера)"
_BUILDING_TYPE = r"(?:(?:будинок|буд|будівля|д)\b\.?\s*№?\s*|№\s*)"
_HOUSE = re.compile(rf"{_BUILDING_TYPE}?{_BUILDING}", re.IGNORECASE)
_STREET_AND_HOUSE = re.compile(
    rf"(?P<street>.*[^\W\d]{{2}}.*?)\s*(?:\s{_BUILDING_TYPE}?|№\s*){_BUILDING}", re.IGNORECASE
)
_BLOCK = re.compile(r"(?:корпус|корп|секція|блок|літера|літ)\.?\s*\w{1,3}", re.IGNORECASE)
_OFFICE = re.compile(
    r"(?:офіс|оф|квартира|кв|кабінет|каб|приміщення|прим|кімната|кімн|поверх|пов)\.?\s*№?\s*\d[\w/-]*"
    r"|\d+(?:-й)?\s*(?:поверх|пов)",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"(?:індекс:?\s*)?(?P<postcode>\d{5})(?:\s+(?P<rest>\D.*))?", re.IGNORECASE)
_OBLAST = re.compile(r"(.+?)\s+(?:область|обл)|((?:АР|Автономна Республіка)\s+Крим)", re.IGNORECASE)
_RAION = re.compile(r"(.+?)\s+(?:район|р-н)", re.IGNORECASE)
_HROMADA = re.compile(
    r"(.+?)(?:\s+об[’]?єднана)?\s+(?:територіальна\s+громада|тергромада|громада|отг|мтг|стг|тг)",
    re.IGNORECASE,
)
_BARE_HROMADA = re.compile(r"[^\W\d]\S*(?:ська|цька|зька)(?:\s+(?:міська|селищна|сільська))?", re.IGNORECASE)
_PIECE = re.compile("[^,;]*[,;]?")
_SEPARATOR = re.compile("[,;]")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_NOTHING = re.compile(r"[\W_]*|0|none|null|ні|немає|україна|ukraine", re.IGNORECASE)
_COMMA_BEFORE = re.compile(
    r"(?<=[а-яґєії’.])(?<!-[а-яґєії])\s+(?=(?:вул|пров|просп|пр-т|б-р|пл)\.?\s+[А-ЯҐЄІЇ\d]"
    r"|(?:вул|пров|просп|пл)\.\S|(?:вулиця|провулок|проспект|бульвар|площа)\s+[А-ЯҐЄІЇ\d])"
    r"|(?<=[\w.])\s+(?=(?:буд|корп|оф|кв|каб|прим|кімн)\.?\s*№?\s*\d"
    r"|(?:будинок|корпус|офіс|квартира|кабінет|приміщення)\s+№?\s*\d)"
)
_COMMA_AFTER = re.compile(r"(\s(?:область|обл\.?|район|р-н\.?)(?<=[\w.]))\s+(?=\w)")
# What most addresses are made of: nothing in them is to be written otherwise.
_PLAIN = re.compile(r"[А-ЯҐЄІЇа-яґєії0-9.,;№«»’()/-]+(?: [А-ЯҐЄІЇа-яґєії0-9.,;№«»’()/-]+)*")
_DASHES = re.compile("[‐‑‒–—−˗]")
_APOSTROPHES = re.compile("['`´‘ʼ′]")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN_LETTER = re.compile("[A-Za-z]")
_CYRILLIC_LETTER = re.compile("[а-яґєії]")
_LATIN = "ABCEHIKMOPTXaceiopxy"
_LATIN_AS_CYRILLIC = str.maketrans(_LATIN, "АВСЕНІКМОРТХасеіорху")
_QUOTES = str.maketrans("", "", '"«»“”')
_PARTS = ("postcode", "settlement", "street", "building", "block", "office")
_UNITS = ("hromada", "raion", "oblast")


@dataclass(frozen=True, slots=True)
class ReadAddress:
    """An address taken apart, as far as understood.

    `parts` is None where nothing below a hromada is named. The words of a settlement keep its type
    (с. Кальна), those of a hromada its kind where written (Покровська міська); all come without «громада»,
    «район» and «область». `problem` is a msgid with its values; what is not understood stands in the note
    of the parts.
    """

    parts: AddressParts | None = None
    settlement_words: str = ""
    hromada_words: str = ""
    raion_words: str = ""
    oblast_words: str = ""
    problem: str = ""
    problem_values: Mapping[str, object] = field(default_factory=dict)


@lru_cache(maxsize=50_000)
def read_address(text: str) -> ReadAddress:
    """Take an address apart; an empty one has neither parts nor a problem.

    >>> read_address("21050, Вінницька обл., м. Вінниця, вул. Соборна, буд. 59, корп. 2").parts.building
    '59'
    >>> read_address("Соборна, 59, м. Вінниця, Вінницька територіальна громада").hromada_words
    'Вінницька'
    """
    if not text.strip():
        return ReadAddress()
    if len(text) > MOST_CHARACTERS:
        return ReadAddress(problem=TOO_LONG, problem_values={"words": text[:50]})
    address = _Address(_plain(text))
    words = {unit: address.found.get(unit, "") for unit in _UNITS}
    settlement = address.found.get("settlement", "")
    parts = AddressParts(
        **{part: address.found.get(part, "") for part in _PARTS}, note="; ".join(address.notes)
    )
    is_placed = any(part in address.found for part in _PARTS)
    problem, about = "", text
    if not is_placed and not any(words.values()):
        problem = NOTHING_UNDERSTOOD
    elif not settlement:
        problem = NO_SETTLEMENT
    elif address.unknown:
        problem, about = WORDS_NOT_UNDERSTOOD, "; ".join(address.unknown)
    return ReadAddress(
        parts if is_placed else None,
        settlement,
        words["hromada"],
        words["raion"],
        words["oblast"],
        problem,
        {"words": about.strip()} if problem else {},
    )


def address_text(parts: AddressParts) -> str:
    """Return the parts in the order of the post: postcode, settlement, street, building, block, office."""
    told = ", ".join(part for part in (getattr(parts, name) for name in _PARTS) if part)
    return f"{told} ({parts.note})".strip() if parts.note else told


def _plain(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    plain = unicodedata.normalize("NFC", text).replace("\n", ", ")
    plain = _APOSTROPHES.sub("’", _DASHES.sub("-", " ".join(plain.split())))
    is_mixed = _LATIN_LETTER.search(plain) and _CYRILLIC_LETTER.search(plain)
    return _WORD.sub(_in_cyrillic, plain) if is_mixed else plain


def _in_cyrillic(word: re.Match[str]) -> str:
    """Return the word with Latin letters turned into those they look like, where all of them do."""
    has_other_latin = any(letter.isascii() and letter not in _LATIN for letter in word[0])
    return word[0] if has_other_latin else word[0].translate(_LATIN_AS_CYRILLIC)


@dataclass(frozen=True, slots=True)
class _Piece:
    """What stands between two commas, and what it may be by itself."""

    text: str
    fits: tuple[tuple[str, str], ...]
    """The parts it says it is, the likeliest first, each with its words."""
    is_nothing: bool
    is_letter: bool
    postcode: str = ""
    after_postcode: _Piece | None = None


@lru_cache(maxsize=50_000)
def _pieces(written: str) -> tuple[_Piece, ...]:
    """Return the pieces of what stands before a comma (kept at its end), parted where one was forgotten.

    Other addresses have the same settlements and streets: a piece is read once.
    """
    parted = _COMMA_AFTER.sub(lambda found: f"{found[1]}, ", _COMMA_BEFORE.sub(", ", written))
    texts = (text.strip(" ./\\") for text in _SEPARATOR.split(parted))
    return tuple(_piece(text) for text in texts if text)


def _piece(text: str) -> _Piece:
    found = _POSTCODE.fullmatch(text)
    rest = found["rest"] if found else None
    return _Piece(
        text,
        tuple(_fitting(text)),
        is_nothing=_NOTHING.fullmatch(text) is not None,
        is_letter=len(text) == 1 and re.fullmatch(_ONE_LETTER, text) is not None,
        postcode=found["postcode"] if found else "",
        after_postcode=_piece(rest) if rest else None,
    )


def _fitting(piece: str) -> Iterator[tuple[str, str]]:
    """Yield the parts the piece says it is, first the likeliest: there are villages Район and Майдан."""
    if _SETTLEMENT.fullmatch(piece):
        yield "settlement", piece
    for unit, pattern in (("oblast", _OBLAST), ("hromada", _HROMADA), ("raion", _RAION)):
        if found := pattern.fullmatch(piece):
            yield unit, next(filter(None, found.groups()))
    if _STREET.fullmatch(piece):
        yield "street", piece
    if found := _HOUSE.fullmatch(piece.translate(_QUOTES)):
        yield "building", found["building"]
    if _BLOCK.fullmatch(piece.translate(_QUOTES)):
        yield "block", piece
    if _OFFICE.fullmatch(piece):
        yield "office", piece


class _Address:
    """Gives each piece between commas to a part: those that say what they are, then the rest by place."""

    def __init__(self, plain: str) -> None:
        self.found: dict[str, str] = {}
        self.notes: list[str] = []
        self.unknown: list[str] = []
        self._places: dict[str, int] = {}
        self._unnamed: dict[int, str] = {}
        if "(" in plain:
            self.notes += [inside.strip() for inside in _BRACKETS.findall(plain) if inside.strip()]
            plain = _BRACKETS.sub(" ", plain)
        place = 0
        for written in _PIECE.findall(plain):
            for piece in _pieces(written):
                if not piece.is_nothing:
                    self._take(place, piece)
                place += 1
        self._take_house_off_street()
        self._give_unnamed()
        self.notes += self.unknown

    def _take(self, place: int, piece: _Piece) -> None:
        if piece.postcode and "postcode" not in self.found:
            self._put("postcode", piece.postcode, place)
            if piece.after_postcode is None:
                return
            piece = piece.after_postcode
        for part, words in piece.fits:
            # Who writes «б/н, 107» means the number.
            if part not in self.found or (part == "building" and not self.found[part][0].isdecimal()):
                self._put(part, words, self._places.get(part, place))
                return
        if piece.is_letter and self._places.get("building") == place - 1:
            self.found["building"] += piece.text
        else:
            self._unnamed[place] = piece.text

    def _put(self, part: str, words: str, place: int) -> None:
        self.found[part] = words
        self._places[part] = place

    def _take_house_off_street(self) -> None:
        """Part «вул. Соборна 59» where no building stands for itself."""
        if "street" not in self.found or "building" in self.found:
            return
        if found := _STREET_AND_HOUSE.fullmatch(self.found["street"]):
            self._put("building", found["building"], self._places["street"])
            self.found["street"] = self.found["street"][: found.end("street")]

    def _give_unnamed(self) -> None:
        """Give what names no type: a street stands before its building, a hromada's adjective after it."""
        house = self._places.get("building")
        if "street" not in self.found:
            before_house = None if house is None else house - 1
            first = next(iter(self._unnamed), None)
            if before_house is not None and before_house in self._unnamed:
                self._give(before_house, "street")
            elif first is not None and house is None and self._places.get("settlement", -1) > first:
                self._give(first, "street")
        bottom = max(house or -1, self._places.get("street", -1), self._places.get("settlement", -1))
        for place, piece in list(self._unnamed.items()):
            if _BARE_HROMADA.fullmatch(piece) and place > bottom and "hromada" not in self.found:
                self._give(place, "hromada")
            elif "settlement" not in self.found and self._is_settlement(place):
                self._give(place, "settlement")
        self.unknown = list(self._unnamed.values())

    def _is_settlement(self, place: int) -> bool:
        """Tell whether a piece without a type is a settlement: beside a street, or after units alone."""
        if "street" in self._places or "building" in self._places:
            return True
        return len(self._unnamed) == 1 and all(place > other for other in self._places.values())

    def _give(self, place: int, part: str) -> None:
        self._put(part, self._unnamed.pop(place), place)
