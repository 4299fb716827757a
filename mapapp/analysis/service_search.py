"""Which services may be meant by what a person typed: a name, a synonym, a code or a life situation."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from mapapp.domain.keyboard import from_english_keyboard
from mapapp.domain.names import fold_name
from mapapp.domain.questions import ServiceMatch
from mapapp.domain.services import Service, ServiceWord
from mapapp.domain.sound import sound_key

_EXACTLY = 100.0
_LIKE_ENOUGH = 35.0
"""Below this a phrase shares too little with the text to be offered."""
_FAR_BEHIND = 0.6
"""What scores less than this share of the best is left out."""

# Of a phrase's score: how much of the text it explains, how much of it was typed, and how much of the text
# all phrases of its service explain. Chosen on the phrases of the tests; the typos measured there are random.
_TEXT_EXPLAINED, _PHRASE_TYPED, _SERVICE_EXPLAINS = 0.6, 0.25, 0.15

# Of a word's likeness to another: an ending or a typo keeps it above this, another word is below.
_SAME_WORD = 0.78
_HEARD = 0.93
"""A word that only sounds the same counts a little less than one spelled the same."""
_BEGUN = 0.9
"""So does a word not typed to its end, and a short one with an ending: «раком»."""
_LONGEST_ENDING = 2
_UNKNOWN = 0.5
"""A word in none of the phrases is more often talk than a need."""
_ASIDE = 0.97
"""Other ways to say a phrase count a little less than the phrase itself."""
_SHORTEST_BEGINNING = 3
_LONGEST_TEXT = 200
"""Characters: more would be a story, not a search."""

_CODE = re.compile(r"(?:код\s*)?(\d{1,3})(?:[.,](\d))?", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_LATIN = re.compile("[a-z]")
_CYRILLIC = re.compile("[а-яєіїґ]")
_LOOK_ALIKES = str.maketrans("aceiopxy", "асеіорху")
# Words that say nothing of what is needed.
_EMPTY_WORDS = frozenset(
    _WORD.findall(
        """
        і й та а в у на з із зі до для від за по про що як чи є це
        потрібно потрібен потрібна потрібні треба хочу шукаю мені мене мій моя моє моєї мого
        и с со от о нужно нужен нужна нужны надо ищу мне мой моей
        the an of for to in on at and or is are my i need with
        """
    )
)

Likeness = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Words that lead to a service, and what to say led there."""

    service: Service
    by: str
    words: tuple[str, ...]
    counts: float = 1.0


class ServiceSearch:
    """Finds services by what people say; the phrases are taken apart once, when it is made.

    Understood: any inflected ending, a typo or two, words in any order, Russian words and letters, Latin
    letters, a keyboard left in English, the code with or without its zeros. Words for a service that is not
    in the classifier are left aside.
    """

    def __init__(self, services: Mapping[str, Service], words: Iterable[ServiceWord]) -> None:
        self._services = tuple(services.values())
        self._rank = {slug: place for place, slug in enumerate(services)}
        self._phrases = list(_phrases(services, words))
        self._vocabulary = _Vocabulary(self._phrases)
        self._counts = np.array([phrase.counts for phrase in self._phrases])
        self._service_of = np.array(
            [self._rank[phrase.service.slug] for phrase in self._phrases], dtype=np.intp
        )

    def find(self, text: str, limit: int = 8) -> Sequence[ServiceMatch]:
        """Return at most `limit` services, the likeliest first, ties in the classifier's order.

        Nothing is found for a text without letters or digits, or one that is like none of the phrases.
        """
        code = _CODE.fullmatch(text.strip())
        if code is not None:
            return tuple(self._with_code(code))[:limit]
        best = np.zeros(len(self._phrases))
        for words in _readings(text[:_LONGEST_TEXT]) if self._phrases else ():
            best = np.maximum(best, self._scores(words))
        if not best.any():
            return ()
        floor = max(_LIKE_ENOUGH, _FAR_BEHIND * best.max())
        found: dict[str, ServiceMatch] = {}
        # A stable sort: of equal phrases the first of the classifier and of the table comes first.
        for place in np.argsort(-best.round(3), kind="stable"):
            phrase, score = self._phrases[place], float(best[place])
            if score < floor or len(found) == limit:
                break
            found.setdefault(phrase.service.slug, ServiceMatch(phrase.service, round(score, 1), phrase.by))
        return tuple(found.values())

    def _with_code(self, typed: re.Match[str]) -> Iterator[ServiceMatch]:
        """Yield the services of an official code; those of a whole group where only the group was typed."""
        group, part = int(typed[1]), typed[2]
        for service in self._services:
            official = _CODE.fullmatch(service.official_code or "")
            if official is not None and int(official[1]) == group and part in (None, official[2] or "0"):
                yield ServiceMatch(service, _EXACTLY, service.official_code or "")

    def _scores(self, words: Sequence[str]) -> NDArray[np.float64]:
        """Return how well each phrase answers the words, 0 to 100."""
        likeness = self._vocabulary.likeness(words)
        weights = self._vocabulary.weights_of(likeness)
        best_in_phrase = self._vocabulary.best_in_phrases(likeness)
        explained = weights @ best_in_phrase / weights.sum()
        by_service = np.zeros((len(words), len(self._services)))
        np.maximum.at(by_service.T, self._service_of, best_in_phrase.T)
        by_whole_service = (weights @ by_service / weights.sum())[self._service_of]
        typed = self._vocabulary.typed_of_phrases(likeness)
        score = _TEXT_EXPLAINED * explained + _PHRASE_TYPED * typed + _SERVICE_EXPLAINS * by_whole_service
        return np.where(explained > 0, _EXACTLY * self._counts * score, 0.0)


class _Vocabulary:
    """Every word of the phrases once, how much each tells, and which phrases it stands in."""

    def __init__(self, phrases: Sequence[_Phrase]) -> None:
        services_with: defaultdict[str, set[str]] = defaultdict(set)
        for phrase in phrases:
            for word in phrase.words:
                services_with[word].add(phrase.service.slug)
        self._words = list(services_with)
        self._sounds = [sound_key(word) for word in self._words]
        of_all = len({phrase.service.slug for phrase in phrases})
        # A word tells the more, the fewer services it leads to (inverse document frequency).
        self._telling = np.array([1 + np.log(of_all / len(slugs)) for slugs in services_with.values()])
        place = {word: index for index, word in enumerate(self._words)}
        self._in_phrases = np.array(
            [place[word] for phrase in phrases for word in phrase.words], dtype=np.intp
        )
        lengths = [len(phrase.words) for phrase in phrases]
        self._starts = np.cumsum([0, *lengths], dtype=np.intp)[: len(phrases)]
        self._phrase_weights = np.add.reduceat(self._telling[self._in_phrases], self._starts)

    def likeness(self, words: Sequence[str]) -> Likeness:
        """Return an array (typed word, word of the vocabulary) of how like they are, 0 to 1."""
        spelled = process.cdist(words, self._words, scorer=fuzz.ratio) / _EXACTLY
        heard = process.cdist([sound_key(word) for word in words], self._sounds, scorer=fuzz.ratio) / _EXACTLY
        likeness = np.maximum(spelled, _HEARD * heard)
        likeness[likeness < _SAME_WORD] = 0
        for row, word in enumerate(words):
            if len(word) >= _SHORTEST_BEGINNING:
                begun = [
                    place
                    for place, known in enumerate(self._words)
                    if known.startswith(word) or _ends(known, word)
                ]
                likeness[row, begun] = np.maximum(likeness[row, begun], _BEGUN)
            else:
                likeness[row, spelled[row] < 1] = 0
        return likeness.astype(np.float32)

    def weights_of(self, likeness: Likeness) -> NDArray[np.float64]:
        """Return how much each typed word tells: as much as what it is most like; an unknown one, little."""
        nearest = likeness.argmax(axis=1)
        told: NDArray[np.float64] = self._telling[nearest]
        return np.where(likeness.max(axis=1) > 0, told, _UNKNOWN * self._telling.mean())

    def best_in_phrases(self, likeness: Likeness) -> NDArray[np.float64]:
        """Return an array (typed word, phrase) of the likeness to the nearest word of the phrase."""
        return np.maximum.reduceat(likeness[:, self._in_phrases], self._starts, axis=1).astype(np.float64)

    def typed_of_phrases(self, likeness: Likeness) -> NDArray[np.float64]:
        """Return which share of each phrase was typed, its words weighed by how much they tell."""
        typed = (likeness.max(axis=0) * self._telling)[self._in_phrases]
        shares: NDArray[np.float64] = np.add.reduceat(typed, self._starts) / self._phrase_weights
        return shares


def _ends(known: str, word: str) -> bool:
    """Tell whether the word may be the known one with an ending."""
    rest = len(word) - len(known)
    return 0 < rest <= _LONGEST_ENDING and len(known) >= _SHORTEST_BEGINNING and word.startswith(known)


def _phrases(services: Mapping[str, Service], words: Iterable[ServiceWord]) -> Iterator[_Phrase]:
    """Yield every way to say each service, the names first, in the order of the classifier."""
    said: defaultdict[str, list[tuple[str, str, float]]] = defaultdict(list)
    for word in words:
        said[word.slug] += [(word.uk, word.uk, 1.0), (word.en, word.en, 1.0)]
        said[word.slug] += [(also, word.uk, _ASIDE) for also in word.also]
    for service in services.values():
        names = [(name, name, 1.0) for name in (service.name_uk, service.name_en)]
        for text, by, counts in (*names, *said[service.slug]):
            told = _telling_words(fold_name(text))
            if told:
                yield _Phrase(service, by, told, counts)


def _readings(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of the text as typed and, where it is all Latin, as typed with the wrong keyboard."""
    folded = fold_name(text)
    if _CYRILLIC.search(folded):
        folded = folded.translate(_LOOK_ALIKES)
    elif _LATIN.search(folded):
        mistyped = _telling_words(fold_name(from_english_keyboard(text)))
        if mistyped:
            yield mistyped
    words = _telling_words(folded)
    if words:
        yield words


def _telling_words(folded: str) -> tuple[str, ...]:
    words = tuple(dict.fromkeys(_WORD.findall(folded)))
    return tuple(word for word in words if word not in _EMPTY_WORDS) or words
