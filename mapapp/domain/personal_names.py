"""Which words in a text name a person: those after «клієнтка», and names that are whole or initialled.

Streets and institutions named after people («вул. Олени Теліги», «ім. Т. Г. Шевченка») are no persons.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from mapapp.domain.transliteration import transliterate

_UPPER: Final = "А-ЯІЇЄҐЁA-Z"
_LETTER: Final = "а-яіїєґёa-z'"
_NAME: Final = rf"[{_UPPER}](?:[{_LETTER}]+(?:-[{_UPPER}][{_LETTER}]+)?|[{_UPPER}']{{5,}})"
"""A capitalised word, or one in capitals too long for an abbreviation."""
_INITIAL: Final = rf"[{_UPPER}]\.(?!\d)"
_PATRONYMIC: Final = (
    # «Іванович», «Іванівна» in any case; «Дмитровичі» is a village
    r"[^\W\d_]{2,}(?:(?:ович|евич|ОВИЧ|ЕВИЧ)(?:а|у|еві|ем|е|А|У|ЕМ)?"
    r"|(?:івн|ївн|овн|евн|ІВН|ЇВН|ОВН|ЕВН)(?:а|и|і|у|ою|о|е|ой|ы|А|И|І|У|ОЮ|Ы|Е))"
    r"|(?:Ілліч|Лукич|Кузьмич|Ильич)\w{0,3}|(?:Ильиничн|Никитичн)\w{1,2}"
)

# Word by word, longest first; a word that may be of several people («клієнтів») names none of them.
_SOMEBODY: Final = (
    r"клієнт(?:ка|ки|ці|ку|кою|а|у|ові|ом)?|клиент(?:ка|ки|ке|ку|кой|а|у|ом)?"
    r"|отримувач(?:ка|ки|ці|ку|кою|а|у|еві|ем)?|получател(?:ь|я|ю|ем|ьница|ьницы|ьницу)"
    r"|заявни(?:к|ка|ку|ком|ця|ці|цю|цею)|заявител(?:ь|я|ю|ьница|ьницу)|підопічн(?:ий|ого|ому|а|ої|ій|у)"
    r"|подопечн(?:ый|ого|ая|ой|ую)|пацієнт(?:ка|ки|ці|ку|а|у)?|пациент(?:ка|ки|ку|а|у)?"
    r"|громадян(?:ин|ина|ину|ином|ка|ки|ці|ку|кою)|гражданин(?:а|у)?|гражданк[аиуе]"
    r"|гр-н|гр-ка|гр-ки|гр-ну|гр-на|(?<!\d )гр\.|пан|пана|пану|паном|пані|панна|господин|госпож[аиуе]"
    r"|син|сина|сину|дочк[аиу]|дочці|доньк[аиу]|доньці|сын|дочери|онук|онука|онучк[аиу]|чоловік|чоловіка|дружин[аиу]"
    r"|мати|матері|мама|маму|мами|мать|батько|батька|бабус[яіюь]|дідус[ья]|сестр[аиу]|брат|брата"
    r"|піб|п\.\s?і\.\s?б\.|фио|прізвище|фамилия|ім'я|имя|звати|зовут|на ім'я|по имени"
    r"|mr|mrs|ms|miss|client|beneficiary|applicant|patient|recipient|citizen|surname|name|named"
)
_AFTER_SOMEBODY: Final = re.compile(
    rf"\b(?i:{_SOMEBODY})(?![\w'-])\.?(?: (?i:україни|is))? ?[:,«\"(-]? ?"
    rf"(?P<name>(?:{_INITIAL} ?){{1,2}}(?:{_NAME})?"
    rf"|{_NAME}(?:(?: {_NAME}){{1,2}}| ?{_INITIAL}(?: ?{_INITIAL})?)?"
    r"|[а-яіїєґ']{3,}(?:енк|єнк)(?:о|а|у|ом)\b)"
)
_NO_NAME: Final = re.compile(
    # institutions
    r"центр|фонд|відділ|управлін|департамент|служб|громад|україн|організац|товариств|червон|карітас"
    r"|каритас|caritas|національн|державн|обласн|міськ|сільськ|селищн|район|територіальн|будин|заклад"
    r"|установ|школ|ліцей|лікарн|геріатр|притул|кризов|пенсійн|дія\b|цнсп|цнап|червоний|благодійн"
    r"|соціальн|комунальн|святогор|school|cent(?:er|re)|service|support|fund|hospital|department|office"
    r"|red\b|ukrain"
    # what a sentence about a client begins with
    r"|потріб|потребу|просит\w+|просять|має\b|живе\b|запис|треба|прошу|необхідн|супров|звер|може\b|після\b|особ|ветеран"
    r"|внутрішн|сім'|родин|дитин|жінк|чолов|працю|прийти|приход|прийм|пільг|допом|догляд|консульт"
    r"|документ|паспорт|пересу|лежач|самотн|літн|старш|інвалід|нужда|нужн|имеет|может|needs|has\b|should"
    r"|must|may\b|can\b|is\b|will\b|please|в наявності|від\b|для\b|при\b|без\b|не\b|на\b|за\b|зі?\b|із\b"
    r"|у\b|в\b|до\b|по\b|та\b|або\b|і\b|й\b|що\b|як\b|який|яка|якщо|адрес|телефон|впо\b",
    re.IGNORECASE,
)
_AREA_AFTER: Final = re.compile(
    r"[^\W\d_]*(?:ської|цької|зької|ского|ської) (?:міськ|сел|сіл|обл|рай|рад|гром|терит|отг|тг\b)",
    re.IGNORECASE,
)

_WITH_INITIALS: Final = re.compile(
    rf"\b(?P<name>{_NAME} {_INITIAL} ?{_INITIAL}|(?<![\w.]){_INITIAL} ?{_INITIAL} ?{_NAME})"
)
_WITH_PATRONYMIC: Final = re.compile(
    rf"\b(?P<name>(?:{_NAME} ){{1,2}}(?=[{_UPPER}])(?:{_PATRONYMIC})"
    rf"|(?=[{_UPPER}])(?:{_PATRONYMIC}) {_NAME})\b"
)
_SURNAME: Final = re.compile(
    rf"\b(?P<name>(?:{_NAME} )?(?=[{_UPPER}])[{_UPPER}{_LETTER}]{{2,}}"
    r"(?:[еє]нко|[ЕЄ]НКО|enko|(?<!Кремен)[чщ]ук|(?<!КРЕМЕН)[ЧЩ]УК|chuk)"
    rf"(?: {_NAME}| {_INITIAL})?)(?![\w'-])"
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")

_NAMED_AFTER: Final = re.compile(
    r"\b(?:ім\.?|імені|імен|вул\.?|вулиц\w+|пров\.?|провул\w+|площ\w+|пл\.|просп\w*\.?|пр-т|пр\."
    r"|бульв\w*\.?|б-р|узвіз|набережн\w+|шосе|мікрорайон\w*|парк\w*|сквер\w*|театр\w*|музе\w+"
    r"|бібліотек\w+|свят\w+|св\.|станці\w+|доктора|фонд\w*|клінік\w+|фоп|ул\.?|улиц\w+|пер\.|имени"
    r"|им\.|street|avenue|named after|saint|st\.|с\.|м\.|смт|с-ще|сел[оаіу]|селищ\w+|міст[оаіу]|хутір"
    r"|village|town)"
    rf"[ «\"(]*(?:(?:[{_UPPER}][{_LETTER}-]*|{_INITIAL}|академік\w|генерала|гетьмана|героя|професора)"
    r"\.? ?){0,2}$",
    re.IGNORECASE,
)
"""The end of a text after which a name is a street's, a settlement's or an institution's."""

# The commonest given names; left out are those that are words or names of places and institutions as well
# (Надія, Віра, Любов, Софія, Роман, Слава).
_GIVEN_NAMES: Final = """
Олена Ольга Оксана Наталія Наталя Тетяна Ірина Галина Світлана Людмила Марія Анна Ганна Катерина Юлія
Вікторія Лариса Валентина Ніна Раїса Тамара Лідія Зоя Євгенія Антоніна Параска Стефанія Ярослава Христина
Анастасія Дарина Дарія Діана Аліна Інна Алла Жанна Зінаїда Клавдія Марина Мар'яна Соломія Уляна Яна
Поліна Вероніка Карина Маргарита Олександра Олександр Олексій Андрій Микола Михайло Іван Василь Петро
Сергій Володимир Віктор Юрій Анатолій Валерій Григорій Дмитро Євген Ігор Леонід Максим Олег Павло Степан
Тарас Федір Ярослав Артем Антон Борис Вадим Валентин Віталій В'ячеслав Геннадій Денис Едуард Захар Кирило
Костянтин Костя Лев Марко Назар Нестор Остап Руслан Святослав Станіслав Тимофій Тимур Яків Йосип Данило
Ілля Микита Матвій Владислав Ростислав Саша Сашко Оля Таня Наташа Катя Настя Іра Юля Елена Наталья
Татьяна Ирина Светлана Екатерина Мария Юлия Виктория Евгения Анастасия Дарья Александра Александр Алексей
Андрей Николай Михаил Иван Василий Пётр Петр Сергей Владимир Виктор Юрий Анатолий Валерий Григорий
Дмитрий Евгений Игорь Леонид Павел Фёдор Федор Виталий Геннадий Константин Кирилл Илья Никита Даниил
"""
_HARD: Final = ("", "а", "у", "ові", "ом")
_ENDINGS: Final = {
    "а": ("а", "и", "і", "у", "ою", "е", "ой", "ы"),
    "я": ("я", "ї", "і", "ю", "єю", "ею", "и"),
    "й": ("й", "я", "ю", "єві", "єм", "ем", "еві"),
    "о": ("о", "а", "у", "ові", "ом"),
    "ь": ("ь", "я", "ю", "ем", "еві"),
}


def person_names(text: str) -> list[str]:
    """Return what looks like names of persons; the text is as people read it, look-alikes put right."""
    found: list[str] = []
    rest = text
    for words in (_named_after_somebody, _patterned, _with_given_name):
        names = words(rest)
        found += names
        for name in names:
            rest = rest.replace(name, "¦")
    return found


def _named_after_somebody(text: str) -> list[str]:
    return [
        found["name"]
        for found in _AFTER_SOMEBODY.finditer(text)
        if not _NO_NAME.match(found["name"]) and not _AREA_AFTER.match(text, found.start("name"))
    ]


def _patterned(text: str) -> list[str]:
    found: list[str] = []
    for pattern in (_WITH_PATRONYMIC, _WITH_INITIALS, _SURNAME):
        names = [
            match["name"] for match in pattern.finditer(text) if not _is_named_after(text, match.start())
        ]
        found += names
        for name in names:
            text = text.replace(name, "¦")
    return found


def _with_given_name(text: str) -> list[str]:
    """Return given names with the capitalised word beside them, and with a patronymic in any case."""
    found = []
    words = list(_WORD.finditer(text))
    for index, word in enumerate(words):
        if word.group().lower() not in _given_forms() or _is_named_after(text, word.start()):
            continue
        after = words[index + 1] if index + 1 < len(words) else None
        before = words[index - 1] if index else None
        if after and _is_beside(text, word, after) and _completes(after.group(), word.group()):
            found.append(text[word.start() : after.end()])
        elif before and _is_beside(text, before, word) and _completes(before.group(), word.group()):
            found.append(text[before.start() : word.end()])
    return found


def _completes(other: str, given: str) -> bool:
    """Tell whether the word makes a whole name of a given one."""
    if re.fullmatch(_PATRONYMIC, other, re.IGNORECASE):
        return True
    is_name = re.fullmatch(_NAME, other) is not None or len(other) == 1
    return given[0].isupper() and is_name and _NO_NAME.match(other) is None


def _is_beside(text: str, first: re.Match[str], second: re.Match[str]) -> bool:
    return text[first.end() : second.start()] == " "


def _is_named_after(text: str, start: int) -> bool:
    return _NAMED_AFTER.search(text[max(0, start - 60) : start]) is not None


@cache
def _given_forms() -> frozenset[str]:
    """Return the given names in every case, lower case, and in Latin letters."""
    forms: set[str] = set()
    for name in _GIVEN_NAMES.lower().split():
        stem, endings = (name[:-1], _ENDINGS[name[-1]]) if name[-1] in _ENDINGS else (name, _HARD)
        forms.update(stem + ending for ending in endings)
        forms.add(transliterate(name).lower())
    return frozenset(forms)
