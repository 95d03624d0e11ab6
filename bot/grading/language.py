"""Whether an answer is in another language than its question, which the grader cannot judge: it says so, and a person looks.

A language is told by its script, or by the commonest of its small words. What has few of either (a term, a formula,
code) may be in any language, and is taken for none.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

from bot.grading.words import FUNCTION_WORDS, as_seen

_ENGLISH: Final = "en"
_SMALL_WORDS: Final = {  # as they are seen: without accents, as many type them
    "de": "der die das den dem des ein eine einen einem einer und ist sind nicht sich mit auf aus bei fur von zu zum zur im wird werden durch auch als oder wenn kann aber nur wie dass es er hat uber nach zwischen damit weil man so in gibt statt dann beim daher jedoch sondern wurde seine ihre diese dieser dieses sonst bleibt zuerst sowie",
    "nl": "de het een en van is niet met op te dat voor zijn wordt worden die als maar om aan ook naar uit bij dan wat heeft kan meer geen wel of tussen deze omdat er ze in geeft plaats alleen waarbij zodat hun we anders waardoor eerst",
    "fr": "le la les de des du un une et est sont que qui ne pas dans pour par sur avec ce cette ces il elle on au aux se en ou mais comme sa ses leur peut entre donc donne chaque cela fait afin ainsi alors tandis sans quand cet nous etre parce sinon puis aussi lors selon deux etait",
    "es": "el la los las de del un una que en es no se por para con como mas pero su sus lo al este esta cada entre muy tambien cuando porque sin sobre ser hay asi mientras aunque lugar vez tiene puede desde hasta cual solamente entonces ellos solo antes despues sino dos ellas pueden",
    "pt": "os as um uma de do da dos das em no na nos nas que nao se por para com como mais mas sua seu ao ou este esta isso entre cada muito tambem quando porque sem ser pelo pela sao tem depois apenas ainda lugar vez pode atraves enquanto entao gera pois antes solo sera foram",
    "it": "il lo la gli le un una di del della dei delle che per con si sono in da dal nel nella alla al piu ma questo questa ogni tra quando perche anche suo sua viene ha invece mentre quindi puo cosi dopo senza poi loro nello dello sulla solo altrimenti prima",
    "ro": "un unei este sunt si nu la de din cu pe ca sa pentru prin mai sau dar ce se in fi cand intre doar fiecare ale al ai lui iar astfel poate dupa fara deoarece apoi numai",
    "pl": "na nie jest sie do to ze jak ale od za po dla przez przy oraz tego sa jako ktory ktora ktore lub czy tylko aby jego moze miedzy tym zamiast dlatego mozna wiec gdy gdzie ktorych poniewaz sobie bardzo jednak potem tez bo czyli",
    "cs": "na je se ze do to jako ale pro po od nebo by jsou neni ktery ktera ktere aby jen kdyz tak pri mezi ma jeho pak sa su nie alebo aj ako ked len misto protoze takze mozne kde nez muze proto ktory namiesto pretoze vsak pouze potom coz",
    "sh": "je da se na od za su ne iz kao koji koja koje ili ali sa bi po kako sto nije samo jer pa kada tako ima moze in ki ni pri tudi kot lahko umjesto umesto dok jedan jedna zato tada namesto zaradi",
    "sv": "och att det som en ett ar inte pa av for med den de har om kan fran eller nar vid sa var mellan blir ska genom utan sig detta finns mer medan bara lar stallet vara kunna eftersom alltsa sedan bade forst endast",
    "da": "og er det en et at den til for pa af av som med ikke de har kan om fra eller nar ved sa mellem mellom blir bliver gennem gjennom uden uten sig seg dette disse der hvor stedet giver gir kun slik fordi hvis hver ogsa deretter forst derefter bade deres",
    "hu": "az es egy nem hogy van meg csak is de ez mint vagy ha ezt mert akkor lesz kell minden amely azt kozott altal majd igy tobb helyett tehat mivel lehet amikor ezert",
    "fi": "ja on ei etta se ovat kun niin myos mutta joka jos tai kuin siita sen sita mita ne voi vain olla kanssa eli jotka sijasta koska sitten voidaan ensin",
    "et": "ja on ei et mis kui ka aga ning oma mida kes siis voi ole selle seda kas nii asemel ainult kuid",
    "lt": "ir kad is yra tai kaip ar nuo ne taip kai gali jau po iki del arba kas tik jis su vietoj todel taciau kuris kuri",
    "tr": "ve bir bu icin de da ile ne daha gibi olarak olan ama veya degil her cok sonra kadar ki mi en ise bunu onun hem sadece cunku yerine gore boylece olur eder",
    "vi": "la va co cua mot khong cac trong đuoc cho nay voi nhung the đe tu khi se hay hon rang neu nhu vi bang hai moi ra đo thay phai cung đen lam",
    "id": "yang dan di ini itu dari untuk dengan tidak akan adalah dalam pada ke juga lebih atau oleh dapat bisa seperti jika karena sebagai menjadi antara sebuah hanya bukan sehingga satu maka bukannya tetapi lalu kemudian agar para",
    "tl": "ang ng sa mga ay na at hindi para kung ni isang may nito lang din kaya dahil upang pero nang kaysa halip mula",
    "sw": "ya na wa kwa ni katika hii cha za la kama au lakini hiyo huu ili badala yake sana kila",
    "hi": "hai hain ka ki ke ko se mein me aur ek nahi nahin toh bhi ye yeh jo kar karta karti hota hoti hote liye isliye lekin jabki sirf par iska uska phir agar deta deti to hone wala wali jisme dono unka isme usme iski kyunki matlab unko unke pehle jata jati chhote raha rahi",
    "lv": "un ir ar par ka uz kas vai bet no tas nav ja lai pec tikai tad lidz",
    "ca": "el la els les un una per amb que es no del al lloc dels als seva mes com pero aixo aquest aquesta molt entre quan",
    "sq": "nje dhe ne te per me qe eshte nga ka si por se kjo",
    "eu": "eta da bat ez du dira baina ere hau ordez baino beste",
}  # fmt: skip
_MORE_ENGLISH: Final = "not never without cannot dont doesnt isnt but because just only also any all both like get me my than while about between even after before"
_BORROWED: Final = (  # small words that English texts have too: in names, as abbreviations, in code
    "man com per die pro met los van hat dan sin ali del con las des von der par est pour les til fur den sen uber mint hay yang hon med dem lang para hindi kai vain mit eli ole das rang cha dos ale var pas mis kung jen din dat meg mai nas mas nos ang tai ser cho ama aux elle vid det als kan ses sig mer mein bang solo prima"
)  # fmt: skip


def _by_word() -> Mapping[str, frozenset[str]]:
    """Return for each small word the languages that have it."""
    lists = {language: set(words.split()) for language, words in _SMALL_WORDS.items()}
    lists[_ENGLISH] = {word for word in FUNCTION_WORDS if len(word) > 1}.union(_MORE_ENGLISH.split())
    return {word: frozenset(name for name in lists if word in lists[name]) for word in set().union(*lists.values())}


_LANGUAGES: Final = _by_word()
_WEAK: Final = frozenset(_BORROWED.split())
_WORD: Final = re.compile(r"[^\W\d_]+")
_QUOTED: Final = re.compile(r"[“„«\"][^“”„«»\"]{1,200}[”“»\"]|(?<!\w)'[^']{1,200}'(?!\w)")
_GREEK: Final = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")
_GREEK_WORD: Final = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]{5}")  # no formula has so many letters in a row
_FAR: Final = re.compile(r"[^\W\d_\x00-\u02ff\u1e00-\u1eff\u2100-\u214f]")  # a letter of another script than Latin
_DENSE: Final = re.compile(r"[\u3400-\u9fff\uac00-\ud7af]")  # Chinese and Korean: one says as much as two letters
_ACCENTED: Final = re.compile(r"[à-öø-\u024f\u1e00-\u1eff]")
_RARE: Final = re.compile(r"[ðþæøåý\u0101-\u024f\u1e00-\u1eff]")  # accents that no word borrowed by English has
_ONE_SCRIPT: Final = {"HIRAGANA": "CJK", "KATAKANA": "CJK", "KATAKANA-HIRAGANA": "CJK"}
_FAR_SHARE, _FEW_FAR = 0.3, 2  # share of letters of another script from which a text is in it; so few are a sign
_SMALL, _TELLING = 2, 3  # what a small word says for a language, or an accent, and one that no English text has
_LEAST, _LEAST_ALONE = 6, 5  # how much is enough, and where nothing speaks against it
_SHARE: Final = 0.24  # for each word of the text
_SOME_WORDS, _LEAST_ACCENTS = 6, 8  # words and accents from which these are enough
_TOLD_BY, _MANY = 4, 10  # accents, or small words, with which borrowed words tell a language
_SPOKEN: Final = 2  # small words that tell what language a question is in
_OWN: Final = 4  # what a small word of the question's language says against it
_ABBREVIATION: Final = 2  # letters that may always be one, or a code


@lru_cache(maxsize=2_000)  # as many questions as are kept ready
def languages(*texts: str) -> frozenset[str]:
    """Return the languages that a question and its references may be in; none where too little tells one."""
    spoken = [_spoken(text) for text in texts]
    if not any(words >= _SPOKEN for one in spoken for words in one.values()):
        return frozenset()
    return frozenset(name for one in spoken for name, words in one.items() if 2 * words >= max(one.values()))


def _spoken(text: str) -> Counter[str]:
    """Return how many different small words of each language a text has, or its script."""
    if script := _script(text):
        return Counter({script: _SPOKEN})
    return Counter(name for word in set(map(as_seen, _WORD.findall(text))) for name in _LANGUAGES.get(word, ()))


def is_foreign(text: str, own: AbstractSet[str]) -> bool:
    """Whether an answer is surely in none of the languages that its question may be in; what it quotes says nothing."""
    if not own:
        return False
    text = unicodedata.normalize("NFKC", text)
    unquoted = _QUOTED.sub(" ", text)
    text = unquoted if _WORD.search(unquoted) else text
    if script := _script(text):
        return script not in own
    written = {word for word in set(_WORD.findall(text)) if not word.isupper()}
    accents = _accents(written) if own == {_ENGLISH} and not text.isascii() else 0
    return _speaks(set(map(as_seen, written)), own, accents)


def _speaks(words: AbstractSet[str], own: AbstractSet[str], accents: int) -> bool:
    """Whether small words, or words with accents, speak for a language that is not one's own."""
    small = {word: _LANGUAGES[word] for word in words & _LANGUAGES.keys()}
    mine = [names for names in small.values() if not names.isdisjoint(own)]
    alone = not mine and _ENGLISH in own and len(words) >= _SOME_WORDS
    share = _SHARE * len(words)
    if alone and accents >= max(share, _LEAST_ACCENTS):
        return True
    enough = max(share, _LEAST_ALONE if alone else _LEAST)
    told = _told({word: names for word, names in small.items() if names.isdisjoint(own)}, accents)
    return any(says >= enough and says > _OWN * sum(name not in names for names in mine) for name, says in told.items())


def _told(small: Mapping[str, AbstractSet[str]], accents: int) -> Counter[str]:
    """Return how much small words and accents say for each language that a word speaks for which is seldom borrowed, or many do."""
    told: Counter[str] = Counter()
    if _TELLING * len(small) + accents < _LEAST_ALONE:
        return told
    telling = frozenset().union(*(names for word, names in small.items() if accents >= _TOLD_BY or _tells(word)))
    for word, names in small.items():
        told.update(dict.fromkeys(names, _TELLING if _tells(word) else _SMALL))
    return Counter({name: says + accents for name, says in told.items() if name in telling or says >= _MANY})


def _accents(words: Iterable[str]) -> int:
    """Return what words with accents say for another language; names, which begin with a capital, and formulas say nothing."""
    accented = [word for word in words if word.islower() and len(word) > _ABBREVIATION and _ACCENTED.search(word)]
    return _SMALL * len(accented) + sum(_RARE.search(word) is not None for word in accented)


def _tells(word: str) -> bool:
    return len(word) > _ABBREVIATION and word not in _WEAK


def _script(text: str) -> str:
    """Return the script of a text of which many letters are not Latin; Greek ones are a formula's where they make no word."""
    if text.isascii():
        return ""
    text = text if _GREEK_WORD.search(text) else _GREEK.sub("", text)
    if not _FAR.search(text):
        return ""
    letters = "".join(map(as_seen, _WORD.findall(text)))
    far, dense = Counter(_FAR.findall(letters)), len(_DENSE.findall(letters))
    if far.total() + dense <= max(_FEW_FAR, _FAR_SHARE * (len(letters) + dense)):
        return ""
    name = unicodedata.name(max(far, key=far.__getitem__), "").partition(" ")[0]
    return _ONE_SCRIPT.get(name, name)
